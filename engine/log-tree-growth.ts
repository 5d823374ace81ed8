/**
 * How the tree grows: tiles and checkpoint in one transaction, and only from the size that the keeper knows. Of two
 * keepers on one database only one can add to it.
 */
import type { Pool } from 'pg'
import { linkIn } from './chain.ts'
import type { EventStore, Position, RecordedEvent } from './event-store.ts'
import type { Fence } from './fence.ts'
import { type Connection, readTiles } from './log-tree.ts'
import { HASH_BYTES, leafHash } from './merkle.ts'
import { edgeOf, grown, TILE, type Tile, type TileName } from './merkle-tiles.ts'
import { inTransaction, MADE_AGAIN } from './transaction.ts'

/** How many leaves, and the position of the last. */
export type TreeStanding = { size: number; position: Position }

/** Whoever asks first begins the tree. */
export const treeStanding = async (pool: Pool, store: EventStore): Promise<TreeStanding> => {
  await pool.query('INSERT INTO log_tree.standing (size, position) VALUES (0, $1) ON CONFLICT DO NOTHING', [
    await store.origin(),
  ])
  const { rows } = await pool.query<{ size: string; position: string }>('SELECT size, position FROM log_tree.standing')
  return { size: Number(rows[0]?.size), position: rows[0]?.position as Position }
}

/** Whoever keeps the tree begins it anew, from the first event of the log. */
export const resetTree = async (client: Connection): Promise<void> => {
  await client.query('DELETE FROM log_tree.tiles')
  await client.query('DELETE FROM log_tree.standing')
}

/** The tree was built over other events than the log has: its end was cut off, or is another. */
export class TreeNotOfLog extends Error {
  readonly code = 'tree-not-of-log'
}

/** Holds the tree's last leaves against the log, so that nothing is put on top of what the log does not say. Throws `TreeNotOfLog`. */
export const checkTreesEnd = async (
  pool: Connection,
  store: EventStore,
  { size, position }: TreeStanding,
): Promise<void> => {
  if (size === 0) return
  const { rows } = await pool.query<{ hashes: Buffer; after: Position }>(
    'SELECT hashes, after FROM log_tree.tiles WHERE level = 0 AND index = $1',
    [Math.floor((size - 1) / TILE)],
  )
  const { hashes = Buffer.alloc(0), after } = rows[0] ?? {}
  const events = await store.readAll(after, hashes.length / HASH_BYTES)
  if (events.at(-1)?.position === position && Buffer.concat(events.map(leafFrom)).equals(hashes)) return
  throw new TreeNotOfLog(`the tree over the log has ${size} leaves up to ${position}, and the log does not say so`)
}

/** What an event brings to the tree. */
const leafFrom = ({ stream, revision, metadata }: Omit<RecordedEvent, 'position'>): Buffer => {
  const hash = linkIn(metadata)?.hash
  if (!hash) throw new Error(`${stream}@${revision} carries no hash: it was not recorded by a command handler`)
  return leafHash(Buffer.from(hash, 'hex'))
}

/** Adds what follows in the log. Throws where another keeper has added to the tree meanwhile. */
export const growTree = async (
  pool: Pool,
  before: TreeStanding,
  events: readonly RecordedEvent[],
  fence?: Fence,
): Promise<TreeStanding> => {
  const after = { size: before.size + events.length, position: events.at(-1)?.position ?? before.position }
  await inTransaction(
    pool,
    async client => {
      const edge = await readTiles(client, edgeOf(before.size))
      await writeTiles(client, grown(before.size, edge, events.map(leafFrom)), before, events)
      const { rowCount } = await client.query({
        name: 'move tree',
        text: 'UPDATE log_tree.standing SET size = $3, position = $4 WHERE size = $1 AND position = $2',
        values: [before.size, before.position, after.size, after.position],
      })
      if (rowCount !== 1) throw new Error('the tree over the log is kept by another process')
    },
    fence,
    MADE_AGAIN,
  )
  return after
}

const writeTiles = async (
  client: Connection,
  tiles: readonly Tile[],
  before: TreeStanding,
  events: readonly RecordedEvent[],
): Promise<void> => {
  await client.query({
    name: 'write tiles',
    text: `INSERT INTO log_tree.tiles (level, index, hashes, after)
           SELECT * FROM unnest($1::integer[], $2::bigint[], $3::bytea[], $4::text[])
           ON CONFLICT (level, index) DO UPDATE SET hashes = excluded.hashes`,
    values: [
      tiles.map(({ level }) => level),
      tiles.map(({ index }) => index),
      tiles.map(({ hashes }) => hashes),
      tiles.map(tile => positionBefore(tile, before, events)),
    ],
  })
}

/** Known for a tile that begins now; one that had begun keeps what it has. */
const positionBefore = (
  { level, index }: TileName,
  before: TreeStanding,
  events: readonly RecordedEvent[],
): Position | null => {
  const earlier = index * TILE - before.size
  if (level > 0 || earlier < 0) return null
  return earlier === 0 ? before.position : (events[earlier - 1] as RecordedEvent).position
}
