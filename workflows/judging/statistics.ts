/**
 * 评委统计: how each judge scored beside the others, for the chair after the reveal. Nothing is decided by it, so binary
 * fractions will do here, and only here.
 */
import type { RoundPack } from '../round-pack/pack.ts'
import type { JudgedRound } from './outcome.ts'
import type { CountedSheet } from './tally.ts'
import { tally } from './tally.ts'

export type JudgeStatistics = {
  judge: string
  sheets: number
  /** Of the sheets' totals, as text: points. */
  mean: string
  lowest: string
  highest: string
  /** Standard deviation: how far this judge's totals lie apart. */
  spread: string
  /** Points above (+) or below (-) the mean of the other judges, on the same proposals. */
  beside: string | null
  /** With the mean of the other judges, from -1 to 1; none with fewer than three common proposals or without any spread. */
  correlation: string | null
  /** How often this sheet was the one left out. */
  dropped: { lowest: number; highest: number }
  /** What became of `beside` in the order of submission. */
  drift: Drift | null
}
/** The first third of the sheets, the last third, and points an hour by the straight line that fits best, each day from its own start. */
export type Drift = { early: string; late: string; perHour: string | null }

type Total = { proposal: string; judge: string; total: number; at: string | undefined }
/** One sheet beside what the others gave the same proposal. */
type Pair = { own: number; others: number; at: string | undefined }

/** `at`: when a sheet was submitted, where it is known; ISO. */
export const judgeStatistics = (
  pack: RoundPack,
  round: JudgedRound,
  at: (sheet: CountedSheet) => string | undefined = () => undefined,
): JudgeStatistics[] => {
  const totals = round.sheets.map(sheet => ({ ...sheet, total: totalOf(sheet), at: at(sheet) }))
  const byProposal = Map.groupBy(totals, ({ proposal }) => proposal)
  const dropped = droppedIn(pack, round)
  return [...Map.groupBy(totals, ({ judge }) => judge)]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([judge, own]) => ({
      ...aloneOf(judge, own),
      ...besideOthers(own.flatMap(each => pairOf(each, byProposal.get(each.proposal) ?? []))),
      dropped: dropped.get(judge) ?? { lowest: 0, highest: 0 },
    }))
}

const totalOf = ({ scores }: CountedSheet): number => sum(Object.values(scores).map(Number))

const aloneOf = (judge: string, own: readonly Total[]) => {
  const totals = own.map(({ total }) => total)
  return {
    judge,
    sheets: own.length,
    mean: mean(totals).toFixed(2),
    lowest: Math.min(...totals).toFixed(2),
    highest: Math.max(...totals).toFixed(2),
    spread: spreadOf(totals).toFixed(2),
  }
}

const besideOthers = (pairs: readonly Pair[]): Pick<JudgeStatistics, 'beside' | 'correlation' | 'drift'> => ({
  beside: pairs.length === 0 ? null : signed(mean(pairs.map(difference))),
  correlation: correlationOf(pairs),
  drift: driftOf(pairs),
})

const pairOf = ({ judge, total, at }: Total, ofProposal: readonly Total[]): Pair[] => {
  const others = ofProposal.filter(each => each.judge !== judge).map(each => each.total)
  return others.length === 0 ? [] : [{ own: total, others: mean(others), at }]
}

const difference = ({ own, others }: Pair): number => own - others

// ── figures ─────────────────────────────────────────────────────────────────────────────────────

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0)
const mean = (values: readonly number[]): number => sum(values) / values.length

/** Of a sample: over one less than there are. */
const spreadOf = (values: readonly number[]): number => {
  const middle = mean(values)
  return values.length < 2 ? 0 : Math.sqrt(sum(values.map(each => (each - middle) ** 2)) / (values.length - 1))
}

const signed = (value: number): string => `${value >= 0 ? '+' : ''}${value.toFixed(2)}`

const FEWEST_PAIRS = 3

const correlationOf = (pairs: readonly Pair[]): string | null => {
  const [own, others] = [pairs.map(each => each.own), pairs.map(each => each.others)]
  const apart = Math.sqrt(squares(own) * squares(others))
  return pairs.length < FEWEST_PAIRS || apart === 0 ? null : (products(own, others) / apart).toFixed(3)
}

const products = (one: readonly number[], other: readonly number[]): number => {
  const [middle, otherMiddle] = [mean(one), mean(other)]
  return sum(one.map((each, at) => (each - middle) * ((other[at] as number) - otherMiddle)))
}
const squares = (values: readonly number[]): number => products(values, values)

// ── over the day ────────────────────────────────────────────────────────────────────────────────

const FEWEST_FOR_DRIFT = 6
const HOUR_MS = 3_600_000
/** Shanghai's day is eight hours ahead of UTC's. */
const AHEAD_MS = 8 * HOUR_MS
const DAY_MS = 24 * HOUR_MS

const driftOf = (pairs: readonly Pair[]): Drift | null => {
  const timed = pairs
    .flatMap(pair => (pair.at === undefined ? [] : [{ ms: Date.parse(pair.at), beside: difference(pair) }]))
    .sort((one, other) => one.ms - other.ms)
  if (timed.length < FEWEST_FOR_DRIFT) return null
  const third = Math.floor(timed.length / 3)
  const besides = timed.map(({ beside }) => beside)
  return {
    early: signed(mean(besides.slice(0, third))),
    late: signed(mean(besides.slice(-third))),
    perHour: slopeOf(timed),
  }
}

const slopeOf = (timed: readonly { ms: number; beside: number }[]): string | null => {
  const first = new Map<number, number>()
  const hours = timed.map(({ ms }) => {
    const day = Math.floor((ms + AHEAD_MS) / DAY_MS)
    first.set(day, first.get(day) ?? ms)
    return (ms - (first.get(day) as number)) / HOUR_MS
  })
  const apart = squares(hours)
  return apart === 0
    ? null
    : signed(
        products(
          hours,
          timed.map(({ beside }) => beside),
        ) / apart,
      )
}

// ── left out ────────────────────────────────────────────────────────────────────────────────────

const droppedIn = (pack: RoundPack, round: JudgedRound): Map<string, JudgeStatistics['dropped']> => {
  const counts = new Map<string, JudgeStatistics['dropped']>()
  for (const { sheets } of tally(pack, round).results) {
    // In ascending order: the one left out first is the lowest.
    const [lowest, highest] = sheets.filter(({ dropped }) => dropped)
    if (lowest) bump(counts, lowest.judge, 'lowest')
    if (highest) bump(counts, highest.judge, 'highest')
  }
  return counts
}

const bump = (counts: Map<string, JudgeStatistics['dropped']>, judge: string, end: 'lowest' | 'highest'): void => {
  const before = counts.get(judge) ?? { lowest: 0, highest: 0 }
  counts.set(judge, { ...before, [end]: before[end] + 1 })
}
