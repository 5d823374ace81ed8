/**
 * Keeps the read models current while this process holds the lease: a session lock in PostgreSQL, which
 * its server gives back when the holder dies. The checkpoint is compared with every batch, so that a
 * holder that lost the lease without noticing cannot write.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool, PoolClient } from 'pg'
import type { Logger } from 'pino'
import type { EventStore } from '../engine/event-store.ts'
import type { ReadModel } from '../engine/projection.ts'
import { type ProjectionRunner, runProjections } from '../engine/projection-runner.ts'

export type Worker = { runner(): ProjectionRunner | undefined; stop(): Promise<void> }

const LEASE = 'gongchuang projections'
const TRY_AGAIN_MS = 1_000

export const keepProjections = (
  pool: Pool,
  store: EventStore,
  models: readonly ReadModel[],
  logger: Logger,
): Worker => {
  const abort = new AbortController()
  let current: ProjectionRunner | undefined

  const hold = async (client: PoolClient): Promise<void> => {
    current = await runProjections(pool, store, models)
    const runner = current
    const stop = () => void runner.stop()
    client.once('error', stop)
    abort.signal.addEventListener('abort', stop, { once: true })
    if (abort.signal.aborted) stop()
    try {
      await runner.done
    } finally {
      current = undefined
      abort.signal.removeEventListener('abort', stop)
      client.removeListener('error', stop)
    }
  }

  const keep = async (): Promise<void> => {
    while (!abort.signal.aborted) {
      await withLease(pool, hold).catch(error =>
        logger.warn({ err: error }, 'projections interrupted; going on shortly'),
      )
      await sleep(TRY_AGAIN_MS, undefined, { signal: abort.signal }).catch(() => undefined)
    }
  }
  const keeping = keep()
  return {
    runner: () => current,
    stop: async () => {
      abort.abort()
      await keeping
    },
  }
}

/** Does the work if the lease is free; its connection is closed afterwards, and the lease with it. */
const withLease = async (pool: Pool, work: (client: PoolClient) => Promise<void>): Promise<void> => {
  const client = await pool.connect()
  const broken = () => undefined
  client.on('error', broken)
  try {
    const { rows } = await client.query<{ held: boolean }>('SELECT pg_try_advisory_lock(hashtext($1)) AS held', [LEASE])
    if (rows[0]?.held) await work(client)
  } finally {
    client.removeListener('error', broken)
    client.release(true)
  }
}
