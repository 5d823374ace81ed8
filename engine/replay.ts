/**
 * Lives as they were at an event, for whoever acts on events one after another. A life is told once, and told on from
 * where it stood when its next event comes: what it came to at an event is the same whenever it is asked.
 */
import type { Workflow } from './definition.ts'
import type { Fact } from './event-codec.ts'
import type { EventStore, RecordedEvent } from './event-store.ts'
import { blankInstance, type Instance, takeIn } from './instance.ts'
import { instanceCache } from './instance-cache.ts'
import { factOf } from './lift.ts'

/** The data before an event and after it. */
export type Told = { id: string; before: unknown; after: unknown; fact: Fact }

export type Replay = (workflow: Workflow, event: RecordedEvent) => Promise<Told>

const BYTES = 32 * 1024 * 1024
const PAGE = 1_000

export const replayOf = (store: Pick<EventStore, 'readStream'>, bytes = BYTES): Replay => {
  const cache = instanceCache(bytes)
  const latest = new WeakMap<Instance, Told>()

  /** Nobody else tells it on meanwhile. */
  const taken = (workflow: Workflow, event: RecordedEvent): Instance => {
    const known = cache.get(event.stream)
    if (!known || known.revision > event.revision) return blankInstance(workflow, lifeOf(event))
    cache.drop(event.stream)
    return known
  }

  const tellOn = async (instance: Instance, event: RecordedEvent): Promise<Told> => {
    while (instance.revision < event.revision - 1) {
      const missing = event.revision - 1 - instance.revision
      const page = await store.readStream(event.stream, instance.revision + 1, Math.min(PAGE, missing))
      if (page.length === 0) throw new Error(`${event.stream}@${event.revision} is not in its stream`)
      for (const each of page) takeIn(instance, factOf(instance.workflow, each))
    }
    const [fact, before] = [factOf(instance.workflow, event), instance.data]
    takeIn(instance, fact)
    return { id: instance.id, before, after: instance.data, fact }
  }

  return async (workflow, event) => {
    const instance = taken(workflow, event)
    const known = instance.revision === event.revision ? latest.get(instance) : undefined
    const told = known ?? (await tellOn(instance, event))
    latest.set(instance, told)
    cache.keep(instance)
    return told
  }
}

const lifeOf = ({ stream }: RecordedEvent): string => stream.slice(stream.indexOf('-') + 1)
