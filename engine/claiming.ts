/** What the events that a command is about to record would take and let go. */
import type { KeyObject } from 'node:crypto'
import { claimStream } from './claim.ts'
import type { ErasedKind } from './definition.ts'
import { type Holding, slotOf } from './event-codec.ts'
import type { Instance } from './instance.ts'

type Events = readonly { type: string; data: unknown }[]
type Holds = ReadonlyMap<string, Holding>
export type Claiming = { claims: readonly Holding[]; releases: readonly Holding[] }

const NOTHING: Claiming = { claims: [], releases: [] }

export const claimingOf = (instance: Instance, events: Events, key: KeyObject): Claiming => {
  const kinds = Object.entries(instance.workflow.claims)
  if (kinds.length === 0) return NOTHING
  const held = new Map(instance.holds)
  for (const event of events) for (const [kind, words] of kinds) hold(held, kind, words, event, instance, key)
  return { claims: beyond(held, instance.holds), releases: beyond(instance.holds, held) }
}

const hold = (
  held: Map<string, Holding>,
  kind: string,
  words: ErasedKind,
  { type, data }: Events[number],
  instance: Instance,
  key: KeyObject,
): void => {
  const named = (data as Record<string, unknown>)[words.entry ?? '']
  const slot = { kind, ...(named !== undefined && { entry: String(named) }) }
  if (words.releasedBy?.includes(type)) letGo(held, slot)
  const value = words.by[type]?.(data as never, instance.data as never)
  if (value !== undefined) held.set(slotOf(slot), { ...slot, stream: claimStream(key, kind, value) })
}

const letGo = (held: Map<string, Holding>, { kind, entry }: Pick<Holding, 'kind' | 'entry'>): void => {
  for (const [slot, holding] of held)
    if (holding.kind === kind && (entry === undefined || holding.entry === entry)) held.delete(slot)
}

/** What one holds and the other does not. In order of the streams: two who want the same things meet at the first. */
const beyond = (one: Holds, other: Holds): Holding[] =>
  [...one]
    .filter(([slot, { stream }]) => other.get(slot)?.stream !== stream)
    .map(([, holding]) => holding)
    .sort((a, b) => (a.stream < b.stream ? -1 : 1))
