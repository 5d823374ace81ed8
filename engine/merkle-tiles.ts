/**
 * The tree as it is kept: tiles of up to 256 hashes in a row at the levels 0, 8, 16 …, from left to right. What stands
 * between follows from them, so a proof reads one tile a level and some at the right edge, however long the log.
 */
import { EMPTY_ROOT, HASH_BYTES, leftOf, nodeHash, type Range } from './merkle.ts'

export type TileName = { level: number; index: number }
export type Tile = TileName & { hashes: Buffer }
/** By `keyOf`. */
export type Tiles = ReadonlyMap<string, Buffer>

export const TILE = 256
const TILE_LEVELS = 8

export const keyOf = ({ level, index }: TileName): string => `${level}/${index}`

/** A whole subtree: 2^level leaves, the index-th of its size. */
type Node = { level: number; index: number }

/** The tile whose hashes a node follows from, and where in it they stand. */
const placeOf = ({ level, index }: Node) => {
  const inTile = level % TILE_LEVELS
  const first = index * 2 ** inTile
  return {
    tile: { level: level - inTile, index: Math.floor(first / TILE) },
    first: first % TILE,
    width: 2 ** inTile,
  }
}

/** The whole subtrees under a range, from left to right. */
const nodesUnder = ({ from, to }: Range): Node[] => {
  const width = to - from
  if (width === 0) return []
  const level = Math.log2(width)
  if (Number.isInteger(level)) return [{ level, index: from / width }]
  const middle = from + leftOf(width)
  return [...nodesUnder({ from, to: middle }), ...nodesUnder({ from: middle, to })]
}

/** What must be read to know the hashes of these ranges, each tile once. */
export const tilesFor = (ranges: readonly Range[]): TileName[] => {
  const tiles = ranges.flatMap(nodesUnder).map(node => placeOf(node).tile)
  return [...new Map(tiles.map(tile => [keyOf(tile), tile])).values()]
}

/** Throws where a tile is not there, or shorter than the range needs. */
export const rangeHash = (range: Range, tiles: Tiles): Buffer =>
  nodesUnder(range)
    .map(node => hashOfNode(node, tiles))
    .reduceRight<Buffer | undefined>((right, left) => (right ? nodeHash(left, right) : left), undefined) ?? EMPTY_ROOT

const hashOfNode = (node: Node, tiles: Tiles): Buffer => {
  const { tile, first, width } = placeOf(node)
  const hashes = tiles.get(keyOf(tile))
  if (!hashes || hashes.length < (first + width) * HASH_BYTES)
    throw new RangeError(`the tree has no whole subtree ${keyOf(node)}: tile ${keyOf(tile)} is short or missing`)
  return hashOver(hashes.subarray(first * HASH_BYTES, (first + width) * HASH_BYTES))
}

/** The node over a row of hashes whose number is a power of two. */
const hashOver = (hashes: Buffer): Buffer => {
  if (hashes.length === HASH_BYTES) return hashes
  const middle = hashes.length / 2
  return nodeHash(hashOver(hashes.subarray(0, middle)), hashOver(hashes.subarray(middle)))
}

/** The tiles at the right edge that have begun and are not full. */
export const edgeOf = (size: number): TileName[] => {
  const edge: TileName[] = []
  for (let [level, count] = [0, size]; count > 0; level += TILE_LEVELS, count = Math.floor(count / TILE))
    if (count % TILE > 0) edge.push({ level, index: Math.floor(count / TILE) })
  return edge
}

/** The tiles that change when hashes are added to a level that has `size` of them; `edge` holds those of `edgeOf`. */
export const grown = (size: number, edge: Tiles, added: readonly Buffer[], level = 0): Tile[] => {
  const changed: Tile[] = []
  for (let done = 0; done < added.length; ) {
    const index = Math.floor((size + done) / TILE)
    const [begun, room] = [(size + done) % TILE, TILE - ((size + done) % TILE)]
    const before = begun > 0 ? [edge.get(keyOf({ level, index })) as Buffer] : []
    changed.push({ level, index, hashes: Buffer.concat([...before, ...added.slice(done, done + room)]) })
    done += room
  }
  const full = changed.filter(({ hashes }) => hashes.length === TILE * HASH_BYTES).map(({ hashes }) => hashOver(hashes))
  return full.length === 0 ? changed : [...changed, ...grown(Math.floor(size / TILE), edge, full, level + TILE_LEVELS)]
}
