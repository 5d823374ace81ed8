/**
 * Sweeps the store of files every hour, in the process that holds the lease. Two that sweep at once would do no harm:
 * each file is taken away under a lock of its own, and looked at again there.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { EventStore } from '../../engine/event-store.ts'
import type { Leased, Leases } from '../lease.ts'
import type { Files } from './files.ts'

const FIRST_AFTER_MS = 60_000
const EVERY_MS = 3_600_000

export const keepSwept = (files: Pick<Files, 'sweep'>, leases: Leases, store: EventStore, logger: Logger): Leased =>
  leases.keep('sweep of files', async ({ signal }) => {
    for (let wait = FIRST_AFTER_MS; await slept(wait, signal); wait = EVERY_MS)
      logger.info(await files.sweep(await store.head()), 'files swept')
  })

/** False where it was ended before. */
const slept = (milliseconds: number, signal: AbortSignal): Promise<boolean> =>
  sleep(milliseconds, true, { signal }).catch(() => false)
