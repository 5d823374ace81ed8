/** `long-rebuild.ts ERRAND`: reads a filled log, builds the read models of a district from it, and says how fast and in how much memory. */
import { rebuildOf } from './rebuild.ts'
import { type Stops, stopAll } from './support.ts'

export type RebuildErrand = { url: string }
/** Events a second; the memory that the whole process took at most. */
export type RebuildReport = { reading: number; rebuilding: number; peakMiB: number }

const { url } = JSON.parse(process.argv[2] ?? '') as RebuildErrand
const stops: Stops = []
const bench = await rebuildOf(url, stops, 'not built')
const reading = await bench.reading(0)
const rebuilding = await bench.rebuilding('street-board', 'funder-portfolio', 'disbursement-ledger')(0)
const peakMiB = process.resourceUsage().maxRSS / 1_024
process.send?.({ reading, rebuilding, peakMiB } satisfies RebuildReport)
await stopAll(stops)
if (process.connected) process.disconnect()
