/** Configuration from the environment, checked once; every mistake is said with its name and how to mend it. */
import type { KeyObject } from 'node:crypto'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { BadConnectionString, connectionOf } from '../engine/eventstore/connection-string.ts'
import { ACCESS_KEPT_DAYS } from './access.ts'
import type { FilesConfig } from './files/config.ts'
import { masterKeyOf, signingKeyOf } from './key-text.ts'
import { LIMITS, type Limits } from './limits.ts'
import type { EventStoreConfig } from './log.ts'
import { ROLES, type Role } from './role.ts'

const optional = z
  .string()
  .trim()
  .transform(text => (text === '' ? undefined : text))
  .optional()

const PORT_WANTED = 'must be a whole number from 0 to 65535'

const COUNT_WANTED = 'must be a whole number from 1 on'

export const MASTER_KEY_WANTED = '32 random bytes as base64 (openssl rand -base64 32)'
export const SIGNING_KEY_WANTED =
  'an Ed25519 private key as PEM (openssl genpkey -algorithm ed25519), or that in base64'
const LOG_WANTED = 'must be small letters, digits and _, at most 41, the first a letter'
const ROLE_WANTED = `must be one of ${ROLES.join(', ')}`
const BYTES_WANTED = 'must be a whole number of bytes, at least 1'

/** What is wrong with a connection string, without what is secret in it. */
const flawIn = (text: string): string | undefined => {
  try {
    connectionOf(text)
    return undefined
  } catch (error) {
    if (!(error instanceof BadConnectionString)) throw error
    return error.message
  }
}

const keyAs = (read: (text: string) => KeyObject | undefined, wanted: string) =>
  optional.transform((text, context) => {
    const key = text === undefined ? undefined : read(text)
    if (text !== undefined && !key) context.addIssue(`must be ${wanted}`)
    return key
  })

const count = (usual: number) => z.coerce.number(COUNT_WANTED).int(COUNT_WANTED).min(1, COUNT_WANTED).default(usual)

/** What the SDK reads too, and would pass over in silence where it is wrong. */
const blank = z.literal('').transform(() => undefined)
const otlpUrl = optional.refine(
  text => text === undefined || /^https?:$/.test(URL.parse(text)?.protocol ?? ''),
  'must be the http: or https: address of what collects spans',
)
const otlpProtocol = z.literal('http/json', "must be 'http/json': spans are sent in no other way").optional().or(blank)
const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const
const RATIO_WANTED = 'must be a number from 0 to 1'

const environment = z.object({
  PORT: z.coerce.number(PORT_WANTED).int(PORT_WANTED).min(0, PORT_WANTED).max(65_535, PORT_WANTED).default(3000),
  HOST: z.string().default('127.0.0.1'),
  DATA_DIR: z.string().default('.data'),
  DATABASE_URL: optional,
  EVENTSTORE_URL: optional.superRefine((text, context) => {
    const flaw = text === undefined ? undefined : flawIn(text)
    if (flaw !== undefined) context.addIssue(flaw)
  }),
  EVENTSTORE_LOG: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,40}$/, LOG_WANTED)
    .default('gongchuang'),
  EVENTSTORE_MAX_IN_FLIGHT: count(128),
  ROLE: z.enum(ROLES, ROLE_WANTED).default('all'),
  MASTER_KEY: keyAs(masterKeyOf, MASTER_KEY_WANTED),
  LOG_SIGNING_KEY: keyAs(signingKeyOf, SIGNING_KEY_WANTED),
  LOG_HEAD_EVENTS: count(1_000),
  LOG_HEAD_MINUTES: count(10),
  LOG_HEADS_TO: optional,
  FILES_MAX_BYTES: z.coerce
    .number(BYTES_WANTED)
    .int(BYTES_WANTED)
    .min(1, BYTES_WANTED)
    .default(32 * 1024 * 1024),
  FILES_UNNAMED_MAX_BYTES: z.coerce
    .number(BYTES_WANTED)
    .int(BYTES_WANTED)
    .min(1, BYTES_WANTED)
    .default(1024 * 1024 * 1024),
  FILES_SCAN_COMMAND: z.string().default(''),
  FILES_S3_BUCKET: optional,
  FILES_S3_ENDPOINT: optional,
  FILES_S3_REGION: z.string().default('us-east-1'),
  FILES_S3_ACCESS_KEY_ID: optional,
  FILES_S3_SECRET_ACCESS_KEY: optional,
  MAX_REQUESTS: count(LIMITS.requests),
  MAX_WAITING_REQUESTS: count(LIMITS.waiting),
  MAX_REQUESTS_PER_PERSON: count(LIMITS.requestsPerPerson),
  MAX_COMMANDS_PER_INSTANCE: count(LIMITS.commandsPerInstance),
  MAX_CONNECTIONS: count(LIMITS.connections),
  TOKEN_ISSUER: optional,
  TOKEN_AUDIENCE: z.string().default('gongchuang'),
  TOKEN_JWKS_URL: optional,
  ACCESS_KEPT_DAYS: count(ACCESS_KEPT_DAYS),
  CACHE_MB: count(128),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('warn'),
  NODE_ENV: optional,
  OTEL_EXPORTER_OTLP_ENDPOINT: otlpUrl,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: otlpUrl,
  OTEL_EXPORTER_OTLP_PROTOCOL: otlpProtocol,
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: otlpProtocol,
  OTEL_TRACES_SAMPLER: z.enum(SAMPLERS).optional().or(blank),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number(RATIO_WANTED).min(0, RATIO_WANTED).max(1, RATIO_WANTED).optional(),
  OTEL_TRACES_EXPORTER: z.enum(['otlp', 'none'], "must be 'otlp' or 'none'").optional().or(blank),
  OTEL_SDK_DISABLED: optional,
})

/** The name of every variable that is read. */
export const VARIABLES: readonly string[] = Object.keys(environment.shape)

/** A head of the log is signed after so many events, or so many minutes, and sent there. */
export type HeadOptions = { events: number; minutes: number; to: string | undefined }

export type Config = {
  port: number
  host: string
  dataDir: string
  /** Absent: the embedded PostgreSQL in `dataDir`. */
  databaseUrl: string | undefined
  /** Absent: the log is in the PostgreSQL of the read models. */
  eventStore: EventStoreConfig | undefined
  role: Role
  /** Absent: made once, in `dataDir`. */
  masterKey: KeyObject | undefined
  logSigningKey: KeyObject | undefined
  heads: HeadOptions
  files: FilesConfig
  limits: Limits
  /** Absent: the local issuer, whose key is made on first start. Never in production. */
  issuer: { issuer: string; audience: string; jwksUrl: string } | undefined
  audience: string
  /** The memory that instances may take. */
  cacheBytes: number
  /** How long it is kept who looked at personal data in clear. */
  accessKeptDays: number
  logLevel: string
  /** Whether spans are made and sent; where and how is for the SDK to read. */
  traced: boolean
}

export class ConfigError extends Error {
  readonly code = 'wrong-configuration'
}

export const readConfig = (env: NodeJS.ProcessEnv): Config => {
  const parsed = environment.safeParse(env)
  if (!parsed.success)
    throw new ConfigError(parsed.error.issues.map(issue => `${issue.path.join('.')} ${issue.message}`).join('\n'))
  const { data } = parsed
  return {
    port: data.PORT,
    host: data.HOST,
    dataDir: resolve(data.DATA_DIR),
    databaseUrl: data.DATABASE_URL,
    eventStore: eventStoreOf(data),
    role: data.ROLE,
    masterKey: data.MASTER_KEY,
    logSigningKey: data.LOG_SIGNING_KEY,
    heads: { events: data.LOG_HEAD_EVENTS, minutes: data.LOG_HEAD_MINUTES, to: data.LOG_HEADS_TO },
    files: filesOf(data),
    limits: limitsOf(data),
    issuer: issuerOf(data),
    audience: data.TOKEN_AUDIENCE,
    accessKeptDays: data.ACCESS_KEPT_DAYS,
    cacheBytes: data.CACHE_MB * 1024 * 1024,
    logLevel: data.LOG_LEVEL,
    traced: isTraced(data),
  }
}

const isTraced = (data: z.infer<typeof environment>): boolean =>
  (data.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? data.OTEL_EXPORTER_OTLP_ENDPOINT) !== undefined &&
  data.OTEL_TRACES_EXPORTER !== 'none' &&
  data.OTEL_SDK_DISABLED?.toLowerCase() !== 'true'

const eventStoreOf = (data: z.infer<typeof environment>): Config['eventStore'] =>
  data.EVENTSTORE_URL === undefined
    ? undefined
    : { url: data.EVENTSTORE_URL, log: data.EVENTSTORE_LOG, inFlight: data.EVENTSTORE_MAX_IN_FLIGHT }

const limitsOf = (data: z.infer<typeof environment>): Limits => ({
  ...LIMITS,
  requests: data.MAX_REQUESTS,
  waiting: data.MAX_WAITING_REQUESTS,
  requestsPerPerson: data.MAX_REQUESTS_PER_PERSON,
  commandsPerInstance: data.MAX_COMMANDS_PER_INSTANCE,
  connections: data.MAX_CONNECTIONS,
})

const filesOf = (data: z.infer<typeof environment>): FilesConfig => ({
  folder: join(resolve(data.DATA_DIR), 'files'),
  maxBytes: data.FILES_MAX_BYTES,
  unnamedMaxBytes: data.FILES_UNNAMED_MAX_BYTES,
  scanCommand: data.FILES_SCAN_COMMAND.split(/\s+/).filter(word => word !== ''),
  s3: s3Of(data),
})

const s3Of = (data: z.infer<typeof environment>): FilesConfig['s3'] => {
  const { FILES_S3_BUCKET: bucket, FILES_S3_ENDPOINT: endpoint, FILES_S3_REGION: region } = data
  const { FILES_S3_ACCESS_KEY_ID: accessKeyId, FILES_S3_SECRET_ACCESS_KEY: secretAccessKey } = data
  if (!bucket && (endpoint || accessKeyId || secretAccessKey))
    throw new ConfigError('FILES_S3_BUCKET is missing: without it, files are kept in DATA_DIR and not in S3')
  if (Boolean(accessKeyId) !== Boolean(secretAccessKey))
    throw new ConfigError('FILES_S3_ACCESS_KEY_ID and FILES_S3_SECRET_ACCESS_KEY go together: set both or neither')
  const credentials = accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined
  return bucket ? { bucket, endpoint, region, credentials } : undefined
}

const issuerOf = (data: z.infer<typeof environment>): Config['issuer'] => {
  const { TOKEN_ISSUER: issuer, TOKEN_JWKS_URL: jwksUrl, TOKEN_AUDIENCE: audience } = data
  if (issuer && jwksUrl) return { issuer, audience, jwksUrl }
  if (issuer || jwksUrl) throw new ConfigError('TOKEN_ISSUER and TOKEN_JWKS_URL go together: set both or neither')
  if (data.NODE_ENV === 'production')
    throw new ConfigError(
      'NODE_ENV=production needs an issuer of tokens: set TOKEN_ISSUER and TOKEN_JWKS_URL (the local issuer is for trying things out)',
    )
  return undefined
}
