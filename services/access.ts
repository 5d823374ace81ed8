/** Who looked at personal data in clear: written before the answer leaves, kept for a time, read by whom it is about. */
import { type Kysely, sql } from 'kysely'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { z } from 'zod'
import { addDays, type Clock, civilDay } from '../engine/clock.ts'
import type { Post } from '../engine/definition.ts'
import { paged, query } from '../engine/projection.ts'

export const ACCESS_SCHEMA = 'access'

/** Three years: as long as most claims about an act of an office can be brought. */
export const ACCESS_KEPT_DAYS = 1_096

/** One person's data, read by somebody in one answer. */
export type Access = {
  subject: string
  reader: string
  post: Post | undefined
  fields: readonly string[]
  route: string
  request: string
}

export type AccessRecords = { add(accesses: readonly Access[]): Promise<void> }

export const accessRecords = (pool: Pool, clock: Clock): AccessRecords => ({
  add: async accesses => {
    if (accesses.length === 0) return
    const at = clock.now().toISOString()
    await pool.query(
      `INSERT INTO access.records (at, subject, reader, post, fields, route, request)
       SELECT $1, subject, reader, post, fields, route, request
       FROM jsonb_to_recordset($2) AS a (subject text, reader text, post jsonb, fields jsonb, route text, request text)`,
      [at, JSON.stringify(accesses)],
    )
  },
})

const EVERY_MS = 3_600_000

/** Drops what is older than so many days, at once and each hour. */
export const keepSweeping = (
  { pool, clock }: { pool: Pool; clock: Clock },
  keptDays: number,
  logger: Logger,
): { stop(): Promise<unknown> } => {
  let sweeping: Promise<unknown>
  const sweep = () => {
    const first = addDays(civilDay(clock.now()), -keptDays)
    sweeping = pool
      .query('DELETE FROM access.records WHERE at < $1', [first])
      .catch(error => logger.warn({ err: error }, 'old records of access could not be dropped'))
  }
  sweep()
  const timer = setInterval(sweep, EVERY_MS).unref()
  return {
    stop: () => {
      clearInterval(timer)
      return sweeping
    },
  }
}

const post = z
  .object({ role: z.string(), place: z.string().optional(), organisation: z.string().optional() })
  .meta({ zh: '所任职务', en: 'Post read under' })

const row = z.strictObject({
  id: z.string().meta({ zh: '编号', en: 'Id' }),
  at: z.string().meta({ zh: '查看时间', en: 'When', shows: 'instant' }),
  subject: z.string().meta({ zh: '被查看人', en: 'Whose', shows: 'person' }),
  reader: z.string().meta({ zh: '查看人', en: 'By whom', shows: 'person' }),
  post: post.nullable(),
  fields: z.array(z.string()).meta({ zh: '查看内容', en: 'What' }),
  route: z.string().meta({ zh: '接口', en: 'Where it was asked' }),
  request: z.string().meta({ zh: '请求编号', en: 'Request' }),
})
export type AccessRow = z.infer<typeof row>
type Database = { records: AccessRow }

const order = ['at', 'id'] as const

/** Whose comes from the address that is asked. */
export const accessQuery = query({
  title: { zh: '查看记录', en: 'Who looked' },
  filters: z.strictObject({ subject: z.string().max(40).optional().meta({ zh: '被查看人', en: 'Whose' }) }),
  row,
  order,
  run: (db: Kysely<Database>, { filters: { subject }, ...page }) =>
    paged(db.selectFrom('records').selectAll().where(sql<boolean>`subject = ${subject}`), order, page),
})
