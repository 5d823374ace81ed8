/** Writes to a log as a command handler does: while nobody knows what an append did, the same bytes again. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type EventStore, NO_STREAM } from '../../engine/event-store.ts'
import { aStream, someEvents } from '../event-store-contract.ts'

export type Life = { stream: string; ids: string[] }

const AGAIN_AFTER_MS = 20

/** Two events at a time to one stream, so many times, or until told to stop. What it gives is what the log must hold. */
export const writeLife = async (store: EventStore, times: number, signal?: AbortSignal): Promise<Life> => {
  const stream = aStream()
  const ids: string[] = []
  for (let n = 0; n < times && !signal?.aborted; n++) {
    const events = someEvents(2)
    for (let isWritten = false; !isWritten; )
      isWritten = await store.append(stream, NO_STREAM + ids.length, events).then(
        ({ revision }) => revision === ids.length + 1,
        error => {
          if (error.code !== 'log-unavailable' && error.code !== 'outcome-unknown') throw error
          return sleep(AGAIN_AFTER_MS, false)
        },
      )
    ids.push(...events.map(({ id }) => id))
  }
  return { stream, ids }
}

const LONG = 20

/** One life after the other, until told to stop. */
export const writeLives = async (store: EventStore, signal: AbortSignal): Promise<Life[]> => {
  const lives: Life[] = []
  while (!signal.aborted) lives.push(await writeLife(store, LONG, signal))
  return lives
}
