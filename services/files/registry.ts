/** The rows of what is kept, `files.files`. What the database cannot do now is `storage-unavailable`. */
import type { Pool, PoolClient, QueryResult, QueryResultRow } from 'pg'
import { checkpointOf } from '../../engine/projection.ts'
import { fileMentions, mentionsTable } from '../../projections/file-mentions.ts'
import type { Kind } from './kinds.ts'
import { FileRefusal } from './refusal.ts'

export type FileEntry = { sha256: string; bytes: number; kind: Kind }

type Database = Pick<Pool, 'query'>

const unavailable = (error: unknown): never => {
  throw new FileRefusal('storage-unavailable', {}, { cause: error })
}

const ask = <Row extends QueryResultRow>(on: Database, text: string, values: unknown[]): Promise<QueryResult<Row>> =>
  on.query<Row>(text, values).catch(unavailable)

/** Alone on this file in all processes: who puts bytes and row, and who takes them away, never meet. */
export const aloneOn = async <T>(pool: Pool, sha256: string, work: (client: PoolClient) => Promise<T>): Promise<T> => {
  const client = await pool.connect().catch(unavailable)
  const lock = [`file ${sha256}`]
  try {
    await ask(client, 'SELECT pg_advisory_lock(hashtextextended($1, 0))', lock)
    const result = await work(client)
    await ask(client, 'SELECT pg_advisory_unlock(hashtextextended($1, 0))', lock)
    client.release()
    return result
  } catch (error) {
    client.release(true)
    throw error
  }
}

/** True where it is new. One that was there is held anew: somebody is about to name it. */
export const enter = async (client: PoolClient, entry: FileEntry, person: string): Promise<boolean> => {
  const { rows } = await ask<{ fresh: boolean }>(
    client,
    `INSERT INTO files.files (sha256, bytes, kind, uploaded_by) VALUES ($1, $2, $3, $4)
     ON CONFLICT (sha256) DO UPDATE SET held_at = now() RETURNING xmax = 0 AS fresh`,
    [entry.sha256, entry.bytes, entry.kind, person],
  )
  return rows[0]?.fresh === true
}

type Hashed = { sha256: string }

/**
 * Holds those that are there, and gives back those that are not. The disk is not waited for: what a crash could lose
 * of it is lost together with the events that follow it.
 */
export const hold = async (on: Database, sha256s: readonly string[]): Promise<string[]> => {
  const held = `UPDATE files.files SET held_at = now()
    FROM (SELECT set_config('synchronous_commit', 'off', true)) AS unhurried WHERE sha256 = ANY($1) RETURNING sha256`
  return without(sha256s, await ask<Hashed>(on, held, [sha256s]))
}

export const missing = async (on: Database, sha256s: readonly string[]): Promise<string[]> =>
  without(sha256s, await ask<Hashed>(on, 'SELECT sha256 FROM files.files WHERE sha256 = ANY($1)', [sha256s]))

const without = (sha256s: readonly string[], { rows }: { rows: readonly Hashed[] }): string[] => {
  const there = new Set(rows.map(row => row.sha256))
  return sha256s.filter(sha256 => !there.has(sha256))
}

export const entryOf = async (on: Database, sha256: string): Promise<FileEntry | undefined> => {
  const { rows } = await ask<FileEntry>(on, 'SELECT sha256, bytes, kind FROM files.files WHERE sha256 = $1', [sha256])
  return rows[0]
}

/** Which database this is: its files are no other's to sweep. */
export const storeId = async (on: Database): Promise<string> =>
  (await ask<{ id: string }>(on, 'SELECT id FROM files.store', [])).rows[0]?.id as string

const UNNAMED = `NOT EXISTS (SELECT FROM ${mentionsTable} AS mention WHERE mention.sha256 = file.sha256)`

// ── what nobody needs ───────────────────────────────────────────────────────────────────────────

/** Bytes that a person has sent and no event names; one that is held is about to be named, and counts until then. */
export const unnamedBytes = async (on: Database, person: string): Promise<number> => {
  const query = `SELECT coalesce(sum(bytes), 0) AS bytes FROM files.files AS file WHERE uploaded_by = $1 AND ${UNNAMED}`
  return Number((await ask<{ bytes: string }>(on, query, [person])).rows[0]?.bytes)
}

/**
 * Neither uploaded nor held for a day, and named by no event up to `$1`, a head of the log. In one statement with
 * the model that knows who names what: while that is behind, or is being built anew, nothing is unneeded.
 */
const UNNEEDED = `held_at < now() - interval '1 day'
  AND ${UNNAMED}
  AND EXISTS (SELECT FROM engine.checkpoints WHERE name = '${checkpointOf(fileMentions)}'
              AND stopped_at IS NULL AND position COLLATE "C" >= $1)`

export const unneeded = async (on: Database, head: string): Promise<string[]> => {
  const query = `SELECT sha256 FROM files.files AS file WHERE ${UNNEEDED} LIMIT 1000`
  return (await ask<Hashed>(on, query, [head])).rows.map(({ sha256 }) => sha256)
}

/** True where it was deleted: it is asked once more, since somebody may have held it meanwhile. */
export const deleteUnneeded = async (on: Database, sha256: string, head: string): Promise<boolean> =>
  (await ask(on, `DELETE FROM files.files AS file WHERE ${UNNEEDED} AND sha256 = $2`, [head, sha256])).rowCount === 1
