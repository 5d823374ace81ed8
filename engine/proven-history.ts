/**
 * The history of one instance as it is handed out with proofs, and how it is checked with nothing else at hand: each
 * event's own bytes, or its hash alone where the reader may not see it, chained from the first on, and each a leaf of
 * the tree under one signed head.
 */
import { z } from 'zod'
import { linkIn, linksOf } from './chain.ts'
import type { Title } from './definition.ts'
import { isSigned, signedHead } from './log-head.ts'
import { leafHash, provesInclusion } from './merkle.ts'

const hex64 = z.string().regex(/^[0-9a-f]{64}$/)
const place = { revision: z.int().nonnegative(), leaf: z.int().nonnegative(), proof: z.array(hex64).max(64) }

const shown = z.strictObject({ ...place, type: z.string(), data: z.string(), metadata: z.string() })
const hidden = z.strictObject({ ...place, hash: hex64 })

export const provenHistory = z.strictObject({
  format: z.literal('gongchuang-history-1'),
  stream: z.string(),
  events: z.array(z.union([shown, hidden])),
  /** How many events of this instance are later than the head. */
  later: z.int().nonnegative(),
  head: signedHead,
})
export type ProvenHistory = z.infer<typeof provenHistory>
export type ProvenEvent = ProvenHistory['events'][number]

/** The first thing that is wrong, if any: where, and what. */
export type Flaw = Title & { at: string }

export const flawIn = (history: ProvenHistory): Flaw | undefined => {
  if (history.events.length === 0) return { at: history.stream, zh: '没有事件', en: 'holds no event' }
  if (!isSigned(history.head)) return { at: 'head', zh: '签名无效', en: 'its signature is not valid' }
  let before: Tip = { revision: -1, leaf: -1, hash: '' }
  for (const event of history.events) {
    const hash = hashOf(event)
    const flaw = outOfOrder(event, before) ?? unlike(event, history.stream, before) ?? unproven(event, hash, history)
    if (flaw) return { at: `${history.stream}@${event.revision}`, ...flaw }
    before = { revision: event.revision, leaf: event.leaf, hash }
  }
  return undefined
}

type Tip = { revision: number; leaf: number; hash: string }

const hashOf = (event: ProvenEvent): string => ('hash' in event ? event.hash : (linkIn(event.metadata)?.hash ?? ''))

const outOfOrder = ({ revision, leaf }: ProvenEvent, before: Tip): Title | undefined =>
  revision === before.revision + 1 && leaf > before.leaf
    ? undefined
    : { zh: '版次或次序不连续', en: 'does not follow the event before it: some are missing, or were swapped' }

/** An event that is not shown is as its proof says; one that is must be what it hashes to. */
const unlike = (event: ProvenEvent, stream: string, { hash: before }: Tip): Title | undefined => {
  if ('hash' in event) return undefined
  const links = linksOf({ stream, revision: event.revision, before }, event)
  if (!links) return { zh: '元数据末尾没有链', en: 'its metadata does not end with a link' }
  if (links.carried.bodyHash !== links.due.bodyHash)
    return { zh: '内容与其校验值不符', en: 'what it says is not what was hashed' }
  if (links.carried.hash !== links.due.hash)
    return {
      zh: '与前一事件不相接，或其流、版次、类型被改',
      en: 'it does not follow the event before it, or stream, revision or type were changed',
    }
  return undefined
}

const unproven = ({ leaf, proof }: ProvenEvent, hash: string, { head }: ProvenHistory): Title | undefined => {
  const path = proof.map(bytes)
  if (provesInclusion(leaf, leafHash(bytes(hash)), head.size, path, bytes(head.root))) return undefined
  return { zh: '不在日志头之下', en: 'is not under the head of the log' }
}

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex')
