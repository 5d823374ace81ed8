/** A round of a city: a thousand proposals, seven sheets each. What a tally of it takes, and a what-if beside it. */
import { readFile } from 'node:fs/promises'
import type { JudgedRound } from '../workflows/judging/outcome.ts'
import { tally } from '../workflows/judging/tally.ts'
import { whatIfOf } from '../workflows/judging/what-if.ts'
import { type RoundPack, roundPack } from '../workflows/round-pack/pack.ts'
import type { Measure } from './support.ts'

const PROPOSALS = 1_000
const JUDGES = 7

/** Milliseconds for one. */
export const judgingBench = async (): Promise<{ tally: Measure; whatIf: Measure }> => {
  const file = new URL('../samples/wuchang/round-packs/city.json', import.meta.url)
  const pack = roundPack.parse(JSON.parse(await readFile(file, 'utf8')))
  const round = cityRound(pack)
  const weights = { need: 20, design: 30 }
  return {
    tally: timed(() => tally(pack, round)),
    whatIf: timed(() => whatIfOf(pack, round, { weights, dropFrom: null, fund: round.fund / 2 })),
  }
}

const timed =
  (work: () => unknown): Measure =>
  async milliseconds => {
    const start = performance.now()
    let done = 0
    for (; performance.now() - start < milliseconds; done++) work()
    return (performance.now() - start) / done
  }

const nameOf = (at: number): string => `00000000-0000-8000-8000-${String(at).padStart(12, '0')}`

const cityRound = (pack: RoundPack): JudgedRound => {
  const proposals = Array.from({ length: PROPOSALS }, (_, at) => nameOf(at))
  return {
    candidates: proposals.map((proposal, at) => {
      const requested = 3_000_000 + (at % 7) * 500_000
      return { proposal, requested, ownShare: requested, budget: 2 * requested }
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
