/**
 * The history of one instance as it is handed out with proofs, and how it is checked with nothing else at hand: each
 * event's own bytes, or its hash alone where the reader may not see it, chained from the first on, and each a leaf of
 * the tree under one signed head.
 */
import { z } from 'zod'
import { hashAt, linkIn, linksOf } from './chain.ts'
import type { Title } from './definition.ts'
import { isSigned, type SignedHead, signedHead } from './log-head.ts'
import { leafHash, provesInclusion } from './merkle.ts'

const hex64 = z.string().regex(/^[0-9a-f]{64}$/)
const place = { revision: z.int().nonnegative(), leaf: z.int().nonnegative(), proof: z.array(hex64).max(64) }

/** An event with its own bytes. */
export const shownEvent = z.strictObject({ ...place, type: z.string(), data: z.string(), metadata: z.string() })
/** One of which it may be known of what kind it is, and nothing of what it says: that is salted, and hashed. */
export const maskedEvent = z.strictObject({ ...place, type: z.string(), bodyHash: hex64 })
/** One that is not for this reader at all. */
export const hiddenEvent = z.strictObject({ ...place, hash: hex64 })

export const provenHistory = z.strictObject({
  format: z.literal('gongchuang-history-1'),
  stream: z.string(),
  events: z.array(z.union([shownEvent, hiddenEvent])),
  /** How many events of this instance are later than the head. */
  later: z.int().nonnegative(),
  head: signedHead,
})
export type ProvenHistory = z.infer<typeof provenHistory>
export type ShownEvent = z.infer<typeof shownEvent>
export type ProvenEvent = ShownEvent | z.infer<typeof maskedEvent> | z.infer<typeof hiddenEvent>
export type ProvenStream = { stream: string; events: readonly ProvenEvent[] }

/** The first thing that is wrong, if any: where, and what. */
export type Flaw = Title & { at: string }

export const flawIn = ({ head, ...history }: ProvenHistory): Flaw | undefined => {
  if (history.events.length === 0) return { at: history.stream, zh: '没有事件', en: 'holds no event' }
  if (!isSigned(head)) return UNSIGNED
  return flawInStream(history, head)
}

export const UNSIGNED: Flaw = { at: 'head', zh: '签名无效', en: 'its signature is not valid' }

/** The first event that is not what it hashes to, does not follow the one before it, or is not under the head. */
export const flawInStream = ({ stream, events }: ProvenStream, head: SignedHead): Flaw | undefined => {
  let before: Tip = { revision: -1, leaf: -1, hash: '' }
  for (const event of events) {
    const hash = hashOf(event, stream, before)
    const flaw = outOfOrder(event, before) ?? unlike(event, stream, before) ?? unproven(event, hash, head)
    if (flaw) return { at: `${stream}@${event.revision}`, ...flaw }
    before = { revision: event.revision, leaf: event.leaf, hash }
  }
  return undefined
}

type Tip = { revision: number; leaf: number; hash: string }

const hashOf = (event: ProvenEvent, stream: string, { hash: before }: Tip): string => {
  if ('hash' in event) return event.hash
  if ('bodyHash' in event) return hashAt({ stream, revision: event.revision, before }, event.type, event.bodyHash)
  return linkIn(event.metadata)?.hash ?? ''
}

const outOfOrder = ({ revision, leaf }: ProvenEvent, before: Tip): Title | undefined =>
  revision === before.revision + 1 && leaf > before.leaf
    ? undefined
    : { zh: '版次或次序不连续', en: 'does not follow the event before it: some are missing, or were swapped' }

/** An event that is not shown is as its proof says; one that is must be what it hashes to. */
const unlike = (event: ProvenEvent, stream: string, { hash: before }: Tip): Title | undefined => {
  if (!('data' in event)) return undefined
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

const unproven = ({ leaf, proof }: ProvenEvent, hash: string, { size, root }: SignedHead): Title | undefined =>
  provesInclusion(leaf, leafHash(bytes(hash)), size, proof.map(bytes), bytes(root))
    ? undefined
    : { zh: '不在日志头之下', en: 'is not under the head of the log' }

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex')
