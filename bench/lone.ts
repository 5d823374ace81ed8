/** One client, one thing at a time: a whole command, sent as a lone append, and the bare INSERT of the same row. */
import { randomUUID } from 'node:crypto'
import { INSERT } from './append.ts'
import type { CommandBench } from './command.ts'
import { type Measure, median, poolFor, type Stops } from './support.ts'

export type LoneBench = { command: Measure; insert: Measure }

/** The table of raw rows must be there; it is another log's, so that a reader of this one is not measured with it. */
export const loneBench = (url: string, { row, revise }: CommandBench, stops: Stops): LoneBench => {
  const pool = poolFor(url, 1)
  stops.push(() => pool.end())
  const stream = `resource-${randomUUID()}`
  // Far from the positions that the other measure counts.
  let position = 2 ** 40
  let revision = -1
  const { type, data, metadata } = row
  const insert = async () => {
    const values = [++position, stream, ++revision, randomUUID(), type, data, metadata]
    await pool.query({ name: 'raw', text: INSERT, values })
  }
  return {
    command: milliseconds => p50(milliseconds, () => revise(0)),
    insert: milliseconds => p50(milliseconds, insert),
  }
}

/** In microseconds. */
const p50 = async (milliseconds: number, work: () => Promise<unknown>): Promise<number> => {
  const until = performance.now() + milliseconds
  const taken: number[] = []
  while (performance.now() < until) {
    const start = performance.now()
    await work()
    taken.push(performance.now() - start)
  }
  return median(taken) * 1_000
}
