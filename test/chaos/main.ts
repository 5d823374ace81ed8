/**
 * `npm run chaos -- --lifecycles N --seed N [--kills N]`: the long form; ends with 1 where anything was found.
 *
 *   --eventstore COMMAND  with the log in an EventStoreDB that COMMAND starts, and that is killed, frozen and started again:
 *                         `eventstored --insecure --node-port={port} --db={dir}/db --log={dir}/log`, say. It stays in the
 *                         foreground; port and folder are the harness's own, and come last where the words do not say where
 *   --apart               two processes that answer and two that work, instead of two that do both
 *   --in-turn             apart; each kind of process is killed, frozen and asked to stop once, and it is told how long all takes
 *   --minutes N           ends it then, with the lives and kills that there were
 *   --fault NAME          does damage on purpose, which must be found
 *   --story round         drives rounds of the venture competition instead, `--rounds N` of them (1 unless said), each in a world
 *                         of its own, with so many kills each (8 unless said), and the seeds that follow on `--seed`
 */
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { SingleBar } from 'cli-progress'
import { wholeNumber } from '../support/whole-number.ts'
import { judged, live } from './chaos.ts'
import { faults } from './faults.ts'
import { tellRounds } from './round/many.ts'
import { APART } from './scene.ts'
import { trialsText } from './trials.ts'

const { values } = parseArgs({
  options: {
    lifecycles: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    kills: { type: 'string' },
    eventstore: { type: 'string' },
    apart: { type: 'boolean', default: false },
    'in-turn': { type: 'boolean', default: false },
    minutes: { type: 'string' },
    fault: { type: 'string' },
    story: { type: 'string' },
    rounds: { type: 'string', default: '1' },
  },
})
if (values.story !== undefined && values.story !== 'round') throw new Error('a story is: round')
if (values.story === 'round') process.exit(await tellRounds(values))
const lifecycles = wholeNumber('lifecycles', values.lifecycles, 1)
const seed = wholeNumber('seed', values.seed, 0)
/** One for so many lives, unless said. */
const LIVES_A_KILL = 24
const kills = values['in-turn']
  ? 'in turn'
  : wholeNumber('kills', values.kills ?? String(Math.ceil(lifecycles / LIVES_A_KILL)), 0)
const roles = values.apart || values['in-turn'] ? APART : undefined
const withinMs = values.minutes === undefined ? undefined : 60_000 * wholeNumber('minutes', values.minutes, 1)
const fault = values.fault === undefined ? undefined : faults[values.fault]
if (fault?.postgresOnly && values.eventstore)
  throw new Error(`${values.fault} is done to the tables of the log: PostgreSQL's own`)
if (values.fault !== undefined && !fault) throw new Error(`a fault is one of ${Object.keys(faults).join(', ')}`)

const write = (text: string): void => void process.stdout.write(`${text}\n`)

write(`${lifecycles} lifecycles, ${kills} kills, seed ${seed}${values.eventstore ? ', on EventStoreDB' : ''}`)
const began = performance.now()
const bar = new SingleBar({ noTTYOutput: false, stream: process.stderr })
bar.start(lifecycles, 0)
const { eventstore: eventStore } = values
const lived = await live({
  lifecycles,
  seed,
  kills,
  eventStore,
  ...(roles && { roles }),
  ...(withinMs && { withinMs }),
  told: ended => bar.update(ended),
})
bar.stop()
write(`lived in ${Math.round((performance.now() - began) / 1_000)} s`)
const { world } = lived
const damaged = await fault?.damage({ query: world.query, ...world.place(), remembered: lived })
const findings = await judged({ ...lived, ...damaged?.remembered }, damaged?.asRead)
for (const [what, count] of Object.entries(lived.journal.counts).sort()) write(`${String(count).padStart(8)}  ${what}`)
write(trialsText(lived.trials))
for (const { check, what } of findings.slice(0, 50)) write(`✗ ${check}: ${what}`)
write(
  findings.length === 0
    ? `0 findings, seed ${seed}`
    : `${findings.length} findings, seed ${seed}; see ${lived.world.folder}`,
)
await lived.world.close({ keep: findings.length > 0 })
process.exit(findings.length === 0 ? 0 : 1)
