/** Measurements that are compared: a slice of each in turn, round after round, and a table of their ratios. */
import { type Measure, median } from './support.ts'

const SLICE_MS = 1_500
const FEWEST_ROUNDS = 3

export type Measures = Record<string, Measure>
export type Comparison = {
  name: string
  of: string
  /** What it is compared with; a goal of its own where there is nothing. */
  to?: string
  goal: number
  /** The less the better. */
  atMost?: true
}
export type Row = { name: string; ratio: number; goal: number; atMost: boolean; met: boolean }

/** One slice of each after the other, round after round; the first round warms up and does not count. */
export const interleaved = async (measures: Measures, seconds: number): Promise<Map<string, number>> => {
  const taken = new Map(Object.keys(measures).map(name => [name, [] as number[]]))
  const until = performance.now() + seconds * 1_000
  for (let round = 0; round <= FEWEST_ROUNDS || performance.now() < until; round++) {
    process.stderr.write(round === 0 ? 'warming up …\n' : `round ${round} …\n`)
    for (const [name, measure] of Object.entries(measures)) {
      const result = await measure(SLICE_MS)
      if (round > 0) taken.get(name)?.push(result)
    }
  }
  return new Map([...taken].map(([name, results]) => [name, median(results)]))
}

const isMeasured =
  (rates: ReadonlyMap<string, number>) =>
  ({ of, to = of }: Comparison): boolean =>
    rates.has(of) && rates.has(to)

/** The names of those that want what was not measured. */
export const notCompared = (comparisons: readonly Comparison[], rates: ReadonlyMap<string, number>): string[] =>
  comparisons.filter(each => !isMeasured(rates)(each)).map(({ name }) => name)

export const rowsOf = (comparisons: readonly Comparison[], rates: ReadonlyMap<string, number>): Row[] =>
  comparisons.filter(isMeasured(rates)).map(({ name, of, to, goal, atMost = false }) => {
    const ratio = (rates.get(of) ?? Number.NaN) / (to === undefined ? 1 : (rates.get(to) ?? Number.NaN))
    return { name, ratio: Math.round(ratio * 1_000) / 1_000, goal, atMost, met: atMost ? ratio <= goal : ratio >= goal }
  })

export const tableOf = (rows: readonly Row[], rates: ReadonlyMap<string, number>): string =>
  [
    ...rows.map(
      ({ name, ratio, goal, atMost, met }) =>
        `${met ? '  ' : '✗ '}${ratio.toFixed(2).padStart(6)}  goal ${atMost ? '≤' : '≥'} ${goal.toFixed(2)}  ${name}`,
    ),
    '',
    ...[...rates].map(([name, figure]) => figureLine(name, figure)),
  ].join('\n')

/** Times a second, unless the name says another unit. */
const figureLine = (name: string, figure: number): string =>
  name.includes(',')
    ? `  ${figure.toFixed(2).padStart(9)}     ${name}`
    : `  ${Math.round(figure).toLocaleString('en').padStart(9)} /s  ${name}`
