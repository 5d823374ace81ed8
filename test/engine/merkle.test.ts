/** The tree against the vectors of Certificate Transparency, and against the recursion of RFC 6962 written out. */
import { hash, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import {
  consistencyPath,
  EMPTY_ROOT,
  inclusionPath,
  leafHash,
  provesConsistency,
  provesInclusion,
} from '../../engine/merkle.ts'
import { edgeOf, grown, keyOf, rangeHash, type Tiles, tilesFor } from '../../engine/merkle-tiles.ts'

const VECTORS: [leaf: string, root: string][] = [
  ['', '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
  ['00', 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
  ['10', 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
  ['2021', 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'],
  ['3031', '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4'],
  ['40414243', '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef'],
  ['5051525354555657', 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'],
  ['606162636465666768696a6b6c6d6e6f', '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
]

const sha = (...parts: Buffer[]): Buffer => hash('sha256', Buffer.concat(parts), 'buffer')

/** MTH of RFC 6962, 2.1. */
const rootOver = (leaves: readonly Buffer[]): Buffer => {
  if (leaves.length < 2) return leaves[0] ?? sha()
  let left = 1
  while (2 * left < leaves.length) left *= 2
  return sha(Buffer.of(1), rootOver(leaves.slice(0, left)), rootOver(leaves.slice(left)))
}

/** Grown in steps as a keeper grows it, with nothing at hand but the right edge. */
const grownBy = (leaves: readonly Buffer[], steps: readonly number[]): Tiles => {
  const kept = new Map<string, Buffer>()
  let size = 0
  for (const step of [...steps, leaves.length]) {
    const added = leaves.slice(size, size + step)
    const edge = new Map(edgeOf(size).map(name => [keyOf(name), kept.get(keyOf(name)) as Buffer]))
    for (const { hashes, ...name } of grown(size, edge, added)) kept.set(keyOf(name), hashes)
    size += added.length
  }
  return kept
}

const only = (tiles: Tiles, names: Parameters<typeof keyOf>[0][]): Tiles =>
  new Map(names.map(name => [keyOf(name), tiles.get(keyOf(name)) as Buffer]))

const many = Array.from({ length: 70_000 }, (_, n) => leafHash(Buffer.from(String(n))))
const tree = grownBy(many, [1, 254, 2, 256, 600, 65_000])
const whole = (size: number) => ({ from: 0, to: size })

t.test('the roots of Certificate Transparency', async t => {
  const leaves = VECTORS.map(([leaf]) => leafHash(Buffer.from(leaf, 'hex')))
  const tiles = grownBy(leaves, [3])
  for (const [n, [, root]] of VECTORS.entries()) t.equal(rangeHash(whole(n + 1), tiles).toString('hex'), root)
  t.ok(rangeHash(whole(0), tiles).equals(EMPTY_ROOT))
})

t.test('in whatever steps it grew, and up to a third level, the root is that of the recursion', async t => {
  const grows = fc.property(fc.array(fc.nat(400)), fc.integer({ min: 1, max: 1_500 }), (steps, size) =>
    rangeHash(whole(size), grownBy(many.slice(0, size), steps)).equals(rootOver(many.slice(0, size))),
  )
  fc.assert(grows, { numRuns: 60 })
  for (const size of [255, 256, 257, 65_535, 65_536, 65_537, 70_000])
    t.ok(rangeHash(whole(size), tree).equals(rootOver(many.slice(0, size))), `${size}`)
})

const sizes = fc.integer({ min: 1, max: 70_000 })

t.test('a proof of inclusion leads to the root, and reads few tiles', async t => {
  const proves = fc.property(sizes, fc.nat(), fc.nat(), (size, pick, other) => {
    const [leaf, wrong] = [pick % size, other % size]
    const path = inclusionPath(leaf, whole(size))
    const names = tilesFor(path)
    const proof = path.map(range => rangeHash(range, only(tree, names)))
    const root = rangeHash(whole(size), tree)
    const leads = (to: number, hash: Buffer, given = proof) => provesInclusion(to, hash, size, given, root)
    return (
      names.length <= 6 &&
      leads(leaf, many[leaf] as Buffer) &&
      (wrong === leaf || (!leads(wrong, many[wrong] as Buffer) && !leads(leaf, many[wrong] as Buffer))) &&
      !leads(leaf, many[leaf] as Buffer, [...proof, randomBytes(32)]) &&
      (size === 1 || !leads(leaf, many[leaf] as Buffer, proof.slice(1)))
    )
  })
  fc.assert(proves, { numRuns: 300 })
  const [first] = many as [Buffer]
  t.notOk(provesInclusion(1, first, 1, [], first), 'a leaf beyond the end')
})

t.test('a proof of consistency leads to both roots', async t => {
  const proves = fc.property(sizes, sizes, (one, other) => {
    const [older, newer] = [Math.min(one, other), Math.max(one, other)]
    const path = consistencyPath(older, whole(newer))
    const proof = path.map(range => rangeHash(range, only(tree, tilesFor(path))))
    const [olderRoot, newerRoot] = [older, newer].map(size => rangeHash(whole(size), tree)) as [Buffer, Buffer]
    const roots = { older: olderRoot, newer: newerRoot }
    const leads = (given: readonly Buffer[], to = roots) => provesConsistency(older, newer, given, to)
    return (
      leads(proof) &&
      !leads(proof, { ...roots, older: randomBytes(32) }) &&
      !leads(proof, { ...roots, newer: randomBytes(32) }) &&
      !leads([...proof, randomBytes(32)]) &&
      (proof.length === 0 || (!leads(proof.slice(1)) && !leads(proof.slice(0, -1))))
    )
  })
  fc.assert(proves, { numRuns: 300 })
  const roots = { older: EMPTY_ROOT, newer: EMPTY_ROOT }
  t.notOk(provesConsistency(0, 1, [], roots), 'nothing is no beginning to prove')
  t.notOk(provesConsistency(2, 1, [], roots))
})

t.test('what the tree has not come to is not proven', async t => {
  t.throws(() => rangeHash(whole(70_001), tree), { message: /short or missing/ })
})
