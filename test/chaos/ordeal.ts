/** How troubles come while lives are lived: by chance, so many kills evenly over them, or one process after the other. */

import { type Trial, trials } from './trials.ts'
import { torment } from './troubles/all.ts'
import type { Torment, Trouble } from './troubles/trouble.ts'

export type Ordeal = {
  /** Whether the next life may begin, as one of so many. */
  mayBegin(count: number): boolean
  mayEnd(): boolean
  /** Until the lives are over. */
  go(over: () => boolean): Promise<readonly Trial[]>
}

/** So many kills may be late: then no further life begins. */
const LATE = 1

/** `lifecycles`: or how many of anything else, over which the kills come. `some`: these troubles alone. */
export const byChance = (parts: Torment, lifecycles: number, kills: number, some?: readonly Trouble[]): Ordeal => {
  const made = () => parts.journal.counts.kills ?? 0
  let begun = 0
  const due = () => (kills * begun) / lifecycles
  return {
    mayBegin: count => {
      begun = Math.max(begun, count)
      return made() + LATE >= due()
    },
    mayEnd: () => made() >= kills,
    go: async over => {
      await torment(parts, { due, over }, some)
      return []
    },
  }
}

export const inTurn = (parts: Torment): Ordeal => {
  let done = false
  return {
    mayBegin: () => true,
    mayEnd: () => done,
    go: async () => {
      const all = await trials(parts).finally(() => {
        done = true
      })
      return all
    },
  }
}
