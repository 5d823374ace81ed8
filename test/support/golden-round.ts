/**
 * Rounds in which everything happens once, for the golden histories. Told to a service without policies: what the lives
 * around a round would tell it is told here, so that the story stays the same whatever they come to do.
 */
import { randomUUID } from 'node:crypto'
import type { simulatedClock } from '../../engine/clock.ts'
import { addDays, civilDay, dayBegins } from '../../engine/clock.ts'
import { passTime } from '../../services/passing-time.ts'
import type { CompetitionRound } from '../../workflows/competition-round/data.ts'
import { commitmentOf } from '../../workflows/judging/draw.ts'
import type { RoundPack } from '../../workflows/round-pack/pack.ts'
import { entry, proposalOf, reason, round, sheetsOf, tallyOf, votes } from './competition-round.ts'
import { tellObjections } from './golden-objection.ts'
import { district } from './round-packs.ts'
import type { Person, Service } from './service.ts'

const DISTRICT = '420106'
const WHERE = { where: '区民政局网站' }

export const tellRounds = async (s: Service): Promise<void> => {
  await tellWhole(s)
  await tellReplaced(s)
  await tellCancelled(s)
  await tellOfficers(s)
}

// ── who tells it ────────────────────────────────────────────────────────────────────────────────

type Cast = { s: Service; bureau: Person; chair: Person; observer: Person; judges: Person[]; pool: string[] }
type Teller = Cast & {
  id: string
  /** One command after the other, each by its sender: a person, or a policy by its name. */
  tell(...sent: readonly (readonly [by: Person | string, command: string, input?: object])[]): Promise<void>
  data(): Promise<CompetitionRound>
  today(): string
  /** The clock moves; what falls due meanwhile happens. */
  later(days: number): Promise<void>
}

const castOf = async (s: Service): Promise<Cast> => {
  const [bureau, chair, observer] = await Promise.all([
    s.somebody({ role: 'bureau', place: DISTRICT }),
    s.register(),
    s.register(),
  ])
  const judges = await Promise.all(Array.from({ length: 8 }, () => s.register()))
  const pool = await Promise.all(
    judges.map(async (judge, n) => {
      const known = { place: DISTRICT, outside: n > 1, fields: ['elders-and-orphans'] }
      return (await s.given(s.founder, '/v1/judge', { person: judge.id, ...known })).id
    }),
  )
  return { s, bureau, chair, observer, judges, pool }
}

const publishedPack = async ({ s, bureau }: Cast, pack: RoundPack): Promise<string> => {
  const { id } = await s.given(bureau, '/v1/round-pack', { place: DISTRICT, pack })
  const { body } = await s.call(bureau, 'GET', `/v1/round-pack/${id}`)
  await s.given(s.founder, `/v1/round-pack/${id}/check-pack`, { digest: body.data.digest })
  await s.given(bureau, `/v1/round-pack/${id}/publish-pack`, { basis: '局务会' })
  return id
}

const begun = async (cast: Cast, pack: RoundPack): Promise<Teller> => {
  const { s, bureau, chair, observer } = cast
  const clock = s.runtime.clock as ReturnType<typeof simulatedClock>
  const today = () => civilDay(clock.now())
  const drafted = {
    ...round,
    pack: await publishedPack(cast, pack),
    chair: chair.id,
    observer: observer.id,
    closesOn: addDays(today(), 25),
  }
  const { id } = await s.given(bureau, '/v1/competition-round', drafted)
  const path = `/v1/competition-round/${id}`
  const tell: Teller['tell'] = async (...sent) => {
    for (const [by, command, input = {}] of sent) {
      if (typeof by !== 'string') await s.given(by, `${path}/${command}`, input)
      else await handledFor(s, id, `system:${by}`, command, input)
    }
  }
  return {
    ...cast,
    id,
    tell,
    data: async () => {
      const seen = await Promise.all([bureau, chair].map(by => s.call(by, 'GET', path)))
      return Object.assign({}, ...seen.map(({ body }) => body.data)) as CompetitionRound
    },
    today,
    later: days => passTime(s.runtime, clock, dayBegins(addDays(today(), days))),
  }
}

const handledFor = (s: Service, id: string, person: string, command: string, input: object) =>
  s.runtime.handler.handle({ workflow: 'competition-round', id, command, input, key: randomUUID(), person })

// ── what several chapters do ────────────────────────────────────────────────────────────────────

let draws = 0
/** Other seeds each time, for what is known binds nobody. */
const seedsNow = () => {
  draws++
  return { organiser: `organiser-seed-number-${draws}`, observer: `observer-seed-number-${draws}` }
}

const committed = async ({ tell, bureau, observer }: Teller) => {
  const seeds = seedsNow()
  await tell(
    [bureau, 'commit-seed', { commitment: commitmentOf('organiser', seeds.organiser) }],
    [observer, 'commit-seed', { commitment: commitmentOf('observer', seeds.observer) }],
  )
  return seeds
}

const ENTER = 'enter-proposal-when-submitted'
const entered = async ({ tell, s }: Teller, ...numbers: number[]) => {
  const arrivedAt = s.runtime.clock.now().toISOString()
  for (const n of numbers) await tell([ENTER, 'enter-proposal', entry(n, { arrivedAt })])
}

const checked = async ({ tell }: Teller, ...numbers: number[]) => {
  for (const n of numbers)
    await tell([
      'note-eligibility-when-decided',
      'note-eligibility',
      { proposal: proposalOf(n), eligible: true, overridden: n === 1 ? [{ rule: 'enrolled-days', reason }] : [] },
    ])
}

/** Looked at once more by the office. */
const rechecked = async (teller: Teller, n: number) => {
  await teller.tell(['note-recheck-when-eligibility-reopened', 'note-recheck', { proposal: proposalOf(n) }])
  await checked(teller, n)
}

const invited = async ({ tell, bureau, judges, pool }: Teller) => {
  for (const [n, judge] of judges.entries())
    await tell([bureau, 'invite-judge', { judge: pool[n] }], [judge, 'answer-invitation', { accepts: true }])
}

const screened = async (teller: Teller) => {
  await teller.tell([teller.bureau, 'finish-screening'])
  const { judges } = await teller.data()
  const matrix = judges.map(({ name, outside, fields }) => ({ name, outside, fields, mayNot: [] }))
  await teller.tell(['record-matrix-when-screening-finished', 'record-matrix', { matrix }])
}

const revealed = ({ tell, bureau, observer }: Teller, seeds: ReturnType<typeof seedsNow>) =>
  tell([bureau, 'reveal-seed', { seed: seeds.organiser }], [observer, 'reveal-seed', { seed: seeds.observer }])

/** Every ballot sealed, with all sheets but those that are owed. */
const sealed = async (teller: Teller, owed: (name: string) => readonly string[] = () => []) => {
  await teller.tell([teller.chair, 'close-judging'])
  const { panel, entries } = await teller.data()
  const assigned = entries.filter(({ out, eligible }) => out === undefined && eligible).map(({ proposal }) => proposal)
  for (const { name, replaced } of panel)
    if (!replaced)
      await teller.tell([
        'note-sealed-when-ballot-sealed',
        'note-sealed',
        { name, assigned, submitted: assigned.filter(each => !owed(name).includes(each)), digest: entry(1).digest },
      ])
}

const counted = async (teller: Teller) =>
  teller.tell(['record-tally-when-sheets-open', 'record-tally', tallyOf(await teller.data())])

const ballotsNoted = async (teller: Teller) => {
  for (const { name, ballot } of (await teller.data()).panel)
    if (!ballot) await teller.tell(['tell-round-its-ballot', 'note-ballot', { name, ballot: randomUUID() }])
}

// ── the stories ─────────────────────────────────────────────────────────────────────────────────

const tellWhole = async (s: Service): Promise<void> => {
  const teller = await begun(await castOf(s), district)
  await called(teller)
  await drawn(teller)
  await judged(teller)
  await published(teller)
  await awarded(teller)
}

/** Revised, extended, closed, reopened; one proposal withdrawn, one completed. */
const called = async (teller: Teller) => {
  const { tell, bureau, today } = teller
  const { title, pack, chair, observer, closesOn } = await teller.data()
  await tell([bureau, 'revise-round', { ...round, title: `${title}（修改）`, pack, chair, observer, closesOn }])
  await committed(teller)
  await tell([bureau, 'open-round'], [bureau, 'extend-call', { closesOn: addDays(today(), 27), reason }])
  await entered(teller, 1, 2, 5, 9)
  await tell(['withdraw-entry-when-proposal-withdrawn', 'withdraw-entry', { proposal: proposalOf(9) }])
  await teller.later(28)
  // Closed by its deadline as the day was over; settled later, so that it can still be reopened.
  await tell([bureau, 'reopen-call', { closesOn: addDays(today(), 1), reason }])
  await entered(teller, 3, 4)
  await teller.later(3)
  const arrivedAt = teller.s.runtime.clock.now().toISOString()
  await tell([ENTER, 'enter-proposal', entry(1, { version: 2, arrivedAt })])
  await checked(teller, 1, 2, 3, 4, 5)
  await invited(teller)
}

/** Returned, a seed not revealed, a proposal that was recorded late: each time all is drawn anew. */
const drawn = async (teller: Teller) => {
  const { tell, bureau, chair } = teller
  await screened(teller)
  await tell([bureau, 'return-to-screening', { reason }])
  await screened(teller)
  await teller.later(4)
  await tell([chair, 'forfeit-seed', { party: 'observer', reason }])
  const lost = await committed(teller)
  const { openedOn } = await teller.data()
  await screened(teller)
  await revealed(teller, lost)
  await tell([ENTER, 'enter-proposal', entry(6, { arrivedAt: `${openedOn}T08:00:00.000Z` })])
  const seeds = await committed(teller)
  await checked(teller, 6)
  await screened(teller)
  await revealed(teller, seeds)
  await tell([bureau, 'draw-panel'])
}

const judged = async (teller: Teller) => {
  const { tell, chair, today } = teller
  await tell([chair, 'open-judging'])
  await ballotsNoted(teller)
  const [first, second] = (await teller.data()).panel
  await tell(
    [chair, 'replace-judge', { name: first?.name, reason }],
    [chair, 'note-bonus', { proposal: proposalOf(2), bonus: 'special', points: '5', reason }],
    [chair, 'extend-judging', { until: addDays(today(), 25), reason }],
  )
  await ballotsNoted(teller)
  await sealed(teller, name => (name === second?.name ? [proposalOf(3)] : []))
  await tell([chair, 'void-missing', { name: second?.name, proposal: proposalOf(3), reason }], [chair, 'reveal-sheets'])
  await counted(teller)
}

/** Decided upon, published, objected to; scored again, published again, and the same list upheld. */
const published = async (teller: Teller) => {
  const { tell, bureau, chair } = teller
  const [judge] = sheetsOf(await teller.data())
  await tell([chair, 'void-sheets', { name: judge?.judge, proposal: judge?.proposal, reason }])
  await counted(teller)
  const decision = {
    proposal: proposalOf(5),
    decision: 'reserve',
    votes,
    minutes: await filed(teller),
    reasons: reason,
  }
  await tell([chair, 'deliberate', decision], [chair, 'settle-ranking'], [bureau, 'open-publicity', WHERE])
  const { pack } = await teller.data()
  await tellObjections({
    s: teller.s,
    place: DISTRICT,
    round: teller.id,
    pack,
    publication: 1,
    proposal: proposalOf(2),
  })
  const [one, two, three] = [randomUUID(), randomUUID(), randomUUID()]
  for (const objection of [one, two, three])
    await tell(['tell-round-when-objection-filed', 'note-objection', { objection }])
  const takenUp = (objection: string, effect: string, n: number) =>
    tell([
      'take-up-objection-when-decided',
      'take-up-objection',
      { objection, effect, proposal: proposalOf(n), reason },
    ])
  await takenUp(one, 'rescore', 2)
  await sealed(teller)
  await tell([chair, 'reveal-sheets'])
  await counted(teller)
  await tell([chair, 'settle-ranking'], [bureau, 'publish-again', WHERE])
  await takenUp(two, 'recheck', 4)
  await checked(teller, 4)
  await counted(teller)
  await tell([chair, 'settle-ranking'], [bureau, 'publish-again', WHERE])
  await takenUp(three, 'exclude', 6)
  await counted(teller)
  await tell([chair, 'settle-ranking'], [bureau, 'publish-again', WHERE])
}

const awarded = async (teller: Teller) => {
  const { tell, bureau, chair } = teller
  await teller.later(20)
  const answer = (proposal: string, accepted: boolean) =>
    tell(['note-offer-answer-when-answered', 'note-offer-answer', { proposal, accepted }])
  const offered = async () =>
    (await teller.data()).entries.filter(({ offer }) => offer && !offer.answer).map(({ proposal }) => proposal)
  const [declines] = await offered()
  await answer(declines as string, false)
  await tell([bureau, 'add-to-fund', { amount: 3_000_000, reason }])
  const { judge, proposal } = sheetsOf(await teller.data()).at(-1) as { judge: string; proposal: string }
  await tell([chair, 'void-sheets', { name: judge, proposal, reason }])
  await counted(teller)
  await tell([chair, 'settle-ranking'], [bureau, 'let-awards-stand', { reason, minutes: await filed(teller) }])
  for (const each of await offered()) await answer(each, true)
  await tell([bureau, 'archive'])
}
const filed = ({ s, chair }: Teller) => s.upload(chair)

/** A tie that is voted on stands in a round of its own, and so does one that is given up. */
const tellCancelled = async (s: Service): Promise<void> => {
  const pack: RoundPack = { ...district, panel: { ...district.panel, unrevealedSeed: 'draw-without' }, ties: ['vote'] }
  const teller = await begun(await castOf(s), pack)
  const { tell, bureau, chair, observer } = teller
  const seeds = await committed(teller)
  await tell([bureau, 'open-round'])
  // Two proposals whose sheets are alike.
  await entered(teller, 1, 11)
  await teller.later(27)
  await checked(teller, 1, 11)
  await invited(teller)
  await screened(teller)
  await tell([observer, 'reveal-seed', { seed: seeds.observer }])
  await teller.later(4)
  await tell([chair, 'forfeit-seed', { party: 'organiser', reason }], [bureau, 'draw-panel'], [chair, 'open-judging'])
  await ballotsNoted(teller)
  await sealed(teller)
  await tell([chair, 'reveal-sheets'])
  await counted(teller)
  const order = [proposalOf(11), proposalOf(1)]
  await tell([chair, 'record-vote', { order, votes, minutes: await filed(teller) }])
  await counted(teller)
  await tell([bureau, 'cancel-round', { reason }])
}

/** Who stands for the applicants is known once the list is, and one is checked twice; a round that ends there. */
const tellOfficers = async (s: Service): Promise<void> => {
  const teller = await begun(await castOf(s), district)
  const { tell, bureau, judges } = teller
  await committed(teller)
  await tell([bureau, 'open-round'])
  await entered(teller, 1)
  await teller.later(27)
  const people = judges.map(({ id }) => id)
  for (const noted of [people.slice(0, 2), people.slice(1, 4)])
    await tell(['note-officers-when-round-moves-on', 'note-officers', { people: noted }])
  await checked(teller, 1)
  await rechecked(teller, 1)
  await tell([bureau, 'cancel-round', { reason }])
}

/** Its chair leaves while the call is open. */
const tellReplaced = async (s: Service): Promise<void> => {
  const teller = await begun(await castOf(s), district)
  const { tell, bureau } = teller
  await committed(teller)
  const { id } = await s.register()
  await tell(
    [bureau, 'open-round'],
    [bureau, 'replace-chair', { chair: id, reason }],
    [bureau, 'cancel-round', { reason }],
  )
}
