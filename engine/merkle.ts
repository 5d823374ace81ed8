/**
 * The Merkle tree of RFC 6962: what a root promises about a list of leaves, and how little it takes to show that a
 * leaf is among them (inclusion) or that a longer list begins with a shorter one (consistency).
 *
 *   leaf       SHA-256 of a zero byte and the leaf's data
 *   node       SHA-256 of a one byte and the two hashes below; the left side is the largest power of two below the size
 *   range      leaves from one (included) to another (excluded) that stand under one node
 *   proof      the hashes of certain ranges, those deepest in the tree first
 */
import { hash } from 'node:crypto'

export const HASH_BYTES = 32

export type Range = { from: number; to: number }

export const leafHash = (data: Buffer): Buffer => hash('sha256', Buffer.concat([Buffer.of(0), data]), 'buffer')

const pair = Buffer.alloc(1 + 2 * HASH_BYTES, 1)

export const nodeHash = (left: Buffer, right: Buffer): Buffer => {
  left.copy(pair, 1)
  right.copy(pair, 1 + HASH_BYTES)
  return hash('sha256', pair, 'buffer')
}

/** The root of no leaves at all. */
export const EMPTY_ROOT = hash('sha256', '', 'buffer')

/** How many of so many leaves, two at least, stand on the left. */
export const leftOf = (size: number): number => {
  let left = 1
  while (2 * left < size) left *= 2
  return left
}

/** The ranges beside a leaf's way up to the root. */
export const inclusionPath = (leaf: number, { from, to }: Range): Range[] => {
  if (to - from === 1) return []
  const middle = from + leftOf(to - from)
  const [left, right] = [
    { from, to: middle },
    { from: middle, to },
  ]
  return leaf < middle ? [...inclusionPath(leaf, left), right] : [...inclusionPath(leaf, right), left]
}

/** The ranges that lead from the older root, which is known, to both; `known` is false once the older root is split. */
export const consistencyPath = (older: number, { from, to }: Range, known = true): Range[] => {
  if (older === to) return known ? [] : [{ from, to }]
  const middle = from + leftOf(to - from)
  const [left, right] = [
    { from, to: middle },
    { from: middle, to },
  ]
  return older <= middle
    ? [...consistencyPath(older, left, known), right]
    : [...consistencyPath(older, right, false), left]
}

/** That a leaf with this hash is the `leaf`-th of the `size` under this root. */
export const provesInclusion = (
  leaf: number,
  hash: Buffer,
  size: number,
  proof: readonly Buffer[],
  root: Buffer,
): boolean => rootByInclusion(leaf, hash, size, proof)?.equals(root) === true

/** Nothing where the proof is too short or too long. */
const rootByInclusion = (leaf: number, hash: Buffer, size: number, proof: readonly Buffer[]): Buffer | undefined => {
  if (leaf < 0 || leaf >= size) return undefined
  if (size === 1) return proof.length === 0 ? hash : undefined
  const [beside, below, left] = [proof.at(-1), proof.slice(0, -1), leftOf(size)]
  if (!beside) return undefined
  const inner =
    leaf < left ? rootByInclusion(leaf, hash, left, below) : rootByInclusion(leaf - left, hash, size - left, below)
  return inner && (leaf < left ? nodeHash(inner, beside) : nodeHash(beside, inner))
}

/** That the `older` leaves under one root, one at least, are the beginning of the `newer` under the other. */
export const provesConsistency = (
  older: number,
  newer: number,
  proof: readonly Buffer[],
  { older: olderRoot, newer: newerRoot }: Roots,
): boolean => {
  const roots = rootsByConsistency(older, newer, proof, olderRoot)
  return roots?.older.equals(olderRoot) === true && roots.newer.equals(newerRoot)
}

export type Roots = { older: Buffer; newer: Buffer }

/** The older root is at hand while it has not been split; nothing where the proof is too short or too long. */
const rootsByConsistency = (
  older: number,
  newer: number,
  proof: readonly Buffer[],
  olderRoot: Buffer | undefined,
): Roots | undefined => {
  if (older < 1 || older > newer) return undefined
  const beside = proof.at(-1)
  if (older === newer) {
    const root = olderRoot ?? beside
    return root && proof.length === (olderRoot ? 0 : 1) ? { older: root, newer: root } : undefined
  }
  const [below, left] = [proof.slice(0, -1), leftOf(newer)]
  if (!beside) return undefined
  if (older <= left) {
    const inner = rootsByConsistency(older, left, below, olderRoot)
    return inner && { older: inner.older, newer: nodeHash(inner.newer, beside) }
  }
  const inner = rootsByConsistency(older - left, newer - left, below, undefined)
  return inner && { older: nodeHash(beside, inner.older), newer: nodeHash(beside, inner.newer) }
}
