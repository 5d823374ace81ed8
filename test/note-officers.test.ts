/** Whom a round notes as officers of its applicants: of everybody who applies, lately too, in parts that stay the same. */
import t from 'tap'
import type { Cause, Look, Sending } from '../engine/policy.ts'
import type { CompetitionRound } from '../workflows/competition-round/data.ts'
import { organisation } from '../workflows/organisation.ts'
import { noteOfficersWhenRoundMovesOn } from '../workflows/policies/note-officers-when-round-moves-on.ts'
import { applicantOf, dataOf, entry, PACK, packLife, people, told } from './support/competition-round.ts'
import { idOf, type Life, lifeOf, standing } from './support/given.ts'

type Handler = (cause: Cause<CompetitionRound>, look: Look) => Promise<Sending[]>
const handler = noteOfficersWhenRoundMovesOn.when['competition-round']?.ScreeningFinished as unknown as Handler

/** Looks at these lives, as they stand. */
const lookAt = (lives: readonly Life[]): Look => ({
  life: async (workflow, id) => {
    const life = lives.find(({ instance }) => instance.workflow.name === workflow && instance.id === id)
    return life && { id, data: life.data, revision: 0, hash: '', startedOn: undefined, did: () => [] }
  },
  open: async () => [],
})

const DAY = '2026-04-20'
const sent = (after: CompetitionRound, lives: readonly Life[]): Promise<Sending[]> =>
  handler({ id: idOf(101), event: {}, before: after, after, meta: { occurredOn: DAY } as never }, lookAt(lives))
const peopleIn = (sendings: readonly Sending[]) => sendings.map(({ input }) => (input as { people: string[] }).people)

const enrolled = (id: string, ...officers: string[]): Life =>
  lifeOf(organisation, id).given(
    [people.bureau, 'enrol', { name: `互助队${id}`, tier: 'community-managed', field: 'dance', place: '420106012021' }],
    [people.bureau, 'name-officers', { officers: officers.map(person => ({ person, duty: 'officer' })) }],
  )

t.test(
  'officers of applicants and co-applicants, also of who has left the round, and whoever was one lately',
  async t => {
    const round = dataOf(told('screened'))
    const [first, second, ...others] = round.entries
    if (!first || !second) throw new Error('there are none')
    const entries = [{ ...first, coApplicants: [applicantOf(9)] }, { ...second, out: 'withdrawn' as const }, ...others]
    const former = {
      formerOfficers: [
        { person: idOf(14), until: '2023-04-20' },
        { person: idOf(15), until: '2023-04-19' },
      ],
    }
    const third = enrolled(applicantOf(3), idOf(13))
    third.instance.data = { ...(third.data as object), ...former }
    const lives = [
      packLife(),
      enrolled(applicantOf(1), idOf(11), idOf(10)),
      enrolled(applicantOf(2), idOf(12)),
      third,
      enrolled(applicantOf(9), idOf(11), idOf(19)),
      enrolled(applicantOf(8), idOf(18)),
    ]
    const after = { ...round, entries }
    t.strictSame(await sent(after, lives), [
      {
        workflow: 'competition-round',
        id: idOf(101),
        command: 'note-officers',
        input: { people: [10, 11, 12, 13, 14, 19].map(idOf) },
      },
    ])
    const known = { ...after, officers: [10, 11, 13, 14].map(idOf) }
    t.strictSame(peopleIn(await sent(known, lives)), [[idOf(12), idOf(19)]], 'who was noted is not noted again')
    t.strictSame(await sent(after, [packLife()]), [], 'where nobody stands on the register, nothing is sent')
  },
)

t.test('a round of a thousand with thirty officers each is told in parts, which come out the same again', async t => {
  const many = 1_000
  const round = dataOf(told('screened'))
  const entries = Array.from({ length: many }, (_, n) => ({ ...entry(n), applicant: idOf(10_000 + n), overridden: [] }))
  const officersOf = (n: number) => Array.from({ length: 30 }, (_, i) => ({ person: idOf(100_000 + 30 * n + i) }))
  const byId = new Map(
    entries.map(({ applicant }, n) => [
      applicant,
      standing(organisation, applicant, { officers: officersOf(n), formerOfficers: [] }),
    ]),
  )
  const after = { ...round, pack: PACK, entries } as CompetitionRound
  const look: Look = {
    ...lookAt([]),
    life: (workflow, id) => lookAt([byId.get(id) ?? packLife()]).life(workflow, id),
  }
  const make = () =>
    handler({ id: idOf(101), event: {}, before: after, after, meta: { occurredOn: DAY } as never }, look)
  const sendings = await make()
  t.strictSame(
    peopleIn(sendings).map(part => part.length),
    [10_000, 10_000, 10_000],
  )
  t.ok(Buffer.byteLength(JSON.stringify(sendings[0]?.input)) < 500_000, 'each fits into one event of any store')
  t.strictSame(await make(), sendings)
})
