/**
 * Keeps the read models current while this process holds the lease. Its epoch is compared in the transaction of every
 * batch, so that a holder that lost the lease without noticing cannot write.
 */
import type { Pool } from 'pg'
import type { EventStore } from '../engine/event-store.ts'
import type { ReadFact } from '../engine/lift.ts'
import type { ReadModel } from '../engine/projection.ts'
import { type ProjectionRunner, runProjections } from '../engine/projection-runner.ts'
import type { Telemetry } from '../engine/telemetry.ts'
import type { Leases } from './lease.ts'
import { keepRunner, type LeasedRunner } from './leased-runner.ts'

/** The lease of the read models. */
export const PROJECTIONS = 'projections'

export type Worker = LeasedRunner<ProjectionRunner>

export const keepProjections = (
  pool: Pool,
  store: EventStore,
  models: readonly ReadModel[],
  read: ReadFact,
  leases: Leases,
  rest?: number,
  telemetry?: Telemetry,
): Worker => keepRunner(leases, PROJECTIONS, fence => runProjections(pool, store, models, read, fence, rest, telemetry))
