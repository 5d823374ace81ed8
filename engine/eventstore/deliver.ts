/**
 * An append until its outcome is known. Of a sending without an answer nobody knows what it did: the same ids are sent
 * again at the same revision, and the server gives the first answer. Never at another: it would take them for new.
 */
import { pause } from '../bell.ts'
import {
  AppendTooLarge,
  LogDamaged,
  LogUnavailable,
  type NewEvent,
  OutcomeUnknown,
  WrongRevision,
} from '../event-store.ts'
import { ClientTrouble, type EventStoreClient, type Place, type Stored, type TroubleKind } from './client.ts'

export type Append = { stream: string; expected: number; events: readonly NewEvent[] }
export type Written = { revision: number; place: Place }

type Client = Pick<EventStoreClient, 'append' | 'readStream'>

const RESEND_AFTER_MS = [200, 800]

export const deliver = async (client: Client, append: Append, unknown: readonly unknown[] = []): Promise<Written> => {
  try {
    return asExpected(append, await client.append(append.stream, append.expected, append.events))
  } catch (error) {
    if (error instanceof LogDamaged) throw error
    if (error instanceof WrongRevision) return firstAnswer(client, append, error)
    if (isRefusal(error)) throw refusal(error)
    if (unknown.length === 0 && error instanceof ClientTrouble && error.certain) throw unavailable(error)
    const wait = RESEND_AFTER_MS[unknown.length]
    if (wait === undefined) return whatStands(client, append, error)
    await pause(wait)
    return deliver(client, append, [...unknown, error])
  }
}

/** A stream that was deleted without a tombstone takes a first event after its last one that was. */
const asExpected = ({ stream, expected, events }: Append, answer: Written): Written => {
  if (answer.revision === expected + events.length) return answer
  throw new LogDamaged(`${stream} went on at revision ${answer.revision}: what was there before was deleted`)
}

/** What no sending will be told otherwise. */
const isRefusal = (error: unknown): error is ClientTrouble => error instanceof ClientTrouble && REFUSALS.has(error.kind)

const REFUSALS: ReadonlySet<TroubleKind> = new Set<TroubleKind>(['too-large', 'malformed', 'stream-deleted'])

const refusal = (error: ClientTrouble): Error => {
  if (error.kind === 'stream-deleted') return new LogDamaged('the stream was deleted', { cause: error })
  if (error.kind === 'too-large')
    return new AppendTooLarge(`the log does not take so much in one append: ${error.message}`, { cause: error })
  return error
}

/** The server knows its own answers for as long as it remembers; the stream knows them for ever. */
const firstAnswer = async (client: Client, append: Append, refused: WrongRevision): Promise<Written> => {
  if (refused.actual < append.expected + append.events.length) throw refused
  const standing = await standingAfter(client, append).catch(error => {
    throw lost(error)
  })
  return written(append, standing) ?? Promise.reject(refused)
}

/** Where something else stands, ours can come no more; where nothing does, it may still be on its way. */
const whatStands = async (client: Client, append: Append, error: unknown): Promise<Written> => {
  const standing = await standingAfter(client, append).catch(() => [])
  const ours = written(append, standing)
  if (ours) return ours
  const last = standing.at(-1)
  if (last) throw new WrongRevision(append.stream, append.expected, last.revision)
  throw lost(error)
}

const standingAfter = (client: Client, { stream, expected, events }: Append): Promise<Stored[]> =>
  client.readStream(stream, expected + 1, events.length)

const written = ({ events }: Append, standing: readonly Stored[]): Written | undefined => {
  const last = standing.at(-1)
  const isOurs = last && standing.length === events.length && standing.every(({ id }, n) => id === idOf(events[n]))
  return isOurs ? { revision: last.revision, place: last.place } : undefined
}

/** As the server writes it. */
const idOf = (event: NewEvent | undefined): string | undefined => event?.id.toLowerCase()

const lost = (cause: unknown): OutcomeUnknown =>
  new OutcomeUnknown('the log gave no answer to an append; send the same again', { cause })

const unavailable = (error: ClientTrouble): LogUnavailable =>
  new LogUnavailable(`the log cannot be written now: ${error.message || error.kind}`, { cause: error })
