/** Where a signed head ends in the log in use: its size counts in every log, its position only in the one it was signed in. */
import type { EventStore, Position } from '../engine/event-store.ts'
import type { SignedHead } from '../engine/log-head.ts'
import type { LogTree } from '../engine/log-tree.ts'
import { isPositionOf } from '../engine/position.ts'

/** The position of the last event that it covers; nothing where the tree has not come so far. */
export const placeOfHead = async (
  store: EventStore,
  tree: LogTree,
  { size, upTo }: Pick<SignedHead, 'size' | 'upTo'>,
): Promise<Position | undefined> => {
  if (await isPositionOf(store, upTo)) return upTo
  const tile = await tree.tileWith(size - 1)
  const events = tile ? await store.readAll(tile.after, size - tile.first) : []
  return tile && events[size - 1 - tile.first]?.position
}
