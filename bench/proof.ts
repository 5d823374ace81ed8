/** Proofs on a log of 1.5 million events; its tree is made here, of leaves that stand for no events. */
import { randomInt } from 'node:crypto'
import { logTree } from '../engine/log-tree.ts'
import { leafHash, provesInclusion } from '../engine/merkle.ts'
import { grown, keyOf } from '../engine/merkle-tiles.ts'
import { migrate } from '../services/migrate.ts'
import { type Measure, poolFor, type Stops } from './support.ts'

const LEAVES = 1_500_000
const AT_ONCE = 50_000

/** Milliseconds for one proof of inclusion, read and worked out. */
export const proofBench = async (url: string, stops: Stops): Promise<Measure> => {
  await migrate(url)
  const pool = poolFor(url, 1)
  stops.push(() => pool.end())
  await plant(pool)
  const tree = logTree(pool)
  await mustProve(tree)
  return async milliseconds => {
    const start = performance.now()
    let proofs = 0
    for (; performance.now() - start < milliseconds; proofs++) await tree.inclusion(randomInt(LEAVES), LEAVES)
    return (performance.now() - start) / proofs
  }
}

const leaf = (n: number): Buffer => leafHash(Buffer.from(String(n)))

const plant = async (pool: ReturnType<typeof poolFor>): Promise<void> => {
  const tiles = new Map<string, Buffer>()
  for (let size = 0; size < LEAVES; size += AT_ONCE) {
    const leaves = Array.from({ length: AT_ONCE }, (_, n) => leaf(size + n))
    const changed = grown(size, tiles, leaves)
    for (const { hashes, ...name } of changed) tiles.set(keyOf(name), hashes)
    await pool.query(
      `INSERT INTO log_tree.tiles (level, index, hashes) SELECT * FROM unnest($1::integer[], $2::bigint[], $3::bytea[])
       ON CONFLICT (level, index) DO UPDATE SET hashes = excluded.hashes`,
      [changed.map(({ level }) => level), changed.map(({ index }) => index), changed.map(({ hashes }) => hashes)],
    )
  }
  await pool.query('VACUUM ANALYZE log_tree.tiles')
}

/** A figure for wrong proofs would mean nothing. */
const mustProve = async (tree: ReturnType<typeof logTree>): Promise<void> => {
  const n = randomInt(LEAVES)
  const [proof, root] = [await tree.inclusion(n, LEAVES), await tree.root(LEAVES)]
  if (!provesInclusion(n, leaf(n), LEAVES, proof, root)) throw new Error(`the proof of leaf ${n} does not hold`)
}
