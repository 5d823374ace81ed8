/** Whole commands: 32 resources of one community, each revised again and again by somebody who holds a post. */
import { randomUUID } from 'node:crypto'
import type { CommandAnswer } from '../engine/command-answer.ts'
import type { NewEvent } from '../engine/event-store.ts'
import { appointFirst } from '../services/appoint-first.ts'
import { type LocalIssuer, localIssuer } from '../services/local-issuer.ts'
import { openRuntime, type Runtime, type RuntimeOptions } from '../services/runtime.ts'
import { resourceInput } from './resource-input.ts'
import { rootKeys } from './root-keys.ts'
import { filesIn, LANES, logger, type Measure, rate, type Stops } from './support.ts'

export type CommandBench = {
  runtime: Runtime
  issuer: LocalIssuer
  person: string
  lives: string[]
  /** An event as it is recorded here. */
  row: Omit<NewEvent, 'id'>
  measure: Measure
  /** One command on a life, by number: the first after the last. */
  revise(lane: number): Promise<CommandAnswer>
  /** The same, but for one command in twenty that brings a name and a phone: about what a city-year does. */
  mixed: Measure
  /** Resolves when every read model includes everything recorded. */
  settle(): Promise<void>
}

type Size = {
  lives?: number
  cacheBytes?: number
  eventStore?: RuntimeOptions['eventStore']
  tracer?: RuntimeOptions['tracer']
}

export const commandBench = async (
  databaseUrl: string,
  folder: string,
  stops: Stops,
  { lives: count = LANES, cacheBytes, eventStore, tracer }: Size = {},
): Promise<CommandBench> => {
  const issuer = await localIssuer(folder, 'gongchuang')
  const opening = { databaseUrl, eventStore, rootKeys, files: filesIn(folder), issuer, logger, cacheBytes, tracer }
  const runtime = await openRuntime(opening)
  stops.push(runtime.close)
  const person = await appointFirst(runtime, { name: '周桂兰', phone: '027-87654321', role: 'bureau', place: '4201' })
  const lives = await Promise.all(Array.from({ length: count }, () => offered(runtime, person)))
  const settle = () => settled(runtime)
  const revise = (lane: number) => send(runtime, person, 'revise-resource', lives[lane % count])
  const people = await Promise.all(Array.from({ length: LANES }, () => registered(runtime, person)))
  let sent = 0
  const mix = (lane: number) =>
    ++sent % SEALED_ONE_IN === 0 ? moved(runtime, person, people[lane] as string) : revise(lane)
  const row = await rowOf(runtime, lives[0] as string)
  return {
    runtime,
    issuer,
    person,
    lives,
    row,
    settle,
    revise,
    measure: milliseconds => rate(milliseconds, revise, settle),
    mixed: milliseconds => rate(milliseconds, mix, settle),
  }
}

const SEALED_ONE_IN = 20
const contact = { name: '李秀英', phone: '13800000000' }

const registered = async ({ handler }: Runtime, person: string): Promise<string> => {
  const input = { ...contact, place: resourceInput.place }
  return (await handler.handle({ workflow: 'person', command: 'register', input, person, key: randomUUID() })).id
}

const moved = ({ handler }: Runtime, person: string, id: string) =>
  handler.handle({ workflow: 'person', id, command: 'change-contact', input: contact, person, key: randomUUID() })

const send = ({ handler }: Runtime, person: string, command: string, id?: string) =>
  handler.handle({ workflow: 'resource', ...(id && { id }), command, input: resourceInput, person, key: randomUUID() })

const offered = async (runtime: Runtime, person: string): Promise<string> =>
  (await send(runtime, person, 'offer-resource')).id

const rowOf = async ({ store }: Runtime, id: string): Promise<Omit<NewEvent, 'id'>> => {
  const [event] = await store.readStream(`resource-${id}`)
  if (!event) throw new Error(`resource-${id} has no events`)
  return { type: event.type, data: event.data, metadata: event.metadata }
}

const PATIENCE_MS = 60_000

const settled = async ({ store, readModels, runner }: Runtime): Promise<void> => {
  const head = await store.head()
  for (const { name } of readModels)
    if (!(await runner()?.reached(name, head, PATIENCE_MS))) throw new Error(`${name} did not follow`)
}
