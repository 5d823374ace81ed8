/** What follows from an event by a policy has followed: done once, answered, or parked. */
import { commandIdOf } from '../../../engine/event-codec.ts'
import { type Look, type Policy, type Sending, senderOf } from '../../../engine/policy.ts'
import { policies } from '../../../workflows/policies/index.ts'
import { type Check, type Evidence, where } from './evidence.ts'
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
  return made instanceof Promise ? [] : effectsTold(policy, event, life, made)
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
    const idOf = (workflow: string, id: string, key: string) => commandIdOf(senderOf(policy), workflow, id, key)
    return {
      at: `${policy.name} of ${where(event)}`,
      command: idOf(sending.workflow, sending.id ?? '', `${event.id}:${n}`),
      answer: idOf(life.workflow.name, life.id, `${event.id}:${n}:no`),
      parked: `${policy.name}:${event.id}:${n}`,
    }
  })

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
