/**
 * `npx gongchuang eventstore-user`: the user of EVENTSTORE_URL on a server that is new, with what the service needs and no
 * more: it may read everything and append; it may take nothing away, change no rules, manage no users. Said again, it
 * sets the password anew where it does not fit.
 */
import { readFile } from 'node:fs/promises'
import { request } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { NO_STREAM } from '../engine/event-store.ts'
import { type EventStoreClient, openEventStoreClient } from '../engine/eventstore/client.ts'
import { connectionOf } from '../engine/eventstore/connection-string.ts'
import { type Randomness, systemRandomness, uuidFromChance } from '../engine/randomness.ts'
import { ConfigError } from './config.ts'
import type { SubCommand } from './sub-command.ts'

export const eventStoreUserCommand: SubCommand = {
  usage: 'eventstore-user',
  about: `on a new EventStoreDB: makes the user of EVENTSTORE_URL, who may read everything and append, and nothing else
    Signs in as admin with EVENTSTORE_ADMIN_PASSWORD. Said again, it sets the user's password to the one of EVENTSTORE_URL.`,
  run: async () => {
    const { EVENTSTORE_URL: url = '', EVENTSTORE_ADMIN_PASSWORD: password = '' } = process.env
    if (!url || !password) throw new ConfigError('EVENTSTORE_URL and EVENTSTORE_ADMIN_PASSWORD are needed')
    const what = await keepUser(url, { login: 'admin', password }, systemRandomness)
    process.stdout.write(SAID[what])
    return 0
  },
}

type Account = { login: string; password: string }
export type UserKept = 'made' | 'password-set' | 'there'

const SAID: Record<UserKept, string> = {
  made: '用户已建立 / the user was made\n',
  'password-set': '用户已有，密码已重设 / the user was there; its password was set anew\n',
  there: '用户已有，未改动 / the user was there already\n',
}

/** Whoever is in it may read everything and append. A group, so that several services can share a server. */
const GROUP = 'gongchuang'
const ADMINS = '$admins'

export const keepUser = async (url: string, admin: Account, random: Randomness): Promise<UserKept> => {
  const server = await serverAt(url)
  await signedIn(server, admin)
  const what = await makeUser(server, admin)
  await signedIn(server, server.user)
  const client = openEventStoreClient({ url: connectionOf(as(url, admin)).url })
  try {
    await settle(client, '$$$all', '$metadata', READING, random)
    await settle(client, '$settings', '$settings', RULES, random)
  } finally {
    await client.close()
  }
  return what
}

/** Of the stream `$all`, which only admins read unless it says so. */
const READING = { $acl: { $r: [GROUP, ADMINS] } }

/** Of every stream that says nothing itself. Without it, whoever signs in may delete streams, and set how long they last. */
const RULES = {
  $userStreamAcl: { $r: [GROUP, ADMINS], $w: [GROUP, ADMINS], $d: ADMINS, $mr: [GROUP, ADMINS], $mw: ADMINS },
  $systemStreamAcl: { $r: ADMINS, $w: ADMINS, $d: ADMINS, $mr: ADMINS, $mw: ADMINS },
}

const PAGE = 4_096

const settle = async (
  client: EventStoreClient,
  stream: string,
  type: string,
  rules: unknown,
  random: Randomness,
): Promise<void> => {
  const data = JSON.stringify(rules)
  const last = (await client.readStream(stream, 0, PAGE)).at(-1)
  if (last?.data === data) return
  await client.append(stream, last?.revision ?? NO_STREAM, [{ id: uuidFromChance(random), type, data, metadata: '{}' }])
}

/* Users: the one thing that the server's client does not know, so it is said over HTTP. */

type Server = { host: string; ca: Buffer | undefined; user: Account }

const serverAt = async (url: string): Promise<Server> => {
  const { protocol, host, username, password, searchParams } = new URL(url)
  const option = (name: string) => [...searchParams].find(([key]) => key.toLowerCase() === name)?.[1]
  if (protocol !== 'esdb:' || option('tls') === 'false' || !username)
    throw new ConfigError('EVENTSTORE_URL must name one server, with TLS, and the user: esdb://user:password@host:2113')
  const file = option('tlscafile')
  const user = { login: decodeURIComponent(username), password: decodeURIComponent(password) }
  return { host, ca: file === undefined ? undefined : await readFile(file), user }
}

const as = (url: string, { login, password }: Account): string =>
  Object.assign(new URL(url), { username: login, password }).href

const ADMIN_WITHIN_MS = 60_000
const ASK_EVERY_MS = 500
const OK = 200
const CREATED = 201
const UNAUTHORIZED = 401
const CONFLICT = 409

/** A new server makes its admin some moments after it says that it lives, and a new password is heard of everywhere after some more. */
const signedIn = async (server: Server, account: Account): Promise<void> => {
  const until = performance.now() + ADMIN_WITHIN_MS
  for (;;) {
    const status = await asks(server, account, 'GET', '/users/$current').catch(() => undefined)
    if (status === OK) return
    if (performance.now() > until) throw new ConfigError(NOT_SIGNED_IN(server.host, account, status))
    await sleep(ASK_EVERY_MS)
  }
}

const NOT_SIGNED_IN = (host: string, { login }: Account, status: number | undefined): string =>
  status === UNAUTHORIZED
    ? `${host} does not take the password of ${login}. That of admin is set when the server first starts, and later only by the server's own means`
    : `${host} does not answer (${status ?? 'no connection'})`

const makeUser = async (server: Server, admin: Account): Promise<UserKept> => {
  const { login, password } = server.user
  const named = { FullName: 'Gongchuang', Groups: [GROUP] }
  const known = (await asks(server, server.user, 'GET', '/users/$current')) === OK
  if (!known) {
    const made = await asks(server, admin, 'POST', '/users/', { LoginName: login, ...named, Password: password })
    if (made === CREATED) return 'made'
    if (made !== CONFLICT) throw new Error(`${server.host} did not make the user: ${made}`)
    await done(server, admin, 'POST', `/users/${login}/command/reset-password`, { NewPassword: password })
  }
  await done(server, admin, 'PUT', `/users/${login}`, named)
  return known ? 'there' : 'password-set'
}

const done = async (...call: Parameters<typeof asks>): Promise<void> => {
  const status = await asks(...call)
  if (status !== OK) throw new Error(`${call[0].host}: ${call[2]} ${call[3]} was answered with ${status}`)
}

const ANSWER_WITHIN_MS = 10_000

const asks = (
  { host, ca }: Server,
  { login, password }: Account,
  method: string,
  path: string,
  body?: unknown,
): Promise<number> =>
  new Promise((resolve, reject) => {
    const options = { method, ca, auth: `${login}:${password}`, timeout: ANSWER_WITHIN_MS }
    const asking = request(`https://${host}${path}`, { ...options, headers: { 'content-type': 'application/json' } })
    asking
      .on('response', answer => resolve(answer.resume().statusCode ?? 0))
      .on('timeout', () => asking.destroy(new Error(`${host} did not answer in time`)))
      .on('error', reject)
      .end(body === undefined ? undefined : JSON.stringify(body))
  })
