/**
 * `npm run bench:overload`: what becomes of a service that is asked four times what it can do. Measured in turns: as much
 * as it can do (32 ask again as soon as they are answered), then four times that, whether it answers or not.
 */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { buildApp } from '../services/api/app.ts'
import { appointFirst } from '../services/appoint-first.ts'
import { LIMITS, type Limits } from '../services/limits.ts'
import { localIssuer } from '../services/local-issuer.ts'
import { openRuntime, type Runtime } from '../services/runtime.ts'
import { BACKLOG } from '../services/server.ts'
import type { Answered, Flood } from './overload-client.ts'
import { resourceInput } from './resource-input.ts'
import { rootKeys } from './root-keys.ts'
import { filesIn, LANES, logger, median, openServer, type Server, type Stops, stopAll } from './support.ts'

const ASKERS = 512
const TIMES = 4
const SLICE_MS = 6_000
const ROUNDS = 3
const YEAR_SECONDS = 365 * 86_400
const contact = { name: '李秀英', phone: '13800000000', place: resourceInput.place }

type Asker = { path: string; token: string }
type Place = { port: number; askers: Asker[] }

const openService = async (server: Server, name: string, limits: Limits, stops: Stops): Promise<Place> => {
  const issuer = await localIssuer(server.folder, 'gongchuang')
  const databaseUrl = await server.database(name)
  const runtime = await openRuntime({ databaseUrl, rootKeys, files: filesIn(server.folder), issuer, logger, limits })
  const app = await buildApp(runtime, logger)
  stops.push(runtime.close, app.close)
  const port = Number(new URL(await app.listen({ host: '127.0.0.1', port: 0, backlog: BACKLOG })).port)
  const ids = await registered(runtime)
  const token = (id: string) => issuer.sign(id, runtime.clock.now(), YEAR_SECONDS)
  const askers = ids.map(async id => ({ path: `/v1/person/${id}/change-contact`, token: await token(id) }))
  return { port, askers: await Promise.all(askers) }
}

/** Each changes their own contact. */
const registered = async (runtime: Runtime): Promise<string[]> => {
  const person = await appointFirst(runtime, { name: '周桂兰', phone: '027-87654321', role: 'bureau', place: '4201' })
  const register = () =>
    runtime.handler.handle({ workflow: 'person', command: 'register', input: contact, person, key: randomUUID() })
  return (await Promise.all(Array.from({ length: ASKERS }, register))).map(({ id }) => id)
}

const body = JSON.stringify({ name: contact.name, phone: contact.phone })

const flooded = async (client: Worker, place: Place, pace: Flood['pace']): Promise<Answered> => {
  client.postMessage({ ...place, body, pace, milliseconds: SLICE_MS } satisfies Flood)
  const [answered] = (await once(client, 'message')) as [Answered]
  return answered
}

const perSecond = ({ took }: Answered): number => took.length / (SLICE_MS / 1_000)

const percentile = (sorted: readonly number[], of: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * of))] ?? Number.NaN

type Round = { top: number; kept: number; p99: number; answered: Answered }

const round = async (client: Worker, place: Place): Promise<Round> => {
  const top = perSecond(await flooded(client, place, { atOnce: LANES }))
  const answered = await flooded(client, place, { perSecond: TIMES * top })
  return { top, kept: perSecond(answered) / top, p99: percentile(answered.took, 0.99), answered }
}

const told = (name: string, { top, kept, p99, answered }: Round): string => {
  const { statuses, broken, unsent } = answered
  const others = Object.entries(statuses).map(([status, count]) => `${count} × ${status}`)
  return `${name}: top ${top.toFixed(0)}/s; at ${TIMES} times that ${(kept * 100).toFixed(0)} % of it is done, p99 ${p99.toFixed(0)} ms (${others.join(', ')}, ${broken} broken, ${unsent} not sent)\n`
}

const stops: Stops = []
try {
  const server = await openServer(stops)
  const client = new Worker(new URL('./overload-client.ts', import.meta.url))
  stops.push(() => client.terminate())
  const without = { ...LIMITS, requests: Number.MAX_SAFE_INTEGER, requestsPerPerson: Number.MAX_SAFE_INTEGER }
  const places = {
    limited: await openService(server, 'limited', LIMITS, stops),
    unlimited: await openService(server, 'unlimited', without, stops),
  }
  const rounds: Record<string, Round[]> = { limited: [], unlimited: [] }
  for (let n = 0; n < ROUNDS; n++)
    for (const [name, place] of Object.entries(places)) {
      const result = await round(client, place)
      rounds[name]?.push(result)
      process.stdout.write(told(name, result))
    }
  for (const [name, results] of Object.entries(rounds))
    process.stdout.write(
      `${name}: median ${(median(results.map(({ kept }) => kept)) * 100).toFixed(0)} % kept, p99 ${median(results.map(({ p99 }) => p99)).toFixed(0)} ms\n`,
    )
} finally {
  await stopAll(stops)
}
