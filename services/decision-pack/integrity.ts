/** Whether a decision pack is whole: every event is what was recorded, under a head that the outside knows. */
import type { SignedHead } from '../../engine/log-head.ts'
import { provesConsistency } from '../../engine/merkle.ts'
import { type Flaw, flawInStream } from '../../engine/proven-history.ts'
import { type DecisionPack, decisionPack, writtenAsRead } from './format.ts'
import { lastOf, type Outside, strangeHead } from './outside.ts'

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
  firstOf(pack.streams, stream => flawInStream(stream, lastOf(pack.heads)))

export const firstOf = <T>(all: Iterable<T>, flawOf: (each: T) => Flaw | undefined): Flaw | undefined => {
  for (const each of all) {
    const flaw = flawOf(each)
    if (flaw) return flaw
  }
  return undefined
}

/** The last head's log begins with that of each head before it. */
const inconsistent = (pack: DecisionPack): Flaw | undefined => {
  const last = lastOf(pack.heads)
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
