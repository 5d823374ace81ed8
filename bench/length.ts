/**
 * What a command costs, alone and one after the other, on a life of 10 events and on one of 10,000 that are in memory,
 * and what it costs to load the latter where it is not. The three take turns in any order, so that what else happens
 * meets all alike.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { encodeEvent, type Metadata } from '../engine/event-codec.ts'
import type { NewEvent, RecordedEvent } from '../engine/event-store.ts'
import { followInstances } from '../engine/instances.ts'
import { appointFirst } from '../services/appoint-first.ts'
import { localIssuer } from '../services/local-issuer.ts'
import { openRuntime, type Runtime } from '../services/runtime.ts'
import { resourceInput } from './resource-input.ts'
import { rootKeys } from './root-keys.ts'
import { filesIn, logger, type Measure, median, type Stops } from './support.ts'

export type LengthBench = { short: Measure; long: Measure; load: Measure }

const SHORT = 10
const LONG = 10_000
/** Each gets few commands, and stays short. */
const SHORT_LIVES = 200

type World = { runtime: Runtime; person: string }

export const lengthBench = async (databaseUrl: string, folder: string, stops: Stops): Promise<LengthBench> => {
  const issuer = await localIssuer(folder, 'gongchuang')
  const runtime = await openRuntime({ databaseUrl, rootKeys, files: filesIn(folder), issuer, logger })
  stops.push(runtime.close)
  const person = await appointFirst(runtime, { name: '周桂兰', phone: '027-87654321', role: 'bureau', place: '4201' })
  const world = { runtime, person }
  const short = await livesOf(world, SHORT, SHORT_LIVES)
  const [long = ''] = await livesOf(world, LONG, 1)
  await snapshotTaken(world, long)
  const load = await loadingAgain(world, short[0] as string, stops)
  return inTurns({
    short: () => timed(() => revise(world, short[Math.floor(Math.random() * short.length)])),
    long: () => timed(() => revise(world, long)),
    load: () => load(long),
  })
}

/** One slice gives all three. */
const inTurns = (works: Record<keyof LengthBench, () => Promise<number>>): LengthBench => {
  const last: Record<string, number> = {}
  const slice = async (milliseconds: number): Promise<void> => {
    const taken = Object.entries(works).map(([name, work]) => ({ name, work, times: [] as number[] }))
    for (const start = performance.now(); performance.now() - start < 3 * milliseconds; )
      for (const { work, times } of taken.toSorted(() => Math.random() - 0.5)) times.push(await work())
    for (const { name, times } of taken) last[name] = median(times)
  }
  return {
    short: async milliseconds => {
      await slice(milliseconds)
      return last.short as number
    },
    long: async () => last.long as number,
    load: async () => last.load as number,
  }
}

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now()
  await work()
  return performance.now() - start
}

const send = ({ runtime: { handler }, person }: World, command: string, id?: string) =>
  handler.handle({ workflow: 'resource', ...(id && { id }), command, input: resourceInput, person, key: randomUUID() })

const revise = (world: World, id?: string) => send(world, 'revise-resource', id)

/** By a follower that holds one life at a time, and has just been asked for another. */
const loadingAgain = async ({ runtime }: World, other: string, stops: Stops) => {
  const { store, snapshots, handler } = runtime
  const workflow = handler.workflow('resource')
  const cold = await followInstances(store, { bytes: 1, snapshots: { ...snapshots, stop: async () => undefined } })
  stops.push(cold.stop)
  return async (id: string): Promise<number> => {
    await cold.get(workflow, other)
    const before = cold.memory().loaded.fromSnapshot
    const time = await timed(() => cold.get(workflow, id))
    if (cold.memory().loaded.fromSnapshot !== before + 1) throw new Error('it was not loaded from its snapshot')
    return time
  }
}

/** Begun by the handler, and revised in the same words until they are as long as wanted. */
const livesOf = async (world: World, length: number, count: number): Promise<string[]> => {
  const { store } = world.runtime
  const lives: string[] = []
  for (let n = 0; n < count; n++) {
    const { id } = await send(world, 'offer-resource')
    await revise(world, id)
    const [, revised] = await store.readStream(`resource-${id}`)
    await lengthened(world, revised as RecordedEvent, length)
    lives.push(id)
  }
  return lives
}

const AT_ONCE = 500

const lengthened = async ({ runtime: { store } }: World, revised: RecordedEvent, length: number): Promise<void> => {
  const { stream, type } = revised
  const { bodyHash: _, hash, ...decision } = JSON.parse(revised.metadata) as Metadata
  let place = { stream, revision: revised.revision + 1, before: hash }
  while (place.revision < length) {
    const events: NewEvent[] = []
    const expected = place.revision - 1
    for (; events.length < AT_ONCE && place.revision < length; ) {
      const made = encodeEvent(place, type, JSON.parse(revised.data), { ...decision, command: randomUUID() })
      place = { stream, revision: place.revision + 1, before: made.read.metadata.hash }
      events.push(made)
    }
    await store.append(stream, expected, events)
  }
}

const snapshotTaken = async (world: World, id: string): Promise<void> => {
  const { snapshots, handler } = world.runtime
  await revise(world, id)
  while (!(await snapshots.find(handler.workflow('resource'), id))) await sleep(50)
}
