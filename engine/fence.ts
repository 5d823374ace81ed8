/**
 * Keeps a process from writing what another keeps by now: one that was frozen, or cut off, and does not know it yet.
 * Called in the transaction that writes; throws `LeaseLost` where the work was taken over, and until the transaction
 * ends nobody takes it over.
 */
import type { ClientBase } from 'pg'

export type Fence = (client: ClientBase) => Promise<void>

/** For work that nobody else does: of a test, or of a tool beside a service that stands still. */
export const unfenced: Fence = async () => undefined

export class LeaseLost extends Error {
  readonly code = 'lease-lost'
  constructor(lease: string) {
    super(`the lease of '${lease}' was taken over by another process`)
  }
}
