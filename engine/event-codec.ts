/** Events between what is decided and what is kept: chained JSON text, ids from content, command ids from who asked for what. */
import { createHmac, hash, type KeyObject } from 'node:crypto'
import type { StateValue } from 'xstate'
import { type Link, link, type Place } from './chain.ts'
import type { Due } from './deadline.ts'
import type { ActedFor, Day, Post } from './definition.ts'
import type { NewEvent, RecordedEvent } from './event-store.ts'
import type { Traceparent } from './trace.ts'

/** Stands beside every event's data, with its link in the chain at the end. */
export type Metadata = Decision & Link

/** What is said of a decision, before it has a place in a stream. */
export type Decision = {
  /** The command's id, derived from person, workflow, instance and idempotency key. */
  command: string
  name: string
  /** HMAC-SHA256 of the command's body: known again when sent again, and not to be guessed from the log. */
  bodyHmac: string
  person: string
  /** The sender was told of personal data in a text, and kept it. */
  kept?: true
  /** The post acted under; absent where a person acts for themself. */
  post?: Post
  recordedAt: string
  occurredOn: Day
  /** For whom they sent it, where they did. */
  for?: ActedFor
  /** Where this is a correction: the revision of the entry that it says anew. */
  corrects?: number
  $correlationId: string
  $causationId: string
  /** The command's place in a trace, where it has one: whatever follows from the event goes on from there. */
  traceparent?: Traceparent
  /** Streams the decision looked at, and their revisions. */
  consulted: Record<string, number>
  workflow: string
  version: number
  /** Of the event's data, where its kind had others before: how many steps of its `lifts` it needs no more, and one. */
  shape?: number
  workflowHash: string
  /** The state reached. */
  state: StateValue
  /** Where the instance stands in the world, after the event: its place, and the organisations it speaks of. */
  place?: string
  within: Record<string, string>
  /** Whose turn it is there, by role. */
  next: readonly string[]
  /** The deadlines that run there. */
  due: Due
  /** What the life holds from here on, and holds no more: things that are one of their kind. */
  claims?: readonly Holding[]
  releases?: readonly Holding[]
  salt: string
}

/** A thing that is one of its kind, by the stream that keeps it so; `entry` where a life may hold several of a kind. */
export type Holding = { kind: string; entry?: string; stream: string }

export const slotOf = ({ kind, entry }: Pick<Holding, 'kind' | 'entry'>): string =>
  entry === undefined ? kind : `${kind}|${entry}`

/** An event as it is read: see `lift.ts`. */
export type Fact = Omit<RecordedEvent, 'data' | 'metadata' | 'read'> & { data: unknown; metadata: Metadata }

/** The first bits of a hash (in hex) as a UUID of version 8. */
export const uuidFrom = (hex: string): string => {
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

export type Encoded = NewEvent & { read: { data: unknown; metadata: Metadata } }

/** Equal ids mean equal content at an equal place. */
export const encodeEvent = (place: Place, type: string, data: unknown, decision: Decision): Encoded => {
  const content = { type, data: JSON.stringify(data), metadata: JSON.stringify(decision) }
  const { bodyHash, hash, ...linked } = link(place, content)
  // Data as everybody else will read it: a member that is undefined is not kept.
  const read = { data: JSON.parse(content.data) as unknown, metadata: { ...decision, bodyHash, hash } }
  return { id: uuidFrom(hash), ...linked, read }
}

/** A command's body under its own key. */
export const bodyHmacOf = (key: KeyObject, body: unknown): string =>
  createHmac('sha256', key).update(JSON.stringify(body)).digest('hex')

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Ids are UUIDs of any version, in lower case: one way of writing each. */
export const isId = (text: string): boolean => ID.test(text)

export const commandIdOf = (person: string, workflow: string, instance: string, key: string): string =>
  uuidFrom(hashOf('command', person, workflow, instance, key))

/** Starting an instance derives its id from the key, so that a repeated start finds the first. */
export const instanceIdOf = (person: string, workflow: string, key: string): string =>
  uuidFrom(hashOf('instance', person, workflow, key))

const hashOf = (...parts: string[]): string => hash('sha256', parts.map(part => `${part.length}:${part}`).join(''))
