/** What follows from an event by a policy has followed: done once, answered, or parked. */
import type { Workflow } from '../../../engine/definition.ts'
import { commandIdOf, instanceIdOf } from '../../../engine/event-codec.ts'
import { type Look, type Policy, type Sending, senderOf } from '../../../engine/policy.ts'
import { policies } from '../../../workflows/policies/index.ts'
import { served } from '../served.ts'
import { type Check, type Evidence, type Kept, where } from './evidence.ts'
import { type Moment, tellLives } from './told-lives.ts'

/** Ids of the command itself and of the answer that stands for it where it is refused, and the key under which it would be parked. */
export type Effect = { at: string; command: string; answer: string; parked: string }

export const effectsIn = (evidence: Pick<Evidence, 'events'>): Effect[] => {
  const effects: Effect[] = []
  tellLives(evidence, moment => {
    for (const policy of policies) effects.push(...effectsOf(policy, moment))
  })
  return effects
}

const effectsOf = (policy: Policy, { event, before, life }: Moment): Effect[] => {
  const when = policy.when[life.workflow.name]?.[event.type]
  if (!when) return []
  const meta = { ...event.metadata, revision: event.revision }
  const cause = { id: life.id, event: JSON.parse(event.data), before: before.data, after: life.data, meta }
  const made = when(cause as never, NOTHING_ELSE)
  if (!(made instanceof Promise)) return effectsTold(policy, event, life, made)
  // Here it finds nothing of what it looks for, and may say so.
  made.catch(() => undefined)
  return []
}

/** What a policy looked up is not told by its event: of those that look nothing is foretold. */
const NOTHING_ELSE: Look = { life: async () => undefined, open: async () => [] }

const effectsTold = (
  policy: Policy,
  event: Moment['event'],
  life: Moment['life'],
  sendings: readonly Sending[],
): Effect[] =>
  sendings.map((sending: Sending, n: number) => {
    const sender = senderOf(policy)
    const key = `${event.id}:${n}`
    // Without an id it starts a life, whose id follows from the same.
    const id = sending.id ?? instanceIdOf(sender, sending.workflow, key)
    return {
      at: `${policy.name} of ${where(event)}`,
      command: commandIdOf(sender, sending.workflow, id, key),
      answer: commandIdOf(sender, life.workflow.name, life.id, `${key}:no`),
      parked: `${policy.name}:${key}`,
    }
  })

/**
 * Of a policy that looks it is not foretold what it sends, but under which ids: they follow from the event that it heard
 * and from what is sent to whom, so that made again it is the same command. Where it had no need to look, from its place.
 */
export const sentByLooking = ({ events }: Pick<Evidence, 'events'>): ((event: Kept) => boolean) => {
  const byId = new Map(events.map(event => [event.id, event]))
  return ({ stream, metadata }) => {
    const policy = policies.find(each => senderOf(each) === metadata.person)
    const cause = byId.get(metadata.$causationId)
    const [life, heard] = [served.find(isOf(stream)), served.find(isOf(cause?.stream))]
    if (!policy || !cause || !life || !heard || !policy.when[heard.name]?.[cause.type]) return false
    const id = stream.slice(life.category.length + 1)
    const keys = ALIKE.flatMap(n => [`${cause.id}:${life.name}/${id}/${metadata.name}/${n}`, `${cause.id}:${n}`])
    return keys.some(key => commandIdOf(metadata.person, life.name, id, key) === metadata.command)
  }
}

/** So many commands of one kind a policy may send to one life upon one event. */
const ALIKE = Array.from({ length: 20 }, (_, n) => n)

const isOf =
  (stream = '') =>
  ({ category }: Pick<Workflow, 'category'>): boolean =>
    stream.startsWith(`${category}-`)

export const policiesFollowed: Check = {
  name: 'policies',
  promise: 'no effect of a policy is missing or doubled: each was done once, answered, or parked',
  find: async evidence => {
    const rows = await evidence.query<{ key: string }>('SELECT key FROM engine.parked')
    const parked = new Set(rows.map(({ key }) => key))
    return effectsIn(evidence).flatMap(effect => {
      const outcomes = [
        evidence.byCommand.has(effect.command),
        evidence.byCommand.has(effect.answer),
        parked.has(effect.parked),
      ].filter(Boolean).length
      return outcomes === 1 ? [] : [`${effect.at}: ${outcomes} outcomes`]
    })
  },
}
