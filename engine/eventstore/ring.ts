/**
 * The last events of the log as one subscription has told them, for all readers of this process. From its first place to
 * `upTo` nothing of this log is missing.
 */
import { bell, pause, type Ring as Rung } from '../bell.ts'
import type { Position, RecordedEvent } from '../event-store.ts'

/** What was heard: these events, and nothing else of this log up to a position. */
export type News = { events: readonly RecordedEvent[]; upTo: Position }

export type Ring = {
  upTo(): Position
  /** The last event told, or where the ring began. */
  told(): Position
  take(news: News): void
  /** False for what lies further back than what is kept. */
  covers(position: Position): boolean
  after(position: Position, limit: number): RecordedEvent[]
  /** Heard at the first news from now on. */
  next(): Rung
  /** True once all up to a position has been heard; false when told to stop waiting, or after the time given. */
  reaches(position: Position, ended: AbortSignal, withinMs: number): Promise<boolean>
}

export const ringFrom = (start: Position, most: number): Ring => {
  let kept: RecordedEvent[] = []
  let from = start
  let told = start
  let upTo = start
  const moved = bell()

  const forget = (): void => {
    from = kept.at(-most - 1)?.position ?? from
    kept = kept.slice(-most)
  }

  return {
    upTo: () => upTo,
    told: () => told,
    take: news => {
      kept.push(...news.events)
      told = news.events.at(-1)?.position ?? told
      upTo = news.upTo
      if (kept.length > 2 * most) forget()
      moved.ring()
    },
    covers: position => position >= from,
    after: (position, limit) => {
      const first = firstAfter(kept, position)
      return kept.slice(first, first + limit)
    },
    next: moved.next,
    reaches: async (position, ended, withinMs) => {
      const until = performance.now() + withinMs
      for (let rung = moved.next(); upTo < position; rung = moved.next()) {
        const left = until - performance.now()
        if (left <= 0 || ended.aborted) return false
        await pause(left, ended, rung)
      }
      return true
    },
  }
}

/** Where the first event after a position stands among events in order. */
const firstAfter = (events: readonly RecordedEvent[], position: Position): number => {
  if ((events.at(-1)?.position ?? '') <= position) return events.length
  let [low, high] = [0, events.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((events[middle] as RecordedEvent).position > position) high = middle
    else low = middle + 1
  }
  return low
}
