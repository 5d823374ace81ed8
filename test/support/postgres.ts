/**
 * A database of its own for each test, migrated. One embedded server serves a whole run: the first file that asks
 * starts a keeper, which ends the server when the run is over, however it ended. With TEST_DATABASE_URL the
 * databases are made in that server instead.
 */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import type { Test } from 'tap'
import { migrate } from '../../services/migrate.ts'
import { seeProcess } from '../../services/processes.ts'

export type TestDatabase = { url: string; pool: pg.Pool }

/** What ends things when their time is over: a test, or a program of its own. */
export type Ending = Pick<Test, 'teardown'>

/** Dropped when the test is over, with whatever is still connected to it. */
export const database = async (t: Ending): Promise<TestDatabase> => {
  const server = await serverUrl()
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const url = databaseUrl(server, name)
  await query(
    server,
    process.env.TEST_DATABASE_URL ? `CREATE DATABASE ${name}` : `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`,
  )
  t.teardown(() => query(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))
  if (process.env.TEST_DATABASE_URL) await migrate(url)
  // A copy is a log of its own, and a store of files.
  else await query(url, 'UPDATE log.identity SET id = DEFAULT; UPDATE files.store SET id = DEFAULT')
  const pool = testPool(t, url)
  return { url, pool }
}

/** Another database with all that is in this one, to which nobody may be connected; dropped when the test is over. */
export const copyOf = async (t: Test, url: string): Promise<string> => {
  const server = await serverUrl()
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await query(server, `CREATE DATABASE ${name} TEMPLATE ${new URL(url).pathname.slice(1)}`)
  t.teardown(() => query(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))
  return databaseUrl(server, name)
}

/** A pool that ends with the test and outlives a server that does not. */
export const testPool = (t: Ending, url: string): pg.Pool => {
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  pool.on('error', () => undefined)
  t.teardown(() => pool.end())
  return pool
}

export const TEMPLATE = 'template_gongchuang'

export const databaseUrl = (server: string, name: string): string => {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

export const query = async (url: string, text: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(text).finally(() => client.end())
}

let known: Promise<string> | undefined

const serverUrl = (): Promise<string> => {
  known ??= process.env.TEST_DATABASE_URL ? Promise.resolve(process.env.TEST_DATABASE_URL) : serverOfThisRun()
  return known
}

const STARTED_WITHIN_MS = 60_000

const serverOfThisRun = async (): Promise<string> => {
  // Under tap the files of a run have one parent; a file started by hand is a run of its own.
  const run = process.env.TAP ? process.ppid : process.pid
  const folder = join(tmpdir(), `gongchuang-test-${run}-${(await seeProcess(run))?.started.replaceAll(/\W/g, '')}`)
  const answer = join(folder, 'server.json')
  if (!(await readJson(answer))) startKeeper(folder, run)
  for (let waited = 0; waited < STARTED_WITHIN_MS; waited += 25) {
    const server = await readJson(answer)
    if (server?.error) throw new Error(`no PostgreSQL to test with: ${server.error}`)
    if (server?.url) return server.url
    await sleep(25)
  }
  throw new Error(`no PostgreSQL to test with: its keeper said nothing in ${folder}`)
}

const readJson = async (file: string): Promise<{ url?: string; error?: string } | undefined> => {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  return text === undefined ? undefined : JSON.parse(text)
}

/** Without the runner's own settings: it is no test, and lives a little longer than the run. */
const startKeeper = (folder: string, run: number): void => {
  const script = fileURLToPath(new URL('keep-postgres.ts', import.meta.url))
  const { NODE_OPTIONS: _, ...env } = process.env
  spawn(process.execPath, [script, folder, String(run)], { detached: true, stdio: 'ignore', env }).unref()
}
