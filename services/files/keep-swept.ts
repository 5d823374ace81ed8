/** Sweeps the store of files every hour, in the process that holds the lease. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { EventStore } from '../../engine/event-store.ts'
import { type Leased, whileLeased } from '../lease.ts'
import type { Files } from './files.ts'

const FIRST_AFTER_MS = 60_000
const EVERY_MS = 3_600_000

export const keepSwept = (files: Pick<Files, 'sweep'>, pool: Pool, store: EventStore, logger: Logger): Leased =>
  whileLeased({ pool, lease: 'gongchuang sweep of files', logger }, async signal => {
    for (let wait = FIRST_AFTER_MS; await slept(wait, signal); wait = EVERY_MS)
      logger.info(await files.sweep(await store.head()), 'files swept')
  })

/** False where it was ended before. */
const slept = (milliseconds: number, signal: AbortSignal): Promise<boolean> =>
  sleep(milliseconds, true, { signal }).catch(() => false)
