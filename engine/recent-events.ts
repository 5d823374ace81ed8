/**
 * The last events that this process appended itself, so that its readers need not ask for them again. Places
 * without a gap prove that nobody else's lie between: where there is one, what came before it is forgotten.
 */
import type { RecordedEvent } from './event-store.ts'

export type RecentEvents = {
  /** Takes the events in whose first stands at a place of the log; what is known already changes nothing. */
  add(place: number, events: readonly RecordedEvent[]): void
  /** What follows a place, at most `limit`; nothing where the log must be asked. */
  after(place: number, limit: number): RecordedEvent[] | undefined
}

export const recentEvents = (most: number): RecentEvents => {
  let kept: RecordedEvent[] = []
  let first = 1
  return {
    add: (place, events) => {
      const next = first + kept.length
      if (place < next) return
      if (place > next) {
        kept = []
        first = place
      }
      kept.push(...events)
      if (kept.length < 2 * most) return
      first += kept.length - most
      kept = kept.slice(-most)
    },
    after: (place, limit) => {
      const from = place + 1 - first
      return from >= 0 && from < kept.length ? kept.slice(from, from + limit) : undefined
    },
  }
}
