/**
 * What the log needs of an EventStoreDB. The client itself lives in a thread of its own (`client-thread.ts` knows it
 * alone): some of its faults are thrown where nobody can catch them, and end whatever process or thread they happen in.
 * Here that is one more connection that broke. Every call has a deadline of our own, every failure one of our few
 * names; a client that is silent is thrown away with its thread and its connections, and made anew.
 */
import { type NewEvent, WrongRevision } from '../event-store.ts'
import type { Failure, Question } from './client-messages.ts'
import { type ClientThread, startThread } from './thread-lines.ts'

/** A place in the whole log of the server. */
export type Place = { commit: bigint; prepare: bigint }

export type Stored = {
  /** As the server knows it, with the log's name. */
  stream: string
  id: string
  type: string
  revision: number
  place: Place
  data: string
  metadata: string
}

/** What a subscription brings at once. `reached`: the server's word that up to there nothing of ours is left untold. */
export type Heard = { events: readonly Stored[]; reached?: Place; caughtUp: boolean }

export type From = Place | 'start' | 'end'

export type EventStoreClient = {
  /**
   * Throws `WrongRevision`, or a `ClientTrouble`: where that is `certain`, this sending wrote nothing; anything else
   * may have been written.
   */
  append(stream: string, expected: number, events: readonly NewEvent[]): Promise<{ revision: number; place: Place }>
  /** Events of a stream from a revision on, at most `limit`; empty where there is no such stream. */
  readStream(stream: string, from: number, limit: number): Promise<Stored[]>
  /** Everything on the server, also what is not ours; `from` is told too, except backwards. */
  readAll(options: { from: From; backwards?: true; limit: number }): Promise<Stored[]>
  /** What streams of these prefixes are told, after a place, at the reader's pace; ends by throwing what went wrong. */
  subscribe(options: { after: From; prefixes: readonly string[]; signal: AbortSignal }): AsyncIterable<Heard>
  close(): Promise<void>
}

export type TroubleKind =
  | 'unavailable'
  /** No connection came about: nothing was sent. */
  | 'unreachable'
  | 'no-answer'
  | 'not-authenticated'
  | 'access-denied'
  | 'not-leader'
  | 'stream-deleted'
  /** A subscription whose reader took events in too slowly. */
  | 'too-slow'
  /** Of a place that no event stands at. */
  | 'no-such-place'
  | 'too-large'
  | 'malformed'
  | 'unknown'

export class ClientTrouble extends Error {
  readonly kind: TroubleKind
  constructor(kind: TroubleKind, message: string) {
    super(message)
    this.kind = kind
  }
  /** The server itself said no, or was never asked. */
  get certain(): boolean {
    return CERTAIN.has(this.kind)
  }
}

const CERTAIN: ReadonlySet<TroubleKind> = new Set([
  'unreachable',
  'not-authenticated',
  'access-denied',
  'stream-deleted',
  'too-large',
  'malformed',
])

export type ClientOptions = {
  /** One of `connectionOf`. */
  url: string
  /** Milliseconds in which an answer must be there. */
  appendWithin?: number
  readWithin?: number
}

export const openEventStoreClient = (options: ClientOptions): EventStoreClient => {
  const { url, appendWithin = 5_000, readWithin = 10_000 } = options
  let thread: ClientThread | undefined
  let isClosed = false
  const current = (): ClientThread => {
    if (isClosed) throw new ClientTrouble('unreachable', 'the connection to the log is closed')
    if (!thread || thread.hasEnded()) thread = startThread(url)
    return thread
  }
  const ask = async <T>(within: number, question: Question): Promise<T> =>
    (await answerOf(current(), question, within)) as T
  return {
    append: (stream, expected, events) =>
      ask(appendWithin, { ask: 'append', stream, expected, events: events.map(sent) }),
    readStream: (stream, from, limit) => ask(readWithin, { ask: 'readStream', stream, from, limit }),
    readAll: options => ask(readWithin, { ask: 'readAll', ...options }),
    subscribe: options => subscribed(current, options),
    close: async () => {
      isClosed = true
      await thread?.end('the connection to the log was closed')
    },
  }
}

const sent = ({ id, type, data, metadata, read }: NewEvent) => ({
  id,
  type,
  data,
  metadata,
  isJson: read !== undefined,
})

const answerOf = async (thread: ClientThread, question: Question, within: number): Promise<unknown> => {
  await thread.ready
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  const began = performance.now()
  const line = thread.open(question, answer => {
    if ('value' in answer) resolve(answer.value)
    else reject(errorOf(answer.failure))
  })
  const stop = atTheEndOf(within, () => {
    reject(new ClientTrouble('no-answer', `no answer to ${question.ask} within ${within} ms`))
    // Where others of its kind are answered, only this one is lost.
    if (thread.lastAnswered(question.ask) < began) void thread.end('the log did not answer')
  })
  return promise.finally(() => {
    stop()
    line.close()
  })
}

/** A process that was itself stopped, or busy, hears late: then an answer may be there that it has not come to. */
const SECOND_CHANCE_MS = 500

const atTheEndOf = (within: number, late: () => void): (() => void) => {
  const due = performance.now() + within
  let timer = setTimeout(() => {
    if (performance.now() < due + SECOND_CHANCE_MS / 2) late()
    else timer = setTimeout(late, SECOND_CHANCE_MS)
  }, within)
  return () => clearTimeout(timer)
}

const errorOf = (failure: Failure): Error => {
  if ('kind' in failure) return new ClientTrouble(failure.kind, failure.message)
  const { stream, expected, actual } = failure.wrong
  return new WrongRevision(stream, expected, actual)
}

async function* subscribed(
  current: () => ClientThread,
  { signal, ...options }: { after: From; prefixes: readonly string[]; signal: AbortSignal },
): AsyncGenerator<Heard> {
  const heard: Heard[] = []
  let failure: Failure | undefined
  let wake = (): void => undefined
  const line = current().open({ ask: 'subscribe', ...options }, answer => {
    if ('value' in answer) heard.push(answer.value as Heard)
    else failure ??= answer.failure
    wake()
  })
  const aborted = (): void => wake()
  signal.addEventListener('abort', aborted)
  try {
    while (!signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>()
      wake = resolve
      const next = heard.shift()
      if (next) {
        line.say({ ask: 'more' })
        yield next
      } else if (failure) throw errorOf(failure)
      else await promise
    }
  } finally {
    signal.removeEventListener('abort', aborted)
    line.say({ ask: 'stop' })
    line.close()
  }
}
