/** What is known of the log from elsewhere, and how the heads of a decision pack stand to it. */
import { isSigned, type SignedHead } from '../../engine/log-head.ts'
import { type Flaw, UNSIGNED } from '../../engine/proven-history.ts'
import type { DecisionPack } from './format.ts'

/** Heads that were kept, or the key that signs them. */
export type Outside = { heads: readonly SignedHead[] } | { publicKey: string }

/** Nothing is said against the file: it lacks the head by which the reader would know it. */
export type Lack = Flaw & { lacks: 'head' }

type Heads = DecisionPack['heads']

/** What speaks against the file: a head that nobody who is known signed, or that is another than the one that was kept. */
export const strangeHead = ({ heads }: DecisionPack, outside: Outside): Flaw | undefined => {
  if (!keptIn(outside).every(isSigned)) return { ...UNSIGNED, at: '--head' }
  if (!heads.every(({ head }) => isSigned(head))) return UNSIGNED
  const trusted = 'heads' in outside ? outside.heads.map(({ publicKey }) => publicKey) : [outside.publicKey]
  const stranger = heads.find(({ head }) => !trusted.includes(head.publicKey))
  if (stranger) return heads.some(({ head }) => trusted.includes(head.publicKey)) ? anotherKeyAt(stranger) : ANOTHER_LOG
  const rewritten = keptOfLog(heads, outside).find(kept => heads.some(({ head }) => contradicts(kept, head)))
  return rewritten && rewrittenAt(rewritten)
}

/** What is missing where nothing speaks against the file: without it nobody vouches for the file but whoever holds the key. */
export const lackIn = ({ heads }: DecisionPack, outside: Outside): Lack | undefined => {
  const kept = keptOfLog(heads, outside).at(-1)
  return kept && !anchorOf(heads, outside) ? notHeld(kept, heads) : undefined
}

/** For people: how far the outside vouches for the file, and whether it would for more of it. */
export const headLines = ({ heads }: DecisionPack, outside: Outside): string[] => {
  const { size, signedAt } = lastOf(heads)
  const anchor = anchorOf(heads, outside)
  if (!anchor)
    return [
      `日志头 ${size}（${signedAt}）由外部给定的密钥签署 / head ${size} of ${signedAt} is signed by the key known from outside`,
    ]
  const later = keptOfLog(heads, outside).at(-1)
  return [
    `留存的日志头 ${anchor.size}（${anchor.signedAt}）在其中，其后的事件由同一密钥签署至 ${size} / the head that was kept, ${anchor.size} of ${anchor.signedAt}, is in it; what came later is signed by the same key up to ${size}`,
    ...(later && later.size > anchor.size ? [laterLine(later, heads)] : []),
  ]
}

/** The largest kept head that is in the file: up to there nobody can have changed anything, whoever holds the key. */
const anchorOf = (heads: Heads, outside: Outside): SignedHead | undefined =>
  keptOfLog(heads, outside).findLast(kept => heads.some(({ head }) => isSame(kept, head)))

const keptIn = (outside: Outside): readonly SignedHead[] => ('heads' in outside ? outside.heads : [])

/** Smallest first; somebody may have kept heads of several logs in one place. */
const keptOfLog = (heads: Heads, outside: Outside): SignedHead[] =>
  keptIn(outside)
    .filter(({ publicKey }) => heads.some(({ head }) => head.publicKey === publicKey))
    .toSorted((one, other) => one.size - other.size)

export const lastOf = (heads: Heads): SignedHead => heads[heads.length - 1]?.head as SignedHead

const isSame = (one: SignedHead, other: SignedHead): boolean => one.size === other.size && one.root === other.root
const contradicts = (one: SignedHead, other: SignedHead): boolean => one.size === other.size && one.root !== other.root

// ── in words ────────────────────────────────────────────────────────────────────────────────────

const ANOTHER_LOG: Flaw = {
  at: 'heads',
  zh: '日志头由另一密钥签署，不是外部给定的：文件属于另一日志，或系伪造',
  en: 'the heads were signed by another key than the one known from outside: the file is of another log, or forged',
}

const anotherKeyAt = ({ head: { size } }: Heads[number]): Flaw => ({
  at: `heads@${size}`,
  zh: '此日志头由另一密钥签署，不是外部给定的：或系伪造；日志如更换过密钥，请把另一密钥签署的日志头一并放入 --head 文件',
  en: 'it was signed by a key that is not known from outside: it may be forged; where the log changed its key, put a head by the other key into the file of --head too',
})

const rewrittenAt = ({ size, signedAt }: SignedHead): Flaw => ({
  at: `heads@${size}`,
  zh: `与留存的日志头（${signedAt}）事件数相同而根不同，由同一密钥签署：日志被改写`,
  en: `has as many events as the head that was kept (of ${signedAt}) and another root, signed by the same key: the log was rewritten`,
})

const notHeld = (kept: SignedHead, heads: Heads): Lack => {
  const { size, signedAt } = kept
  const older = olderThan(kept, heads)
  return {
    lacks: 'head',
    at: '--head',
    zh: `本文件中没有留存的日志头 ${size}（${signedAt}），请用 ?head=${size} 重新取得决策包；这不说明文件有误：其日志头由同一密钥签署${older.zh}`,
    en: `this file does not hold the head that was kept, ${size} of ${signedAt}; ask for it with ?head=${size}; nothing is said against the file, whose heads are signed by the same key${older.en}`,
  }
}

const olderThan = ({ size }: SignedHead, heads: Heads) => {
  const last = lastOf(heads).size
  return last < size
    ? { zh: `；文件早于该日志头，止于 ${last}`, en: `; the file is older than that head, it ends at ${last}` }
    : { zh: '', en: '' }
}

const laterLine = (kept: SignedHead, heads: Heads): string => {
  const { size, signedAt } = kept
  const older = olderThan(kept, heads)
  return `留存的较晚日志头 ${size}（${signedAt}）不在其中，可用 ?head=${size} 取得${older.zh} / the later head that was kept, ${size} of ${signedAt}, is not in it; ?head=${size} adds it${older.en}`
}
