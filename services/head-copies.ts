/** Copies of signed heads at a place outside: lines of a file, or posted to an address. What fails is tried again. */
import { open } from 'node:fs/promises'
import type { Logger } from 'pino'
import { bell, pause } from '../engine/bell.ts'
import type { SignedHead } from '../engine/log-head.ts'
import type { Leased } from './lease.ts'

export type HeadCopies = Leased & { send(head: SignedHead): void }

const RETRY_MS = { first: 1_000, most: 60_000 }
const POST_TIMEOUT_MS = 10_000
/** Of heads that could not be sent the newest matter: each of them vouches for all before it. */
const MOST_WAITING = 1_000

export const headCopies = (to: string, logger: Logger): HeadCopies => {
  const copy = /^https?:\/\//.test(to) ? posting(to) : appending(to)
  const waiting: SignedHead[] = []
  const stopping = new AbortController()
  const came = bell()

  /** Milliseconds to wait before the next try; none where it went well. */
  const sendFirst = async (waited: number): Promise<number> => {
    const [head] = waiting
    if (!head) return 0
    try {
      await copy(head)
      waiting.splice(waiting.indexOf(head), 1)
      return 0
    } catch (error) {
      logger.warn({ err: error, to }, 'a head of the log could not be copied; trying again')
      return Math.min(Math.max(2 * waited, RETRY_MS.first), RETRY_MS.most)
    }
  }

  const run = async (): Promise<void> => {
    for (let wait = 0; !stopping.signal.aborted; ) {
      const ring = came.next()
      wait = await sendFirst(wait)
      if (wait > 0) await pause(wait, stopping.signal)
      else if (waiting.length === 0) await pause(RETRY_MS.most, stopping.signal, ring)
    }
  }
  const running = run()
  return {
    send: head => {
      waiting.push(head)
      if (waiting.length > MOST_WAITING) waiting.shift()
      came.ring()
    },
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}

/** On disk before it counts as sent. */
const appending =
  (file: string) =>
  async (head: SignedHead): Promise<void> => {
    const handle = await open(file, 'a')
    try {
      await handle.writeFile(`${JSON.stringify(head)}\n`)
      await handle.sync()
    } finally {
      await handle.close()
    }
  }

const posting =
  (url: string) =>
  async (head: SignedHead): Promise<void> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(head),
      signal: AbortSignal.timeout(POST_TIMEOUT_MS),
    })
    if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  }
