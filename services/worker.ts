/**
 * Keeps the read models current while this process holds the lease. The checkpoint is compared with every batch, so
 * that a holder that lost the lease without noticing cannot write.
 */
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { EventStore } from '../engine/event-store.ts'
import type { ReadModel } from '../engine/projection.ts'
import { type ProjectionRunner, runProjections } from '../engine/projection-runner.ts'
import { type Leased, whileLeased } from './lease.ts'

export type Worker = Leased & { runner(): ProjectionRunner | undefined }

export const keepProjections = (
  pool: Pool,
  store: EventStore,
  models: readonly ReadModel[],
  logger: Logger,
): Worker => {
  let current: ProjectionRunner | undefined

  const run = async (signal: AbortSignal): Promise<void> => {
    const runner = await runProjections(pool, store, models)
    const stop = () => void runner.stop()
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    current = runner
    await runner.done.finally(() => {
      current = undefined
    })
  }
  const { stop } = whileLeased({ pool, lease: 'gongchuang projections', logger }, run)
  return { runner: () => current, stop }
}
