/** A body as it comes in, ended where it is cut short or comes more slowly than any line that is in use. */
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { FileRefusal } from './refusal.ts'

/** A sender may pause so long, and must bring so much a second on the whole. */
export type Pace = { pauseMs: number; bytesPerSecond: number }

const PACE: Pace = { pauseMs: 15_000, bytesPerSecond: 32 * 1024 }

/** How long a body of so many bytes may take at the most. */
export const longestMs = (bytes: number, { pauseMs, bytesPerSecond }: Pace = PACE): number =>
  pauseMs + (bytes / bytesPerSecond) * 1_000

/** Throws `upload-cut-short`, `upload-too-slow`. The body is not destroyed: somebody may still answer on its line. */
export async function* inGoodTime(body: Readable, pace: Pace = PACE): AsyncGenerator<Buffer> {
  const start = performance.now()
  const chunks = body.iterator({ destroyOnReturn: false })
  for (let bytes = 0; ; ) {
    const next = await before(start + longestMs(bytes, pace), nextOf(chunks))
    if (next === LATE) throw new FileRefusal('upload-too-slow', { bytesPerSecond: pace.bytesPerSecond })
    if (next.done) return
    bytes += next.value.length
    yield next.value
  }
}

const nextOf = (chunks: AsyncIterator<Buffer>): Promise<IteratorResult<Buffer>> =>
  chunks.next().catch(error => {
    throw new FileRefusal('upload-cut-short', {}, { cause: error })
  })

const LATE = Symbol('late')

const before = async <T>(deadline: number, work: Promise<T>): Promise<T | typeof LATE> => {
  const done = new AbortController()
  const late = sleep(Math.max(0, deadline - performance.now()), LATE, { signal: done.signal }).catch(() => LATE)
  try {
    return await Promise.race([work, late as Promise<typeof LATE>])
  } finally {
    done.abort()
  }
}
