/** How the log in an EventStoreDB is followed where the server, or somebody on it, does what it may not: a real server. */
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { type EventStore, NO_STREAM, type RecordedEvent } from '../engine/event-store.ts'
import type { LogState } from '../engine/log-standing.ts'
import { anEvent, aStream, someEvents } from './event-store-contract.ts'
import { aLogName, eventStoreCommand, eventStoreLog, eventStoreUrl, ownServer } from './support/eventstore.ts'
import { damaging } from './support/eventstore-damage.ts'

t.setTimeout(400_000)

const WITHIN_MS = 60_000

const until = async (condition: () => boolean): Promise<void> => {
  for (const end = performance.now() + WITHIN_MS; !condition(); await sleep(10))
    if (performance.now() > end) throw new Error(`${condition} did not come about`)
}

const statesOf = (store: EventStore): LogState[] => store.standing().map(({ state }) => state)

/** A reader that runs as long as the test, and when it last stood at the head. */
const reading = (t: Test, store: EventStore) => {
  const abort = new AbortController()
  const seen = { events: [] as RecordedEvent[], comparedAt: 0 }
  const ended = (async () => {
    for await (const { events, caughtUp } of store.tail({ signal: abort.signal })) {
      seen.events.push(...events)
      if (caughtUp) seen.comparedAt = performance.now()
    }
  })()
  t.teardown(async () => {
    abort.abort()
    await ended
  })
  return seen
}

/** Each event once, in the order of the log, none left out. */
const isWhole = async (t: Test, store: EventStore, seen: readonly RecordedEvent[]): Promise<void> => {
  const log: RecordedEvent[] = []
  for (let page = await store.readAll(); page.length > 0; page = await store.readAll(page.at(-1)?.position))
    log.push(...page)
  t.strictSame(
    seen.map(({ id }) => id),
    log.map(({ id }) => id),
  )
}

t.test('on a server that runs', async t => {
  const url = eventStoreUrl(t)
  if (!url) return

  t.test('a stream that is cut off is named, read as damaged, and right again when it is whole', async t => {
    const log = aLogName()
    const [store, stream, damage] = [eventStoreLog(t, url, log), aStream(), damaging(url)]
    await store.append(stream, NO_STREAM, someEvents(4))
    const seen = reading(t, store)
    await until(() => statesOf(store)[0] === 'following')
    await damage.metadata(`${log}.${stream}`, { $maxCount: 2 })
    await until(() => statesOf(store).includes('history-truncated'))
    await t.rejects(store.readStream(stream), { code: 'log-damaged' })
    t.equal((await store.readStream(stream, 2)).length, 2, 'what is there can be read on')
    await damage.metadata(`${log}.${stream}`, {}, 0)
    await until(() => statesOf(store).length === 1)
    t.equal((await store.readStream(stream)).length, 4)
    t.equal(seen.events.length, 4, 'metadata are no facts')
  })

  t.test('a stream that was deleted is named, and never taken for one that was not there', async t => {
    const log = aLogName()
    const [store, damage] = [eventStoreLog(t, url, log), damaging(url)]
    const [deleted, ended] = [aStream(), aStream()]
    for (const stream of [deleted, ended]) await store.append(stream, NO_STREAM, someEvents(2))
    const seen = reading(t, store)
    await until(() => seen.events.length === 4)
    await damage.delete(`${log}.${deleted}`)
    await damage.tombstone(`${log}.${ended}`)
    await until(() => statesOf(store).filter(state => state === 'stream-deleted').length === 2)
    for (const stream of [deleted, ended]) {
      await t.rejects(store.readStream(stream), { code: 'log-damaged' })
      await t.rejects(store.append(stream, NO_STREAM, [anEvent()]), { code: 'log-damaged' })
    }
    t.equal((await store.readAll()).length, 5, 'the tombstone is no fact')
    await until(() => seen.events.length === 5)
    const head = await store.head()
    await until(() => seen.events.at(-1)?.position === head)
    const another = eventStoreLog(t, url, log)
    await t.rejects(another.readStream(ended), { code: 'log-damaged' }, 'also who did not hear of it knows')
  })

  t.test('a reader that takes its time misses nothing, and is dropped by nobody', async t => {
    const store = eventStoreLog(t, url)
    await store.append(aStream(), NO_STREAM, [anEvent()])
    const tail = store.tail({ signal: AbortSignal.timeout(WITHIN_MS), limit: 500 })[Symbol.asyncIterator]()
    const seen: RecordedEvent[] = [...((await tail.next()).value?.events ?? [])]
    const large = () => ({ ...anEvent(), data: JSON.stringify({ text: 'x'.repeat(2_000) }) })
    for (let n = 0; n < 12; n++)
      await Promise.all(
        Array.from({ length: 10 }, () => store.append(aStream(), NO_STREAM, Array.from({ length: 50 }, large))),
      )
    for (let n = 0; seen.length < 6_001; n++) {
      if (n % 4 === 0) await sleep(200)
      seen.push(...((await tail.next()).value?.events ?? []))
    }
    await isWhole(t, store, seen)
  })
})

t.test('on a server of its own', async t => {
  const command = eventStoreCommand(t)
  if (!command) return

  t.test('killed again and again under writers, every event is told once and in order', async t => {
    const { url, kill, start } = await ownServer(t, command)
    const [store, seen] = await begun(t, url)
    const writing = new AbortController()
    const writers = [1, 2, 3].map(() => keepWriting(store, writing.signal))
    for (let round = 0; round < 3; round++) {
      const before = seen.events.length
      await until(() => seen.events.length > before + 20)
      await kill()
      await until(() => statesOf(store)[0] === 'unreachable')
      await start()
    }
    const before = seen.events.length
    await until(() => seen.events.length > before + 20)
    writing.abort()
    await Promise.all(writers)
    const head = await store.head()
    await until(() => seen.events.at(-1)?.position === head && statesOf(store)[0] === 'following')
    await isWhole(t, store, seen.events)
  })

  t.test('stopped for twenty seconds it is missed, and found again by itself', async t => {
    const { url, freeze, thaw } = await ownServer(t, command)
    const [store, seen] = await begun(t, url)
    await until(() => statesOf(store)[0] === 'following')
    freeze()
    const frozen = performance.now()
    await sleep(20_000)
    t.ok(performance.now() - seen.comparedAt > 15_000, 'it does not pretend to have compared')
    t.equal(statesOf(store)[0], 'unreachable')
    thaw()
    await until(() => seen.comparedAt > frozen + 20_000 && statesOf(store)[0] === 'following')
    await store.append(aStream(), NO_STREAM, someEvents(3))
    const head = await store.head()
    await until(() => seen.events.at(-1)?.position === head)
    await isWhole(t, store, seen.events)
  })
})

const begun = async (t: Test, url: string) => {
  const store = eventStoreLog(t, url)
  await store.append(aStream(), NO_STREAM, [anEvent()])
  return [store, reading(t, store)] as const
}

const keepWriting = async (store: EventStore, signal: AbortSignal): Promise<void> => {
  const stream = aStream()
  for (let revision = 0; !signal.aborted; revision++) {
    const event = anEvent(revision)
    while (!(await store.append(stream, revision - 1, [event]).catch(() => sleep(20)))) if (signal.aborted) return
  }
}
