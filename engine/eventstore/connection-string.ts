/** The address of an EventStoreDB: what it says, judged before the client sees it, which repeats passwords in its messages. */
import { existsSync } from 'node:fs'

export type Connection = {
  /** For the client: nothing in it that would weaken what the log promises. */
  url: string
  /** What an operator should know of it. */
  warnings: readonly ConnectionWarning[]
}

export type ConnectionWarning =
  /** `tls=false`: everything is sent in the open. */
  | 'not-encrypted'
  /** `tls=false` beside a user: the password is not sent, and the server does not know who asks. */
  | 'credentials-dropped'
  /** TLS without a user: a server that asks who it is will refuse. */
  | 'no-credentials'
  /** Another node than the leader was preferred: this is not followed. */
  | 'leader-enforced'
  /** `throwOnAppendFailure` and `tlsVerifyCert` are not followed. */
  | 'option-dropped'

export class BadConnectionString extends Error {
  readonly code = 'bad-eventstore-url'
}

const SHAPE =
  /^(?<scheme>esdb(?:\+discover)?):\/\/(?:(?<user>[^:@/?]+):(?<password>[^@/?]+)@)?(?<hosts>[^/?@]+)\/?(?:\?(?<options>.*))?$/
const HOST = /^[A-Za-z0-9._-]+(?::(?<port>\d{1,5}))?$/
const LAST_PORT = 65_535
const OPTIONS = [
  'tls',
  'tlsCaFile',
  'tlsVerifyCert',
  'connectionName',
  'maxDiscoverAttempts',
  'discoveryInterval',
  'gossipTimeout',
  'nodePreference',
  'keepAliveInterval',
  'keepAliveTimeout',
  'defaultDeadline',
  'throwOnAppendFailure',
]
const DROPPED = ['throwOnAppendFailure', 'tlsVerifyCert']
/** What the client itself says of an option that it does not like, it says with the password. */
const WHOLE_NUMBERS = ['maxDiscoverAttempts', 'discoveryInterval', 'gossipTimeout', 'defaultDeadline']
const KEEP_ALIVES = ['keepAliveInterval', 'keepAliveTimeout']
const LEAST_KEEP_ALIVE_MS = 10_000

/** Throws `BadConnectionString`, whose message repeats neither user nor password. */
export const connectionOf = (text: string): Connection => {
  const parts = SHAPE.exec(text.trim())?.groups
  if (!parts) throw new BadConnectionString('not of the shape esdb://user:password@host:port?option=value')
  const { scheme, user, password, hosts = '' } = parts
  for (const host of hosts.split(',')) if (!isHost(host)) throw new BadConnectionString(`"${host}" is no host:port`)
  const options = optionsOf(parts.options ?? '')
  const open = options.get('tls') === 'false'
  const who = user && !open ? `${user}:${password}@` : ''
  return { url: `${scheme}://${who}${hosts}?${query(options)}`, warnings: warningsOf(options, Boolean(user), open) }
}

const isHost = (text: string): boolean => {
  const found = HOST.exec(text)
  return found !== null && Number(found.groups?.port ?? LAST_PORT) <= LAST_PORT
}

const optionsOf = (text: string): Map<string, string> => {
  const options = new Map<string, string>()
  for (const pair of text.split('&').filter(Boolean)) {
    const [key = '', value = ''] = pair.split('=', 2)
    const name = OPTIONS.find(each => flat(each) === flat(key))
    if (!name) throw new BadConnectionString(`unknown option "${key}"; known are ${OPTIONS.join(', ')}`)
    judge(name, value)
    options.set(name, value)
  }
  return options
}

const flat = (name: string): string => name.toLowerCase().replaceAll(/[_-]/g, '')

const judge = (name: string, value: string): void => {
  const wrong = (expected: string): never => {
    throw new BadConnectionString(`${name}=${value}: expected ${expected}`)
  }
  if (name.startsWith('tls') && name !== 'tlsCaFile' && !/^(true|false)$/.test(value)) wrong('true or false')
  if (name === 'tlsCaFile' && !existsSync(decodeURIComponent(value))) wrong('a file that is there')
  if (WHOLE_NUMBERS.includes(name) && !/^[1-9]\d{0,8}$/.test(value)) wrong('a whole number above 0')
  if (KEEP_ALIVES.includes(name) && !(/^\d{5,9}$/.test(value) && Number(value) >= LEAST_KEEP_ALIVE_MS))
    wrong(`milliseconds, at least ${LEAST_KEEP_ALIVE_MS}`)
  if (value === '') wrong('a value')
}

/** A node that is asked where the leader is and says nothing must not use up the time in which an append is answered. */
const USUAL = { connectionName: 'gongchuang', gossipTimeout: '2' }

const query = (options: ReadonlyMap<string, string>): string => {
  const kept = [...options].filter(([name]) => !DROPPED.includes(name) && name !== 'nodePreference')
  const usual = Object.entries(USUAL).filter(([name]) => !options.has(name))
  return [...kept, ['nodePreference', 'leader'], ...usual].map(pair => pair.join('=')).join('&')
}

const warningsOf = (options: ReadonlyMap<string, string>, user: boolean, open: boolean): ConnectionWarning[] => {
  const warnings: ConnectionWarning[] = []
  if (open) warnings.push('not-encrypted')
  if (open && user) warnings.push('credentials-dropped')
  if (!open && !user) warnings.push('no-credentials')
  if ((options.get('nodePreference') ?? 'leader').toLowerCase() !== 'leader') warnings.push('leader-enforced')
  if (DROPPED.some(name => options.has(name))) warnings.push('option-dropped')
  return warnings
}
