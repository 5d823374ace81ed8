/** What every measurement shares: a durable database of its own, 32 lanes at once for a slice of time, medians. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import pino from 'pino'
import { readConfig } from '../services/config.ts'
import { type Database, openDatabase } from '../services/database.ts'
import type { FilesConfig } from '../services/files/config.ts'

export const LANES = 32

/** Times a second, or what else a slice of so many milliseconds gives. */
export type Measure = (milliseconds: number) => Promise<number>

/** Files of the bench are kept in its folder. */
export const filesIn = (folder: string): FilesConfig => ({
  folder: join(folder, 'files'),
  maxBytes: 32 * 1024 * 1024,
  unnamedMaxBytes: Number.MAX_SAFE_INTEGER,
  scanCommand: [],
  s3: undefined,
})

export const logger = pino({ level: 'error' }, pino.destination(2))

/** What to stop, each before what was opened before it. */
export type Stops = (() => Promise<unknown>)[]

export const stopAll = async (stops: Stops): Promise<void> => {
  for (let stop = stops.pop(); stop; stop = stops.pop())
    await stop().catch(error => logger.error({ err: error }, 'could not stop cleanly'))
}

export type Server = { version: string; folder: string; database(name: string): Promise<string> }

/** PostgreSQL at DATABASE_URL or the embedded one, in a folder beside the service's data: /tmp may be memory. */
export const openServer = async (stops: Stops): Promise<Server> => {
  await mkdir('.data', { recursive: true })
  const folder = await mkdtemp(join('.data', 'bench-'))
  stops.push(() => rm(folder, { recursive: true }))
  const config = { ...readConfig({ DATA_DIR: folder }), databaseUrl: process.env.DATABASE_URL }
  const before = await openDatabase(config, logger)
  if (before.embedded) await roomFor(CONNECTIONS, before)
  const { url, stop } = before.embedded ? await openDatabase(config, logger) : before
  stops.push(stop)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  stops.push(() => client.end())
  return { folder, version: await durableVersion(client), database: name => madeDatabase(client, url, name, stops) }
}

/** Everything measured keeps its connections from slice to slice. A server of its own is told so, and stopped to hear it. */
const CONNECTIONS = 300

const roomFor = async (connections: number, { url, stop }: Database): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`ALTER SYSTEM SET max_connections = ${connections}`)
  await client.end()
  await stop()
}

const madeDatabase = async (client: pg.Client, url: string, name: string, stops: Stops): Promise<string> => {
  const own = `bench_${process.pid}_${name}`
  await client.query(`CREATE DATABASE ${own}`)
  stops.push(() => client.query(`DROP DATABASE ${own} WITH (FORCE)`))
  return Object.assign(new URL(url), { pathname: `/${own}` }).href
}

const durableVersion = async (client: pg.Client): Promise<string> => {
  for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes'])
    if ((await shown(client, setting)) !== 'on')
      throw new Error(`${setting} is not on: figures of a log that may be lost mean nothing; turn it on in this server`)
  return shown(client, 'server_version')
}

const shown = async (client: pg.Client, setting: string): Promise<string> =>
  (await client.query(`SELECT current_setting('${setting}') AS value`)).rows[0].value

export const poolFor = (connectionString: string, max: number): pg.Pool => {
  const pool = new pg.Pool({ connectionString, max, idleTimeoutMillis: 0 })
  pool.on('error', error => logger.debug({ err: error }, 'an idle connection broke'))
  return pool
}

/** Every lane works again and again until the time is over; `settle` belongs to the work. */
export const rate = async (
  milliseconds: number,
  work: (lane: number) => Promise<unknown>,
  settle: () => Promise<unknown> = async () => undefined,
  lanes = LANES,
): Promise<number> => {
  const start = performance.now()
  let times = 0
  const run = async (lane: number) => {
    while (performance.now() - start < milliseconds) {
      await work(lane)
      times++
    }
  }
  await Promise.all(Array.from({ length: lanes }, (_, lane) => run(lane)))
  await settle()
  return (times / (performance.now() - start)) * 1_000
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2
}
