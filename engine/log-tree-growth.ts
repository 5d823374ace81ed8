/**
 * How the tree grows: tiles and checkpoint in one transaction, and only from the size that the keeper knows. Of two
 * keepers on one database only one can add to it.
 */
import type { Pool } from 'pg'
import { linkIn } from './chain.ts'
import type { EventStore, Position, RecordedEvent } from './event-store.ts'
import type { Fence } from './fence.ts'
import { type Connection, readTiles } from './log-tree.ts'
import { leafHash } from './merkle.ts'
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
