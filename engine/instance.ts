/** One life of a workflow, folded from its events. The fold is the only way it changes. */
import type { StateValue } from 'xstate'
import type { Day, Workflow } from './definition.ts'
import type { Fact } from './event-codec.ts'
import { NO_STREAM } from './event-store.ts'
import { initialValue } from './machine.ts'

export type Instance = {
  workflow: Workflow
  id: string
  stream: string
  revision: number
  /** The last event's, to which the next is chained; empty before the first. */
  hash: string
  data: unknown
  value: StateValue
  startedOn: Day | undefined
  recordedAt: string
  due: Record<string, Day>
  /** The last event's position; empty before the first. */
  position: string
  /** Every command recorded here, with the revision of its first event: how duplicates are known. */
  commands: Map<string, number>
  /** Who recorded what: `event|person`, and `event|field=value|person` where an apart pair compares a field. */
  acts: Set<string>
}

export const streamOf = (workflow: Workflow, id: string): string => `${workflow.category}-${id}`

export const blankInstance = (workflow: Workflow, id: string): Instance => ({
  workflow,
  id,
  stream: streamOf(workflow, id),
  revision: NO_STREAM,
  hash: '',
  data: workflow.start,
  value: initialValue(workflow.machine),
  startedOn: undefined,
  recordedAt: '',
  due: {},
  position: '',
  commands: new Map(),
  acts: new Set(),
})

/** Takes the next event in; events must come in order of revision. */
export const takeIn = (instance: Instance, fact: Fact): void => {
  const { metadata } = fact
  const fold = instance.workflow.evolve[fact.type]
  if (!fold)
    throw new Error(
      `${instance.stream}@${fact.revision}: '${fact.type}' has no fold in ${instance.workflow.name} v${instance.workflow.version}`,
    )
  instance.data = fold(instance.data as never, fact.data as never, metadata)
  instance.value = metadata.state
  instance.revision = fact.revision
  instance.hash = metadata.hash
  instance.position = fact.position
  instance.recordedAt = metadata.recordedAt
  instance.due = metadata.due
  instance.startedOn ??= metadata.occurredOn
  if (!instance.commands.has(metadata.command)) instance.commands.set(metadata.command, fact.revision)
  for (const act of actsIn(instance.workflow, fact)) instance.acts.add(act)
}

const actsIn = (workflow: Workflow, fact: Fact): string[] => {
  const person = fact.metadata.person
  const compared = workflow.apart.flatMap(pair =>
    'did' in pair && pair.same && pair.did.includes(fact.type) ? [pair.same] : [],
  )
  const data = fact.data as Record<string, unknown>
  return [actKey(fact.type, person), ...compared.map(field => actKey(fact.type, person, field, data[field]))]
}

export const actKey = (event: string, person: string, field?: string, value?: unknown): string =>
  field === undefined ? `${event}|${person}` : `${event}|${field}=${String(value)}|${person}`
