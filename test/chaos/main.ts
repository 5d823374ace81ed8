/** `npm run chaos -- --lifecycles N --seed N [--kills N]`: the long form; ends with 1 where anything was found. */
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { SingleBar } from 'cli-progress'
import { wholeNumber } from '../support/whole-number.ts'
import { judged, live } from './chaos.ts'
import { faults } from './faults.ts'

const { values } = parseArgs({
  options: {
    lifecycles: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    kills: { type: 'string' },
    fault: { type: 'string' },
  },
})
const lifecycles = wholeNumber('lifecycles', values.lifecycles, 1)
const seed = wholeNumber('seed', values.seed, 0)
/** One for so many lives, unless said. */
const LIVES_A_KILL = 24
const kills = wholeNumber('kills', values.kills ?? String(Math.ceil(lifecycles / LIVES_A_KILL)), 0)
const fault = values.fault === undefined ? undefined : faults[values.fault]
if (values.fault !== undefined && !fault) throw new Error(`a fault is one of ${Object.keys(faults).join(', ')}`)

const write = (text: string): void => void process.stdout.write(`${text}\n`)

write(`${lifecycles} lifecycles, ${kills} kills, seed ${seed}`)
const began = performance.now()
const bar = new SingleBar({ noTTYOutput: false, stream: process.stderr })
bar.start(lifecycles, 0)
const lived = await live({ lifecycles, seed, kills, told: ended => bar.update(ended) })
bar.stop()
write(`lived in ${Math.round((performance.now() - began) / 1_000)} s`)
const remembered = fault ? await fault.damage({ query: lived.world.query, remembered: lived }) : lived
const findings = await judged({ ...lived, ...remembered })
for (const [what, count] of Object.entries(lived.journal.counts).sort()) write(`${String(count).padStart(8)}  ${what}`)
for (const { check, what } of findings.slice(0, 50)) write(`✗ ${check}: ${what}`)
write(
  findings.length === 0
    ? `0 findings, seed ${seed}`
    : `${findings.length} findings, seed ${seed}; see ${lived.world.folder}`,
)
await lived.world.close({ keep: findings.length > 0 })
process.exit(findings.length === 0 ? 0 : 1)
