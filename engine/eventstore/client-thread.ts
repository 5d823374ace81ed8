/**
 * The one place that knows the client of EventStoreDB: whoever replaces it, replaces this file. It runs as a thread, and
 * turns the client's ways into ours.
 *
 * Its appends share one stream, whose end rejects all of them and forgets who else of this thread waits for an answer: an
 * answer to somebody forgotten would end the thread. So there is one client for appends, and never another beside it.
 */
import { parentPort, workerData } from 'node:worker_threads'
import {
  type AllStreamSubscription,
  type AppendExpectedRevision,
  type RecordedEvent as ClientEvent,
  type EventData,
  EventStoreDBClient,
  type StreamingRead,
  streamNameFilter,
} from '@eventstore/db-client'
import { NO_STREAM } from '../event-store.ts'
import type { From, Heard, Place, Stored, TroubleKind } from './client.ts'
import { type Answered, type Asked, BATCHES_AHEAD, type Failure, type Question, type Sent } from './client-messages.ts'
import { batched } from './thread-lines.ts'

type Asking<Kind extends Question['ask']> = Extract<Question, { ask: Kind }>

/** Compared with the server's clock, which need not agree with ours: the deadline that counts is kept outside. */
const SERVER_DEADLINE_MS = 600_000
/** An append is one message to the server; one larger than it takes would end the stream for all. */
const MOST_BYTES = 3 * 1024 * 1024
/** Events of a subscription that wait for its reader. */
const READ_AHEAD = 512
/** The server says how far it looked after so many times 32 events that were not ours. */
const CHECKPOINT_EVERY = 32

const connect = (): EventStoreDBClient => EventStoreDBClient.connectionString((workerData as { url: string }).url)

class Trouble extends Error {
  readonly kind: TroubleKind
  constructor(kind: TroubleKind, message: string) {
    super(message)
    this.kind = kind
  }
}

/* Appends. */

let writing: Promise<EventStoreDBClient> | undefined

const append = async ({ stream, expected, events }: Asking<'append'>) => {
  const data = events.map(written)
  if (events.reduce((sum, event) => sum + event.data.length + event.metadata.length, 0) > MOST_BYTES)
    throw new Trouble('too-large', `an append of more than ${MOST_BYTES} bytes`)
  writing ??= Promise.resolve(connect())
  const used = writing
  const client = await used
  try {
    const answer = await client.appendToStream(stream, data, {
      expectedRevision: expectedOf(expected),
      requiresLeader: true,
      deadline: SERVER_DEADLINE_MS,
      batchAppendSize: 2 * MOST_BYTES,
    })
    if (!answer.position) throw new Trouble('unknown', 'the server gave no position')
    return { revision: Number(answer.nextExpectedRevision), place: answer.position }
  } catch (error) {
    if (BREAKS.has(failureKind(error)) && writing === used) writing = renewed(client)
    throw error
  }
}

/** After these the stream of appends is made anew: it broke, or leads to a node that cannot write. */
const BREAKS: ReadonlySet<string> = new Set(['unavailable', 'unreachable', 'not-leader', 'unknown'])

const renewed = async (client: EventStoreDBClient): Promise<EventStoreDBClient> => {
  await client.dispose()
  return connect()
}

const expectedOf = (expected: number): AppendExpectedRevision =>
  expected === NO_STREAM ? 'no_stream' : BigInt(expected)

/* What is written, and how it is read again. */

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * The client says JSON anew. Of most texts that gives the same bytes, and they are kept as JSON, which the server's
 * own tools read; others are kept as bytes, with the metadata in a wrapping.
 */
const written = ({ id, type, data, metadata, isJson }: Sent): EventData => {
  if (!ID.test(id)) throw new Trouble('malformed', `"${id}" is no UUID`)
  if (isJson || (isSaidAnew(data) && isSaidAnew(metadata)))
    return { id, type, contentType: 'application/json', data: JSON.parse(data), metadata: bytes(metadata) }
  const wrapped = JSON.stringify({ $text: metadata })
  return { id, type, contentType: 'application/octet-stream', data: bytes(data), metadata: bytes(wrapped) }
}

const bytes = (text: string): Uint8Array => {
  if (!text.isWellFormed()) throw new Trouble('malformed', 'a text with half a character cannot be kept')
  return new TextEncoder().encode(text)
}

const isSaidAnew = (text: string): boolean => {
  try {
    return JSON.stringify(JSON.parse(text)) === text
  } catch {
    return false
  }
}

const storedOf = (event: ClientEvent): Stored => ({
  stream: event.streamId,
  id: event.id,
  type: event.type,
  revision: Number(event.revision),
  place: event.position as Place,
  data: event.isJson ? said(event.data) : text(event.data),
  metadata: event.isJson ? said(event.metadata) : unwrapped(event.metadata),
})

const text = (data: Uint8Array): string => Buffer.from(data).toString('utf8')
const said = (value: unknown): string => (value === undefined ? '' : JSON.stringify(value))

/** Events of others on the same server have metadata of other kinds, or none. */
const unwrapped = (metadata: unknown): string => {
  if (metadata instanceof Uint8Array) return text(metadata)
  const wrapped = (metadata as { $text?: unknown } | undefined)?.$text
  return typeof wrapped === 'string' ? wrapped : said(metadata)
}

/* Reading. It reconnects by itself, to the leader where it is told of one. */

let reading: EventStoreDBClient | undefined

const reader = (): EventStoreDBClient => {
  reading ??= connect()
  return reading
}

const readStream = ({ stream, from, limit }: Asking<'readStream'>): Promise<Stored[]> =>
  gathered(reader().readStream(stream, { fromRevision: BigInt(from), maxCount: limit, requiresLeader: true }))

const readAll = ({ from, backwards, limit }: Asking<'readAll'>): Promise<Stored[]> =>
  gathered(
    reader().readAll({
      fromPosition: from,
      direction: backwards ? 'backwards' : 'forwards',
      maxCount: limit,
      requiresLeader: true,
    }),
  )

/** What was asked for has a limit, so that it may come as fast as it can. */
const gathered = (stream: StreamingRead<{ event?: ClientEvent }>): Promise<Stored[]> =>
  new Promise((resolve, reject) => {
    const stored: Stored[] = []
    stream
      .on('data', ({ event }) => event && stored.push(storedOf(event)))
      .on('error', error => (typeOf(error) === 'stream-not-found' ? resolve([]) : reject(error)))
      .on('end', () => resolve(stored))
      .on('close', () => reject(new Trouble('unavailable', 'the server ended a reading before its end')))
  })

/* Subscriptions. */

type Mark = { at: number; reached?: Place; live?: boolean }
type Told = { events: number; marks: Mark[]; live: boolean; failed?: unknown; wake(): void }

/** `next` waits until the reader may be told more. */
const subscribe = async (
  { after, prefixes }: Asking<'subscribe'>,
  signal: AbortSignal,
  tell: (heard: Heard) => Promise<void>,
): Promise<void> => {
  const told: Told = { events: 0, marks: [], live: false, wake: () => undefined }
  const subscription = listening(after, prefixes, told)
  signal.addEventListener('abort', () => told.wake())
  try {
    while (!signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>()
      told.wake = resolve
      const heard = hear(subscription, told)
      if (heard) await tell(heard)
      else if (told.failed) throw told.failed
      else await promise
      // What came in together is told together.
      await new Promise(setImmediate)
    }
  } finally {
    void subscription.unsubscribe().catch(() => undefined)
  }
}

const listening = (after: From, prefixes: readonly string[], told: Told): AllStreamSubscription => {
  const mark = (what: Omit<Mark, 'at'>): void => {
    told.marks.push({ at: told.events + subscription.readableLength, ...what })
    told.wake()
  }
  const fail = (error: unknown): void => {
    told.failed ??= error
    told.wake()
  }
  const filter = streamNameFilter({
    prefixes: [...prefixes],
    checkpointInterval: CHECKPOINT_EVERY,
    checkpointReached: async (_, reached) => mark({ reached }),
  })
  const subscription = reader().subscribeToAll({ fromPosition: after, filter }, { highWaterMark: READ_AHEAD })
  return subscription
    .on('caughtUp', () => mark({ live: true }))
    .on('fellBehind', () => mark({ live: false }))
    .on('error', fail)
    .on('close', () => fail(new Trouble('unavailable', 'the server ended a subscription')))
    .on('readable', () => told.wake())
}

/** What came in, with the marks that stand before the next event. */
const hear = (subscription: AllStreamSubscription, told: Told): Heard | undefined => {
  const events: Stored[] = []
  for (let next = subscription.read(); next; next = events.length < READ_AHEAD ? subscription.read() : null) {
    told.events++
    if (next.event) events.push(storedOf(next.event))
  }
  const marks: Mark[] = []
  while (told.marks[0] && told.marks[0].at <= told.events) marks.push(told.marks.shift() as Mark)
  told.live = marks.findLast(({ live }) => live !== undefined)?.live ?? told.live
  if (events.length === 0 && marks.length === 0) return undefined
  const reached = marks.findLast(({ reached }) => reached)?.reached
  return { events, ...(reached && { reached }), caughtUp: told.live }
}

/* What went wrong, in our few words. */

const typeOf = (error: unknown): string | undefined => (error as { type?: string } | undefined)?.type
const UNAUTHENTICATED = 16
const UNAVAILABLE = 14

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

/** What is told apart by words alone. */
const WORDS: readonly (readonly [RegExp, TroubleKind])[] = [
  [/No connection established|Name resolution failed|Failed to discover/, 'unreachable'],
  [/consumer too slow/i, 'too-slow'],
  [/Unexpected ReadAllResult: Error|Exception was thrown by handler/, 'no-such-place'],
]

const failureKind = (error: unknown): TroubleKind | 'wrong-revision' => {
  if (error instanceof Trouble) return error.kind
  if (typeOf(error) === 'wrong-expected-version') return 'wrong-revision'
  const { code } = error as { code?: unknown }
  if (code === UNAUTHENTICATED) return 'not-authenticated'
  const message = messageOf(error)
  const said = WORDS.find(([words]) => words.test(message))?.[1] ?? KINDS[typeOf(error) ?? '']
  return said ?? (code === UNAVAILABLE ? 'unavailable' : 'unknown')
}

const messageOf = (error: unknown): string => {
  const message = error instanceof Error ? error.message : String(error)
  return message.replace(NOTHING_RESOLVED, '') || (typeOf(error) ?? 'unknown')
}

/** How a sentence ends where there is no such note. */
const NOTHING_RESOLVED = /\s*Resolution note:\s*$/

const failureOf = (error: unknown): Failure => {
  const kind = failureKind(error)
  if (kind !== 'wrong-revision') return { kind, message: messageOf(error) }
  const { streamName, expectedVersion, actualVersion } = error as Record<string, unknown>
  const [expected, actual] = [revisionOf(expectedVersion), revisionOf(actualVersion)]
  return { wrong: { stream: String(streamName), expected, actual } }
}

const revisionOf = (version: unknown): number => (typeof version === 'bigint' ? Number(version) : NO_STREAM)

/* What it is asked, and what it says. */

const say = batched<Answered>(answers => parentPort?.postMessage(answers))
// Whoever started the thread waits for a first word.
parentPort?.postMessage([])

type Listener = { credit: number; over: AbortController; wake(): void }
const listeners = new Map<number, Listener>()

const listen = async (to: number, question: Asking<'subscribe'>): Promise<void> => {
  const listener: Listener = { credit: BATCHES_AHEAD, over: new AbortController(), wake: () => undefined }
  listeners.set(to, listener)
  try {
    await subscribe(question, listener.over.signal, async heard => {
      say({ to, value: heard })
      listener.credit--
      if (listener.credit > 0) return
      await new Promise<void>(resolve => {
        listener.wake = resolve
      })
    })
  } finally {
    listeners.delete(to)
  }
}

const answer = async (to: number, question: Question): Promise<unknown> => {
  const listener = listeners.get(to)
  switch (question.ask) {
    case 'append':
      return append(question)
    case 'readStream':
      return readStream(question)
    case 'readAll':
      return readAll(question)
    case 'subscribe':
      return listen(to, question)
    case 'more':
      if (listener) listener.credit++
      return void listener?.wake()
    case 'stop':
      listener?.over.abort()
      return void listener?.wake()
  }
}

parentPort?.on('message', (asked: readonly Asked[]) => {
  for (const { to, ...question } of asked) {
    answer(to, question).then(
      value => value !== undefined && say({ to, value }),
      error => say({ to, failure: failureOf(error) }),
    )
  }
})
