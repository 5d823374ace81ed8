/** `long-commands.ts ERRAND`: sends very many commands to very many lives, and says what memory holds after each tenth of them. */
import { commandBench } from './command.ts'
import { LANES, type Stops, stopAll } from './support.ts'

export type CommandsErrand = { url: string; folder: string; commands: number }
/** In use after garbage is collected, after each tenth. */
export type CommandsReport = { tenthsMiB: number[] }

const { url, folder, commands } = JSON.parse(process.argv[2] ?? '') as CommandsErrand
const stops: Stops = []
/** So little that it is full after the first tenth: what grows afterwards would grow for ever. */
const bench = await commandBench(url, folder, stops, { lives: 2_000, cacheBytes: 16 * 1024 * 1024 })

const sendTenth = async (): Promise<void> => {
  let left = commands / 10
  const lane = async (n: number) => {
    for (let turn = n; left-- > 0; turn += LANES) await bench.revise(turn)
  }
  await Promise.all(Array.from({ length: LANES }, (_, n) => lane(n)))
  await bench.settle()
}

const inUse = (): number => {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 1_024 ** 2
}

const tenthsMiB: number[] = []
for (let tenth = 0; tenth < 10; tenth++) {
  await sendTenth()
  tenthsMiB.push(inUse())
}
process.send?.({ tenthsMiB } satisfies CommandsReport)
await stopAll(stops)
if (process.connected) process.disconnect()
