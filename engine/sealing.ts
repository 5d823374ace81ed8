/** What of a decision is sealed, under which keys, before it becomes events; and which keys events destroy. */
import { hash, type KeyObject } from 'node:crypto'
import type { Decided } from './decide.ts'
import type { AnyCommand, Workflow } from './definition.ts'
import { EngineError } from './engine-error.ts'
import { type Fact, uuidFrom } from './event-codec.ts'
import type { Instance } from './instance.ts'
import type { Randomness } from './randomness.ts'
import { asOpened, fingerprintOf, seal } from './seal.ts'
import { isSealed, lifeKey, partsOfKey, type Sealing, textKey, type Under } from './sealed.ts'

type Events = Decided['events']
/** What is sealed by it: the life as it was before, the command and its id. */
type Sealer = { instance: Instance; command: AnyCommand; commandId: string }
/** One field of an event that is still in clear, and the key that it goes under. */
type Place = Sealing & { key: string; clear: unknown }

/** The key of a text that can be destroyed alone: a command sent again finds the key it made before. */
const ownKey = (command: string, event: string, field: string): string =>
  textKey(uuidFrom(hash('sha256', [command, event, field].join('\n'))))

const keyOf = (by: Sealer, event: string, field: string, under: Under): string => {
  const { workflow, id } = by.instance
  if (under === 'life') return lifeKey(workflow.name, id)
  return under === 'own' ? ownKey(by.commandId, event, field) : namedKey(by, under.named)
}

/** A name that does not begin with its own could be that of somebody's personal data. */
const namedKey = ({ instance: { workflow, data, id }, command }: Sealer, named: string): string => {
  const key = workflow.keys[named]?.(data as never, command, id) ?? ''
  const parts = partsOfKey(key)
  if (parts.of === named && parts.id !== '') return key
  throw new Error(`${workflow.name} names the key '${named}' '${key}': it must be '${named}:<id>'`)
}

const placesIn = (by: Sealer, { type, data }: Events[number]): Place[] =>
  (by.instance.workflow.sealings[type] ?? [])
    .map(sealing => ({ ...sealing, clear: (data as Record<string, unknown>)[sealing.field] }))
    .filter(({ clear }) => isClear(clear))
    .map(sealing => ({ ...sealing, key: keyOf(by, type, sealing.field, sealing.under) }))

/** A builder may pass on what is sealed already. */
const isClear = (value: unknown): boolean => value !== undefined && !isSealed(value)

const fingerprintsIn = (by: Sealer, { type }: Events[number]) =>
  (by.instance.workflow.fingerprints[type] ?? []).map(({ field, named }) => ({ field, key: namedKey(by, named) }))

/** The keys that these events are to be sealed under, or tell of. */
export const keysFor = (by: Sealer, events: Events): string[] => [
  ...new Set(events.flatMap(event => [...placesIn(by, event), ...fingerprintsIn(by, event)].map(({ key }) => key))),
]

/** Throws `sealed-too-long` where something is longer than what it would be padded to, which would tell its length. */
export const checkSizes = (by: Sealer, events: Events): void => {
  for (const { field, kind, clear, size } of events.flatMap(event => placesIn(by, event))) {
    const bytes = Buffer.byteLength(asOpened(kind, clear).text)
    if (size !== undefined && bytes > size) throw new EngineError('sealed-too-long', { field, bytes, most: size })
  }
}

export const sealEvents = (
  by: Sealer,
  events: Events,
  keys: ReadonlyMap<string, KeyObject>,
  random: Randomness,
): Events =>
  events.map(event => {
    const keyNamed = (name: string) => keys.get(name) as KeyObject
    const sealed = placesIn(by, event).map(({ field, kind, key, clear, size }) => [
      field,
      seal(keyNamed(key), key, asOpened(kind, clear), random, size),
    ])
    const told = fingerprintsIn(by, event).map(({ field, key }) => [field, fingerprintOf(keyNamed(key))])
    const filled = Object.fromEntries([...sealed, ...told])
    return sealed.length + told.length === 0
      ? event
      : { type: event.type, data: { ...(event.data as object), ...filled } }
  })

/** The keys whose end these events are, known from the events alone. */
export const keysErasedBy = (
  workflow: Workflow | undefined,
  id: string,
  facts: readonly Pick<Fact, 'type' | 'data'>[],
): string[] => facts.flatMap(({ type, data }) => workflow?.erases[type]?.(data as never, id) ?? [])
