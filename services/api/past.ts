/** A life's past as it may be read today: up to a moment, without what was taken back since. */
import type { Workflow } from '../../engine/definition.ts'
import type { Fact } from '../../engine/event-codec.ts'
import type { EventStore } from '../../engine/event-store.ts'
import { blankInstance, type Instance, streamOf, takeIn } from '../../engine/instance.ts'
import { factOf } from '../../engine/lift.ts'
import { readable, redactionsIn } from '../../engine/redaction.ts'
import { streamPages } from '../../engine/stream-pages.ts'

/** A moment to look back to: a position of the log or a time of recording. */
export type AsOf = { position: string } | { recordedAt: string }

const isBy = (fact: Fact, asOf: AsOf): boolean =>
  'position' in asOf ? fact.position <= asOf.position : fact.metadata.recordedAt <= asOf.recordedAt

export const factsOf = async (store: EventStore, workflow: Workflow, id: string, asOf?: AsOf): Promise<Fact[]> => {
  const facts = await everyFact(store, workflow, id)
  const redactions = redactionsIn(workflow, facts)
  return facts.filter(fact => asOf === undefined || isBy(fact, asOf)).map(fact => readable(workflow, fact, redactions))
}

const everyFact = async (store: EventStore, workflow: Workflow, id: string): Promise<Fact[]> => {
  const facts: Fact[] = []
  for await (const page of streamPages(store, streamOf(workflow, id)))
    facts.push(...page.map(event => factOf(workflow, event)))
  return facts
}

export const instanceAsOf = async (
  store: EventStore,
  workflow: Workflow,
  id: string,
  asOf: AsOf,
): Promise<Instance> => {
  const instance = blankInstance(workflow, id)
  for (const fact of await factsOf(store, workflow, id, asOf)) takeIn(instance, fact)
  return instance
}
