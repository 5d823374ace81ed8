/**
 * The PostgreSQL that comes along: made on first start in the data folder, on a free port of 127.0.0.1, with a
 * password that stands only there. It runs in a session of its own, so neither Ctrl-C nor a `kill -9` of the
 * service reaches it; whoever starts next on the folder takes it over.
 *
 *   <DATA_DIR>/postgres/            the database
 *   <DATA_DIR>/postgres/password    of its one user
 *   <DATA_DIR>/postgres.log         what it said since it was last started; `.1` is the time before
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { type FileHandle, mkdir, open, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Logger } from 'pino'
import { takeLock } from './data-dir.ts'
import { type Binaries, postgresBinaries } from './postgres-binaries.ts'
import { seeProcess } from './processes.ts'
import { type Unprivileged, unprivileged } from './unprivileged.ts'

export type EmbeddedPostgres = {
  url: string
  /** It was running already. */
  adopted: boolean
  /** Resolves when it is down and everything is on disk. */
  stop(): Promise<void>
}

export type EmbeddedPostgresOptions = {
  dataDir: string
  log: Pick<Logger, 'info' | 'warn'>
  /** Where the programs are, if not in the package for this platform. */
  binaries?: Binaries
  /** Beside or instead of its own: of one that need not outlive a crash, say. */
  settings?: Readonly<Record<string, string>>
}

export class PostgresFailed extends Error {
  readonly code = 'postgres-failed'
}

type Place = {
  folder: string
  logFile: string
  binaries: Binaries
  as: Unprivileged
  settings: Readonly<Record<string, string>>
}
type Running = { pid: number; port: number }

const USER = 'gongchuang'
const LOOK_EVERY_MS = 20
/** After a crash it first reads what it had written ahead. */
const READY_WITHIN_MS = 120_000
const STARTS_WAIT_MS = 150_000
const STOP_FAST_MS = 30_000
const STOP_AT_ONCE_MS = 10_000
const STARTS = 5

/** Throws `PostgresFailed` or what `postgresBinaries` and `unprivileged` throw: each says what to do. */
export const startEmbeddedPostgres = async (options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> => {
  await mkdir(options.dataDir, { recursive: true })
  const dataDir = await realpath(options.dataDir)
  const release = await oneStartAtATime(join(dataDir, 'postgres.lock'))
  try {
    const place = await placeIn(dataDir, options)
    const found = await findRunning(place)
    if (found) options.log.info({ pid: found.pid, port: found.port }, 'took over the PostgreSQL that was running')
    if (!found) await create(place, dataDir)
    const running = found ?? (await launch(place, options.log))
    return {
      url: await urlOf(place, running.port),
      adopted: found !== undefined,
      stop: stopOnce(place, running, options.log),
    }
  } finally {
    await release()
  }
}

const oneStartAtATime = async (file: string): Promise<() => Promise<void>> => {
  const until = performance.now() + STARTS_WAIT_MS
  for (;;) {
    const lock = await takeLock(file)
    if ('release' in lock) return lock.release
    if (performance.now() > until)
      throw new PostgresFailed(`process ${lock.holder} has been starting PostgreSQL on this folder for minutes: end it`)
    await sleep(LOOK_EVERY_MS)
  }
}

const placeIn = async (
  dataDir: string,
  { binaries: given, settings = {} }: EmbeddedPostgresOptions,
): Promise<Place> => {
  const binaries = given ?? (await postgresBinaries())
  const folder = join(dataDir, 'postgres')
  const as = await unprivileged(folder, [dataDir, await realpath(binaries.postgres), await realpath(binaries.initdb)])
  return { folder, logFile: join(dataDir, 'postgres.log'), binaries, as, settings }
}

/* Making it */

/** Built beside and moved into place when complete, so that one broken off is simply begun again. */
const create = async (place: Place, dataDir: string): Promise<void> => {
  if (await exists(place.folder)) return
  const draft = join(dataDir, 'postgres.new')
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { mode: 0o700 })
  await place.as.own(draft)
  const passwordFile = join(dataDir, 'postgres.new.password')
  await rm(passwordFile, { force: true })
  await writeFile(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 })
  await place.as.own(passwordFile)
  await initdb(place, draft, passwordFile)
  await rename(passwordFile, join(draft, 'password'))
  await rename(draft, place.folder)
  await syncFolder(dataDir)
}

const initdb = async (place: Place, folder: string, passwordFile: string): Promise<void> => {
  const output = await openLog(place)
  try {
    const child = start(place, output, place.binaries.initdb, [
      `--pgdata=${folder}`,
      `--username=${USER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--no-instructions',
    ])
    const status = await ended(child)
    if (status !== 0) throw new PostgresFailed(`PostgreSQL could not make its folder: ${await lastWords(place)}`)
  } finally {
    await output.close()
  }
}

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/* Starting it */

/** A port may be taken between looking and listening, and the remains of a killed server take a moment to go. */
const launch = async (place: Place, log: EmbeddedPostgresOptions['log']): Promise<Running> => {
  for (let tries = 1; ; tries++) {
    const running = await launchOnce(place)
    if (running) return running
    const words = await lastWords(place)
    if (tries === STARTS || !/Address already in use|could not bind|shared memory block/.test(words))
      throw new PostgresFailed(`PostgreSQL did not start (${place.logFile}): ${words}`)
    log.warn({ tries, words }, 'PostgreSQL did not start; trying again')
    await sleep(300 * tries)
  }
}

const launchOnce = async (place: Place): Promise<Running | undefined> => {
  const port = await freePort(await lastPort(place))
  const output = await openLog(place)
  try {
    const child = start(place, output, place.binaries.postgres, ['-D', place.folder, ...settings(port, place.settings)])
    child.unref()
    const exit = ended(child)
    return await Promise.race([untilReady(place, child), exit.then(() => undefined)])
  } finally {
    await output.close()
  }
}

const settings = (port: number, more: Place['settings']): string[] =>
  Object.entries({
    port,
    listen_addresses: '127.0.0.1',
    // No socket files: their paths have a length limit, and their folder an owner.
    unix_socket_directories: '',
    fsync: 'on',
    synchronous_commit: 'on',
    timezone: 'UTC',
    log_timezone: 'UTC',
    jit: 'off',
    autovacuum_naptime: '15s',
    ...more,
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`])

const start = (place: Place, output: FileHandle, program: string, given: readonly string[]): ChildProcess => {
  const { file, args, options } = place.as.command(program, given)
  return spawn(file, args, {
    ...options,
    // A session of its own: signals from the terminal are the service's alone.
    detached: true,
    cwd: dirname(place.folder),
    env: { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', output.fd, output.fd],
  })
}

/** The exit status; a program that cannot be run at all is an error. */
const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve, reject) => {
    child.once('error', cause =>
      reject(
        new PostgresFailed(`PostgreSQL cannot be run on this machine: ${cause.message}; set DATABASE_URL`, { cause }),
      ),
    )
    child.once('exit', resolve)
  })

const untilReady = async (place: Place, child: ChildProcess): Promise<Running> => {
  const until = performance.now() + READY_WITHIN_MS
  while (performance.now() < until && child.exitCode === null && child.signalCode === null) {
    const file = await readPidFile(place)
    if (file && file.pid === child.pid && file.ready && (await answers(place, file.port))) return file
    await sleep(LOOK_EVERY_MS)
  }
  throw new PostgresFailed(`PostgreSQL was not ready after ${READY_WITHIN_MS / 1000} s (${place.logFile})`)
}

/** Where it listened the last time: who still looks for it there finds it again. */
const lastPort = async ({ folder }: Place): Promise<number> => {
  const started = await readFile(join(folder, 'postmaster.opts'), 'utf8').catch(() => '')
  return Number(/"port=(\d+)"/.exec(started)?.[1] ?? 0)
}

const freePort = (wanted: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', error => (wanted === 0 ? reject(error) : resolve(freePort(0))))
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })

const openLog = async ({ logFile }: Place): Promise<FileHandle> => {
  await rename(logFile, `${logFile}.1`).catch(() => undefined)
  return open(logFile, 'a', 0o600)
}

const lastWords = async ({ logFile }: Place): Promise<string> => {
  const said = (await readFile(logFile, 'utf8').catch(() => '')).trim()
  return said.split('\n').slice(-6).join(' / ') || 'it said nothing'
}

/* Finding it */

type PidFile = Running & { ready: boolean }

const readPidFile = async ({ folder }: Place): Promise<PidFile | undefined> => {
  const text = await readFile(pidFileOf(folder), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const lines = text.split('\n')
  return { pid: Number(lines[0]), port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' }
}

const pidFileOf = (folder: string): string => join(folder, 'postmaster.pid')

/** The server that runs on this folder, once it answers; nothing where there is none. */
const findRunning = async (place: Place): Promise<Running | undefined> => {
  const until = performance.now() + READY_WITHIN_MS
  for (;;) {
    const file = await readPidFile(place)
    if (!file || !(await isOurs(place, file.pid))) return undefined
    if (file.ready && (await answers(place, file.port))) return file
    if (performance.now() > until)
      throw new PostgresFailed(
        `a PostgreSQL (process ${file.pid}) runs on ${place.folder} and does not answer: end it with \`kill ${file.pid}\` and start again`,
      )
    await sleep(LOOK_EVERY_MS)
  }
}

/**
 * The file of a dead server is left to PostgreSQL, which looks for its remains before it goes on. Where the number
 * belongs to another process by now, PostgreSQL would take that for the server: then the file is removed.
 */
const isOurs = async ({ folder }: Place, pid: number): Promise<boolean> => {
  const seen = pid > 0 ? await seeProcess(pid) : undefined
  if (!seen) return false
  if (seen.command.includes(folder)) return true
  await rm(pidFileOf(folder), { force: true })
  return false
}

const answers = async (place: Place, port: number): Promise<boolean> => {
  const client = new pg.Client({ connectionString: await urlOf(place, port), connectionTimeoutMillis: 2_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory')
    return rows[0]?.data_directory === place.folder
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

const urlOf = async ({ folder }: Place, port: number): Promise<string> => {
  const file = join(folder, 'password')
  const password = await readFile(file, 'utf8').catch(cause => {
    throw new PostgresFailed(`${file} cannot be read, and without it nobody can log in: bring it back from a backup`, {
      cause,
    })
  })
  return `postgres://${USER}:${password}@127.0.0.1:${port}/postgres`
}

/* Stopping it */

const stopOnce = (place: Place, running: Running, log: EmbeddedPostgresOptions['log']): (() => Promise<void>) => {
  let stopped: Promise<void> | undefined
  return () => {
    stopped ??= stop(place, running, log)
    return stopped
  }
}

/** Fast: sessions are ended and everything is written. At once: the next start reads what was written ahead. */
const stop = async (place: Place, running: Running, log: EmbeddedPostgresOptions['log']): Promise<void> => {
  if (await gone(place, running)) return
  process.kill(running.pid, 'SIGINT')
  if (await goneWithin(place, running, STOP_FAST_MS)) return
  log.warn({ pid: running.pid }, 'PostgreSQL is slow to stop; stopping it at once')
  process.kill(running.pid, 'SIGQUIT')
  if (await goneWithin(place, running, STOP_AT_ONCE_MS)) return
  throw new PostgresFailed(`PostgreSQL (process ${running.pid}) does not stop: end it with \`kill -9 ${running.pid}\``)
}

/** The process, not its file: a folder that was removed meanwhile must not leave a server behind. */
const gone = async ({ folder }: Place, { pid }: Running): Promise<boolean> =>
  !(await seeProcess(pid))?.command.includes(folder)

const goneWithin = async (place: Place, running: Running, milliseconds: number): Promise<boolean> => {
  const until = performance.now() + milliseconds
  while (performance.now() < until) {
    if (await gone(place, running)) return true
    await sleep(LOOK_EVERY_MS)
  }
  return false
}
