/** A stream from a revision on to its end, a page at a time. */
import type { EventStore, RecordedEvent } from './event-store.ts'

const PAGE = 1_000

export async function* streamPages(
  store: EventStore,
  stream: string,
  from = 0,
): AsyncGenerator<readonly RecordedEvent[]> {
  for (let next = from; ; next += PAGE) {
    const events = await store.readStream(stream, next, PAGE)
    yield events
    if (events.length < PAGE) return
  }
}
