/** Those who wait until something that moves along the log has passed a position. */
import type { Position } from './event-store.ts'

export type Waiters = {
  position(): Position
  moveTo(position: Position | undefined): void
  /** True once the position is passed, false after the time given. */
  reached(position: Position, timeoutMs: number): Promise<boolean>
}

type Waiter = { position: Position; wake: (reached: boolean) => void }

export const waiters = (start: Position): Waiters => {
  let at = start
  const waiting = new Set<Waiter>()
  return {
    position: () => at,
    moveTo: position => {
      if (position === undefined || position <= at) return
      at = position
      for (const waiter of waiting) if (waiter.position <= at) waiter.wake(true)
    },
    reached: (position, timeoutMs) => {
      if (position <= at) return Promise.resolve(true)
      return new Promise(resolve => {
        const timer = setTimeout(() => waiter.wake(false), timeoutMs)
        const waiter: Waiter = {
          position,
          wake: reached => {
            clearTimeout(timer)
            waiting.delete(waiter)
            resolve(reached)
          },
        }
        waiting.add(waiter)
      })
    },
  }
}
