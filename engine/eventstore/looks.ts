/** Comparing with the head of the log: one read at a time for the whole process, shared by all who ask meanwhile. */
import type { Position } from '../event-store.ts'

/**
 * Where the head was at some moment after `began`. Stale where an event further on had been told before: whoever answered
 * is behind, or has another log.
 */
export type Look = { began: number; head: Position; isStale: boolean }

/** A look that begins at or after a moment of `performance.now()`. Rejects where the log does not answer. */
export type Looks = (since: number) => Promise<Look>

/** `told` is the last event that this process has been told of. */
export const looksAt = (head: () => Promise<Position>, told: () => Position): Looks => {
  let running: { began: number; look: Promise<Look> } | undefined

  const begin = () => {
    const [began, before] = [performance.now(), told()]
    const look = head()
      .then(found => ({ began, head: found, isStale: found < before }))
      .finally(() => {
        running = undefined
      })
    running = { began, look }
    return running
  }

  return async since => {
    if (running && running.began < since) await running.look.catch(() => undefined)
    return (running ?? begin()).look
  }
}
