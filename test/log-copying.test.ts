/** A log copied from store to store: everything and its order, gone on with wherever it was broken off, or refused. */
import { randomUUID } from 'node:crypto'
import pino from 'pino'
import t, { type Test } from 'tap'
import type { EventStore, RecordedEvent } from '../engine/event-store.ts'
import { copyLog, type LogCopying, writeInOrder } from '../engine/log-copying.ts'
import { logOf } from '../engine/position.ts'
import { writeIntoPostgres } from '../engine/postgres-copying.ts'
import { openLog } from '../services/log.ts'
import { anEvent, someEvents, withoutPosition } from './event-store-contract.ts'
import { aLogName, eventStoreUrl } from './support/eventstore.ts'
import { database } from './support/postgres.ts'

type Side = Pick<LogCopying, 'write'> & { store: EventStore }
type Open = (t: Test) => Promise<Side>

const logger = pino({ level: 'silent' })

const onPostgres: Open = async t => {
  const { pool } = await database(t)
  const store = openLog({ pool, logger })
  t.teardown(store.close)
  return { store, write: events => writeIntoPostgres(pool, events) }
}

/** As any store can be written to. */
const byThePort: Open = async t => {
  const { store } = await onPostgres(t)
  return { store, write: writeInOrder(store) }
}

const onEventStore =
  (url: string): Open =>
  async t => {
    const { pool } = await database(t)
    const store = openLog({ pool, logger, eventStore: { url, log: aLogName(), inFlight: 32 } })
    t.teardown(store.close)
    return { store, write: writeInOrder(store) }
  }

const STREAMS = Array.from({ length: 7 }, () => `teaRound-${randomUUID()}`)

/** Streams that take turns, some with several events at once, and texts that no JSON writer would write. */
const filled = async ({ store }: Side, appends: number): Promise<void> => {
  const revisions = new Map<string, number>()
  for (let n = 0; n < appends; n++) {
    const stream = STREAMS[(n * n) % STREAMS.length] as string
    const events = someEvents(1 + (n % 3)).map(event => ({ ...event, data: `{ "n":${n}, "说":"“一杯”\\n" }` }))
    const { revision } = await store.append(stream, revisions.get(stream) ?? -1, events)
    revisions.set(stream, revision)
  }
}

const all = async (store: EventStore): Promise<RecordedEvent[]> => {
  const events: RecordedEvent[] = []
  for (;;) {
    const page = await store.readAll(events.at(-1)?.position, 500)
    events.push(...page)
    if (page.length < 500) return events
  }
}

const nobody = (): void => undefined
const copy = (source: Side, target: Side, more: Partial<LogCopying> = {}) =>
  copyLog({ source: source.store, target: target.store, write: target.write, heard: nobody, ...more })

const copies = (t: Test, from: Open, to: Open): void => {
  t.test('every event stands in the copy as it stood, in the same order', async t => {
    const [source, target] = [await from(t), await to(t)]
    await filled(source, 60)
    const copied = await copy(source, target)
    const [here, there] = [await all(source.store), await all(target.store)]
    t.strictSame(there.map(withoutPosition), here.map(withoutPosition))
    t.match(copied, { events: here.length, from: await source.store.head(), to: await target.store.head() })
    t.equal((await copy(source, target)).hash, copied.hash, 'and again there is nothing to do')
    t.equal((await target.store.readAll(undefined, 1_000)).length, here.length)
  })

  t.test('broken off after any event it goes on there', async t => {
    const [source, target] = [await from(t), await to(t)]
    await filled(source, 12)
    const events = await all(source.store)
    for (let n = 1; n < events.length; n += 5) {
      const broken = copy(source, target, {
        write: async page => {
          await target.write(page.slice(0, n % 4))
          throw new Error('killed')
        },
      })
      await t.rejects(broken, { message: 'killed' })
    }
    await copy(source, target)
    t.strictSame((await all(target.store)).map(withoutPosition), events.map(withoutPosition))
  })

  t.test('what another copier wrote meanwhile counts', async t => {
    const [source, target] = [await from(t), await to(t)]
    await filled(source, 20)
    let first = true
    const copied = await copy(source, target, {
      write: async page => {
        if (first) await target.write(page.slice(0, 17))
        first = false
        await target.write(page)
      },
    })
    t.equal(copied.events, (await all(source.store)).length)
  })

  t.test('it finds each position again', async t => {
    const [source, target] = [await from(t), await to(t)]
    await filled(source, 15)
    const here = await all(source.store)
    const origin = await source.store.origin()
    const beyond = here.at(-1)?.position.replace(/.{16}$/, 'f'.repeat(16)) as string
    const wanted = [...here.map(({ position }) => position), origin, beyond]
    const { places } = await copy(source, target, { wanted })
    const there = await all(target.store)
    t.strictSame(
      here.map(({ position }) => places.get(position)),
      there.map(({ position }) => position),
    )
    t.equal(places.get(origin), await target.store.origin())
    t.notOk(places.has(beyond), 'what lies behind the end has no place')
  })

  t.test('a target that holds anything else is refused, and left as it is', async t => {
    const [source, target, other] = [await from(t), await to(t), await to(t)]
    await filled(source, 5)
    await other.store.append('cup-1', -1, [anEvent()])
    await t.rejects(copy(source, other), { code: 'not-a-copy', ordinal: 1 })
    t.equal((await all(other.store)).length, 1)
    await copy(source, target)
    await target.store.append('cup-2', -1, [anEvent()])
    await t.rejects(copy(source, target), { code: 'not-a-copy', here: undefined })
    await filled(other, 0)
    await t.rejects(copy(source, source), { code: 'same-log' })
  })

  t.test('a page longer than one read, and an empty log', async t => {
    const [source, target] = [await from(t), await to(t)]
    t.match(await copy(source, target), { events: 0, to: await target.store.origin() })
    let heard = 0
    const stream = `teaRound-${randomUUID()}`
    for (let n = 0; n < 5; n++) await source.store.append(stream, n * 450 - 1, someEvents(450))
    const { events } = await copy(source, target, { heard: more => (heard += more) })
    t.same([events, heard], [2_250, 2_250])
    t.not(logOf(await source.store.head()), logOf(await target.store.head()))
  })
}

t.test('PostgreSQL to PostgreSQL', async t => copies(t, onPostgres, onPostgres))
t.test('to any store through the port', async t => copies(t, onPostgres, byThePort))
t.test('with an EventStoreDB', async t => {
  const url = eventStoreUrl(t)
  if (!url) return
  t.test('PostgreSQL to EventStoreDB', async t => copies(t, onPostgres, onEventStore(url)))
  t.test('EventStoreDB to PostgreSQL', async t => copies(t, onEventStore(url), onPostgres))
  t.test('EventStoreDB to EventStoreDB', async t => copies(t, onEventStore(url), onEventStore(url)))
})
