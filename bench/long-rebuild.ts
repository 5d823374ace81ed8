/** `long-rebuild.ts ERRAND`: reads a filled log, builds the read models of a district from it, and says how fast and in how much memory. */
import { rebuildOf } from './rebuild.ts'
import { median, type Stops, stopAll } from './support.ts'

export type RebuildErrand = { url: string }
/** Events a second; the memory that the whole process took at most. */
export type RebuildReport = { reading: number; rebuilding: number; peakMiB: number }

const ROUNDS = 3

const { url } = JSON.parse(process.argv[2] ?? '') as RebuildErrand
const stops: Stops = []
const bench = await rebuildOf(url, stops)
const rebuild = bench.rebuilding('street-board', 'funder-portfolio', 'disbursement-ledger')

const measured = async (): Promise<RebuildReport> => {
  const reading: number[] = []
  const rebuilding: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    reading.push(await bench.reading(0))
    rebuilding.push(await rebuild(0))
  }
  return { reading: median(reading), rebuilding: median(rebuilding), peakMiB: process.resourceUsage().maxRSS / 1_024 }
}

process.send?.(await measured())
await stopAll(stops)
if (process.connected) process.disconnect()
