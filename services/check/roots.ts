/**
 * The tree, built anew from the log, is the one that was kept, and at the size of every signed head it has that head's
 * root: those in the log, and those that were kept outside. What was changed together with everything that follows from
 * it differs here, from the last head on that somebody kept.
 */
import { linkIn } from '../../engine/chain.ts'
import { isSigned, type SignedHead, signedHead } from '../../engine/log-head.ts'
import { HASH_BYTES, leafHash } from '../../engine/merkle.ts'
import { grown, keyOf, rangeHash, TILE } from '../../engine/merkle-tiles.ts'
import { logKey } from '../../workflows/log-key.ts'
import { jsonOrNothing } from '../json.ts'
import { type Context, eventAt, type Finding, type KeptEvent, type LogCheck } from './check.ts'

type Claimed = { at: string; head: SignedHead }

export const roots: LogCheck = {
  zh: '哈希树与日志头的根',
  en: 'tree and roots of heads',
  begin: ({ client, outside }) => {
    const tree = treeAnew()
    const claimed: Claimed[] = outside.map(each => ({ at: `head of ${each.size} kept outside`, head: each }))
    return {
      see: event => {
        const signed = headIn(event)
        if (signed) claimed.push({ at: eventAt(event), head: signed })
        const hash = linkIn(event.metadata)?.hash
        tree.add(hash ? leafHash(Buffer.from(hash, 'hex')) : NO_LEAF)
        return undefined
      },
      end: async () => {
        tree.flush()
        // What is there, which is less than the counter says where some are missing.
        const size = tree.size()
        const kept = await differenceToKept(client, tree.tiles, size)
        const wrong = claimed.flatMap(each => wrongRoot(each, tree.tiles, size))
        return kept ? [kept, ...wrong] : wrong
      },
    }
  },
}

/** Stands for an event without a link, which is a finding of its own. */
const NO_LEAF = Buffer.alloc(HASH_BYTES)

const headIn = ({ stream, type, data }: KeptEvent): SignedHead | undefined =>
  type === 'HeadSigned' && stream.startsWith(`${logKey.category}-`)
    ? signedHead.safeParse(jsonOrNothing(data)).data
    : undefined

const treeAnew = () => {
  const tiles = new Map<string, Buffer>()
  let size = 0
  let waiting: Buffer[] = []
  const flush = () => {
    for (const { hashes, ...name } of grown(size, tiles, waiting)) tiles.set(keyOf(name), hashes)
    size += waiting.length
    waiting = []
  }
  return {
    tiles,
    size: () => size + waiting.length,
    flush,
    add: (leaf: Buffer) => {
      waiting.push(leaf)
      if (waiting.length === TILE) flush()
    },
  }
}

type Tiles = ReadonlyMap<string, Buffer>
type TileRow = { level: number; index: string; hashes: Buffer }

/** The kept tree may lag behind the log, but never go beyond it. The lowest level comes first: it names the event. */
const differenceToKept = async (client: Context['client'], anew: Tiles, size: number): Promise<Finding | undefined> => {
  const { rows } = await client.query<TileRow>('SELECT level, index, hashes FROM log_tree.tiles ORDER BY level, index')
  for (const { level, index, hashes } of rows) {
    const rebuilt = anew.get(keyOf({ level, index: Number(index) })) ?? Buffer.alloc(0)
    const n = firstDifference(hashes, rebuilt)
    if (n !== undefined) return differs(level, Number(index) * TILE + n, size)
  }
  return undefined
}

const firstDifference = (kept: Buffer, rebuilt: Buffer): number | undefined => {
  if (kept.equals(rebuilt.subarray(0, kept.length))) return undefined
  for (let n = 0; ; n++) {
    const [from, to] = [n * HASH_BYTES, (n + 1) * HASH_BYTES]
    if (!kept.subarray(from, to).equals(rebuilt.subarray(from, to))) return n
  }
}

const differs = (level: number, n: number, size: number): Finding => {
  if (level > 0) return { at: `tile of level ${level}`, zh: '与日志不符', en: 'does not follow from the log' }
  const at = `event ${n + 1} of the log`
  return n < size
    ? { at, zh: '事件与哈希树中的不是同一个', en: 'the event is not the one that the tree was built over' }
    : { at, zh: '哈希树中有，日志中没有：日志末尾被截去', en: 'is in the tree and not in the log: its end was cut off' }
}

const wrongRoot = ({ at, head }: Claimed, tiles: Tiles, size: number): Finding[] => {
  if (!isSigned(head)) return [{ at, zh: '签名无效', en: 'its signature is not valid' }]
  if (head.size > size)
    return [
      {
        at,
        zh: `签过 ${head.size} 条，日志只有 ${size} 条：日志末尾被截去`,
        en: `${head.size} events were signed and the log has ${size}: its end was cut off`,
      },
    ]
  const root = rangeHash({ from: 0, to: head.size }, tiles).toString('hex')
  if (root === head.root) return []
  return [
    {
      at,
      zh: `前 ${head.size} 条的根应为 ${head.root}，实为 ${root}：其中有事件被改`,
      en: `the root of the first ${head.size} events was signed as ${head.root} and is ${root}: some of them were changed`,
    },
  ]
}
