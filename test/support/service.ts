/** A running service for a test: a database of its own, real HTTP, people with posts and tokens. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino, { type Logger } from 'pino'
import type { Test } from 'tap'
import { type Clock, simulatedClock } from '../../engine/clock.ts'
import { type CommandHandler, commandHandler } from '../../engine/command-handler.ts'
import type { Workflow } from '../../engine/definition.ts'
import type { EventStore } from '../../engine/event-store.ts'
import { followInstances, type Instances } from '../../engine/instances.ts'
import { type Keys, openKeys } from '../../engine/keys.ts'
import { seededRandomness, systemRandomness } from '../../engine/randomness.ts'
import { openSnapshots, type Snapshots } from '../../engine/snapshots.ts'
import { buildApp } from '../../services/api/app.ts'
import type { Services } from '../../services/api/services.ts'
import { appointFirst } from '../../services/appoint-first.ts'
import type { FilesConfig } from '../../services/files/config.ts'
import { type LocalIssuer, localIssuer } from '../../services/local-issuer.ts'
import { people } from '../../services/people.ts'
import type { Role } from '../../services/role.ts'
import { openRuntime, type Runtime, type RuntimeOptions } from '../../services/runtime.ts'
import { openSecrets, type Secrets } from '../../services/secrets.ts'
import { workingDays } from '../../services/working-days.ts'
import { workflows } from '../../workflows/index.ts'
import { eventStoreOf, openTestLog } from './log.ts'
import { knowsWhatIsWritten } from './own-events.ts'
import { database, type Ending, testPool } from './postgres.ts'
import { purse } from './purse.ts'
import { rootKeys } from './root-keys.ts'

export const START = '2026-03-05T02:00:00Z'
const YEAR_SECONDS = 365 * 86_400

export type Person = { id: string; token: string }
/** Roles and days of a post as `appoint` takes them; from the day the clock stands at unless said. */
export type Seat = { role: string; place?: string; organisation?: string; from?: string; to?: string }

type Explained = {
  command: string
  status: 'allowed' | 'refused' | 'depends'
  dependsOn?: { field: string }[]
  reasons?: { rule: string; text: string }[]
  because?: { code: string; detail: string }
  possibleIn?: { path: string }[]
}

/** Every member an answer can have; which it has is for the test to say. */
export type Body = {
  id: string
  revision: number
  position: string
  repeated: boolean
  state: { value: unknown }
  events: { type: string; event: string; revision: number; data: unknown; personalText?: string }[]
  data: Record<string, unknown>
  commands: Explained[]
  items: { id: string }[]
  rows: Record<string, unknown>[]
  next: string | null
  type: string
  title: string
  status: number | string
  code: string
  detail: string
  issues: { path: string; code: string; message: string; fields?: string[] }[]
  reasons: { rule: string; text: string; who: { role: string; title: string }[] }[]
  found: { path: string; field: string; kind: string; kindTitle: string; excerpt: string }[]
  possible: { command: string; title: string }[]
  known: string[]
  readModels: { model: string; stopped?: { at: string; error: string } }[]
}
export type Answer = { status: number; headers: Headers; body: Body; text: string }
export type Headed = Record<string, string | undefined>

export type Service = {
  address: string
  url: string
  files: FilesConfig
  runtime: Runtime
  /** As bureau of the whole city, the first. */
  founder: Person
  /** A body that is a string is sent as it stands; a header that is undefined is not sent. */
  call(by: Person | undefined, method: string, path: string, body?: unknown, headers?: Headed): Promise<Answer>
  /** Sends bytes that must be taken in; what evidence names. */
  upload(by: Person, name?: string, bytes?: string | Buffer): Promise<{ name: string; sha256: string }>
  /** Sends what must be accepted. */
  given(by: Person, path: string, body?: unknown): Promise<Body>
  register(name?: string): Promise<Person>
  /** Registers somebody and appoints them. */
  somebody(...seats: Seat[]): Promise<Person>
  token(id: string, seconds?: number): Promise<string>
  /** True where nothing is written while the work is done. */
  unchangedBy(work: () => Promise<unknown>): Promise<boolean>
  close(): Promise<void>
}

export type ServiceOptions = {
  clock?: Clock
  /** Says nothing unless a test listens. */
  logger?: Logger
  /** How long a request may take to arrive, where a test does not wait for the usual. */
  patience?: Parameters<typeof buildApp>[2]
  /** Lifecycles beside the project's own. */
  workflows?: readonly Workflow[]
  /** The project's own unless said. */
  policies?: RuntimeOptions['policies']
  /** Signs heads of the log. */
  heads?: RuntimeOptions['heads']
  rootKeys?: RuntimeOptions['rootKeys']
  role?: Role
  /** Makes spans of what it does. */
  tracer?: RuntimeOptions['tracer']
  /** How much is taken on at once, where a test does not fill the usual. */
  limits?: RuntimeOptions['limits']
  /** A database that another service of this test uses, with its founder. */
  beside?: Pick<Service, 'url'> & Partial<Pick<Service, 'founder' | 'files'>>
  files?: Partial<FilesConfig>
  /** Where its log is, whatever EVENTSTORE_URL says. */
  log?: { eventStore: RuntimeOptions['eventStore'] }
  /** Chance and the keys of commands come from it: asked the same in the same order, two services answer the same. */
  seed?: string
  /** Between the wired services and the application. */
  change?(services: Services): Partial<Services>
}

export const service = async (t: Ending, options: ServiceOptions = {}): Promise<Service> => {
  const clock = options.clock ?? simulatedClock(new Date(START))
  const url = options.beside?.url ?? (await database(t)).url
  const issuer = await testIssuer()
  const logger = options.logger ?? pino({ level: 'silent' })
  const files = options.beside?.files ?? (await filesIn(t, options.files))
  const every = [...workflows, purse, ...(options.workflows ?? [])]
  const runtime = await openRuntime({
    databaseUrl: url,
    eventStore: options.log ? options.log.eventStore : eventStoreOf(url),
    rootKeys: options.rootKeys ?? rootKeys,
    files,
    issuer,
    logger,
    clock,
    workflows: every,
    ...(options.heads && { heads: options.heads }),
    ...(options.policies && { policies: options.policies }),
    ...(options.role && { role: options.role }),
    ...(options.tracer && { tracer: options.tracer }),
    ...(options.limits && { limits: options.limits }),
    ...(options.seed !== undefined && { random: seededRandomness(options.seed) }),
  })
  const app = await buildApp({ ...runtime, ...options.change?.(runtime) }, logger, options.patience)
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  const close = once(() =>
    app
      .close()
      .then(() => knowsWhatIsWritten(runtime.store))
      .finally(runtime.close),
  )
  t.teardown(close)
  const token = (id: string, seconds = YEAR_SECONDS) => issuer.sign(id, clock.now(), seconds)
  const founder = options.beside?.founder ?? (await foundedBy(runtime, token))
  return {
    address,
    url,
    files,
    runtime,
    founder,
    token,
    close,
    ...conversation(address, runtime, founder, token, keysFrom(options.seed)),
  }
}

const keysFrom = (seed: string | undefined): (() => string) => {
  let asked = 0
  return seed === undefined ? randomUUID : () => `${seed}-${asked++}`
}

const conversation = (
  address: string,
  { store }: Runtime,
  founder: Person,
  token: Service['token'],
  keyOf: () => string,
) => {
  const call: Service['call'] = async (by, method, path, body, headers = {}) => {
    const own: Headed = {
      ...(by && { authorization: `Bearer ${by.token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(method === 'POST' && { 'idempotency-key': keyOf() }),
      ...headers,
    }
    const sent = Object.entries(own).filter((entry): entry is [string, string] => entry[1] !== undefined)
    const payload =
      body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
    const bytes = payload === undefined ? null : Buffer.from(payload)
    const response = await fetch(address + path, { method, headers: sent, body: bytes })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, body: jsonOrNothing(text) as Body }
  }
  const given: Service['given'] = async (by, path, body = {}) => {
    const answer = await call(by, 'POST', path, body)
    if (answer.status > 201) throw new Error(`${path}: ${answer.status} ${answer.text}`)
    return answer.body
  }
  const upload: Service['upload'] = async (by, name = '证明.txt', bytes = `${name}（测试）`) => {
    const path = `/v1/files?name=${encodeURIComponent(name)}`
    const answer = await call(by, 'POST', path, bytes, { 'content-type': 'application/octet-stream' })
    if (answer.status > 201) throw new Error(`${path}: ${answer.status} ${answer.text}`)
    const { sha256 } = answer.body as unknown as { sha256: string }
    return { name, sha256 }
  }
  const register = async (name = '李秀英') => {
    const { id } = await given(founder, '/v1/person', { name, phone: '027-87654321', place: '420106012021' })
    return { id, token: await token(id) }
  }
  const somebody = async (...seats: Seat[]) => {
    const person = await register()
    for (const seat of seats) await given(founder, `/v1/person/${person.id}/appoint`, { from: '2026-01-01', ...seat })
    return person
  }
  const unchangedBy = async (work: () => Promise<unknown>) => {
    const before = await store.head()
    await work()
    return before === (await store.head())
  }
  return { call, given, upload, register, somebody, unchangedBy }
}

const filesIn = async (t: Ending, config: Partial<FilesConfig> = {}): Promise<FilesConfig> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'gongchuang-files-'))
  t.teardown(() => rm(dataDir, { recursive: true }))
  return {
    folder: join(dataDir, 'files'),
    maxBytes: 1024 * 1024,
    unnamedMaxBytes: 1024 ** 3,
    scanCommand: [],
    s3: undefined,
    ...config,
  }
}

const foundedBy = async (runtime: Runtime, token: Service['token']): Promise<Person> => {
  const id = await appointFirst(runtime, { name: '周桂兰', phone: '027-87654321', role: 'bureau', place: '4201' })
  return { id, token: await token(id) }
}

const handlerOf = (
  store: EventStore,
  instances: Instances,
  clock: Clock,
  every: readonly Workflow[],
  { bodyHmac: bodyKey, claimHmac: claimKey }: Secrets,
  keys: Keys,
): CommandHandler => {
  return commandHandler({
    store,
    instances,
    workflows: every,
    people,
    workingDays,
    clock,
    keys,
    bodyKey,
    claimKey,
    random: systemRandomness,
  })
}

export type Engine = {
  store: EventStore
  instances: Instances
  handler: CommandHandler
  keys: Keys
  snapshots: Snapshots
  /** What a snapshot could not be used or kept for. */
  troubles: unknown[]
  clock: Clock
  stop(): Promise<void>
}

export type EngineOptions = {
  clock?: Clock
  /** Stands between the log and the rest. */
  around?(store: EventStore): EventStore
  /** Lifecycles beside the project's own. */
  workflows?: readonly Workflow[]
  /** The memory that its instances may take. */
  bytes?: number
  /** Tells its code from another's that folds otherwise. */
  code?: string
}

/** A process' engine without HTTP: log, follower, handler. */
export const engineOn = async (t: Test, url: string, options: EngineOptions = {}): Promise<Engine> => {
  const { clock = simulatedClock(new Date(START)), around = store => store, workflows: more = [] } = options
  const pool = testPool(t, url)
  const log = openTestLog(pool, url)
  const store = around(log)
  const secrets = await openSecrets(pool, rootKeys.master, systemRandomness)
  const { code = 'as it is', bytes } = options
  const troubles: unknown[] = []
  const onTrouble = (error: unknown) => troubles.push(error)
  const snapshots = openSnapshots({ pool, key: secrets.snapshots, code, onTrouble })
  const instances = await followInstances(store, { snapshots, ...(bytes && { bytes }) })
  const keys = openKeys(pool, rootKeys.master, systemRandomness)
  const handler = handlerOf(store, instances, clock, [...workflows, purse, ...more], secrets, keys)
  const stop = once(async () => {
    await instances.stop()
    await log.close()
  })
  t.teardown(stop)
  return { store, instances, snapshots, troubles, clock, stop, keys, handler }
}

const jsonOrNothing = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const once = (work: () => Promise<unknown>): (() => Promise<void>) => {
  let done: Promise<unknown> | undefined
  return async () => {
    done ??= work()
    await done
  }
}

/** One issuer a file; its key is needed in memory only. */
export const testIssuer = (): Promise<LocalIssuer> => {
  issuerOfThisFile ??= madeIssuer()
  return issuerOfThisFile
}

let issuerOfThisFile: Promise<LocalIssuer> | undefined

const madeIssuer = async (): Promise<LocalIssuer> => {
  const folder = await mkdtemp(join(tmpdir(), 'gongchuang-issuer-'))
  return localIssuer(folder, 'gongchuang').finally(() => rm(folder, { recursive: true }))
}
