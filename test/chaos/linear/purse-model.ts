/** What a purse is to whoever looks at it from outside: how much is in it, and how often it has changed. */
import { isDeepStrictEqual } from 'node:util'
import type { Model } from './checker.ts'

export type Asked = { command: 'put' | 'spend'; amount: number; ifMatch?: number } | { command: 'empty' | 'read' }
export type Told = { revision: number; held?: number } | { refused: string }
type Purse = { revision: number; held: number }

export const LIMIT = 1_000

/** From the moment it was opened. */
export const purseModel: Model<Purse, Asked, Told> = {
  start: { revision: 0, held: 0 },
  key: ({ revision, held }) => `${revision} ${held}`,
  same: isDeepStrictEqual,
  step: (state, asked) => {
    if (asked.command === 'read') return { state, output: { ...state } }
    if ('ifMatch' in asked && asked.ifMatch !== state.revision) return { state, output: { refused: 'stale-revision' } }
    const held = heldAfter(state.held, asked)
    if (held === undefined) return { state, output: { refused: 'refused' } }
    const revision = state.revision + 1
    return { state: { revision, held }, output: { revision } }
  },
}

/** Nothing where a rule is not met. */
const heldAfter = (held: number, asked: Asked): number | undefined => {
  if (!('amount' in asked)) return held > 0 ? 0 : undefined
  const after = asked.command === 'put' ? held + asked.amount : held - asked.amount
  return after >= 0 && after <= LIMIT ? after : undefined
}
