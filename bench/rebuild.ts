/** Read models built anew from 100,000 events, and the same events read and parsed. The events are the sample's, copied. */
import { randomUUID } from 'node:crypto'
import { encodeEvent, type Metadata } from '../engine/event-codec.ts'
import { type EventStore, type NewEvent, NO_STREAM, type RecordedEvent } from '../engine/event-store.ts'
import { factReader } from '../engine/lift.ts'
import type { ReadModel } from '../engine/projection.ts'
import { prepareReadModels, resetReadModel, runProjections } from '../engine/projection-runner.ts'
import { readModels } from '../projections/index.ts'
import { localIssuer } from '../services/local-issuer.ts'
import { type EventStoreConfig, openLog } from '../services/log.ts'
import { loadSample } from '../services/sample/load.ts'
import { workflows } from '../workflows/index.ts'
import { rootKeys } from './root-keys.ts'
import { filesIn, logger, type Measure, poolFor, type Stops } from './support.ts'

const EVENTS = 100_000
const PAGE = 2_500
/** Of the longest log. */
const PATIENCE_MS = 3_600_000

export type RebuildBench = {
  reading: Measure
  /** One after the other, as a service does it: events times read models, a second. */
  rebuilding(...models: string[]): Measure
}

export const rebuildBench = async (url: string, folder: string, stops: Stops): Promise<RebuildBench> => {
  await fillLog(url, folder, EVENTS)
  return rebuildOf(url, stops, 'built')
}

/** The sample, and its lives again and again, until there are so many events. */
export const fillLog = async (
  url: string,
  folder: string,
  events: number,
  eventStore?: EventStoreConfig,
): Promise<void> => {
  const local = await localIssuer(folder, 'gongchuang')
  const opening = { databaseUrl: url, eventStore, rootKeys, files: filesIn(folder), local, logger, dataDir: folder }
  await loadSample(opening)
  const pool = poolFor(url, 4)
  const store = openLog({ pool, logger, eventStore })
  await copyStreams(store, events)
  await pool.query('VACUUM ANALYZE log.events')
  await store.close()
  await pool.end()
}

/** Of a log that is filled. Those that are not built stand at its head all the same: nobody waits for them. */
export const rebuildOf = async (
  url: string,
  stops: Stops,
  all: 'built' | 'not built',
  eventStore?: EventStoreConfig,
): Promise<RebuildBench> => {
  const pool = poolFor(url, 4)
  const store = openLog({ pool, logger, eventStore })
  stops.push(() => pool.end(), store.close)
  await prepareReadModels(pool, store, readModels)
  const events = await eventsIn(store)
  if (all === 'built') await rebuild(pool, store, readModels)
  else await pool.query('UPDATE engine.checkpoints SET position = $1', [await store.head()])
  return {
    reading: () => eventsPerSecond(() => readAndParse(store)),
    rebuilding:
      (...names) =>
      () =>
        eventsPerSecond(async () => {
          await rebuild(pool, store, names.map(modelNamed))
          return events * names.length
        }),
  }
}

const modelNamed = (name: string): ReadModel => {
  const model = readModels.find(each => each.name === name)
  if (!model) throw new Error(`there is no read model ${name}`)
  return model
}

const eventsPerSecond = async (work: () => Promise<number>): Promise<number> => {
  const start = performance.now()
  const events = await work()
  return (events / (performance.now() - start)) * 1_000
}

const pages = async function* (store: EventStore): AsyncGenerator<RecordedEvent[]> {
  let page = await store.readAll(undefined, PAGE)
  for (; page.length > 0; page = await store.readAll(page.at(-1)?.position, PAGE)) yield page
}

const readAndParse = async (store: EventStore): Promise<number> => {
  let parsed = 0
  for await (const page of pages(store)) parsed += page.map(factReader(workflows)).length
  return parsed
}

/** The way a service does it: emptied, then followed from the origin while the others stand at the head. */
const rebuild = async (
  pool: ReturnType<typeof poolFor>,
  store: EventStore,
  models: readonly ReadModel[],
): Promise<void> => {
  for (const model of models) await resetReadModel(pool, store, model)
  const head = await store.head()
  const runner = await runProjections(pool, store, readModels, factReader(workflows))
  for (const { name } of models)
    if (!(await runner.reached(name, head, PATIENCE_MS))) throw new Error(`${name} was not rebuilt in time`)
  await runner.stop()
}

const eventsIn = async (store: EventStore): Promise<number> => {
  let count = 0
  for await (const page of pages(store)) count += page.length
  return count
}

const AT_ONCE = 256

/** The sample's lives again, under other ids, until there are as many events as wanted. */
const copyStreams = async (store: EventStore, events: number): Promise<void> => {
  const all = await everything(store)
  const lives = [...Map.groupBy(all, event => event.stream).values()]
  const wanted: RecordedEvent[][] = []
  for (let missing = events - all.length; missing > 0; missing -= wanted.at(-1)?.length ?? 0)
    wanted.push((lives[wanted.length % lives.length] as RecordedEvent[]).slice(0, missing))
  for (let done = 0; done < wanted.length; done += AT_ONCE)
    await Promise.all(wanted.slice(done, done + AT_ONCE).map(life => appendCopy(store, life)))
}

const everything = async (store: EventStore): Promise<RecordedEvent[]> => {
  const all: RecordedEvent[] = []
  for await (const page of pages(store)) all.push(...page)
  return all
}

const appendCopy = (store: EventStore, life: readonly RecordedEvent[]): Promise<unknown> => {
  const stream = life[0]?.stream ?? ''
  const id = stream.slice(stream.indexOf('-') + 1)
  const copy = randomUUID()
  const renamed = (text: string) => JSON.parse(text.replaceAll(id, copy))
  let place = { stream: stream.replace(id, copy), revision: 0, before: '' }
  const events: NewEvent[] = life.map(({ type, data, metadata }) => {
    const { bodyHash: _, hash: __, ...decision } = renamed(metadata) as Metadata
    const event = encodeEvent(place, type, renamed(data), decision)
    place = { ...place, revision: place.revision + 1, before: event.read.metadata.hash }
    return event
  })
  return store.append(place.stream, NO_STREAM, events)
}
