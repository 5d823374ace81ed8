/** Keeps the tree over the log while this process holds the lease, and lets the notary look at what was added. */
import type { Pool } from 'pg'
import type { EventStore } from '../engine/event-store.ts'
import { growTree, treeStanding } from '../engine/log-tree-growth.ts'
import type { Leased, Leases } from './lease.ts'
import type { Look } from './notary.ts'

export const keepTree = (pool: Pool, store: EventStore, leases: Leases, notary?: () => Look): Leased =>
  leases.keep('log tree', async ({ signal, fence }) => {
    let standing = await treeStanding(pool, store)
    const look = notary?.()
    for await (const { events, caughtUp } of store.tail({ after: standing.position, signal })) {
      if (events.length > 0) standing = await growTree(pool, standing, events, fence)
      await look?.(standing, events, caughtUp)
    }
  })
