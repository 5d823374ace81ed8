/**
 * The one place that knows the client of EventStoreDB: whoever replaces it, replaces this file. Here its ways are
 * turned into ours: every call ends, by a deadline of our own; every failure has one of our few names; a client that
 * gave no answer is thrown away and made anew.
 */
import {
  type AllStreamSubscription,
  type AppendExpectedRevision,
  type RecordedEvent as ClientEvent,
  type EventData,
  EventStoreDBClient,
  type ReadPosition,
  type StreamingRead,
  streamNameFilter,
} from '@eventstore/db-client'
import { type NewEvent, NO_STREAM, WrongRevision } from '../event-store.ts'

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
  read?: { data: unknown; metadata: unknown }
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
  | 'no-answer'
  | 'not-authenticated'
  | 'access-denied'
  | 'not-leader'
  | 'stream-deleted'
  | 'too-large'
  | 'malformed'
  | 'unknown'

export class ClientTrouble extends Error {
  readonly kind: TroubleKind
  constructor(kind: TroubleKind, message: string, cause?: unknown) {
    super(message, { cause })
    this.kind = kind
  }
  /** The server itself said no. */
  get certain(): boolean {
    return CERTAIN.has(this.kind)
  }
}

const CERTAIN: ReadonlySet<TroubleKind> = new Set([
  'not-authenticated',
  'access-denied',
  'stream-deleted',
  'too-large',
  'malformed',
])

const APPEND_WITHIN_MS = 5_000
const READ_WITHIN_MS = 10_000
/** Compared with the server's clock, which need not agree with ours: only ours ends a call. */
const SERVER_DEADLINE_MS = 600_000
/** Sent to the server as one message: larger ones than it takes are refused before. */
const MOST_BYTES = 3 * 1024 * 1024
/** Events of a subscription that wait for its reader. */
const READ_AHEAD = 512
/** The server says how far it looked after so many times 32 events that were not ours. */
const CHECKPOINT_EVERY = 32

/** `url` is one of `connectionOf`. */
export const openEventStoreClient = ({ url }: { url: string }): EventStoreClient => {
  let client: EventStoreDBClient | undefined
  const current = (): EventStoreDBClient => {
    client ??= EventStoreDBClient.connectionString(url)
    return client
  }
  /** Whatever else it is asked meanwhile ends too, and is asked again by whoever asked. */
  const throwAway = (broken: EventStoreDBClient): void => {
    if (client === broken) client = undefined
    void broken.dispose().catch(() => undefined)
  }
  const within = async <T>(milliseconds: number, call: (used: EventStoreDBClient) => Promise<T>): Promise<T> => {
    const used = current()
    try {
      return await deadline(milliseconds, call(used))
    } catch (error) {
      const trouble = troubleOf(error)
      if (trouble instanceof ClientTrouble && BREAKS.has(trouble.kind)) throwAway(used)
      throw trouble
    }
  }
  return {
    append: async (stream, expected, events) => {
      const sent = events.map(written)
      return within(APPEND_WITHIN_MS, async used => {
        const answer = await used.appendToStream(stream, sent, {
          expectedRevision: expectedOf(expected),
          requiresLeader: true,
          deadline: SERVER_DEADLINE_MS,
          batchAppendSize: 2 * MOST_BYTES,
        })
        if (!answer.position) throw new ClientTrouble('unknown', 'the server gave no position')
        return { revision: Number(answer.nextExpectedRevision), place: answer.position }
      })
    },
    readStream: (stream, from, limit) =>
      within(READ_WITHIN_MS, used =>
        gathered(used.readStream(stream, { fromRevision: BigInt(from), maxCount: limit, requiresLeader: true })),
      ),
    readAll: ({ from, backwards, limit }) =>
      within(READ_WITHIN_MS, used =>
        gathered(
          used.readAll({
            fromPosition: from,
            direction: backwards ? 'backwards' : 'forwards',
            maxCount: limit,
            requiresLeader: true,
          }),
        ),
      ),
    subscribe: options => subscribed(current, options),
    close: async () => {
      const last = client
      client = undefined
      await last?.dispose()
    },
  }
}

/** After these the connection is made anew: it is silent, or to the wrong node. */
const BREAKS: ReadonlySet<TroubleKind> = new Set(['no-answer', 'unavailable', 'not-leader', 'unknown'])

const deadline = async <T>(milliseconds: number, answer: Promise<T>): Promise<T> => {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => reject(new ClientTrouble('no-answer', `no answer within ${milliseconds} ms`)),
    milliseconds,
  )
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}

const expectedOf = (expected: number): AppendExpectedRevision =>
  expected === NO_STREAM ? 'no_stream' : BigInt(expected)

/* What is written, and how it is read again. */

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * The client says JSON anew. Of most texts that gives the same bytes, and they are kept as JSON, which the server's
 * own tools read; others are kept as bytes, with the metadata in a wrapping.
 */
const written = (event: NewEvent): EventData => {
  if (!ID.test(event.id)) throw new ClientTrouble('malformed', `"${event.id}" is no UUID`)
  const { id, type } = event
  const read = event.read ?? sameWhenSaidAnew(event)
  if (read)
    return { id, type, contentType: 'application/json', data: read.data as never, metadata: bytes(event.metadata) }
  return {
    id,
    type,
    contentType: 'application/octet-stream',
    data: bytes(event.data),
    metadata: bytes(JSON.stringify({ $text: event.metadata })),
  }
}

const bytes = (text: string): Uint8Array => {
  if (!text.isWellFormed()) throw new ClientTrouble('malformed', 'a text with half a character cannot be kept')
  return Uint8Array.from(Buffer.from(text))
}

const sameWhenSaidAnew = (event: NewEvent): { data: unknown } | undefined => {
  const data = parsed(event.data)
  return data !== UNREADABLE && parsed(event.metadata) !== UNREADABLE ? { data } : undefined
}

const UNREADABLE = Symbol('unreadable')

const parsed = (text: string): unknown => {
  try {
    const read: unknown = JSON.parse(text)
    return JSON.stringify(read) === text ? read : UNREADABLE
  } catch {
    return UNREADABLE
  }
}

const storedOf = (event: ClientEvent): Stored => {
  const { streamId, id, type, position } = event
  const place = position as Place
  const at = { stream: streamId, id, type, revision: Number(event.revision), place }
  if (!event.isJson) return { ...at, data: text(event.data), metadata: unwrapped(event.metadata) }
  const read = { data: event.data as unknown, metadata: event.metadata as unknown }
  return { ...at, data: said(read.data), metadata: said(read.metadata), read }
}

const text = (data: Uint8Array): string => Buffer.from(data).toString('utf8')
const said = (value: unknown): string => (value === undefined ? '' : JSON.stringify(value))

/** Events of others on the same server have metadata of other kinds, or none. */
const unwrapped = (metadata: unknown): string => {
  if (metadata instanceof Uint8Array) return text(metadata)
  const wrapped = (metadata as { $text?: unknown } | undefined)?.$text
  return typeof wrapped === 'string' ? wrapped : said(metadata)
}

/** What was asked for has a limit, so that it may come as fast as it can. */
const gathered = (reading: StreamingRead<{ event?: ClientEvent }>): Promise<Stored[]> =>
  new Promise((resolve, reject) => {
    const stored: Stored[] = []
    reading
      .on('data', ({ event }) => event && stored.push(storedOf(event)))
      .on('error', error => (kindOf(error) === 'stream-not-found' ? resolve([]) : reject(error)))
      .on('end', () => resolve(stored))
      .on('close', () => reject(new ClientTrouble('unavailable', 'the server ended a reading before its end')))
  })

/* Subscriptions. */

type Mark = { at: number; reached?: Place; live?: boolean }

async function* subscribed(
  current: () => EventStoreDBClient,
  { after, prefixes, signal }: { after: ReadPosition; prefixes: readonly string[]; signal: AbortSignal },
): AsyncGenerator<Heard> {
  const told = { events: 0, marks: [] as Mark[], live: false, wake: () => {}, failed: undefined as unknown }
  const mark = (what: Omit<Mark, 'at'>): void => {
    told.marks.push({ at: told.events + subscription.readableLength, ...what })
    told.wake()
  }
  const subscription: AllStreamSubscription = current().subscribeToAll(
    {
      fromPosition: after,
      filter: streamNameFilter({
        prefixes: [...prefixes],
        checkpointInterval: CHECKPOINT_EVERY,
        checkpointReached: async (_, reached) => mark({ reached }),
      }),
    },
    { highWaterMark: READ_AHEAD },
  )
  const failed = (error: unknown): void => {
    told.failed ??= error
    told.wake()
  }
  const aborted = (): void => told.wake()
  subscription
    .on('caughtUp', () => mark({ live: true }))
    .on('fellBehind', () => mark({ live: false }))
    .on('error', failed)
    .on('close', () => failed(new ClientTrouble('unavailable', 'the server ended a subscription')))
    .on('readable', () => told.wake())
  signal.addEventListener('abort', aborted)
  try {
    while (!signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>()
      told.wake = resolve
      const heard = hear(subscription, told)
      if (heard) yield heard
      else if (told.failed) throw troubleOf(told.failed)
      else await promise
    }
  } finally {
    signal.removeEventListener('abort', aborted)
    void subscription.unsubscribe().catch(() => undefined)
  }
}

/** What came in, with the marks that stand before the next event. */
const hear = (
  subscription: AllStreamSubscription,
  told: { events: number; marks: Mark[]; live: boolean },
): Heard | undefined => {
  const events: Stored[] = []
  for (let next = subscription.read(); next; next = events.length < READ_AHEAD ? subscription.read() : null) {
    told.events++
    if (next.event) events.push(storedOf(next.event))
  }
  let reached: Place | undefined
  let marked = false
  while (told.marks[0] && told.marks[0].at <= told.events) {
    const mark = told.marks.shift() as Mark
    marked = true
    reached = mark.reached ?? reached
    told.live = mark.live ?? told.live
  }
  if (events.length === 0 && !marked) return undefined
  return { events, ...(reached && { reached }), caughtUp: told.live }
}

/* What went wrong, in our few words. */

const kindOf = (error: unknown): string | undefined => (error as { type?: string } | undefined)?.type
const UNAUTHENTICATED = 16

const KINDS: Record<string, TroubleKind> = {
  unavailable: 'unavailable',
  cancelled: 'unavailable',
  'not-leader': 'not-leader',
  'access-denied': 'access-denied',
  'stream-deleted': 'stream-deleted',
  'maximum-append-size-exceeded': 'too-large',
  'deadline-exceeded': 'no-answer',
  timeout: 'no-answer',
}

const troubleOf = (error: unknown): Error => {
  if (error instanceof ClientTrouble || error instanceof WrongRevision) return error
  const { streamName, expectedVersion, actualVersion } = error as Record<string, unknown>
  if (kindOf(error) === 'wrong-expected-version')
    return new WrongRevision(String(streamName), revisionOf(expectedVersion), revisionOf(actualVersion))
  const message = error instanceof Error ? error.message : String(error)
  if ((error as { code?: unknown }).code === UNAUTHENTICATED)
    return new ClientTrouble('not-authenticated', message, error)
  return new ClientTrouble(KINDS[kindOf(error) ?? ''] ?? 'unknown', message || (kindOf(error) ?? 'unknown'), error)
}

const revisionOf = (version: unknown): number => (typeof version === 'bigint' ? Number(version) : NO_STREAM)
