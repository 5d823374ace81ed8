/** What every event store promises. Nothing here asks for gapless positions or for an event by its id. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import {
  type Batch,
  type EventStore,
  type NewEvent,
  NO_STREAM,
  type Position,
  type RecordedEvent,
  WrongRevision,
} from '../engine/event-store.ts'

export type StoreUnderTest = {
  store: EventStore
  /** Another adapter on the same log, as another process has it. */
  beside: EventStore
  /** A position of another log. */
  foreign: Position
}

export const anEvent = (n: number | string = 0): NewEvent => ({
  id: randomUUID(),
  type: 'CupPoured',
  data: JSON.stringify({ n }),
  metadata: '{}',
})
export const someEvents = (count: number): NewEvent[] => Array.from({ length: count }, (_, n) => anEvent(n))
export const aStream = (): string => `teaRound-${randomUUID()}`

const WRITERS = 16
const EACH = 30

export const eventStoreContract = (t: Test, open: (t: Test) => Promise<StoreUnderTest>): void => {
  t.test('a stream is read back as it was written', async t => {
    const { store } = await open(t)
    const stream = aStream()
    const odd = '{ "said":"“一杯” \\\\ \\u0000 , {\\"}",\n"n" : 1.0 }'
    const events = [{ ...anEvent(), data: odd }, { ...anEvent(), metadata: odd }, anEvent()]
    const answer = await store.append(stream, NO_STREAM, events)
    const read = await store.readStream(stream)
    t.match(answer, { revision: 2, position: read.at(-1)?.position })
    t.strictSame(
      read.map(withoutPosition),
      events.map((event, revision) => ({ ...event, stream, revision })),
    )
    t.strictSame(await store.readStream(stream, 1, 1), read.slice(1, 2))
    t.strictSame(await store.readStream(stream, 3), [])
    t.strictSame(await store.readStream(aStream()), [])
  })

  t.test('an append that expects another revision is refused and writes nothing', async t => {
    const { store } = await open(t)
    const stream = aStream()
    await t.rejects(store.append(stream, 0, [anEvent()]), { code: 'wrong-revision' })
    await store.append(stream, NO_STREAM, someEvents(2))
    for (const expected of [NO_STREAM, 0, 2]) {
      const refused = await store.append(stream, expected, someEvents(2)).catch(error => error)
      t.match(refused, { code: 'wrong-revision', actual: 1 })
    }
    t.equal((await store.readStream(stream)).length, 2)
  })

  t.test('of those who race for a revision exactly one wins', async t => {
    const { store, beside } = await open(t)
    const stream = aStream()
    for (let revision = 0; revision < 20; revision++) {
      const race = Array.from({ length: 8 }, (_, n) =>
        (n % 2 ? store : beside).append(stream, revision - 1, [anEvent(n)]),
      )
      const results = await Promise.allSettled(race)
      t.equal(results.filter(result => result.status === 'fulfilled').length, 1, `one winner of revision ${revision}`)
      t.ok(results.every(result => result.status === 'fulfilled' || result.reason instanceof WrongRevision))
    }
    t.strictSame(revisionsOf(await store.readStream(stream)), upTo(20))
  })

  t.test('the same events sent again get the first answer', async t => {
    const { store, beside } = await open(t)
    const stream = aStream()
    const events = someEvents(3)
    const [first, ...again] = await Promise.all(
      [store, store, beside, beside].map(each => each.append(stream, NO_STREAM, events)),
    )
    for (const answer of again) t.strictSame(answer, first)
    await store.append(stream, 2, [anEvent()])
    t.strictSame(await beside.append(stream, NO_STREAM, events), first, 'also when the stream has moved on')
    await t.rejects(store.append(stream, NO_STREAM, [...events.slice(0, 2), anEvent()]), { code: 'wrong-revision' })
    t.equal((await store.readStream(stream)).length, 4)
  })

  t.test('all events of an append, or none, and side by side in the log', async t => {
    const { store, beside } = await open(t)
    const from = await store.head()
    const streams = Array.from({ length: 20 }, aStream)
    const race = streams.flatMap(stream => [store, beside].map(each => each.append(stream, NO_STREAM, someEvents(3))))
    await Promise.allSettled(race)
    for (const stream of streams) t.strictSame(revisionsOf(await store.readStream(stream)), upTo(3))
    const log = await readOn(store, from, 7)
    t.equal(log.length, 60)
    t.ok(
      log.every((event, place) => event.revision === place % 3 && event.stream === log[place - event.revision]?.stream),
    )
  })

  t.test('the log is read in pages, in the order of its positions', async t => {
    const { store } = await open(t)
    const from = await store.head()
    const streams = [aStream(), aStream()]
    for (let n = 0; n < 12; n++) await store.append(streams[n % 2] as string, Math.floor(n / 2) - 1, [anEvent(n)])
    const log = await readOn(store, from, 5)
    t.strictSame(
      log.map(event => JSON.parse(event.data).n),
      upTo(12),
    )
    t.ok(isRising(log))
    t.equal(log.at(-1)?.position, await store.head())
    t.strictSame(await store.readAll(await store.head()), [])
    t.strictSame((await store.readAll(await store.origin(), 1)).length, 1)
  })

  t.test('a position of another log, or of none, is refused', async t => {
    const { store, foreign } = await open(t)
    await store.append(aStream(), NO_STREAM, [anEvent()])
    for (const position of [
      foreign,
      '',
      '7',
      `${await store.head()}0`,
      (await store.head()).toUpperCase(),
      'pg-'.repeat(99),
    ]) {
      await t.rejects(store.checkPosition(position), { code: 'foreign-position' })
      await t.rejects(store.readAll(position), { code: 'foreign-position' })
      const signal = new AbortController().signal
      await t.rejects(store.tail({ after: position, signal })[Symbol.asyncIterator]().next(), {
        code: 'foreign-position',
      })
    }
    for (const position of [await store.origin(), await store.head()]) await t.resolves(store.checkPosition(position))
  })

  t.test('under 16 writers every tail gets every event once, in order', async t => {
    const { store, beside } = await open(t)
    const after = await store.head()
    const tails = [store, beside].map(each => take(each, after, WRITERS * EACH))
    await Promise.all(Array.from({ length: WRITERS }, (_, n) => write(n % 2 ? store : beside, EACH)))
    for (const seen of await Promise.all(tails)) {
      t.equal(new Set(seen.map(event => event.id)).size, WRITERS * EACH)
      t.ok(isRising(seen), 'positions rise')
      const streams = Map.groupBy(seen, event => event.stream)
      t.ok(
        [...streams.values()].every(events => events.every((event, n) => event.revision === n)),
        'so do revisions',
      )
    }
    t.strictSame(await readOn(store, after, 100), await readOn(beside, after, 37))
  })

  t.test('a slow reader is given pages of its size and misses nothing', async t => {
    const { store } = await open(t)
    const after = await store.head()
    const writing = write(store, 100)
    const batches: Batch[] = []
    let seen = 0
    for await (const batch of store.tail({ after, signal: AbortSignal.timeout(20_000), limit: 10 })) {
      batches.push(batch)
      seen += batch.events.length
      if (seen === 100) break
      await sleep(3)
    }
    await writing
    t.ok(batches.every(batch => batch.events.length <= 10))
    t.ok(batches.every(batch => batch.caughtUp || batch.events.length > 0))
    t.strictSame(revisionsOf(batches.flatMap(batch => batch.events)), upTo(100))
  })

  t.test('a tail with nothing to tell says so, hears of others, and ends when told', async t => {
    const { store, beside } = await open(t)
    const abort = new AbortController()
    const tail = store.tail({ after: await store.head(), signal: abort.signal })[Symbol.asyncIterator]()
    for (let n = 0; n < 3; n++) {
      const asked = performance.now()
      t.strictSame((await tail.next()).value, { events: [], caughtUp: true })
      t.ok(performance.now() - asked < 1_000)
    }
    await beside.append(aStream(), NO_STREAM, [anEvent()])
    t.equal((await tail.next()).value.events.length, 1)
    const last = tail.next()
    abort.abort()
    t.equal((await last).done, true)
  })
}

/** As the contract, with a log whose server can be killed and started again. */
export const restartContract = (
  t: Test,
  open: (t: Test) => Promise<StoreUnderTest & { kill(): Promise<void>; start(): Promise<void> }>,
): void => {
  t.test('a server killed under writers and a tail loses nothing that was answered', async t => {
    const { store, kill, start } = await open(t)
    const after = await store.head()
    const abort = new AbortController()
    const seen = new Set<string>()
    const tailing = (async () => {
      for await (const { events } of store.tail({ after, signal: abort.signal }))
        for (const event of events) seen.add(event.id)
    })()
    const answered: string[] = []
    const keepWriting = async (stream: string): Promise<void> => {
      for (let revision = 0; !abort.signal.aborted; revision++) {
        const event = anEvent(revision)
        while (!abort.signal.aborted) {
          const done = await store.append(stream, revision - 1, [event]).catch(() => sleep(20))
          if (!done) continue
          answered.push(event.id)
          break
        }
      }
    }
    const writers = Array.from({ length: 4 }, () => keepWriting(aStream()))
    for (let n = 0; n < 500 && answered.length < 20; n++) await sleep(20)
    await kill()
    await sleep(100)
    await t.rejects(store.readAll())
    const before = answered.length
    await start()
    for (let n = 0; n < 500 && answered.length < before + 20; n++) await sleep(20)
    t.ok(answered.length >= before + 20, 'writing went on')
    for (let n = 0; n < 500 && !answered.every(id => seen.has(id)); n++) await sleep(20)
    abort.abort()
    await Promise.all([tailing, ...writers])
    const log = await readOn(store, after, 1_000)
    t.ok(before > 0)
    t.strictSame(
      answered.filter(id => !log.some(event => event.id === id)),
      [],
      'every answer stands in the log',
    )
    t.strictSame(answered.filter(id => !seen.has(id) && id !== answered.at(-1)).length <= 4, true, 'the tail went on')
    t.equal(new Set(log.map(event => event.id)).size, log.length, 'nothing stands there twice')
  })
}

/** What is known of an event beside its texts, an adapter may say or not. */
/** What a log keeps of an event, wherever it stands in it. */
export const withoutPosition = ({ position: _, read: __, ...event }: RecordedEvent) => event
const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n)
const revisionsOf = (events: readonly RecordedEvent[]): number[] => events.map(event => event.revision)
const isRising = (events: readonly RecordedEvent[]): boolean =>
  events.every((event, n) => n === 0 || (events[n - 1] as RecordedEvent).position < event.position)

const write = async (store: EventStore, count: number): Promise<void> => {
  const stream = aStream()
  for (let n = 0; n < count; n++) await store.append(stream, n - 1, [anEvent(n)])
}

const readOn = async (store: EventStore, after: Position, limit: number): Promise<RecordedEvent[]> => {
  const all: RecordedEvent[] = []
  for (;;) {
    const page = await store.readAll(all.at(-1)?.position ?? after, limit)
    all.push(...page)
    if (page.length < limit) return all
  }
}

const take = async (store: EventStore, after: Position, count: number): Promise<RecordedEvent[]> => {
  const seen: RecordedEvent[] = []
  for await (const { events } of store.tail({ after, signal: AbortSignal.timeout(30_000), limit: 50 })) {
    seen.push(...events)
    if (seen.length >= count) break
  }
  return seen
}
