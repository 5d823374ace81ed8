/** `npm run fuzz -- --requests N --seed N`: the long form; the same seed sends the same requests. */
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { SingleBar } from 'cli-progress'
import { wholeNumber } from '../support/whole-number.ts'
import { fuzz, type Report } from './fuzz.ts'
import { worldOf } from './world.ts'

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
  },
})

const requests = wholeNumber('requests', values.requests, 1)
const seed = wholeNumber('seed', values.seed, 0)

const write = (text: string): void => void process.stdout.write(`${text}\n`)

const print = ({ statuses, accepted, slowestMs, faults }: Report): void => {
  for (const [status, count] of Object.entries(statuses)) write(`${status}  ${count}`)
  write(
    `accepted somewhere: ${accepted.size} operations; slowest answer: ${Math.round(slowestMs)} ms; faults: ${faults.length}`,
  )
  for (const { nth, what, request, answer } of faults.slice(0, 50))
    write(`\n#${nth} ${what}\n  ${request}\n  → ${answer}`)
}

const endings: (() => unknown)[] = []
const world = await worldOf({ teardown: ending => void endings.unshift(ending) })
const bar = new SingleBar({ noTTYOutput: false, stream: process.stderr })
write(`${requests} requests, seed ${seed}`)
bar.start(requests, 0)
const report = await fuzz(world, { requests, seed, told: done => bar.update(done) })
bar.stop()
print(report)
for (const ending of endings) await ending()
process.exitCode = report.faults.length > 0 ? 1 : 0
