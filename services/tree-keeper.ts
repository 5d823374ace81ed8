/** Keeps the tree over the log while this process holds the lease, and lets the notary look at what was added. */
import type { Pool } from 'pg'
import type { EventStore } from '../engine/event-store.ts'
import { growTree, treeStanding } from '../engine/log-tree-growth.ts'
import type { Leased, Leases } from './lease.ts'
import type { Look } from './notary.ts'

/** Nobody waits for a leaf: a head is signed now and then, and a proof goes up to the latest. */
const REST_MS = 200

export const keepTree = (pool: Pool, store: EventStore, leases: Leases, notary?: () => Look): Leased =>
  leases.keep('log tree', async ({ signal, fence }) => {
    let standing = await treeStanding(pool, store)
    const look = notary?.()
    for await (const { events, caughtUp } of store.tail({ after: standing.position, signal, rest: REST_MS })) {
      if (events.length > 0) standing = await growTree(pool, standing, events, fence)
      await look?.(standing, events, caughtUp)
    }
  })
