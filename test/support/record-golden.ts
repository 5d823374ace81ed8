/**
 * `npm run record-golden [-- --replace]`: tells the sample district and an afterword, and records the streams that hold
 * a kind of event, or a shape of one, of which no golden history has been recorded yet. What was recorded before stays
 * as it is; `--replace` records all anew, which is for whoever means to break with every life that is there. What a stream
 * folds to is written where nothing says it: who means to change it, with a lift that adds a field, say, takes the
 * `.json` away first, and looks at what has become of it.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import pino from 'pino'
import { simulatedClock } from '../../engine/clock.ts'
import type { Workflow } from '../../engine/definition.ts'
import type { RecordedEvent } from '../../engine/event-store.ts'
import { loadSample } from '../../services/sample/load.ts'
import { workflows } from '../../workflows/index.ts'
import { eventsAt, foldedBy, GOLDEN, goldenPaths, readerFor, shapesIn } from './golden.ts'
import { tellAfterword } from './golden-afterword.ts'
import { lanterns } from './lantern.ts'
import { database, type Ending } from './postgres.ts'
import { rootKeys } from './root-keys.ts'
import { service, testIssuer } from './service.ts'

const TODAY = new Date('2026-11-24T02:00:00Z')
const YEAR_SECONDS = 366 * 86_400

/** Every event of a district where everything has happened once. */
const everything = async (t: Ending): Promise<RecordedEvent[]> => {
  const { url, pool } = await database(t)
  const dataDir = mkdtempSync(join(tmpdir(), 'gongchuang-golden-'))
  t.teardown(() => rmSync(dataDir, { recursive: true }))
  const limits = { maxBytes: 1024 * 1024, unnamedMaxBytes: 1024 ** 3, scanCommand: [], s3: undefined }
  const files = { folder: join(dataDir, 'files'), ...limits }
  const [today, local] = [simulatedClock(TODAY), await testIssuer()]
  await loadSample({ databaseUrl: url, rootKeys, files, local, logger: pino({ level: 'silent' }), dataDir, today })
  const first = `SELECT id FROM lives_v1.lives WHERE workflow = 'person' ORDER BY "startedAt" LIMIT 1`
  const { id } = (await pool.query<{ id: string }>(first)).rows[0] as { id: string }
  // The rounds of the afterword take months.
  const founder = { id, token: await local.sign(id, TODAY, YEAR_SECONDS) }
  const s = await service(t, { clock: today, beside: { url, files, founder }, workflows: [lanterns[0]] })
  await tellAfterword(t, s, pool)
  const { rows } = await pool.query<RecordedEvent>(
    'SELECT stream, revision, position, id, type, data, metadata FROM log.events ORDER BY position',
  )
  return rows
}

/** As few streams as may be that hold every shape wanted, the fullest first. */
const fewest = (streams: readonly RecordedEvent[][], known: ReadonlySet<string>): RecordedEvent[][] => {
  const missingIn = (events: readonly RecordedEvent[]) =>
    new Set(shapesIn(events).filter(shape => !known.has(shape))).size
  const [best] = streams.toSorted((one, other) => missingIn(other) - missingIn(one) || one.length - other.length)
  if (!best || missingIn(best) === 0) return []
  return [best, ...fewest(streams, new Set([...known, ...shapesIn(best)]))]
}

const record = (workflow: Workflow, events: readonly RecordedEvent[]): void => {
  const folder = join(workflow.name, `v${workflow.version}`)
  const number = goldenPaths().filter(path => path.startsWith(folder)).length + 1
  const path = join(folder, String(number).padStart(2, '0'))
  mkdirSync(join(GOLDEN, folder), { recursive: true })
  const lines = events.map(event => `${JSON.stringify(event)}\n`)
  writeFileSync(join(GOLDEN, `${path}.jsonl`), lines.join(''), { flag: 'wx' })
  process.stdout.write(`${path}: ${events.length} events\n`)
}

const recordMissing = (workflow: Workflow, all: readonly RecordedEvent[], replace: boolean): void => {
  if (replace) rmSync(join(GOLDEN, workflow.name), { recursive: true, force: true })
  const known = goldenPaths().filter(path => path.startsWith(`${workflow.name}/`))
  const own = all.filter(({ stream }) => stream.startsWith(`${workflow.category}-`))
  const streams = [...Map.groupBy(own, ({ stream }) => stream).values()]
  for (const events of fewest(streams, new Set(known.flatMap(path => shapesIn(eventsAt(path))))))
    record(workflow, events)
}

/** What a recorded stream is to fold to, where nothing says it yet. */
const expectMissing = (): void => {
  for (const path of goldenPaths().filter(path => !existsSync(join(GOLDEN, `${path}.json`)))) {
    const folded = foldedBy(readerFor(path), eventsAt(path))
    writeFileSync(join(GOLDEN, `${path}.json`), `${JSON.stringify(folded, undefined, 2)}\n`)
  }
}

const endings: (() => unknown)[] = []
const { values } = parseArgs({ options: { replace: { type: 'boolean', default: false } } })
mkdirSync(GOLDEN, { recursive: true })
try {
  const all = await everything({ teardown: ending => void endings.unshift(ending as () => unknown) })
  for (const workflow of [...workflows, lanterns[0]]) recordMissing(workflow, all, values.replace)
  expectMissing()
} finally {
  for (const ending of endings) await ending()
}
