import { bell, pause } from '../bell.ts'
import { type Batch, type Following, ForeignPosition, type Position, type RecordedEvent } from '../event-store.ts'

type Parts = {
  readAll(after: Position | undefined, limit: number): Promise<RecordedEvent[]>
  onTrouble?: ((error: unknown) => void) | undefined
}

const PAGE = 1_000
const LOOK_EVERY_MS = 250
const RETRY_MS = 500

export const pollingTail = ({ readAll, onTrouble }: Parts) => {
  const appended = bell()
  const closing = new AbortController()
  async function* tail({ after, signal, limit = PAGE, rest = 20 }: Following): AsyncGenerator<Batch> {
    const ended = AbortSignal.any([signal, closing.signal])
    let place = after
    while (!ended.aborted) {
      const rung = appended.next()
      const looked = performance.now()
      const events = await readAll(place, limit).catch(error => {
        if (error instanceof ForeignPosition) throw error
        onTrouble?.(error)
      })
      if (!events) await pause(RETRY_MS, ended)
      else {
        if (ended.aborted) return
        place = events.at(-1)?.position ?? place
        const caughtUp = events.length < limit
        yield { events, caughtUp }
        if (caughtUp) await pause(LOOK_EVERY_MS, ended, rung)
        if (caughtUp) await pause(Math.max(0, looked + rest - performance.now()), ended)
      }
    }
  }
  return { tail, appended: () => appended.ring(), close: () => closing.abort() }
}
