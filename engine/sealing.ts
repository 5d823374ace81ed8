/** What of a decision is sealed, under which keys, before it becomes events; and which keys events destroy. */
import { hash, type KeyObject } from 'node:crypto'
import type { Decided } from './decide.ts'
import type { Workflow } from './definition.ts'
import { type Fact, uuidFrom } from './event-codec.ts'
import type { Randomness } from './randomness.ts'
import { seal } from './seal.ts'
import { isSealed, lifeKey, type Sealing, textKey } from './sealed.ts'

type Events = Decided['events']
type Command = { workflow: Workflow; id: string; commandId: string }
type Place = Sealing & { key: string }

/** The key of a text that can be destroyed alone: a command sent again finds the key it made before. */
const ownKey = (command: string, event: string, field: string): string =>
  textKey(uuidFrom(hash('sha256', [command, event, field].join('\n'))))

const placesIn = ({ workflow, id, commandId }: Command, event: Events[number]): Place[] =>
  (workflow.sealings[event.type] ?? [])
    .filter(({ field }) => isClear((event.data as Record<string, unknown>)[field]))
    .map(sealing => ({
      ...sealing,
      key: sealing.under === 'life' ? lifeKey(workflow.name, id) : ownKey(commandId, event.type, sealing.field),
    }))

/** A builder may pass on what is sealed already. */
const isClear = (value: unknown): boolean => value !== undefined && !isSealed(value)

/** The keys that these events are to be sealed under. */
export const keysFor = (command: Command, events: Events): string[] => [
  ...new Set(events.flatMap(event => placesIn(command, event).map(({ key }) => key))),
]

export const sealEvents = (
  command: Command,
  events: Events,
  keys: ReadonlyMap<string, KeyObject>,
  random: Randomness,
): Events =>
  events.map(event => {
    const clear = event.data as Record<string, string>
    const sealed = placesIn(command, event).map(({ field, kind, key }) => [
      field,
      seal(keys.get(key) as KeyObject, key, { kind, text: clear[field] as string }, random),
    ])
    return sealed.length === 0 ? event : { type: event.type, data: { ...clear, ...Object.fromEntries(sealed) } }
  })

/** The keys whose end these events are, known from the events alone. */
export const keysErasedBy = (
  workflow: Workflow | undefined,
  id: string,
  facts: readonly Pick<Fact, 'type' | 'data'>[],
): string[] => facts.flatMap(({ type, data }) => workflow?.erases[type]?.(data as never, id) ?? [])
