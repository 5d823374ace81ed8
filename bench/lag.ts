/** How long after a command was answered the read models include it, while commands come at half the rate that they could. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { CommandBench } from './command.ts'
import { LANES, type Measure } from './support.ts'

const PATIENCE_MS = 60_000
/** Of a slice, for finding the top rate. */
const TOP = 1 / 3

/** The time that 99 of 100 commands wait at most for the slowest read model, in milliseconds. */
export const lagBench =
  (bench: CommandBench): Measure =>
  async milliseconds => {
    const top = await bench.measure(milliseconds * TOP)
    const lags: number[] = []
    const until = performance.now() + milliseconds * (1 - TOP)
    await Promise.all(Array.from({ length: LANES }, (_, lane) => paced(bench, lane, top / 2, until, lags)))
    return lags.sort((one, other) => one - other)[Math.floor(lags.length * 0.99)] ?? Number.NaN
  }

const paced = async (bench: CommandBench, lane: number, rate: number, until: number, lags: number[]): Promise<void> => {
  const every = (LANES / rate) * 1_000
  const following: Promise<unknown>[] = []
  // The lanes begin one after another, not all at once.
  let due = performance.now() + (every * lane) / LANES
  while (due < until) {
    await sleep(Math.max(0, due - performance.now()))
    const { position } = await bench.revise(lane)
    following.push(followed(bench, position, performance.now()).then(lag => lags.push(lag)))
    due += every
  }
  await Promise.all(following)
}

const followed = async ({ runtime }: CommandBench, position: string, answered: number): Promise<number> => {
  const reached = await Promise.all(
    runtime.readModels.map(({ name }) => runtime.runner()?.reached(name, position, PATIENCE_MS)),
  )
  if (!reached.every(Boolean)) throw new Error(`a read model did not come to ${position}`)
  return performance.now() - answered
}
