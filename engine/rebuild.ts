/**
 * Builds a read model anew while the service goes on: beside the old one, from the first event on, and put in its place
 * in one transaction. Until then everybody reads the old one. Broken off anywhere, the old one stays, and what was built
 * is thrown away by the next who rebuilds.
 */
import type { Pool, PoolClient } from 'pg'
import type { EventStore, Position } from './event-store.ts'
import type { ReadFact } from './lift.ts'
import { checkpointOf, type ReadModel } from './projection.ts'
import { bringUp, prepareReadModels } from './projection-runner.ts'
import { dropTables, moveTables } from './read-model-tables.ts'
import { inTransaction } from './transaction.ts'

export type RebuildParts = {
  pool: Pool
  store: EventStore
  read: ReadFact
  /** Keeps whoever follows the log with this model from writing until this transaction ends, and makes them begin anew. */
  interrupt(client: PoolClient): Promise<void>
  /** So many more events are folded. */
  heard(events: number): void
}

const beside = (model: ReadModel): ReadModel => ({ ...model, name: `${model.name}-rebuilt` })

/** The position up to which it was built when it took the old one's place. */
export const rebuild = async (parts: RebuildParts, model: ReadModel): Promise<Position> =>
  alone(parts.pool, model, async () => {
    const { pool, store, read, heard } = parts
    const fresh = beside(model)
    await inTransaction(pool, client => discard(client, fresh))
    await prepareReadModels(pool, store, [fresh])
    await bringUp(pool, store, fresh, read, heard)
    return inTransaction(pool, client => swap(parts, client, fresh, model))
  })

/** Nobody follows meanwhile, so the last step up to the head is a short one, and nothing is missed or taken twice. */
const swap = async (
  { pool, store, read, heard, interrupt }: RebuildParts,
  client: PoolClient,
  fresh: ReadModel,
  model: ReadModel,
): Promise<Position> => {
  // A reader in the way must not hold up those behind it.
  await client.query("SET LOCAL lock_timeout = '5s'")
  await interrupt(client)
  const position = await bringUp(pool, store, fresh, read, heard)
  await moveTables(client, fresh, model)
  await client.query('DELETE FROM engine.checkpoints WHERE name = $1', [checkpointOf(fresh)])
  await client.query(
    `UPDATE engine.checkpoints SET position = $2, stopped_at = NULL, stopped_why = NULL, updated_at = now()
     WHERE name = $1`,
    [checkpointOf(model), position],
  )
  return position
}

const discard = async (client: PoolClient, fresh: ReadModel): Promise<void> => {
  await dropTables(client, fresh)
  await client.query('DELETE FROM engine.checkpoints WHERE name = $1', [checkpointOf(fresh)])
}

/** Two who rebuild one model at once would throw each other's work away. */
const alone = async <T>(pool: Pool, model: ReadModel, work: () => Promise<T>): Promise<T> => {
  const client = await pool.connect()
  try {
    const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock(hashtext($1)) AS taken', [
      `rebuild ${checkpointOf(model)}`,
    ])
    if (!rows[0]?.taken)
      throw new Error(`${model.title.zh}（${model.name}）正在重建 / ${model.name} is being rebuilt already`)
    return await work()
  } finally {
    // The server may hear of a closed connection a little later.
    await client.query('SELECT pg_advisory_unlock_all()').catch(() => undefined)
    client.release(true)
  }
}
