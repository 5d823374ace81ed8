/** One request to an operation, as chance wants it: mostly well-formed, with one or two things wrong. */
import { gzipSync } from 'node:zlib'
import type { Operation, Parameter } from './document.ts'
import type { Random } from './random.ts'
import { fitting, HOSTILE_TEXTS, hostile, type Json, mutated } from './values.ts'

export type Request = {
  operation: Operation
  /** Who sends it, by the name they have in the world; nobody without a token. */
  by: string | undefined
  method: string
  /** As it goes over the wire. */
  path: string
  headers: Record<string, string>
  body?: Buffer
}

/** What requests can be made of. */
export type Material = {
  people: readonly string[]
  tokens: ReadonlyMap<string, string>
  /** Of lives, by workflow. */
  idsOf(workflow: string): readonly string[]
  ids: readonly string[]
  positions: readonly string[]
  /** Inputs that fit somewhere in a told life, by operation. */
  inputs: ReadonlyMap<string, readonly Json[]>
}

export type Draft = {
  operation: Operation
  by: string | undefined
  key: string
  /** In how many of a hundred cases each part of the request goes wrong. */
  wild: number
}

export const requestFor = (random: Random, draft: Draft, material: Material): Request => {
  const { operation, by, wild } = draft
  const method = random.percent(wild / 10) ? random.pick(OTHER_METHODS) : operation.method
  const body = operation.body && method === operation.method ? bodyFor(random, draft, material) : undefined
  return {
    operation,
    by,
    method,
    path: pathFor(random, draft, material) + queryFor(random, draft, material),
    headers: { ...headersFor(random, draft, material), ...body?.headers },
    ...(body && { body: body.bytes }),
  }
}

const OTHER_METHODS = ['HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH']

// ── path and query ──────────────────────────────────────────────────────────────────────────────

const PATH_TRICKS = [
  '%00',
  '%2e%2e',
  '..%2f..%2f',
  '%zz',
  '%ff%fe',
  'a'.repeat(300),
  '%E5%AD%97',
  '1%27--',
  '.',
  ';a=b',
  '*',
  '%252e',
  '\\',
]

const pathFor = (random: Random, { operation: { path }, wild }: Draft, material: Material): string => {
  const workflow = path.split('/')[2] ?? ''
  const idFor = () => random.pick(random.percent(wild / 3) ? material.ids : material.idsOf(workflow))
  const filled = path.replaceAll(/\{(\w+)\}/g, () => (random.percent(wild / 2) ? random.pick(PATH_TRICKS) : idFor()))
  if (!random.percent(wild / 4)) return filled
  return random.pick([
    `${filled}/`,
    `/${filled}`,
    `${filled}/../${workflow}`,
    filled.toUpperCase(),
    `${filled}/${random.pick(PATH_TRICKS)}`,
  ])
}

const QUERY_TRICKS = [
  'a=1',
  '%00',
  'limit=1&limit=2',
  'after[]=1',
  '__proto__[a]=1',
  '%zz=%zz',
  '=',
  '&&&',
  'cursor=W10',
  `place=${'9'.repeat(900)}`,
  '%F0%9F=1',
]

const queryFor = (random: Random, { operation, wild }: Draft, material: Material): string => {
  const asked = operation.parameters.filter(each => each.in === 'query' && (each.required || random.percent(15)))
  const value = (parameter: Parameter) =>
    random.percent(wild) ? random.pick(HOSTILE_TEXTS).slice(0, 2_000) : fitting(random, parameter, material)
  const pairs = asked.map(each => `${each.name}=${encodeURIComponent(value(each).toWellFormed())}`)
  if (random.percent(wild / 4)) pairs.push(random.pick(QUERY_TRICKS))
  return pairs.length > 0 ? `?${pairs.join('&')}` : ''
}

// ── headers ─────────────────────────────────────────────────────────────────────────────────────

/** In what comes with a trace and is kept nowhere. */
export const NOT_KEPT = 'plantedbaggage'
const TRACE = '0af7651916cd43dd8448eb211c80319c'

const HEADER_TRICKS: readonly (readonly [string, string])[] = [
  ['accept', 'text/csv'],
  ['accept', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ['accept', '*/*;q=0.1, , ;'],
  ['accept-language', 'x'.repeat(2_000)],
  ['accept-encoding', 'br;q=9, *'],
  ['authorization', 'Bearer eyJhbGciOiJub25lIn0.e30.'],
  ['authorization', 'Basic OjEyMw=='],
  ['if-match', '"0"'],
  ['if-match', '"99999999999999999999"'],
  ['if-match', '*'],
  ['if-none-match', '*'],
  ['range', 'bytes=0-1'],
  ['cookie', 'a=b; '.repeat(300)],
  ['x-forwarded-for', '127.0.0.1'],
  ['x-http-method-override', 'DELETE'],
  ['forwarded', 'for=127.0.0.1;host=elsewhere'],
  ['host', 'elsewhere.example'],
  ['origin', 'https://elsewhere.example'],
  ['idempotency-key', 'a b'],
  ['idempotency-key', ''],
  ['idempotency-key', 'x'.repeat(201)],
  ['idempotency-key', 'used-by-everybody'],
  ['request-id', '\u00ff\u00fe'],
  ['x-padding', 'p'.repeat(6_000)],
  ['traceparent', `00-${TRACE}-b7ad6b7169203331-01`],
  ['traceparent', `00-${TRACE}-b7ad6b7169203331-01-${NOT_KEPT}`],
  ['traceparent', `01-${TRACE}-b7ad6b7169203331-ff-${NOT_KEPT}`],
  ['traceparent', NOT_KEPT.repeat(100)],
  ['tracestate', `a=${NOT_KEPT}`],
  ['baggage', `who=${NOT_KEPT}`],
]

const headersFor = (random: Random, { operation, by, key, wild }: Draft, { tokens }: Material) => ({
  'accept-language': random.pick(['zh', 'en']),
  ...(by !== undefined && { authorization: `Bearer ${tokens.get(by)}` }),
  ...(operation.method === 'POST' && { 'idempotency-key': key }),
  ...(random.percent(wild) && Object.fromEntries([random.pick(HEADER_TRICKS)])),
})

// ── body ────────────────────────────────────────────────────────────────────────────────────────

type Body = { bytes: Buffer; headers: Record<string, string> }

const bodyFor = (random: Random, { operation, wild }: Draft, { inputs, ids }: Material): Body => {
  const { type, examples } = operation.body as NonNullable<Operation['body']>
  if (type !== 'application/json') return { bytes: anyBytes(random), headers: { 'content-type': type } }
  const fits = [...(inputs.get(operation.id) ?? []), ...(examples as Json[])]
  const own = fits.length > 0 ? random.pick(fits) : {}
  const fit = random.percent(wild / 2) ? { ...(own as object), onBehalf: somebody(random, ids) } : own
  const json = JSON.stringify(random.percent(wild * 2) ? mutated(random, fit) : fit)
  return asSent(random, wild, Buffer.from(random.percent(wild / 4) ? damaged(random, json) : json))
}

/** Whom it is sent for. */
const somebody = (random: Random, ids: readonly string[]): Json => ({
  person: random.pick(ids),
  channel: random.pick(['paper', 'phone', 'in-person']),
  on: random.pick(['2026-03-05', '2026-03-13', '1999-12-31']),
})

/** What files of many kinds begin with. */
const BEGINNINGS = ['', '%PDF-1.7\n', '\x89PNG\r\n\x1a\n', '\xff\xd8\xff\xe1', 'PK\x03\x04', 'GIF89a', '<html>', 'MZ']

const anyBytes = (random: Random): Buffer => {
  const noise = Array.from({ length: random.below(2_000) }, () => random.below(256))
  const rest = random.percent(50) ? Buffer.from(random.pick(HOSTILE_TEXTS)) : Buffer.from(noise)
  return Buffer.concat([Buffer.from(random.pick(BEGINNINGS), 'latin1'), rest])
}

const damaged = (random: Random, json: string): string =>
  random.pick([
    json.slice(0, random.below(json.length + 1)),
    `${json}${json}`,
    `\uFEFF${json}`,
    `${json.slice(0, -1)},"__proto__":{"admin":true}}`,
    `${json.slice(0, -1)},"constructor":{"prototype":{"admin":true}}}`,
    json.replaceAll(/\d+/g, '1e999'),
    json.replaceAll('"', "'"),
    '['.repeat(20_000),
    `"${'\\u0000'.repeat(1_000)}"`,
    JSON.stringify(hostile(random)),
  ])

const TYPES = [
  'text/plain',
  'application/xml',
  'application/json; charset=utf-16',
  'multipart/form-data',
  'application/x-www-form-urlencoded',
  '',
  'a/b;'.repeat(200),
]

const asSent = (random: Random, wild: number, bytes: Buffer): Body => {
  const type = random.percent(wild / 4) ? random.pick(TYPES) : 'application/json'
  const headers = { 'content-type': type, ...(random.percent(wild / 2) && { 'transfer-encoding': 'chunked' }) }
  if (!random.percent(wild / 10)) return { bytes, headers }
  return random.pick<Body>([
    { bytes: gzipSync(bytes), headers: { ...headers, 'content-encoding': 'gzip' } },
    { bytes: Buffer.concat([bytes, Buffer.from([0xff, 0xfe, 0x00])]), headers },
    { bytes: Buffer.alloc(300_000, 0x20), headers },
  ])
}
