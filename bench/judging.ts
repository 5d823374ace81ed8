/** A round of a city: a thousand proposals, seven sheets each. What a tally of it takes, and a what-if beside it, over HTTP too. */
import { readFile } from 'node:fs/promises'
import { blankInstance, type Instance, streamOf } from '../engine/instance.ts'
import type { Instances } from '../engine/instances.ts'
import { type Person, type Service, START, service } from '../test/support/service.ts'
import type { Ballot } from '../workflows/ballot/data.ts'
import { ballot } from '../workflows/ballot/index.ts'
import type { CompetitionRound } from '../workflows/competition-round/data.ts'
import { competitionRound } from '../workflows/competition-round/index.ts'
import type { JudgedRound } from '../workflows/judging/outcome.ts'
import { tally } from '../workflows/judging/tally.ts'
import { whatIfOf } from '../workflows/judging/what-if.ts'
import { roundPackLife } from '../workflows/round-pack/index.ts'
import { type RoundPack, roundPack } from '../workflows/round-pack/pack.ts'
import type { Measure, Stops } from './support.ts'

const PROPOSALS = 1_000
const JUDGES = 7

/** Milliseconds for one. */
export const judgingBench = async (
  databaseUrl: string,
  stops: Stops,
): Promise<{ tally: Measure; whatIf: Measure; asked: Measure }> => {
  const file = new URL('../samples/wuchang/round-packs/city.json', import.meta.url)
  const pack = roundPack.parse(JSON.parse(await readFile(file, 'utf8')))
  const round = cityRound(pack)
  const supposed = { weights: { need: 20, design: 30 }, dropFrom: null, fund: round.fund / 2 }
  return {
    tally: timed(() => tally(pack, round)),
    whatIf: timed(() => whatIfOf(pack, round, supposed)),
    asked: timed(await whatIfAsked(pack, round, supposed, databaseUrl, stops)),
  }
}

const timed =
  (work: () => unknown): Measure =>
  async milliseconds => {
    const start = performance.now()
    let done = 0
    for (; performance.now() - start < milliseconds; done++) await work()
    return (performance.now() - start) / done
  }

// ── over HTTP ───────────────────────────────────────────────────────────────────────────────────

/** From the request to the whole answer. The lives of the round are in memory, as they are when they were looked at before. */
const whatIfAsked = async (
  pack: RoundPack,
  round: JudgedRound,
  supposed: object,
  databaseUrl: string,
  stops: Stops,
): Promise<() => Promise<void>> => {
  const held = new Map<string, Instance>()
  const teardown = (stop: () => unknown) => void stops.push(async () => stop())
  const s: Service = await service({ teardown } as never, {
    beside: { url: databaseUrl },
    change: ({ instances }) => ({ instances: holding(held, instances) }),
  })
  const chair: Person = await s.register()
  for (const life of livesOf(pack, round, chair.id)) held.set(life.stream, life)
  return async () => {
    const { status, text } = await s.call(chair, 'POST', `/v1/competition-round/${ROUND}/what-if`, supposed)
    if (status !== 200) throw new Error(`a what-if was not answered: ${text}`)
  }
}

const holding = (held: ReadonlyMap<string, Instance>, instances: Instances): Instances => ({
  ...instances,
  get: async (workflow, id, begins) => held.get(streamOf(workflow, id)) ?? instances.get(workflow, id, begins),
})

const [ROUND, PACK] = ['10000000-0000-8000-8000-000000000000', '20000000-0000-8000-8000-000000000000']
const ballotOf = (judge: number): string => `30000000-0000-8000-8000-${String(judge).padStart(12, '0')}`

/** As they stand once a tally was recorded. */
const livesOf = (pack: RoundPack, { candidates, sheets, fund }: JudgedRound, chair: string): Instance[] => {
  const judges = [...Map.groupBy(sheets, ({ judge }) => judge)]
  const entries = candidates.map(candidate => ({ ...candidate, eligible: true, overridden: [] }))
  const panel = judges.map(([name], n) => ({ name, judge: '', person: '', ballot: ballotOf(n) }))
  const round = { ...(competitionRound.start as CompetitionRound), standing: 'tally', pack: PACK, chair, fund }
  return [
    { ...blankInstance(competitionRound, ROUND), data: { ...round, entries, panel } },
    { ...blankInstance(roundPackLife, PACK), data: { pack, standing: 'published', digest: '' } },
    ...judges.map(([name, own], n) => ({ ...blankInstance(ballot, ballotOf(n)), data: openedBallot(name, own) })),
  ].map(life => ({ ...life, startedOn: START.slice(0, 10) }))
}

const openedBallot = (name: string, sheets: JudgedRound['sheets']): Ballot => ({
  ...(ballot.start as Ballot),
  name,
  standing: 'opened',
  sheets: sheets.map(({ proposal, scores }) => ({ proposal, applicants: [], standing: 'open', opened: scores })),
})

// ── what is judged ──────────────────────────────────────────────────────────────────────────────

const nameOf = (at: number): string => `00000000-0000-8000-8000-${String(at).padStart(12, '0')}`

const cityRound = (pack: RoundPack): JudgedRound => {
  const proposals = Array.from({ length: PROPOSALS }, (_, at) => nameOf(at))
  return {
    candidates: proposals.map((proposal, at) => {
      const requested = 3_000_000 + (at % 7) * 500_000
      return { proposal, requested, ownShare: requested, budget: 2 * requested, applicant: proposal, coApplicants: [] }
    }),
    sheets: proposals.flatMap((proposal, at) =>
      Array.from({ length: JUDGES }, (_, judge) => ({
        judge: `C0${judge + 1}`,
        proposal,
        scores: scoresFor(pack, at, judge),
      })),
    ),
    fund: 300 * 4_000_000,
  }
}

/** Half points, here and there, the same each time; ties among them. */
const scoresFor = ({ rubric: { criteria } }: RoundPack, at: number, judge: number) =>
  Object.fromEntries(
    criteria.map(({ id, weight }, place) => {
      const halves = (at * 31 + judge * 17 + place * 7 + at * judge) % (weight * 2 + 1)
      return [id, halves % 2 === 0 ? String(halves / 2) : `${(halves - 1) / 2}.5`]
    }),
  )
