/**
 * What is tormented: a PostgreSQL, where asked for an EventStoreDB beside it, processes of the service on them, each
 * behind proxies of its own, and one clock.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { FilesConfig } from '../../services/files/config.ts'
import { type LocalIssuer, localIssuer } from '../../services/local-issuer.ts'
import type { EventStoreConfig } from '../../services/log.ts'
import type { Role } from '../../services/role.ts'
import { START } from '../support/service.ts'
import type { At } from './checks/evidence.ts'
import { type Direct, directTo, type Place } from './direct.ts'
import { PROCESS_SETTING } from './fencing.ts'
import { type OwnEventStore, startOwnEventStore } from './own-eventstore.ts'
import { type OwnPostgres, startOwnPostgres } from './own-postgres.ts'
import { connectBytes } from './proxy/bytes.ts'
import { connectThrough, type Database } from './proxy/connection.ts'
import { openProxy, type StoreProxy } from './proxy/proxy.ts'
import { enderOf } from './server-ender.ts'
import { keepService, type ServiceProcess } from './service-process.ts'

export type Slot = {
  role: Role
  process: ServiceProcess
  proxy: StoreProxy
  /** To the log, where it is not in the database. */
  logProxy?: StoreProxy
}

export const proxiesOf = ({ proxy, logProxy }: Slot): StoreProxy[] => (logProxy ? [proxy, logProxy] : [proxy])

export type World = Direct & {
  postgres: OwnPostgres
  eventStore: OwnEventStore | undefined
  slots: readonly Slot[]
  /** The time of all processes. */
  now(): Date
  /** Moves the clock of all of them forward. */
  pass(milliseconds: number): void
  /** Past the proxies. */
  place(): Place
  issuer: LocalIssuer
  folder: string
  /** Ends the processes, and leaves the database to the checks. */
  rest(): Promise<void>
  /** With all that was kept, unless somebody wants to look at it. */
  close(options?: { keep?: boolean }): Promise<void>
}

export type Opened = {
  /** What each process does. */
  roles: readonly Role[]
  /** How an EventStoreDB is started, where the log is to be in one. */
  eventStore?: string | undefined
}

export const openWorld = async ({ roles, eventStore: command }: Opened): Promise<World> => {
  const folder = await mkdtemp(join(tmpdir(), 'gongchuang-chaos-'))
  const dataDir = join(folder, 'database')
  const ender = enderOf(dataDir)
  const eventStore = command ? await startOwnEventStore(command, join(folder, 'eventstore'), ender) : undefined
  const stores: Stores = { postgres: await startOwnPostgres(dataDir), eventStore }
  const time = movingClock()
  const slots = await Promise.all(roles.map((role, n) => slotOf(folder, stores, time, { role, n: n + 1 })))
  const place = () => ({ url: stores.postgres.url(), ...(eventStore && { eventStore: configOf(eventStore.port) }) })
  const direct = directTo(place)
  const rest = once(async () => {
    await Promise.all(slots.map(({ process }) => process.dismiss()))
    await Promise.all(slots.flatMap(proxiesOf).map(proxy => proxy.close()))
  })
  return {
    ...stores,
    slots,
    folder,
    rest,
    place,
    now: time.now,
    ...direct,
    issuer: await localIssuer(folder, 'gongchuang'),
    pass: milliseconds => {
      time.pass(milliseconds)
      for (const { process } of slots) process.tell({ movedMs: time.movedMs() })
    },
    close: async ({ keep = false } = {}) => {
      await rest()
      await direct.leave()
      ender.dismiss()
      await Promise.all([stores.postgres.stop(), eventStore?.stop()])
      if (!keep) await rm(folder, { recursive: true, force: true })
    },
  }
}

type Stores = Pick<World, 'postgres' | 'eventStore'>

const IN_FLIGHT = 128

const configOf = (port: number): EventStoreConfig => ({
  url: `esdb://127.0.0.1:${port}?tls=false`,
  log: 'chaos',
  inFlight: IN_FLIGHT,
})

/** Runs as the machine's does, and jumps where it is told to. */
const movingClock = () => {
  let moved = Date.parse(START) - Date.now()
  return {
    movedMs: () => moved,
    simulated: true,
    now: () => new Date(Date.now() + moved),
    pass: (milliseconds: number) => {
      moved += milliseconds
    },
  }
}

const slotOf = async (
  folder: string,
  { postgres, eventStore }: Stores,
  time: ReturnType<typeof movingClock>,
  { role, n }: { role: Role; n: number },
): Promise<Slot> => {
  const proxy = await openProxy(() => addressOf(postgres.url()), connectThrough)
  const log = eventStore && { host: '127.0.0.1', port: eventStore.port }
  const logProxy = log && (await openProxy(() => log, connectBytes))
  const opening = (nth: number) => ({
    databaseUrl: through(postgres.url(), proxy.port, `${n}.${nth}`),
    ...(logProxy && { eventStore: configOf(logProxy.port) }),
    role,
    dataDir: folder,
    files: filesIn(folder),
    movedMs: time.movedMs(),
  })
  const process = keepService(opening, join(folder, `service-${n}.log`))
  return { role, proxy, process, ...(logProxy && { logProxy }) }
}

export const filesIn = (folder: string): FilesConfig => ({
  folder: join(folder, 'files'),
  maxBytes: 1024 * 1024,
  unnamedMaxBytes: 1024 ** 3,
  scanCommand: [],
  s3: undefined,
})

const addressOf = (url: string): Database => ({ host: '127.0.0.1', port: Number(new URL(url).port) })

/** `who` can be read in each of its transactions: see `fencing.ts`. */
const through = (url: string, port: number, who: string): string => {
  const changed = new URL(url)
  changed.port = String(port)
  changed.searchParams.set('options', `-c ${PROCESS_SETTING}=${who}`)
  return changed.href
}

const once = (work: () => Promise<void>): (() => Promise<void>) => {
  let done: Promise<void> | undefined
  return () => {
    done ??= work()
    return done
  }
}

/** Another database with all that is in this one, whose processes have been ended; beside the same EventStoreDB. */
export const copyOf = async (world: World, name: string): Promise<At & Pick<Direct, 'leave'>> => {
  await world.leave()
  const place = world.place()
  const admin = new pg.Client({ connectionString: named(place.url, 'template1') })
  await admin.connect()
  await admin.query(`CREATE DATABASE ${name} TEMPLATE ${new URL(place.url).pathname.slice(1)}`)
  await admin.end()
  const copy = { ...place, url: named(place.url, name) }
  return { ...copy, ...directTo(() => copy) }
}

const named = (url: string, database: string): string => {
  const changed = new URL(url)
  changed.pathname = `/${database}`
  return changed.href
}
