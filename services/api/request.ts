/** What every route reads from a request. */
import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { EventStore } from '../../engine/event-store.ts'
import { languageOf } from './language.ts'
import type { Reading } from './opening.ts'
import type { AsOf } from './past.ts'
import { EdgeError } from './problem.ts'

export const readingOf = (request: FastifyRequest): Reading => ({
  person: request.person,
  language: languageOf(request),
  route: `${request.method} ${request.routeOptions.url}`,
  request: request.id,
})

const KEY = /^[\x21-\x7e]{1,200}$/

export const idempotencyKey = ({ headers }: FastifyRequest): string => {
  const key = keyIn(headers)
  if (key === undefined) throw new EdgeError('idempotency-key-required', {})
  return key
}

export const keyIn = (headers: IncomingHttpHeaders): string | undefined => {
  const key = headers['idempotency-key']
  return typeof key === 'string' && KEY.test(key) ? key : undefined
}

const ETAG = /^(?:W\/)?"?(\d{1,15})"?$/

export const ifMatch = (request: FastifyRequest): number | undefined => {
  const given = request.headers['if-match']
  if (given === undefined || given === '*') return undefined
  const revision = ETAG.exec(given)?.[1]
  if (revision === undefined) throw new EdgeError('invalid-header', { header: 'If-Match', wanted: '"<revision>"' })
  return Number(revision)
}

const holdsNul = {
  path: [],
  code: 'custom',
  message: 'contains a NUL character',
  params: { zh: '含有空字符（%00），请删除', en: 'contains a NUL character (%00); remove it' },
}

/** Query parameters by a strict schema. */
export const queryOf = <S extends z.ZodObject>(schema: S, request: FastifyRequest): z.infer<S> => {
  // No database takes it in a text.
  if (/\?.*%00/.test(request.url)) throw new EdgeError('invalid-query', { issues: [holdsNul] })
  const parsed = schema.safeParse(request.query)
  if (!parsed.success) throw new EdgeError('invalid-query', { issues: parsed.error.issues })
  return parsed.data
}

export const asOfParameter = z
  .string()
  .max(100)
  .optional()
  .meta({ zh: '截至（位置或记录时间）', en: 'as of: a position or a time of recording' })
export const afterParameter = z
  .string()
  .max(100)
  .optional()
  .meta({ zh: '等待更新到该位置', en: 'wait until this position is included' })

/** A position of this log, or an ISO time. */
export const asOf = async (given: string | undefined, store: EventStore): Promise<AsOf | undefined> => {
  if (given === undefined) return undefined
  const time = z.iso.datetime({ offset: true }).safeParse(given)
  if (time.success) return { recordedAt: new Date(given).toISOString() }
  await store.checkPosition(given)
  return { position: given }
}
