/** A store in a process that dies at an append: nothing it does from then on reaches the log. */
import type { EventStore } from '../../engine/event-store.ts'

/** `before` the append or `after` it: then the log holds what the process never heard of. */
export type Crash = { append: number; when: 'before' | 'after' }

export class Crashed extends Error {}

export const crashing = () => {
  let appends = 0
  let crash: Crash | undefined
  const isDead = () => crash !== undefined && appends >= crash.append
  return {
    /** Dies at the n-th append from now on, counted from 1. */
    arm: (at: Crash): void => {
      appends = 0
      crash = at
    },
    around: (store: EventStore): EventStore => ({
      ...store,
      append: async (...asked) => {
        if (isDead()) throw new Crashed()
        appends++
        if (isDead() && crash?.when === 'before') throw new Crashed()
        const appended = await store.append(...asked)
        if (isDead()) throw new Crashed()
        return appended
      },
    }),
    died: isDead,
  }
}
