/** Keeps the tree over the log while this process holds the lease, and lets the notary look at what was added. */
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { pause } from '../engine/bell.ts'
import type { EventStore } from '../engine/event-store.ts'
import { checkTreesEnd, growTree, TreeNotOfLog, type TreeStanding, treeStanding } from '../engine/log-tree-growth.ts'
import type { Leased, Leases } from './lease.ts'
import type { Look } from './notary.ts'

/** Nobody waits for a leaf: a head is signed now and then, and a proof goes up to the latest. */
const REST_MS = 200

/** The lease of the tree. */
export const LOG_TREE = 'log tree'

/** The tree stands on a log that is not there any more: it is looked at again so often whether that was mended. */
const LOOK_AGAIN_MS = 30_000

export const keepTree = (pool: Pool, store: EventStore, leases: Leases, logger: Logger, notary?: () => Look): Leased =>
  leases.keep(LOG_TREE, async ({ signal, fence }) => {
    let standing = await agreed(pool, store, logger, signal)
    if (!standing) return
    const look = notary?.()
    for await (const { events, caughtUp } of store.tail({ after: standing.position, signal, rest: REST_MS })) {
      if (events.length > 0) standing = await growTree(pool, standing, events, fence)
      await look?.(standing, events, caughtUp)
    }
  })

/** Where the tree stands, once the log bears out what it stands on. */
const agreed = async (
  pool: Pool,
  store: EventStore,
  logger: Logger,
  signal: AbortSignal,
): Promise<TreeStanding | undefined> => {
  const standing = await treeStanding(pool, store)
  try {
    await checkTreesEnd(pool, store, standing)
    return standing
  } catch (error) {
    if (!(error instanceof TreeNotOfLog)) throw error
    logger.error(
      { err: error },
      'the tree is of another log, or of a longer one: restore log and database together, or build it anew (npx gongchuang rebuild log-tree)',
    )
    await pause(LOOK_AGAIN_MS, signal)
    return undefined
  }
}
