/**
 * `npm run simulate -- --seed N --from DAY --days N [--projects N]`: prints what happened and the SHA-256 of the log; the
 * same seed and first day give the same. In a database of its own, or in an empty one that DATABASE_URL names.
 */
import { parseArgs } from 'node:util'
import { SingleBar } from 'cli-progress'
import { z } from 'zod'
import { database } from '../support/postgres.ts'
import { wholeNumber } from '../support/whole-number.ts'
import { type Report, simulate } from './year.ts'

const PROJECTS_A_YEAR = 120

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '2026-01-05' },
    days: { type: 'string', default: '365' },
    projects: { type: 'string' },
  },
})
const days = wholeNumber('days', values.days, 1)
const projects = wholeNumber('projects', values.projects ?? String(Math.ceil((PROJECTS_A_YEAR * days) / 365)), 0)
if (!z.iso.date().safeParse(values.from).success)
  throw new Error(`--from is a day such as 2026-01-05, not '${values.from}'`)

const write = (text: string): void => void process.stdout.write(`${text}\n`)

const print = (report: Report, seconds: number): void => {
  const listed = (counts: Record<string, number>) => Object.entries(counts).map(([name, n]) => `  ${n}  ${name}`)
  write(['events by type', ...listed(report.types), 'recorded by system posts', ...listed(report.posts)].join('\n'))
  write(`${days} days from ${values.from} in ${seconds.toFixed(1)} s: ${projects} projects, ${report.events} events`)
  write(`${report.refused} lives ended where somebody came too late; ${report.parked} commands parked`)
  write(`sha256 ${report.sha256}`)
}

const endings: (() => unknown)[] = []
const databaseUrl =
  process.env.DATABASE_URL ?? (await database({ teardown: ending => void endings.unshift(ending) })).url
const bar = new SingleBar({ noTTYOutput: false, stream: process.stderr })
bar.start(days, 0)
const from = performance.now()
const told = (passed: number) => bar.update(passed)
const report = await simulate({ databaseUrl, seed: values.seed, from: values.from, days, projects, told })
bar.stop()
print(report, (performance.now() - from) / 1_000)
for (const ending of endings) await ending()
