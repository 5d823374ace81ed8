/** What is tormented: a PostgreSQL, processes of the service on it, each behind a proxy of its own, and one clock. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { FilesConfig } from '../../services/files/config.ts'
import { type LocalIssuer, localIssuer } from '../../services/local-issuer.ts'
import { START } from '../support/service.ts'
import { type OwnPostgres, startOwnPostgres } from './own-postgres.ts'
import type { Database } from './proxy/connection.ts'
import { type DatabaseProxy, openProxy } from './proxy/proxy.ts'
import { keepService, type ServiceProcess } from './service-process.ts'

export type Slot = { process: ServiceProcess; proxy: DatabaseProxy }

/** To a database past the proxies. */
export type Direct = {
  /** Asks again while it is down. */
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>
  /** Closes its connections, until it is asked again. */
  leave(): Promise<void>
}

export type World = Direct & {
  postgres: OwnPostgres
  slots: readonly Slot[]
  /** The time of all processes. */
  now(): Date
  /** Moves the clock of all of them forward. */
  pass(milliseconds: number): void
  /** Past the proxies. */
  url(): string
  issuer: LocalIssuer
  folder: string
  /** Ends the processes, and leaves the database to the checks. */
  rest(): Promise<void>
  /** With all that was kept, unless somebody wants to look at it. */
  close(options?: { keep?: boolean }): Promise<void>
}

const ASK_AGAIN_MS = 50

export const openWorld = async ({ processes }: { processes: number }): Promise<World> => {
  const folder = await mkdtemp(join(tmpdir(), 'gongchuang-chaos-'))
  const postgres = await startOwnPostgres(join(folder, 'database'))
  const time = movingClock()
  const slots = await Promise.all(Array.from({ length: processes }, (_, n) => slotOf(folder, postgres, time, n + 1)))
  const direct = directTo(postgres)
  const rest = once(async () => {
    await Promise.all(slots.map(({ process }) => process.dismiss()))
    await Promise.all(slots.map(({ proxy }) => proxy.close()))
  })
  return {
    postgres,
    slots,
    folder,
    rest,
    now: time.now,
    url: postgres.url,
    ...direct,
    issuer: await localIssuer(folder, 'gongchuang'),
    pass: milliseconds => {
      time.pass(milliseconds)
      for (const { process } of slots) process.tell({ movedMs: time.movedMs() })
    },
    close: async ({ keep = false } = {}) => {
      await rest()
      await direct.leave()
      await postgres.stop()
      if (!keep) await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Runs as the machine's does, and jumps where it is told to. */
const movingClock = () => {
  let moved = Date.parse(START) - Date.now()
  return {
    movedMs: () => moved,
    now: () => new Date(Date.now() + moved),
    pass: (milliseconds: number) => {
      moved += milliseconds
    },
  }
}

const slotOf = async (
  folder: string,
  postgres: OwnPostgres,
  time: ReturnType<typeof movingClock>,
  n: number,
): Promise<Slot> => {
  const proxy = await openProxy(() => addressOf(postgres.url()))
  const opening = () => ({
    databaseUrl: through(postgres.url(), proxy.port),
    dataDir: folder,
    files: filesIn(folder),
    movedMs: time.movedMs(),
  })
  return { proxy, process: keepService(opening, join(folder, `service-${n}.log`)) }
}

export const filesIn = (folder: string): FilesConfig => ({
  folder: join(folder, 'files'),
  maxBytes: 1024 * 1024,
  unnamedMaxBytes: 1024 ** 3,
  scanCommand: [],
  s3: undefined,
})

const addressOf = (url: string): Database => ({ host: '127.0.0.1', port: Number(new URL(url).port) })

const through = (url: string, port: number): string => {
  const changed = new URL(url)
  changed.port = String(port)
  return changed.href
}

const MOST_CONNECTIONS = 4

/** A pool that follows the server to wherever it comes up again. */
const directTo = (postgres: Pick<OwnPostgres, 'url'>): Direct => {
  let open: { at: string; pool: pg.Pool } | undefined
  const leave = async (): Promise<void> => {
    const left = open
    open = undefined
    await left?.pool.end()
  }
  const poolNow = (): pg.Pool => {
    if (open?.at !== postgres.url()) void leave()
    open ??= { at: postgres.url(), pool: poolAt(postgres.url()) }
    return open.pool
  }
  const query: Direct['query'] = async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) => {
    for (;;) {
      try {
        return (await poolNow().query<Row>(text, values)).rows
      } catch (error) {
        if (!isPassing(error)) throw error
        await sleep(ASK_AGAIN_MS)
      }
    }
  }
  return { query, leave }
}

const poolAt = (url: string): pg.Pool => {
  const pool = new pg.Pool({ connectionString: url, max: MOST_CONNECTIONS })
  pool.on('error', () => undefined)
  return pool
}

/** Classes of SQLSTATE: connection exception, insufficient resources, operator intervention. */
const isPassing = (error: unknown): boolean =>
  error instanceof pg.DatabaseError ? /^(08|53|57)/.test(error.code ?? '') : true

const once = (work: () => Promise<void>): (() => Promise<void>) => {
  let done: Promise<void> | undefined
  return () => {
    done ??= work()
    return done
  }
}

/** Another database with all that is in this one, whose processes have been ended. */
export const copyOf = async (world: World, name: string): Promise<Direct & { url: string }> => {
  await world.leave()
  const admin = new pg.Client({ connectionString: named(world.url(), 'template1') })
  await admin.connect()
  await admin.query(`CREATE DATABASE ${name} TEMPLATE ${new URL(world.url()).pathname.slice(1)}`)
  await admin.end()
  const url = named(world.url(), name)
  return { url, ...directTo({ url: () => url }) }
}

const named = (url: string, database: string): string => {
  const changed = new URL(url)
  changed.pathname = `/${database}`
  return changed.href
}
