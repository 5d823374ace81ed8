/**
 * A follower that has come further than the log goes: log and database were restored from backups that do not belong
 * together, or the log has lost its end. A read model then says what is not recorded any more. It is stopped by this
 * name before anybody appends: later the log's end would have gone past it, and nobody would see it.
 */
import type { Pool } from 'pg'
import { type EventStore, ForeignPosition, type Position } from './event-store.ts'
import { checkpointOf, type ReadModel } from './projection.ts'

/** Why a read model has stopped, where it is this. */
export const AHEAD_OF_LOG = 'ahead-of-log'

type Row = { name: string; position: Position }

/** Stops those that are ahead, until they are built anew; gives the names of those found now. */
export const stopAhead = async (pool: Pool, store: EventStore, models: readonly ReadModel[]): Promise<string[]> => {
  const found: string[] = []
  const names = models.map(checkpointOf)
  const { rows } = await pool.query<Row>(
    'SELECT name, position FROM engine.checkpoints WHERE name = ANY($1) AND stopped_why IS DISTINCT FROM $2',
    [names, AHEAD_OF_LOG],
  )
  // The head is asked for after them: whoever goes on meanwhile is not ahead of it.
  const head = await store.head()
  for (const row of rows) if (await isAhead(store, row.position, head)) found.push(...(await stop(pool, row)))
  return found
}

/** A position of another log is not ahead: of that it is told elsewhere. */
export const isAhead = async (store: EventStore, position: Position, head: Position): Promise<boolean> => {
  if (position <= head) return false
  try {
    await store.checkPosition(position)
    return true
  } catch (error) {
    if (error instanceof ForeignPosition) return false
    throw error
  }
}

const stop = async (pool: Pool, { name, position }: Row): Promise<string[]> => {
  const { rows } = await pool.query<{ name: string }>(
    `UPDATE engine.checkpoints SET stopped_at = position, stopped_why = $3
     WHERE name = $1 AND position = $2 RETURNING name`,
    [name, position, AHEAD_OF_LOG],
  )
  return rows.map(row => row.name)
}
