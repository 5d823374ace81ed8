/** A running service to send requests to, and what is needed to judge its answers. */
import { dirname } from 'node:path'
import { Writable } from 'node:stream'
import { simulatedClock } from '../../engine/clock.ts'
import type { Fact } from '../../engine/event-codec.ts'
import type { EventStore } from '../../engine/event-store.ts'
import { recordedFact } from '../../engine/lift.ts'
import { logPages } from '../../engine/log-pages.ts'
import { loggerAt } from '../../services/logger.ts'
import { checked } from '../support/check.ts'
import type { Ending } from '../support/postgres.ts'
import { type Service, START, service } from '../support/service.ts'
import { watched } from '../support/traced.ts'
import { foundInFiles } from './database-files.ts'
import { type Document, type Operation, operationsOf } from './document.ts'
import type { Material } from './request.ts'
import { type Story, tell } from './story.ts'

export type World = {
  address: string
  operations: readonly Operation[]
  material: Material
  /** Every personal value that must stand in no log line and no file. */
  markers: readonly string[]
  /** The personal values that somebody must never be shown: those of all others. */
  hiddenFrom(by: string | undefined): readonly string[]
  logged(): string
  /** Every span that was sent and every metric, as they went over the wire; no more spans are sent after this. */
  told(): Promise<{ spans: string; metrics: string }>
  /** The ids of people. */
  people: readonly string[]
  /** Which of these texts stand in clear in the database's files, or in the log. */
  inFiles(texts: readonly string[]): Promise<ReadonlySet<string>>
  /** What `npx gongchuang check` says of the log and what was made of it. */
  checked(): Promise<string>
  /** A new life is one more to send commands to. */
  learn(workflow: string, id: string): void
  /** How much people have recorded since this was last asked. */
  recorded(): Promise<number>
}

export const worldOf = async (t: Ending): Promise<World> => {
  const clock = simulatedClock(new Date(START))
  const log = listener()
  const began = new Date()
  const { receiver, tracer, close } = await watched(t, 'fuzzed')
  const s = await service(t, { clock, tracer, logger: loggerAt('trace', log.stream) })
  const story = await tell(s, clock)
  const { body } = await s.call(undefined, 'GET', '/openapi.json')
  return {
    address: s.address,
    operations: operationsOf(body as unknown as Document),
    markers: [...[...story.markers.values()].flat(), ...story.sent],
    // The founder is the bureau of the whole city.
    hiddenFrom: by => (by === 'founder' ? [] : [...story.markers].flatMap(([whose, own]) => (whose === by ? [] : own))),
    logged: log.text,
    told: async () => {
      const { text: metrics } = await s.call(undefined, 'GET', '/metrics')
      await close()
      return { spans: receiver.text(), metrics }
    },
    people: story.ids.get('person') ?? [],
    checked: () => checked(s.url, { dataDir: dirname(s.files.folder) }),
    // Of a log on another server the files are not at hand, but its events are.
    inFiles: async texts =>
      new Set([...(await foundInFiles(s.url, texts, began)), ...(await foundInEvents(s.runtime.store, texts))]),
    ...(await materialOf(s, story)),
    recorded: await recorder(s),
  }
}

const PAGE = 1_000

const foundInEvents = async (store: EventStore, texts: readonly string[]): Promise<string[]> => {
  const found = new Set<string>()
  for await (const events of logPages(store, undefined, PAGE))
    for (const text of texts)
      if (events.some(({ data, metadata }) => data.includes(text) || metadata.includes(text))) found.add(text)
  return [...found]
}

const listener = () => {
  const lines: Buffer[] = []
  const stream = new Writable({
    write: (line: Buffer, _, done) => {
      lines.push(line)
      done()
    },
  })
  return { stream, text: () => Buffer.concat(lines).toString() }
}

const MOST_IDS = 300

const materialOf = async ({ runtime }: Service, story: Story): Promise<Pick<World, 'material' | 'learn'>> => {
  const ids = new Map([...story.ids].map(([workflow, known]) => [workflow, [...known]]))
  const all = [...ids.values()].flat()
  return {
    learn: (workflow, id) => {
      const known = ids.get(workflow) ?? []
      if (known.length < MOST_IDS) ids.set(workflow, [...known, id])
    },
    material: {
      people: [...story.people.keys()],
      tokens: new Map([...story.people].map(([name, { token }]) => [name, token])),
      idsOf: workflow => ids.get(workflow) ?? all,
      ids: all,
      positions: [await runtime.store.origin(), await runtime.store.head(), START],
      inputs: story.inputs,
    },
  }
}

/** What the service records by itself, as a system post or in streams of the engine's own, is nobody's request. */
const recorder = async ({ runtime: { store, workflows } }: Service): Promise<World['recorded']> => {
  const categories = new Set(workflows.map(({ category }) => category))
  const isOfPeople = ({ stream, metadata }: Fact) =>
    categories.has(stream.split('-')[0] ?? '') && !metadata.person.startsWith('system:')
  let position = await store.head()
  return async () => {
    const events = await store.readAll(position)
    position = events.at(-1)?.position ?? position
    return events.map(recordedFact).filter(isOfPeople).length
  }
}
