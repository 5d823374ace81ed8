/** A round's people, inputs that fit, and how far a story goes. */
import { hash } from 'node:crypto'
import type { Actor } from '../../engine/definition.ts'
import { type CompetitionRound, candidatesOf } from '../../workflows/competition-round/data.ts'
import { competitionRound } from '../../workflows/competition-round/index.ts'
import { judge as judgeLifecycle } from '../../workflows/judge.ts'
import { commitmentOf } from '../../workflows/judging/draw.ts'
import { type CountedSheet, tally } from '../../workflows/judging/tally.ts'
import { person } from '../../workflows/person/index.ts'
import { roundPackLife } from '../../workflows/round-pack/index.ts'
import type { Field } from '../../workflows/vocabulary.ts'
import { actor, idOf, type Life, lifeOf } from './given.ts'
import { district } from './round-packs.ts'

export const ROUND = idOf(101)
export const PACK = idOf(102)
const DISTRICT = '420106'
/** Twenty-five days after the tests' today. */
export const CLOSES = '2026-03-30'

const office = (n: number, role: string, place: string): Actor => actor(idOf(n), [{ role, place }])
export const people = {
  bureau: office(111, 'bureau', DISTRICT),
  secondBureau: office(112, 'bureau', DISTRICT),
  street: office(117, 'street', '420106012'),
  otherBureau: office(113, 'bureau', '420102'),
  chair: actor(idOf(114)),
  observer: actor(idOf(115)),
  resident: actor(idOf(116)),
}
const { bureau, secondBureau, chair, observer } = people
export const system = (policy: string): Actor => actor(`system:${policy}`)

export const reason = '经集体讨论决定'
export const minutes = { name: '会议纪要.pdf', sha256: hash('sha256', '会议纪要', 'hex') }
export const votes = { for: 4, against: 1, abstained: 0 }

export const round = {
  title: '武昌区2026年第一轮公益创投',
  place: DISTRICT,
  pack: PACK,
  fund: 2_500_000,
  source: 'welfare-lottery',
  chair: chair.person,
  observer: observer.person,
  closesOn: CLOSES,
}

// ── seeds ───────────────────────────────────────────────────────────────────────────────────────

export const seeds = { organiser: 'organiser-seed-2026-0305', observer: 'observer-seed-2026-0305' }
export const commitment = (party: keyof typeof seeds) => ({ commitment: commitmentOf(party, seeds[party]) })

// ── proposals ───────────────────────────────────────────────────────────────────────────────────

export const proposalOf = (n: number): string => idOf(200 + n)
export const applicantOf = (n: number): string => idOf(300 + n)

export const entry = (n: number, more: object = {}) => ({
  proposal: proposalOf(n),
  applicant: applicantOf(n),
  coApplicants: [],
  version: 1,
  requested: 1_000_000,
  ownShare: 500_000,
  budget: 1_500_000,
  field: 'elders-and-orphans',
  place: '420106012021',
  arrivedAt: '2026-03-20T04:00:00.000Z',
  digest: hash('sha256', `proposal ${n}`, 'hex'),
  ...more,
})

const enter = system('enter-proposal-when-submitted')
const check = system('note-eligibility-when-decided')

// ── judges ──────────────────────────────────────────────────────────────────────────────────────

export const judgeLife = (n: number): string => idOf(400 + n)
export const judge = (n: number): Actor => actor(idOf(500 + n))
const JUDGES = [1, 2, 3, 4, 5, 6, 7]
const FIELDS: Field[] = ['elders-and-orphans']

/** The first is from inside; all know the field of the proposals. */
const pooled = (n: number): Life[] => {
  const known = registered(judge(n))
  const enrolled = { person: judge(n).person, place: DISTRICT, outside: n !== 1, fields: FIELDS }
  return [known, lifeOf(judgeLifecycle, judgeLife(n), [known]).given([bureau, 'enrol-judge', enrolled])]
}

// ── the story ───────────────────────────────────────────────────────────────────────────────────

type Told = readonly [by: Actor, command: string, input?: object]

const seal = system('note-sealed-when-ballot-sealed')
const count = system('record-tally-when-sheets-open')
const PROPOSALS = [1, 2, 3, 4]

/** A published pack of the district. */
export const packLife = (): Life =>
  lifeOf(roundPackLife, PACK).given(
    [bureau, 'draft-pack', { place: DISTRICT, pack: district }],
    [secondBureau, 'check-pack', { digest: digestIn(bureau) }],
    [bureau, 'publish-pack', { basis: '局务会' }],
  )

const digestIn = (by: Actor): string => {
  const draft = lifeOf(roundPackLife, PACK).given([by, 'draft-pack', { place: DISTRICT, pack: district }])
  return (draft.data as { digest: string }).digest
}

export const registered = (who: Actor): Life =>
  lifeOf(person, who.person).given([
    bureau,
    'register',
    { name: '周桂兰', phone: '027-87654321', place: '420106012021' },
  ])

/** Who chairs, and who observes. */
export const runners = (): Life[] => [chair, observer].map(registered)

/** The pack, who runs the round, and a pool of judges. */
export const world = (): Life[] => [packLife(), ...runners(), ...JUDGES.flatMap(pooled)]

export const dataOf = (life: Life): CompetitionRound => life.data as CompetitionRound

/** What the panel's sheets come to: proposal n gets n points less in each criterion. */
export const sheetsOf = (data: CompetitionRound): CountedSheet[] =>
  data.seals.flatMap(({ name, submitted }) =>
    submitted
      .filter(proposal => !data.voids.some(each => each.name === name && [undefined, proposal].includes(each.proposal)))
      .map(proposal => ({ judge: name, proposal, scores: scoresFor(proposal) })),
  )

const scoresFor = (proposal: string) => {
  const less = Number(proposal.slice(-1))
  return Object.fromEntries(district.rubric.criteria.map(({ id, weight }) => [id, String(weight - less)]))
}

export const tallyOf = (data: CompetitionRound, pack = district) => {
  const candidates = candidatesOf(pack, data)
  const names = new Set(candidates.map(({ proposal }) => proposal))
  const sheets = sheetsOf(data).filter(({ proposal }) => names.has(proposal))
  const { results, blocked, openTies } = tally(pack, { candidates, sheets, votes: data.votes })
  const counted = data.panel.flatMap(({ name, ballot }) => (ballot ? [{ name, ballot, revision: 9 }] : []))
  return { results, blocked, openTies, counted, seen: { voids: data.voids.length, votes: data.votes.length } }
}

export const ballotOf = (name: string): string => idOf(600 + Number(name.slice(1)))
export const ballotSealed = (name: string, proposals: readonly string[] = PROPOSALS.map(proposalOf)) => ({
  name,
  assigned: proposals,
  submitted: proposals,
  digest: hash('sha256', `ballot ${name}`, 'hex'),
})

export const chapters = {
  drafted: () => [[bureau, 'draft-round', round]],
  committed: () => [
    [bureau, 'commit-seed', commitment('organiser')],
    [observer, 'commit-seed', commitment('observer')],
  ],
  opened: () => [[bureau, 'open-round']],
  entered: () => PROPOSALS.map(n => [enter, 'enter-proposal', entry(n)] as const),
  closed: () => [[system('deadlines'), 'close-call']],
  settled: () => [[system('deadlines'), 'settle-list']],
  checked: () =>
    PROPOSALS.map(
      n => [check, 'note-eligibility', { proposal: proposalOf(n), eligible: true, overridden: [] }] as const,
    ),
  invited: () =>
    JUDGES.flatMap(n => [
      [bureau, 'invite-judge', { judge: judgeLife(n) }] as const,
      [judge(n), 'answer-invitation', { accepts: true }] as const,
    ]),
  screened: () => [[bureau, 'finish-screening']],
  compared: data => [
    [
      system('record-matrix-when-screening-finished'),
      'record-matrix',
      { matrix: data.judges.map(({ name, outside, fields }) => ({ name, outside, fields, mayNot: [] })) },
    ],
  ],
  revealed: () => [
    [bureau, 'reveal-seed', { seed: seeds.organiser }],
    [observer, 'reveal-seed', { seed: seeds.observer }],
  ],
  drawn: () => [[bureau, 'draw-panel']],
  judging: () => [[chair, 'open-judging']],
  ballots: data =>
    data.panel.map(({ name }) => [system('tell-round-its-ballot'), 'note-ballot', { name, ballot: ballotOf(name) }]),
  scored: () => [[chair, 'close-judging']],
  sealed: data => data.panel.map(({ name }) => [seal, 'note-sealed', ballotSealed(name)] as const),
  unsealed: () => [[chair, 'reveal-sheets']],
  counted: data => [[count, 'record-tally', tallyOf(data)]],
  ranked: () => [[chair, 'settle-ranking']],
  public: () => [[bureau, 'open-publicity', { where: '区民政局网站' }]],
  awarded: () => [[system('deadlines'), 'close-publicity']],
  answered: () =>
    [1, 2, 3].map(
      n =>
        [
          system('note-offer-answer-when-answered'),
          'note-offer-answer',
          { proposal: proposalOf(n), accepted: true },
        ] as const,
    ),
  archived: () => [[bureau, 'archive']],
} satisfies Record<string, (data: CompetitionRound) => readonly Told[]>

export type Chapter = keyof typeof chapters
/** Days that pass before a chapter. */
const LATER: Partial<Record<Chapter, number>> = { closed: 26, awarded: 8 }

/** A round told up to the end of a chapter, in its own order. */
export const told = (until: Chapter, lives: readonly Life[] = world()): Life => {
  const life = lifeOf(competitionRound, ROUND, lives)
  for (const [chapter, tell] of Object.entries(chapters) as [Chapter, (data: CompetitionRound) => readonly Told[]][]) {
    life.later(LATER[chapter] ?? 0)
    life.given(...tell(dataOf(life)))
    if (chapter === until) return life
  }
  return life
}
