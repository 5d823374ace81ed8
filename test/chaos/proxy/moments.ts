/** What a service says to its database, where it matters when it dies. */
import { type Message, textsOf } from './messages.ts'

/**
 * `append`: the call that writes to the log, with the bytes it sends. `commit`: the end of a transaction, with what
 * was written in it.
 */
export type Moment = { kind: 'append' | 'commit'; wrote: ReadonlySet<Wrote>; bytes: Buffer }
export type Wrote = 'checkpoint' | 'policies' | 'tree'

const APPEND = /\blog\.append\(/
const WRITES: Record<Wrote, RegExp> = {
  checkpoint: /UPDATE engine\.checkpoints SET position = \$3, updated_at = now\(\)\s+FROM/,
  policies: /UPDATE engine\.checkpoints SET position = \$3, updated_at = now\(\)\s+WHERE/,
  tree: /UPDATE log_tree\.standing/,
}
const writes = Object.entries(WRITES) as [Wrote, RegExp][]

/** Listens to one connection. Statements are prepared once and sent by name from then on. */
export const momentsOf = (): ((message: Message) => Moment | undefined) => {
  const prepared = new Map<string, string>()
  let wrote = new Set<Wrote>()
  const said = (text: string, bytes: Buffer): Moment | undefined => {
    if (/^\s*BEGIN/i.test(text)) wrote = new Set()
    for (const [what, pattern] of writes) if (pattern.test(text)) wrote.add(what)
    if (APPEND.test(text)) return { kind: 'append', wrote: new Set(), bytes }
    return /^\s*COMMIT/i.test(text) ? { kind: 'commit', wrote, bytes } : undefined
  }
  return message => {
    if (message.type === 'P') prepare(prepared, message)
    if (message.type === 'B') return said(prepared.get(textsOf(message, 2)[1] ?? '') ?? '', message.bytes)
    return message.type === 'Q' ? said(textsOf(message, 1)[0] ?? '', message.bytes) : undefined
  }
}

const prepare = (prepared: Map<string, string>, message: Message): void => {
  const [name = '', text = ''] = textsOf(message, 2)
  prepared.set(name, text)
}
