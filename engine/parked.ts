/** Commands of policies and deadlines that wait for an operator. None is ever dropped without a reason. */
import type { ClientBase } from 'pg'
import type { CommandRequest } from './command.ts'
import type { Title } from './definition.ts'
import { EngineError } from './engine-error.ts'

/** Why it was parked: a refusal's code and detail, or what broke. */
export type ParkedError = { code: string; detail?: object; message: string }

export type ToPark = {
  /** The same thing is parked once. */
  key: string
  /** `system:<policy>`, `system:deadlines`. */
  sender: string
  cause: { stream: string; revision: number }
  /** Nothing where the command could not even be made. */
  request?: CommandRequest
  error: ParkedError
  /** Why nobody need look at it: it is on record, and settled at once. */
  notNeeded?: Title
}

export type Parked = Omit<ToPark, 'notNeeded'> & { id: number; tries: number; parkedAt: string; triedAt: string }

type Connection = Pick<ClientBase, 'query'>

export const errorOf = (error: unknown): ParkedError => {
  if (error instanceof EngineError) return { code: error.code, detail: error.detail, message: error.message }
  return { code: 'broken', message: error instanceof Error ? error.message : String(error) }
}

const PARK = `
  INSERT INTO engine.parked
    (key, sender, cause_stream, cause_revision, request, error, parked_at, tried_at, settled, settled_at, reason)
  VALUES ($1, $2, $3, $4, $5, $6, $7::timestamptz, $7::timestamptz, $8::text, CASE WHEN $8::text IS NOT NULL THEN $7::timestamptz END, $9)
  ON CONFLICT (key) DO NOTHING`

/** What is parked already, or was settled since, is left as it is. `at`: ISO text in UTC. */
export const park = async (connection: Connection, parked: ToPark, at: string): Promise<void> => {
  const { key, sender, cause, request, error, notNeeded } = parked
  const settled = notNeeded ? ['dropped', `${notNeeded.zh} / ${notNeeded.en}`] : [null, null]
  const asked = request ? JSON.stringify(request) : null
  await connection.query(PARK, [
    ...[key, sender, cause.stream, cause.revision, asked, JSON.stringify(error), at],
    ...settled,
  ])
}

type Row = {
  id: string | number
  key: string
  sender: string
  cause_stream: string
  cause_revision: number
  request: CommandRequest | null
  error: ParkedError
  tries: number
  parked_at: Date
  tried_at: Date
}

/** What waits, the oldest first. */
export const openParked = async (connection: Connection): Promise<Parked[]> => {
  const { rows } = await connection.query<Row>('SELECT * FROM engine.parked WHERE settled IS NULL ORDER BY id')
  return rows.map(row => ({
    id: Number(row.id),
    key: row.key,
    sender: row.sender,
    cause: { stream: row.cause_stream, revision: row.cause_revision },
    ...(row.request && { request: row.request }),
    error: row.error,
    tries: row.tries,
    parkedAt: row.parked_at.toISOString(),
    triedAt: row.tried_at.toISOString(),
  }))
}

export const countParked = async (connection: Connection): Promise<number> => {
  const { rows } = await connection.query<{ n: number }>(
    'SELECT count(*)::integer AS n FROM engine.parked WHERE settled IS NULL',
  )
  return rows[0]?.n ?? 0
}

/** It was tried again, in vain. */
export const noteTried = async (connection: Connection, id: number, error: ParkedError, at: string): Promise<void> => {
  await connection.query(
    'UPDATE engine.parked SET tries = tries + 1, error = $2, tried_at = $3 WHERE id = $1 AND settled IS NULL',
    [id, JSON.stringify(error), at],
  )
}

/** False where it is not there, or settled already. */
export const settleParked = async (
  connection: Connection,
  id: number,
  how: { settled: 'done' | 'dropped'; at: string; reason?: string },
): Promise<boolean> => {
  const { rowCount } = await connection.query(
    'UPDATE engine.parked SET settled = $2, settled_at = $3, reason = $4 WHERE id = $1 AND settled IS NULL',
    [id, how.settled, how.at, how.reason ?? null],
  )
  return rowCount === 1
}
