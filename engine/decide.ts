/** Decides a command against an instance. Pure: everything it needs is passed in. */

import type { StateValue } from 'xstate'
import { commandsAt, leavesOf, nodeAt, type Way, waysFrom } from './chart.ts'
import type { CalendarAt, Due, WorkingDays } from './deadline.ts'
import type { ActedFor, Actor, AnyCommand, AnyFacts, ErasedRule, Post, Workflow } from './definition.ts'
import { EngineError, type Reason } from './engine-error.ts'
import { NO_STREAM } from './event-store.ts'
import type { Instance } from './instance.ts'
import { step } from './machine.ts'
import { actedFor, type Intake, takingIn } from './on-behalf.ts'
import { type Around, keptApart, permissionFor, rolesFor } from './permission.ts'

/** What a decision looks at besides its own instance. */
export type Surroundings = {
  /** Who acts; where somebody sends it for them, `intake` says who. */
  actor: Actor
  intake?: Intake
  /** The lives consulted, by the name they have in the definition; undefined where there is none. */
  lives: Record<string, Instance | undefined>
  /** The working-day calendar, where the workflow counts with it. */
  calendar?: { life: Instance | undefined; add: WorkingDays['add'] }
  now: string
  /** When it came in, where that counts. */
  arrived?: string
  /** The day on which it happens: the one it is recorded on, unless somebody else sends it later. */
  today: string
}

export type Decided = {
  /** The post it was sent under. */
  post: Post | undefined
  for?: ActedFor
  events: { type: string; data: unknown }[]
  value: StateValue
  /** The deadlines that run until then, where they are others than the life says. */
  due?: Due
  /** True where those were counted with the working-day calendar. */
  counted?: boolean
}

export const calendarAt = ({ calendar }: Pick<Surroundings, 'calendar'>, place: string | undefined): CalendarAt => ({
  revision: calendar?.life?.revision ?? NO_STREAM,
  count: (from, days) => {
    if (!calendar) throw new Error('working days are counted, and no calendar is given')
    return calendar.add(calendar.life?.data, place, from, days)
  },
})

/** The data of the lives consulted. */
export const consultedIn = ({ lives }: Pick<Surroundings, 'lives'>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(lives).map(([name, life]) => [name, life?.data]))

export const factsOf = (instance: Instance, around: Surroundings): AnyFacts =>
  ({
    id: instance.id,
    data: instance.data,
    consulted: consultedIn(around),
    actor: around.actor,
    ...(around.intake && { takenInBy: around.intake.sender.person }),
    now: around.now,
    arrived: around.arrived ?? around.now,
    today: around.today,
    texts: instance.texts,
  }) as unknown as AnyFacts

/** What reading a life looks at. */
export const readingAround = (instance: Instance, around: Surroundings): Around => ({
  facts: factsOf(instance, around),
  lives: around.lives,
})

/** Throws an `EngineError` where the command is refused. `lookedAt`: the revision that the sender decided on, if they say. */
export const decide = (
  instance: Instance,
  command: AnyCommand,
  around: Surroundings,
  lookedAt = instance.revision,
): Decided => {
  const { workflow } = instance
  const facts = factsOf(instance, around)
  const intakePost = around.intake && takingIn(instance, command, around.intake)
  const permission = permissionFor(instance, around, command.type, command)
  if (permission === 'perhaps') throw new Error(`'${command.type}' left a permit open although its input is known`)
  if ('refused' in permission) throw permission.refused
  for (const actor of [around.actor, around.intake?.sender])
    if (actor) refuseKeptApart(instance, actor, facts, around, command)
  if (lookedAt !== instance.revision)
    throw new EngineError('stale-revision', { expected: lookedAt, actual: instance.revision })
  const taken = step(workflow.machine, workflow.rules, instance.value, facts, command)
  if (taken.events.length === 0) throw refusal(instance, command, facts)
  const post = permission.granted === 'themself' ? undefined : permission.granted
  return {
    ...(around.intake ? { post: intakePost, for: actedFor(around.intake.onBehalf, post) } : { post }),
    events: taken.events.map(type => ({ type, data: dataOf(workflow, type, facts, command) })),
    value: taken.value,
  }
}

/** Whoever sends it and for whom: both are kept apart. */
const refuseKeptApart = (
  instance: Instance,
  actor: Actor,
  facts: AnyFacts,
  { lives }: Surroundings,
  command: AnyCommand,
): void => {
  const apart = keptApart(instance, actor, facts, lives, command.type, command)
  if (apart) throw new EngineError('kept-apart', { command: command.type, text: { zh: apart.zh, en: apart.en } })
}

const dataOf = (workflow: Workflow, event: string, facts: AnyFacts, command: AnyCommand): unknown => {
  const build = workflow.records[event]
  return build ? workflow.events[event]?.parse(build(facts, command)) : command.data
}

const refusal = (instance: Instance, command: AnyCommand, facts: AnyFacts): EngineError => {
  const { workflow, value } = instance
  const ways = waysFrom(workflow.chart, value, command.type)
  if (ways.length === 0) {
    const possible = commandsAt(workflow.chart, value)
    return new EngineError('not-in-this-state', { command: command.type, state: leavesOf(value), possible })
  }
  const unmet = (rule: ErasedRule) => !rule.holds(facts, command.data)
  const reasons = reasonsOf(workflow, ways, unmet).map(reason => withWrong(workflow, reason, facts, command))
  return new EngineError('refused', { command: command.type, reasons })
}

const withWrong = ({ rules }: Workflow, reason: Reason, facts: AnyFacts, { data }: AnyCommand): Reason => {
  const rule = rules[reason.rule]
  return rule?.wrongIn ? { ...reason, wrong: () => rule.wrongIn?.(facts, data) ?? [] } : reason
}

/** The unmet rules of every way, in order; one that stands on all ways is told once, the others say on which way they stand. */
export const reasonsOf = (workflow: Workflow, ways: readonly Way[], unmet: (rule: ErasedRule) => boolean): Reason[] => {
  const onWays = ways.map(way => rulesOf(workflow, way).filter(([, rule]) => unmet(rule)))
  const everywhere = new Set(
    onWays[0]?.map(([name]) => name).filter(name => onWays.every(rules => rules.some(([other]) => other === name))),
  )
  return onWays.flatMap((rules, index) =>
    rules
      .filter(([name]) => index === 0 || !everywhere.has(name))
      .map(([name, rule]) => ({ ...reasonOf(workflow, name, rule), ...(!everywhere.has(name) && { way: index + 1 }) })),
  )
}

const reasonOf = (workflow: Workflow, name: string, { zh, en, metBy = [] }: ErasedRule): Reason => ({
  rule: name,
  text: { zh, en },
  who: [...new Set(metBy.flatMap(command => rolesFor(workflow, command)))],
})

export const rulesOf = (workflow: Workflow, way: Way): [string, ErasedRule][] =>
  (way.guard?.params ?? []).map(name => [name, workflow.rules[name] as ErasedRule])

/** Whose turn it is in a state: what the innermost active nodes say. */
export const nextRoles = (workflow: Workflow, value: StateValue): string[] => [
  ...new Set(
    leavesOf(value).flatMap(leaf => {
      const keys = leaf.split('.')
      const said = keys.map((_, i) => nodeAt(workflow.chart, keys.slice(0, keys.length - i).join('.'))?.meta.next)
      return said.find(roles => roles !== undefined) ?? []
    }),
  ),
]
