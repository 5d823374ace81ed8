/** What a process still knows of the events that it made itself must be what their texts say: its read models take it so. */
import { deepStrictEqual } from 'node:assert'
import type { EventStore } from '../../engine/event-store.ts'

const WITHIN_MS = 1_000

/** Throws where something is known of an event that its text does not say, or not known that it says. */
export const knowsWhatIsWritten = async (store: EventStore): Promise<void> => {
  const after = await store.origin()
  for await (const { events } of store.tail({ after, signal: AbortSignal.timeout(WITHIN_MS) })) {
    for (const { read, data, metadata } of events)
      if (read) deepStrictEqual(read, { data: JSON.parse(data), metadata: JSON.parse(metadata) })
    return
  }
}
