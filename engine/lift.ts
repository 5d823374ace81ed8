/**
 * Where events become facts, and the only place where they do. The bytes in the log never change: an event recorded
 * when its kind had another shape is lifted here, step by step, to the shape that its lifecycle knows today. So folds,
 * rules, read models and histories know one shape, and the steps stand where it is defined: `lifts`.
 */
import type { Workflow } from './definition.ts'
import type { Fact, Metadata } from './event-codec.ts'
import type { RecordedEvent } from './event-store.ts'

type Lifting = Pick<Workflow, 'category' | 'lifts'>

/** The shape in which an event of this kind is recorded now: 1, and one more for each step. */
export const shapeNow = ({ lifts }: Pick<Workflow, 'lifts'>, type: string): number => 1 + (lifts[type]?.length ?? 0)

/** As it was recorded: the engine's own events, and for whoever looks at metadata alone. */
export const recordedFact = ({ read, ...event }: RecordedEvent): Fact => ({
  ...event,
  data: read ? read.data : (JSON.parse(event.data) as unknown),
  metadata: (read ? read.metadata : JSON.parse(event.metadata)) as Metadata,
})

/** As its lifecycle reads it today. Throws where a later version recorded it, in a shape that this one does not know. */
export const factOf = (workflow: Lifting | undefined, event: RecordedEvent): Fact => {
  const fact = recordedFact(event)
  const steps = workflow?.lifts[fact.type] ?? []
  const { shape = 1 } = fact.metadata
  if (shape > steps.length + 1)
    throw new Error(`${fact.stream}@${fact.revision}: '${fact.type}' has shape ${shape}; known are ${steps.length + 1}`)
  for (const step of steps.slice(shape - 1)) fact.data = step(fact.data as never)
  return fact
}

export type ReadFact = (event: RecordedEvent) => Fact

/** For whoever reads events of many lives. */
export const factReader = (workflows: readonly Lifting[]): ReadFact => {
  const byCategory = new Map(workflows.map(workflow => [workflow.category, workflow]))
  return event => factOf(byCategory.get(event.stream.slice(0, event.stream.indexOf('-'))), event)
}
