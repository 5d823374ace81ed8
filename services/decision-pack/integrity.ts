/** Whether a decision pack is whole: every event is what was recorded, under a head that the outside knows. */
import type { SignedHead } from '../../engine/log-head.ts'
import { isSigned } from '../../engine/log-head.ts'
import { provesConsistency } from '../../engine/merkle.ts'
import { type Flaw, flawInStream, UNSIGNED } from '../../engine/proven-history.ts'
import { type DecisionPack, decisionPack, writtenAsRead } from './format.ts'

/** What is known from elsewhere: heads that were kept, or the key that signs them. */
export type Outside = { heads: readonly SignedHead[] } | { publicKey: string }

export type Read = { pack: DecisionPack } | { flaw: Flaw }

/** A pack out of a file's text, which must be written as packs are written, to the byte. */
export const readPack = (text: string, parsed: unknown): Read => {
  const found = decisionPack.safeParse(parsed)
  if (!found.success)
    return {
      flaw: {
        at: 'file',
        zh: '不是决策包（gongchuang-decision-1）',
        en: 'is no decision pack (gongchuang-decision-1)',
      },
    }
  if (
    writtenAsRead(found.data) !== text ||
    !found.data.keys.every(({ key }) => isExact(key)) ||
    !headsAreExact(found.data)
  )
    return {
      flaw: { at: 'file', zh: '写法与决策包规定不同，文件被改动过', en: 'is not written as packs are: it was changed' },
    }
  return { pack: found.data }
}

/** Base64 has several writings of the same bytes: the last sign may hold bits that say nothing. */
const isExact = (base64: string): boolean => Buffer.from(base64, 'base64').toString('base64') === base64

const headsAreExact = ({ heads }: DecisionPack): boolean =>
  heads.every(({ head: { publicKey, signature } }) => isExact(publicKey) && isExact(signature))

export const brokenIn = (pack: DecisionPack, outside: Outside): Flaw | undefined =>
  strangeHead(pack, outside) ??
  inconsistent(pack) ??
  firstOf(pack.streams, stream => flawInStream(stream, lastHead(pack)))

export const lastHead = ({ heads }: DecisionPack): SignedHead => heads[heads.length - 1]?.head as SignedHead

export const firstOf = <T>(all: Iterable<T>, flawOf: (each: T) => Flaw | undefined): Flaw | undefined => {
  for (const each of all) {
    const flaw = flawOf(each)
    if (flaw) return flaw
  }
  return undefined
}

/** Signed, and by a key that is known outside; of the heads kept outside one at least is among them. */
const strangeHead = ({ heads }: DecisionPack, outside: Outside): Flaw | undefined => {
  const trusted = 'heads' in outside ? outside.heads.map(({ publicKey }) => publicKey) : [outside.publicKey]
  for (const { head } of heads) {
    if (!isSigned(head)) return UNSIGNED
    if (!trusted.includes(head.publicKey)) return STRANGE_KEY
  }
  if ('publicKey' in outside) return undefined
  if (!outside.heads.every(isSigned)) return { ...UNSIGNED, at: '--head' }
  return anchorOf(heads, outside) ? undefined : UNKNOWN_HEAD
}

/** The largest head of the file that is known outside: up to there nobody can have changed anything, whoever holds the key. */
export const anchorOf = (heads: DecisionPack['heads'], outside: Outside): SignedHead | undefined =>
  'publicKey' in outside
    ? undefined
    : heads.findLast(({ head }) => outside.heads.some(kept => isSame(kept, head)))?.head

const isSame = (one: SignedHead, other: SignedHead): boolean => one.size === other.size && one.root === other.root

const STRANGE_KEY: Flaw = {
  at: 'heads',
  zh: '日志头不是由外部给定的密钥签署：文件可能系伪造',
  en: 'the heads were not signed by the key known from outside: the file may be forged',
}
const UNKNOWN_HEAD: Flaw = {
  at: 'heads',
  zh: '外部给定的日志头不在本文件的日志头之中：文件不属于该日志，或日志被改写',
  en: 'the head given from outside is not among those of this file: it hangs on another log, or the log was rewritten',
}

/** The last head's log begins with that of each head before it. */
const inconsistent = (pack: DecisionPack): Flaw | undefined => {
  const last = lastHead(pack)
  return firstOf(pack.heads, ({ head, consistency }) => {
    if (head === last) return consistency.length === 0 ? undefined : notABeginning(head)
    const roots = { older: bytes(head.root), newer: bytes(last.root) }
    return head.size < last.size && provesConsistency(head.size, last.size, consistency.map(bytes), roots)
      ? undefined
      : notABeginning(head)
  })
}

const notABeginning = ({ size }: SignedHead): Flaw => ({
  at: `heads@${size}`,
  zh: '较晚的日志不是由此日志延续而来',
  en: 'the later log does not begin with the log of this head',
})

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex')
