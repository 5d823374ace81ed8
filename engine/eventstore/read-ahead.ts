/** Listens while its reader works, so many events ahead of it and no more. */
import { bell, pause, type Ring as Rung } from '../bell.ts'
import type { Position, RecordedEvent } from '../event-store.ts'
import type { News } from './ring.ts'

export type ReadAhead = {
  waiting(): number
  take(limit: number): RecordedEvent[]
  /** Everything up to here has been heard. */
  upTo(): Position
  next(): Rung
  /** Hears nothing more; what is waiting can still be taken. */
  stop(): void
}

const LOOK_AGAIN_MS = 1_000

export const readAhead = (
  news: (signal: AbortSignal) => AsyncIterable<News>,
  start: Position,
  most: number,
  ended: AbortSignal,
): ReadAhead => {
  const stopping = new AbortController()
  const signal = AbortSignal.any([ended, stopping.signal])
  const [heard, taken] = [bell(), bell()]
  let waiting: RecordedEvent[] = []
  let upTo = start

  const listen = async (): Promise<void> => {
    for await (const each of news(signal)) {
      if (signal.aborted) return
      waiting.push(...each.events)
      upTo = each.upTo
      heard.ring()
      for (let rung = taken.next(); waiting.length >= most && !signal.aborted; rung = taken.next())
        await pause(LOOK_AGAIN_MS, signal, rung)
    }
  }
  void listen()

  return {
    waiting: () => waiting.length,
    take: limit => {
      const first = waiting.slice(0, limit)
      waiting = waiting.slice(limit)
      taken.ring()
      return first
    },
    upTo: () => upTo,
    next: heard.next,
    stop: () => stopping.abort(),
  }
}
