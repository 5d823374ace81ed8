/** The log after a position, a page at a time; the next one is read while its reader works on this one. The last may be empty. */
import type { EventStore, Position, RecordedEvent } from './event-store.ts'

export async function* logPages(
  store: Pick<EventStore, 'readAll'>,
  after: Position | undefined,
  size: number,
): AsyncGenerator<RecordedEvent[]> {
  for (let coming = store.readAll(after, size); ; ) {
    const page = await coming
    const last = page.at(-1)
    const isLast = page.length < size
    if (!isLast) coming = store.readAll(last?.position, size)
    // A failure is met when it is waited for, also where the reader ends before.
    coming.catch(() => undefined)
    yield page
    if (isLast) return
  }
}
