/**
 * Work that one process does at a time. The lease is a session lock in PostgreSQL, which its server gives back when
 * the holder dies; a holder may lose it without noticing, so what it writes is fenced by what it compares.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { Logger } from 'pino'

export type Leased = { stop(): Promise<void> }

const TRY_AGAIN_MS = 1_000

/** Does the work whenever this process holds the lease, again after it ended; the signal aborts when it is to end. */
export const whileLeased = (
  { pool, lease, logger }: { pool: Pool; lease: string; logger: Logger },
  work: (signal: AbortSignal) => Promise<void>,
): Leased => {
  const stopping = new AbortController()
  const keep = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await withLease(pool, lease, stopping.signal, work).catch(error =>
        logger.warn({ err: error, lease }, 'interrupted; going on shortly'),
      )
      await sleep(TRY_AGAIN_MS, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }
  const keeping = keep()
  return {
    stop: async () => {
      stopping.abort()
      await keeping
    },
  }
}

/** Its connection is closed afterwards, and the lease with it. */
const withLease = async (
  pool: Pool,
  lease: string,
  stopping: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> => {
  const client = await pool.connect()
  const lost = new AbortController()
  const broken = () => lost.abort()
  client.on('error', broken)
  try {
    const { rows } = await client.query<{ held: boolean }>('SELECT pg_try_advisory_lock(hashtext($1)) AS held', [lease])
    if (rows[0]?.held) await work(AbortSignal.any([stopping, lost.signal]))
  } finally {
    client.removeListener('error', broken)
    client.release(true)
  }
}
