/**
 * A follower that has come further than the log goes: log and database were restored from backups that do not belong
 * together, or the log has lost its end. A read model then says what is not recorded any more. It is stopped by this
 * name before anybody appends: later the log's end would have gone past it, and nobody would see it. Policies go back.
 */
import type { Pool } from 'pg'
import type { EventStore, Position } from './event-store.ts'
import { checkpointOfPolicies, POLICIES } from './policy-runner.ts'
import { isPositionOf } from './position.ts'
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

/** What followed from so many of the last events may have been lost with the log's end: about four tiles of the tree. */
const BACK_BY_TILES = 4

/**
 * Sets the policies back where they have come further than the log goes: to a little before its end. What follows from
 * those events is sent again, under the same ids. True where they were ahead.
 */
export const setPoliciesBack = async (pool: Pool, store: EventStore): Promise<boolean> => {
  const position = await checkpointOfPolicies(pool)
  const head = await store.head()
  if (position === undefined || !(await isAhead(store, position, head))) return false
  const { rows } = await pool.query<{ after: Position }>(
    'SELECT after FROM log_tree.tiles WHERE level = 0 AND after < $1 ORDER BY after DESC OFFSET $2 LIMIT 1',
    [head, BACK_BY_TILES],
  )
  const back = rows[0]?.after ?? (await store.origin())
  await pool.query('UPDATE engine.checkpoints SET position = $3 WHERE name = $1 AND position = $2', [
    POLICIES,
    position,
    back,
  ])
  return true
}

/** A position of another log is not ahead: of that it is told elsewhere. */
const isAhead = async (store: EventStore, position: Position, head: Position): Promise<boolean> =>
  position > head && (await isPositionOf(store, position))

const stop = async (pool: Pool, { name, position }: Row): Promise<string[]> => {
  const { rows } = await pool.query<{ name: string }>(
    `UPDATE engine.checkpoints SET stopped_at = position, stopped_why = $3
     WHERE name = $1 AND position = $2 RETURNING name`,
    [name, position, AHEAD_OF_LOG],
  )
  return rows.map(row => row.name)
}
