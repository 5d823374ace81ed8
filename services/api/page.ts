/** Pages of a read model's query: filters, limit and cursor from the query string; one more row tells if there is a next. */
import type { FastifyRequest } from 'fastify'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import { civilDay } from '../../engine/clock.ts'
import type { Query, Scope } from '../../engine/projection.ts'
import { jsonOrNothing } from '../json.ts'
import { EdgeError } from './problem.ts'
import { afterParameter, queryOf } from './request.ts'
import type { Services } from './services.ts'

export type Row = Record<string, unknown>
export type Page = { rows: Row[]; next: string | null }
export type Asked = { filters: never; limit: number; cursor: string[] | undefined; after: string | undefined }

const DEFAULT_LIMIT = 50
const MOST = 500

const paging = {
  limit: z.coerce.number().int().min(1).max(MOST).default(DEFAULT_LIMIT).meta({ zh: '每页行数', en: 'Rows a page' }),
  cursor: z.string().max(500).optional().meta({ zh: '续页标记', en: 'Where to go on: the `next` of the page before' }),
  after: afterParameter,
}

export const pageParameters = (query: Query): z.ZodObject => query.filters.extend(paging)

export const askedOf = (query: Query, request: FastifyRequest): Asked => {
  const { limit, cursor, after, ...filters } = queryOf(pageParameters(query), request) as Record<string, unknown>
  return {
    filters: filters as never,
    limit: limit as number,
    cursor: decode(query, cursor as string | undefined),
    after: after as string | undefined,
  }
}

const cursorValues = z.array(
  z
    .string()
    .max(200)
    .refine(value => !value.includes('\0')),
)

const decode = (query: Query, cursor: string | undefined): string[] | undefined => {
  if (cursor === undefined) return undefined
  const parsed = cursorValues
    .length(query.order.length)
    .safeParse(jsonOrNothing(Buffer.from(cursor, 'base64url').toString()))
  if (!parsed.success) throw new EdgeError('invalid-query', { issues: [badCursor] })
  return parsed.data
}

const badCursor = {
  path: ['cursor'],
  code: 'custom',
  message: 'unknown cursor',
  params: { zh: '续页标记无效，请从第一页开始', en: 'is no cursor of this list; begin with the first page' },
}

export const pageOf = async (
  services: Pick<Services, 'db' | 'clock'>,
  schema: string,
  query: Query,
  scope: Scope,
  asked: Asked,
): Promise<Page> => {
  const { filters, limit, cursor } = asked
  const db = services.db.withSchema(schema) as unknown as Kysely<never>
  const rows = await query.run(db, { filters, scope, cursor, today: civilDay(services.clock.now()), limit: limit + 1 })
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { rows: page, next: rows.length > limit && last ? encode(cursorAfter(query, last)) : null }
}

/** Where a page goes on that ends with this row. */
export const cursorAfter = (query: Query, row: Row): string[] => query.order.map(column => String(row[column]))

const encode = (cursor: string[]): string => Buffer.from(JSON.stringify(cursor)).toString('base64url')
