/**
 * The instances of this process: loaded when first asked for, kept current by its one follower of the
 * log. The follower compares itself with the head at least every 250 ms; how long ago it last did is
 * its age, and a process whose follower is too old must not decide.
 */
import type { Workflow } from './definition.ts'
import { EngineError } from './engine-error.ts'
import type { Fact } from './event-codec.ts'
import type { EventStore, Position, RecordedEvent } from './event-store.ts'
import { blankInstance, type Instance, streamOf, takeIn } from './instance.ts'
import { factOf } from './lift.ts'
import { streamPages } from './stream-pages.ts'
import { waiters } from './waiters.ts'

export type Instances = {
  /** The instance as this process knows it; at revision -1 where there is none. */
  get(workflow: Workflow, id: string): Promise<Instance>
  /** Reads what the instance may have missed; true if it had. */
  refresh(instance: Instance): Promise<boolean>
  /** Takes in what this process itself has just appended. */
  took(instance: Instance, facts: readonly Fact[]): void
  /** Milliseconds since the follower last compared itself with the head of the log. */
  age(): number
  /** Resolves when the follower has passed a position; throws `position-not-reached`. */
  reached(position: Position, timeoutMs: number): Promise<void>
  size(): number
  stop(): Promise<void>
}

type Following = {
  /** How many instances are kept at most. */
  most?: number
  /** A place from which the log is followed; from its head unless said. */
  from?: Position
  /** Told what the follower hears, at each of its looks. */
  heard?(events: readonly RecordedEvent[]): void
}

export const followInstances = async (store: EventStore, options: Following = {}): Promise<Instances> => {
  const most = options.most ?? 20_000
  const kept = new Map<string, Instance>()
  const loading = new Map<string, { instance: Promise<Instance>; meanwhile: RecordedEvent[] }>()
  const abort = new AbortController()
  const waiting = waiters(options.from ?? (await store.head()))
  let compared = performance.now()

  const keep = (instance: Instance): Instance => {
    kept.delete(instance.stream)
    kept.set(instance.stream, instance)
    if (kept.size > most) kept.delete(kept.keys().next().value as string)
    return instance
  }

  /** What was not kept while the follower went past it may have missed an event: then it is not kept now either. */
  const keepIfCurrent = (instance: Instance): void => {
    if (kept.get(instance.stream) === instance || instance.position >= waiting.position()) keep(instance)
  }

  const load = async (workflow: Workflow, id: string, meanwhile: RecordedEvent[]): Promise<Instance> => {
    const instance = blankInstance(workflow, id)
    await catchUp(store, instance)
    for (const event of meanwhile) takeInNext(instance, event)
    return instance.revision >= 0 ? keep(instance) : instance
  }

  const get = (workflow: Workflow, id: string): Promise<Instance> => {
    const stream = streamOf(workflow, id)
    const known = kept.get(stream)
    if (known) return Promise.resolve(keep(known))
    const already = loading.get(stream)
    if (already) return already.instance
    const meanwhile: RecordedEvent[] = []
    const instance = load(workflow, id, meanwhile).finally(() => loading.delete(stream))
    loading.set(stream, { instance, meanwhile })
    return instance
  }

  /** An instance that cannot take an event in is dropped: whoever asks for it next reads it whole, and hears why not. */
  const hear = (event: RecordedEvent): void => {
    const known = kept.get(event.stream)
    try {
      if (known && !takeInNext(known, event)) kept.delete(event.stream)
    } catch {
      kept.delete(event.stream)
    }
    loading.get(event.stream)?.meanwhile.push(event)
  }

  const follow = async (): Promise<void> => {
    for await (const batch of store.tail({ after: waiting.position(), signal: abort.signal })) {
      for (const event of batch.events) hear(event)
      options.heard?.(batch.events)
      if (batch.caughtUp) compared = performance.now()
      waiting.moveTo(batch.events.at(-1)?.position)
    }
  }
  const following = follow()

  return {
    get,
    refresh: async instance => {
      const before = instance.revision
      await catchUp(store, instance)
      if (instance.revision >= 0) keepIfCurrent(instance)
      return instance.revision > before
    },
    took: (instance, facts) => {
      for (const fact of facts) if (fact.revision === instance.revision + 1) takeIn(instance, fact)
      keepIfCurrent(instance)
    },
    age: () => performance.now() - compared,
    reached: async (position, timeoutMs) => {
      if (await waiting.reached(position, timeoutMs)) return
      throw new EngineError('position-not-reached', { position, waitedMs: timeoutMs })
    },
    size: () => kept.size,
    stop: async () => {
      abort.abort()
      await following
    },
  }
}

const catchUp = async (store: EventStore, instance: Instance): Promise<void> => {
  for await (const page of streamPages(store, instance.stream, instance.revision + 1))
    for (const event of page) takeInNext(instance, event)
}

/** False where the event leaves a gap: the instance cannot be trusted any more. An event already taken in changes nothing. */
const takeInNext = (instance: Instance, event: RecordedEvent): boolean => {
  if (event.revision > instance.revision + 1) return false
  if (event.revision === instance.revision + 1) takeIn(instance, factOf(instance.workflow, event))
  return true
}
