/** A round over HTTP, driven to where its panel scores: real people, real posts, the policies at work. */
import { hash } from 'node:crypto'
import type { Logger } from 'pino'
import type { Test } from 'tap'
import { addDays, civilDay, dayBegins, simulatedClock } from '../../engine/clock.ts'
import { openParked } from '../../engine/parked.ts'
import { passTime, settled } from '../../services/passing-time.ts'
import type { Ballot } from '../../workflows/ballot/data.ts'
import type { CompetitionRound } from '../../workflows/competition-round/data.ts'
import { commitmentOf } from '../../workflows/judging/draw.ts'
import type { RoundPack } from '../../workflows/round-pack/pack.ts'
import { idOf } from './given.ts'
import { need, reason } from './micro-project.ts'
import type { signing } from './proven.ts'
import { district } from './round-packs.ts'
import { type Person, type Service, START, service } from './service.ts'

const DISTRICT = '420106'
const COMMUNITY = '420106012021'

/** The district's rules for a small panel. */
export const pack: RoundPack = {
  ...district,
  blind: true,
  aggregation: { ...district.aggregation, dropFrom: null },
  quorum: 2,
  panel: { ...district.panel, size: 3, reserves: 1, outside: { of: 3, least: 1 }, coverFields: false },
}

type SimulatedClock = ReturnType<typeof simulatedClock>
const CALL_DAYS = 25
export const inDays = (clock: SimulatedClock, days: number): string => addDays(civilDay(clock.now()), days)

export type Proposal = { id: string; applicant: string; project?: string }
export type Judge = Person & { life: string }
export type World = {
  s: Service
  clock: SimulatedClock
  bureau: Person
  chair: Person
  observer: Person
  round: string
  proposals: Proposal[]
  judges: Judge[]
}

const seeds = { organiser: 'organiser-seed-2026-0305', observer: 'observer-seed-2026-0305' }

const publishedPack = async (s: Service, second: Person): Promise<string> => {
  const { id } = await s.given(s.founder, '/v1/round-pack', { place: DISTRICT, pack })
  const { digest } = (await s.call(s.founder, 'GET', `/v1/round-pack/${id}`)).body.data as unknown as { digest: string }
  await s.given(second, `/v1/round-pack/${id}/check-pack`, { digest })
  await s.given(s.founder, `/v1/round-pack/${id}/publish-pack`, { basis: '局务会' })
  return id
}

/** As a policy sends it, whose own lives are no part of this story. */
export const sendAs = (s: Service, person: string, workflow: string, id: string, command: string, input: object = {}) =>
  s.runtime.handler.handle({
    workflow,
    id,
    command,
    input,
    person: `system:${person}`,
    key: `${command} ${JSON.stringify(input)}`,
  })

const asked = async (s: Service, n: number): Promise<Proposal> => {
  const group = { name: `互助队${n}`, tier: 'community-managed', field: 'dance', place: COMMUNITY }
  return { id: idOf(700 + n), applicant: (await s.given(s.founder, '/v1/organisation', group)).id }
}

const entryOf = ({ id, applicant, project }: Proposal) => ({
  proposal: id,
  ...(project && { project }),
  applicant,
  coApplicants: [],
  version: 1,
  requested: 1_000_000,
  ownShare: 500_000,
  budget: 1_500_000,
  field: 'dance',
  place: COMMUNITY,
  arrivedAt: '2026-03-20T04:00:00.000Z',
  digest: hash('sha256', id, 'hex'),
})

export const pooled = async (s: Service): Promise<Judge> => {
  const person = await s.register()
  const enrolled = { person: person.id, place: DISTRICT, outside: true, fields: ['dance'] }
  return { ...person, life: (await s.given(s.founder, '/v1/judge', enrolled)).id }
}

type Options = {
  /** Signs heads of the log, where a test asks for proofs. */
  heads?: typeof signing
  judges?: number
  proposals?: number
  /** Where a test reads what is written to it. */
  logger?: Logger
  /** As far as judging has opened unless said. */
  until?: 'drawn'
  /** Before the judges are compared with the applicants. */
  before?(world: World): Promise<void>
}

/** A post of the community by whom the need of the first project was posted: the first judge. */
const firstPostsTheNeed = async ({ s, judges, proposals }: World): Promise<void> => {
  const [judge, first] = [judges[0], proposals[0]]
  if (!judge || !first) return
  await s.given(s.founder, `/v1/person/${judge.id}/appoint`, {
    role: 'community',
    place: COMMUNITY,
    from: '2026-01-01',
  })
  const { id } = await s.given(judge, '/v1/micro-project', need)
  await s.given(judge, `/v1/micro-project/${id}/post-need`)
  first.project = id
}

/** Both parties have committed, and the call is open. */
export const openCall = async ({ s, round, observer }: World): Promise<void> => {
  const path = `/v1/competition-round/${round}`
  await s.given(s.founder, `${path}/commit-seed`, { commitment: commitmentOf('organiser', seeds.organiser) })
  await s.given(observer, `${path}/commit-seed`, { commitment: commitmentOf('observer', seeds.observer) })
  await s.given(s.founder, `${path}/open-round`)
}

/** The list is closed and settled, and every proposal is eligible. */
const called = async (world: World): Promise<void> => {
  const { s, clock, round, proposals } = world
  await openCall(world)
  for (const each of proposals)
    await sendAs(s, 'enter-proposal-when-submitted', 'competition-round', round, 'enter-proposal', entryOf(each))
  await passTime(s.runtime, clock, new Date(+dayBegins(inDays(clock, CALL_DAYS + 1)) + 10 * 3_600_000))
  for (const { id: proposal } of proposals) {
    const input = { proposal, eligible: true, overridden: [] }
    await sendAs(s, 'note-eligibility-when-decided', 'competition-round', round, 'note-eligibility', input)
  }
}

/** Judges are invited and accept, the panel is drawn, and has its ballots. */
export const drawPanel = async (world: World): Promise<void> => {
  await draw(world)
  await toRound(world, world.s.founder, 'open-judging')
  await settled(world.s.runtime)
}

const draw = async ({ s, observer, round, judges }: World): Promise<void> => {
  const path = `/v1/competition-round/${round}`
  for (const judge of judges) {
    await s.given(s.founder, `${path}/invite-judge`, { judge: judge.life })
    await s.given(judge, `${path}/answer-invitation`, { accepts: true })
  }
  await s.given(s.founder, `${path}/finish-screening`)
  await settled(s.runtime)
  await s.given(s.founder, `${path}/reveal-seed`, { seed: seeds.organiser })
  await s.given(observer, `${path}/reveal-seed`, { seed: seeds.observer })
  await s.given(s.founder, `${path}/draw-panel`)
}

export const draftedRound = async (
  cast: Pick<World, 's' | 'clock' | 'bureau' | 'chair' | 'observer'>,
  rules: string,
): Promise<World> => {
  const { s, clock, chair, observer } = cast
  const input = {
    title: '武昌区2026年第一轮公益创投',
    place: DISTRICT,
    pack: rules,
    fund: 2_000_000,
    source: 'welfare-lottery',
    chair: chair.id,
    observer: observer.id,
    closesOn: inDays(clock, CALL_DAYS),
  }
  const { id: round } = await s.given(s.founder, '/v1/competition-round', input)
  return { ...cast, round, proposals: [], judges: [] }
}

/** A round whose panel has its ballots, in a service of its own. */
export const judgedRound = async (t: Test, options: Options = {}): Promise<World> => {
  const clock = simulatedClock(new Date(START))
  const { heads, logger } = options
  return roundJudgedIn(await service(t, { clock, ...(heads && { heads }), ...(logger && { logger }) }), clock, options)
}

/** The same, in a service that runs. */
export const roundJudgedIn = async (
  s: Service,
  clock: SimulatedClock,
  { judges = 4, proposals = 3, until, before }: Options = {},
): Promise<World> => {
  const bureau = await s.somebody({ role: 'bureau', place: DISTRICT })
  const [chair, observer] = [await s.register(), await s.register()]
  const rules = await publishedPack(s, bureau)
  const world = await draftedRound({ s, clock, bureau, chair, observer }, rules)
  for (let n = 0; n < proposals; n++) world.proposals.push(await asked(s, n))
  for (let n = 0; n < judges; n++) world.judges.push(await pooled(s))
  await firstPostsTheNeed(world)
  await before?.(world)
  await called(world)
  await (until === 'drawn' ? draw : drawPanel)(world)
  return world
}

// ── what stands in it ───────────────────────────────────────────────────────────────────────────

/** A life as it stands in the log, whoever may see it. */
const lifeIn = async <Data>({ s }: World, workflow: string, id: string): Promise<Data> => {
  const life = await s.runtime.instances.get(s.runtime.handler.workflow(workflow), id)
  await s.runtime.instances.refresh(life)
  return life.data as Data
}

export const roundIn = (world: World) => lifeIn<CompetitionRound>(world, 'competition-round', world.round)
export const ballotIn = (world: World, id: string) => lifeIn<Ballot>(world, 'ballot', id)

export type Seat = { name: string; judge: Judge; ballot: string }

/** Who sits on the panel, with their ballots. */
export const seatsIn = async (world: World): Promise<Seat[]> =>
  (await roundIn(world)).panel
    .filter(({ replaced }) => !replaced)
    .map(({ name, person, ballot = '' }) => {
      const judge = world.judges.find(({ id }) => id === person) as Judge
      return { name, judge, ballot }
    })

// ── what a panel does ───────────────────────────────────────────────────────────────────────────

export const toBallot = ({ s }: World, { judge, ballot }: Seat, command: string, input: object) =>
  s.call(judge, 'POST', `/v1/ballot/${ballot}/${command}`, input)

export const toRound = ({ s, round }: World, by: Person, command: string, input: object = {}) =>
  s.given(by, `/v1/competition-round/${round}/${command}`, input)

/** `fifths` of each criterion's points. */
export const scoresOf = (fifths: number) =>
  Object.fromEntries(pack.rubric.criteria.map(({ id, weight }) => [id, String((weight * fifths) / 5)]))

export const SAID = '需求摸底扎实，独此一句'
export const written = (proposal: string, fifths = 4) => ({
  proposal,
  scores: scoresOf(fifths),
  comments: Object.fromEntries(pack.rubric.criteria.map(({ id }) => [id, SAID])),
})

export const declareNone = async (world: World): Promise<void> => {
  for (const seat of await seatsIn(world)) {
    await toBallot(world, seat, 'declare-conflicts', { organisations: [], none: true })
    // What follows from one is done before the next: a round that is told twice then stands in one order.
    await settled(world.s.runtime)
  }
}

/** Every judge submits every sheet of theirs; the n-th proposal gets a fifth less than the one before. */
export const submitAll = async (world: World, except: (seat: Seat, proposal: string) => boolean = () => false) => {
  for (const seat of await seatsIn(world))
    for (const { proposal } of (await ballotIn(world, seat.ballot)).sheets) {
      const at = world.proposals.findIndex(({ id }) => id === proposal)
      if (!except(seat, proposal)) await toBallot(world, seat, 'submit-sheet', written(proposal, 5 - at))
    }
}

export const closeJudging = async (world: World): Promise<void> => {
  await toRound(world, world.chair, 'close-judging')
  await settled(world.s.runtime)
}

export const reveal = async (world: World): Promise<void> => {
  await toRound(world, world.chair, 'reveal-sheets')
  await settled(world.s.runtime)
}

export { reason }

/** But what is told to proposals: here they are ids that a policy's post entered, and no lives. */
export const nothingIsParked = async (t: Test, { s }: Pick<World, 's'>): Promise<void> => {
  const parked = (await openParked(s.runtime.pool)).filter(({ error }) => error.code !== 'unknown-instance')
  t.strictSame(parked, [])
}
