/** What a command is answered with: at once, or again when it is sent again. */
import type { StateValue } from 'xstate'
import type { Prepared } from './command.ts'
import { EngineError } from './engine-error.ts'
import type { Fact } from './event-codec.ts'
import type { Appended, EventStore, Position } from './event-store.ts'
import type { Instance } from './instance.ts'
import { factOf } from './lift.ts'
import type { Made } from './made-events.ts'

export type CommandAnswer = {
  id: string
  revision: number
  position: Position
  state: StateValue
  events: { type: string; revision: number }[]
  /** True where the command was known already and this is its first answer again. */
  repeated: boolean
}

export const answerOf = (instance: Instance, made: Made, appended: Appended): CommandAnswer => ({
  id: instance.id,
  revision: appended.revision,
  position: appended.position,
  state: made.state,
  events: made.events.map(({ type }, index) => ({ type, revision: made.expected + 1 + index })),
  repeated: false,
})

/** What a command recorded that is known already. */
export const firstFacts = async (
  store: EventStore,
  instance: Instance,
  request: Prepared,
  first: number,
): Promise<Fact[]> => {
  const facts = (await store.readStream(instance.stream, first, 20)).map(event => factOf(request.workflow, event))
  const own = facts.filter(fact => fact.metadata.command === request.commandId)
  const last = own.at(-1)
  // None where two ids begin alike, which nobody meets who does not look for it.
  if (last?.metadata.name !== request.command.type || last.metadata.bodyHmac !== request.bodyHmac)
    throw new EngineError('key-reused', { key: request.key, first: (last ?? (facts[0] as Fact)).metadata.name })
  return own
}

/** The first answer of such a command, read back from its events. */
export const firstAnswer = (own: readonly Fact[], { id }: Prepared): CommandAnswer => {
  const last = own.at(-1) as Fact
  return {
    id,
    revision: last.revision,
    position: last.position,
    state: last.metadata.state,
    events: own.map(fact => ({ type: fact.type, revision: fact.revision })),
    repeated: true,
  }
}
