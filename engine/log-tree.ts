/**
 * The Merkle tree over the log: leaf n is the hash of the n-th event. What it can tell: its root at any size, and the
 * proofs that go with it. Each answer reads a handful of tiles, however long the log.
 */
import type { Pool } from 'pg'
import type { Position } from './event-store.ts'
import { consistencyPath, HASH_BYTES, inclusionPath, leafHash, type Range } from './merkle.ts'
import { keyOf, rangeHash, TILE, type TileName, type Tiles, tilesFor } from './merkle-tiles.ts'

export type LogTree = {
  /** How many leaves it has; it follows the log at a little distance. */
  size(): Promise<number>
  /** The root over the first `size` leaves. */
  root(size: number): Promise<Buffer>
  leafHash(leaf: number): Promise<Buffer>
  /** That leaf `leaf` is among the first `size`. */
  inclusion(leaf: number, size: number): Promise<Buffer[]>
  /** That the first `older` leaves, one at least, are the beginning of the first `newer`. */
  consistency(older: number, newer: number): Promise<Buffer[]>
  /** Which leaf the event at this position with this hash is; nothing where the tree has not come so far. */
  leafOf(position: Position, hash: string): Promise<number | undefined>
  /** The tile in which a position's leaf would be: its first leaf, and the position before that. */
  tileOf(position: Position): Promise<{ first: number; after: Position } | undefined>
  /** The tile that holds a leaf: its first leaf, and the position before that. */
  tileWith(leaf: number): Promise<{ first: number; after: Position } | undefined>
  /** For many proofs under one head, asked for one after another. It keeps all that it reads: let it go with them. */
  remembering(): ProvingTree
}

export type ProvingTree = Pick<LogTree, 'leafOf' | 'inclusion'>

export type Connection = Pick<Pool, 'query'>

export const logTree = (connection: Connection): LogTree => {
  const hashes = async (ranges: readonly Range[]): Promise<Buffer[]> => {
    const tiles = await readTiles(connection, tilesFor(ranges))
    return ranges.map(range => rangeHash(range, tiles))
  }
  const one = async (range: Range): Promise<Buffer> => (await hashes([range]))[0] as Buffer
  return {
    size: async () => {
      const { rows } = await connection.query<{ size: string }>('SELECT size FROM log_tree.standing')
      return Number(rows[0]?.size ?? 0)
    },
    root: size => one({ from: 0, to: size }),
    leafHash: leaf => one({ from: leaf, to: leaf + 1 }),
    inclusion: (leaf, size) => hashes(inclusionPath(leaf, { from: 0, to: size })),
    consistency: (older, newer) => hashes(consistencyPath(older, { from: 0, to: newer })),
    leafOf: async (position, hash) => {
      const tile = await tileBelow(connection, position)
      const n = tile ? indexIn(tile.hashes, leafHash(Buffer.from(hash, 'hex'))) : -1
      return tile && n >= 0 ? tile.index * TILE + n : undefined
    },
    tileOf: async position => {
      const tile = await tileBelow(connection, position)
      return tile && { first: tile.index * TILE, after: tile.after }
    },
    tileWith: async leaf => {
      const index = Math.floor(leaf / TILE)
      const { rows } = await connection.query<{ after: Position }>(
        'SELECT after FROM log_tree.tiles WHERE level = 0 AND index = $1',
        [index],
      )
      return rows[0] && { first: index * TILE, after: rows[0].after }
    },
    remembering: () => rememberingTree(connection),
  }
}

/** Reads each tile once, and hashes no range twice. */
const rememberingTree = (connection: Connection): ProvingTree => {
  const leaves = new Map<string, number>()
  const tiles = new Map<string, Buffer>()
  const ranges = new Map<string, Buffer>()

  const learnTiles = async (names: readonly TileName[]): Promise<void> => {
    const unread = names.filter(name => !tiles.has(keyOf(name)))
    if (unread.length > 0) for (const [key, hashes] of await readTiles(connection, unread)) tiles.set(key, hashes)
  }

  const hashOf = (range: Range): Buffer => {
    const key = rangeKey(range)
    const known = ranges.get(key) ?? rangeHash(range, tiles)
    ranges.set(key, known)
    return known
  }

  return {
    leafOf: async (position, hash) => {
      const wanted = leafHash(Buffer.from(hash, 'hex')).toString('hex')
      if (!leaves.has(wanted)) {
        const { index = 0, hashes = Buffer.of() } = (await tileBelow(connection, position)) ?? {}
        for (const [n, leaf] of hashesIn(hashes).entries()) leaves.set(leaf, index * TILE + n)
      }
      return leaves.get(wanted)
    },
    inclusion: async (leaf, size) => {
      const path = inclusionPath(leaf, { from: 0, to: size })
      await learnTiles(tilesFor(path.filter(range => !ranges.has(rangeKey(range)))))
      return path.map(hashOf)
    },
  }
}

const rangeKey = ({ from, to }: Range): string => `${from}-${to}`

export const readTiles = async (connection: Connection, names: readonly TileName[]): Promise<Tiles> => {
  const { rows } = await connection.query<{ level: number; index: string; hashes: Buffer }>({
    name: 'read tiles',
    text: `SELECT level, index, hashes FROM log_tree.tiles
           JOIN unnest($1::integer[], $2::bigint[]) AS wanted (level, index) USING (level, index)`,
    values: [names.map(({ level }) => level), names.map(({ index }) => index)],
  })
  return new Map(rows.map(({ level, index, hashes }) => [keyOf({ level, index: Number(index) }), hashes]))
}

type LowestTile = { index: number; hashes: Buffer; after: Position }

const tileBelow = async (connection: Connection, position: Position): Promise<LowestTile | undefined> => {
  const { rows } = await connection.query<{ index: string; hashes: Buffer; after: Position }>({
    name: 'tile of a position',
    text: 'SELECT index, hashes, after FROM log_tree.tiles WHERE level = 0 AND after < $1 ORDER BY after DESC LIMIT 1',
    values: [position],
  })
  const [row] = rows
  return row && { ...row, index: Number(row.index) }
}

const hashesIn = (hashes: Buffer): string[] =>
  Array.from({ length: hashes.length / HASH_BYTES }, (_, n) =>
    hashes.toString('hex', n * HASH_BYTES, (n + 1) * HASH_BYTES),
  )

const indexIn = (hashes: Buffer, wanted: Buffer): number => {
  for (let n = 0; n * HASH_BYTES < hashes.length; n++)
    if (wanted.equals(hashes.subarray(n * HASH_BYTES, (n + 1) * HASH_BYTES))) return n
  return -1
}
