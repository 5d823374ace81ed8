/**
 * Keeps the read models current while this process holds the lease. Its epoch is compared in the transaction of every
 * batch, so that a holder that lost the lease without noticing cannot write.
 */
import type { Pool } from 'pg'
import type { EventStore } from '../engine/event-store.ts'
import type { ReadFact } from '../engine/lift.ts'
import type { ReadModel } from '../engine/projection.ts'
import { type ProjectionRunner, runProjections } from '../engine/projection-runner.ts'
import type { Held, Leased, Leases } from './lease.ts'

/** The lease of the read models. */
export const PROJECTIONS = 'projections'

export type Worker = Leased & { runner(): ProjectionRunner | undefined }

export const keepProjections = (
  pool: Pool,
  store: EventStore,
  models: readonly ReadModel[],
  read: ReadFact,
  leases: Leases,
  rest?: number,
): Worker => {
  let current: ProjectionRunner | undefined

  const run = async ({ signal, fence }: Held): Promise<void> => {
    const runner = await runProjections(pool, store, models, read, fence, rest)
    const stop = () => void runner.stop()
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    current = runner
    await runner.done.finally(() => {
      current = undefined
    })
  }
  const { stop } = leases.keep(PROJECTIONS, run)
  return { runner: () => current, stop }
}
