/**
 * The instances of this process: loaded when first asked for, kept current by its one follower of the
 * log. The follower compares itself with the head at least every 250 ms; how long ago it last did is
 * its age, and a process whose follower is too old must not decide.
 *
 * As many are kept as go into the memory given. What was put out of it is loaded anew: from its snapshot
 * if it has one that agrees with the log, and else from its first event.
 */
import { linkIn } from './chain.ts'
import type { Workflow } from './definition.ts'
import { EngineError } from './engine-error.ts'
import type { Fact } from './event-codec.ts'
import type { EventStore, Position, RecordedEvent } from './event-store.ts'
import { blankInstance, type Instance, streamOf, takeIn } from './instance.ts'
import { instanceCache } from './instance-cache.ts'
import { factOf } from './lift.ts'
import type { Snapshots } from './snapshots.ts'
import { streamPages } from './stream-pages.ts'
import { waiters } from './waiters.ts'

export type Instances = {
  /**
   * The instance as this process knows it; at revision -1 where there is none. One that is probably about to begin is not
   * looked for among the snapshots.
   */
  get(workflow: Workflow, id: string, begins?: boolean): Promise<Instance>
  /** Reads what the instance may have missed; true if it had. */
  refresh(instance: Instance): Promise<boolean>
  /** Takes in what this process itself has just appended. */
  took(instance: Instance, facts: readonly Fact[]): void
  /** Milliseconds since the follower last compared itself with the head of the log. */
  age(): number
  /** Resolves when the follower has passed a position; throws `position-not-reached`. */
  reached(position: Position, timeoutMs: number): Promise<void>
  memory(): Memory
  stop(): Promise<void>
}

export type Memory = {
  instances: number
  /** What they take, and what they may. */
  bytes: number
  budget: number
  /** Put out to make room, since the process began. */
  evicted: number
  /** Loaded since the process began. */
  loaded: { fromSnapshot: number; fromEvents: number }
}

type Following = {
  /** The memory that instances may take; one is always kept. */
  bytes?: number
  snapshots?: Snapshots
  /** A place from which the log is followed; from its head unless said. */
  from?: Position
  /** Told what the follower hears, at each of its looks. */
  heard?(events: readonly RecordedEvent[]): void
}

const CACHE_BYTES = 128 * 1024 * 1024

export const followInstances = async (store: EventStore, options: Following = {}): Promise<Instances> => {
  const { snapshots, bytes: budget = CACHE_BYTES } = options
  const cache = instanceCache(budget)
  const loading = new Map<string, { instance: Promise<Instance>; meanwhile: RecordedEvent[] }>()
  const abort = new AbortController()
  const waiting = waiters(options.from ?? (await store.head()))
  const loaded = { fromSnapshot: 0, fromEvents: 0 }
  let compared = performance.now()

  const keep = (instance: Instance): Instance => {
    cache.keep(instance)
    snapshots?.offer(instance)
    return instance
  }

  /** What was not kept while the follower went past it may have missed an event: then it is not kept now either. */
  const keepIfCurrent = (instance: Instance): void => {
    if (cache.peek(instance.stream) === instance || instance.position >= waiting.position()) keep(instance)
  }

  /** From its snapshot, held against the event that it stands at; nothing where there is none that the log bears out. */
  const fromSnapshot = async (workflow: Workflow, id: string): Promise<Instance | undefined> => {
    const instance = await snapshots?.find(workflow, id)
    if (!instance) return undefined
    if (await goOn(store, instance)) {
      loaded.fromSnapshot++
      return instance
    }
    await snapshots?.drop(instance)
    return undefined
  }

  const fromEvents = async (workflow: Workflow, id: string): Promise<Instance> => {
    const instance = blankInstance(workflow, id)
    await catchUp(store, instance)
    if (instance.revision >= 0) loaded.fromEvents++
    return instance
  }

  const broughtUp = (instance: Instance, meanwhile: readonly RecordedEvent[]): Instance => {
    for (const event of meanwhile) takeInNext(instance, event)
    return instance.revision >= 0 ? keep(instance) : instance
  }

  const found = async (workflow: Workflow, id: string, begins: boolean): Promise<Instance> =>
    (!begins && (await fromSnapshot(workflow, id))) || fromEvents(workflow, id)

  const get = (workflow: Workflow, id: string, begins = false): Promise<Instance> => {
    const stream = streamOf(workflow, id)
    const known = cache.get(stream)
    if (known) return Promise.resolve(known)
    const already = loading.get(stream)
    if (already) return already.instance
    const meanwhile: RecordedEvent[] = []
    const instance = found(workflow, id, begins)
      .then(each => broughtUp(each, meanwhile))
      .finally(() => loading.delete(stream))
    loading.set(stream, { instance, meanwhile })
    return instance
  }

  /** An instance that cannot take an event in is dropped: whoever asks for it next reads it whole, and hears why not. */
  const hear = (event: RecordedEvent): void => {
    loading.get(event.stream)?.meanwhile.push(event)
    const known = cache.peek(event.stream)
    if (!known) return
    try {
      if (takeInNext(known, event)) cache.changed(known)
      else cache.drop(event.stream)
    } catch {
      cache.drop(event.stream)
    }
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
    memory: () => ({
      instances: cache.size(),
      bytes: cache.bytes(),
      budget,
      evicted: cache.evicted(),
      loaded: { ...loaded },
    }),
    stop: async () => {
      abort.abort()
      await following
      await snapshots?.stop()
    },
  }
}

const catchUp = async (store: EventStore, instance: Instance): Promise<void> => {
  for await (const page of streamPages(store, instance.stream, instance.revision + 1))
    for (const event of page) takeInNext(instance, event)
}

/** Takes in what came after; false where the event that it stands at is not there, or is another. */
const goOn = async (store: EventStore, instance: Instance): Promise<boolean> => {
  let agrees: boolean | undefined
  for await (const page of streamPages(store, instance.stream, instance.revision)) {
    agrees ??= linkIn(page[0]?.metadata ?? '')?.hash === instance.hash
    if (!agrees) break
    for (const event of page) takeInNext(instance, event)
  }
  return agrees ?? false
}

/** False where the event leaves a gap: the instance cannot be trusted any more. An event already taken in changes nothing. */
const takeInNext = (instance: Instance, event: RecordedEvent): boolean => {
  if (event.revision > instance.revision + 1) return false
  if (event.revision === instance.revision + 1) takeIn(instance, factOf(instance.workflow, event))
  return true
}
