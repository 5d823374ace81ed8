/** The supervised subscription and the feed, against a scripted peer: a fixture, which is no EventStoreDB. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { backOff } from '../engine/back-off.ts'
import { systemClock } from '../engine/clock.ts'
import type { Batch, Position, RecordedEvent } from '../engine/event-store.ts'
import { openEventStoreClient } from '../engine/eventstore/client.ts'
import { type Feed, openFeed } from '../engine/eventstore/feed.ts'
import { stateOf } from '../engine/eventstore/feed-trouble.ts'
import { headOf, namingOf } from '../engine/eventstore/reading.ts'
import type { Timing } from '../engine/eventstore/supervised.ts'
import type { LogState } from '../engine/log-standing.ts'
import { seededRandomness } from '../engine/randomness.ts'
import { type EventStorePeer, eventStorePeer } from './support/eventstore-peer.ts'
import type { PeerEvent, ProposedEvent } from './support/eventstore-peer-log.ts'
import {
  ACCESS_DENIED,
  CANCELLED,
  DEADLINE,
  notLeader,
  TOO_SLOW,
  type Trouble,
  UNAUTHENTICATED,
  UNAVAILABLE,
} from './support/eventstore-peer-troubles.ts'

t.setTimeout(240_000)

const WITHIN_MS = 30_000
const QUICK: Partial<Timing> = { retry: { first: 5, most: 40 }, refused: 60_000 }

const proposed = (n: number, type = 'CupPoured', data: unknown = { n }): ProposedEvent => ({
  id: randomUUID(),
  type,
  contentType: 'application/json',
  data: Buffer.from(JSON.stringify(data)),
  metadata: Buffer.from('{}'),
})

const PREFIX = 'tea.'
const naming = namingOf(PREFIX, { log: '7ea7ea7e', began: { commit: 0n, prepare: 0n } })

type World = {
  peer: EventStorePeer
  feed: Feed
  /** As another process writes: so many events, each to the stream named. */
  pour(stream: string, count?: number): void
  metadata(stream: string, data: unknown): void
  troubles: unknown[]
  states(): LogState[]
  place(n: number): Position
}

const world = async (t: Test, timing = QUICK, recent?: number): Promise<World> => {
  const peer = await eventStorePeer(t)
  const client = openEventStoreClient({ url: peer.url })
  const troubles: unknown[] = []
  const feed = openFeed({
    client,
    log: async () => ({ naming, head: headOf(client, naming) }),
    random: seededRandomness('feed'),
    clock: systemClock,
    timing,
    recent,
    onTrouble: error => troubles.push(error),
  })
  t.teardown(async () => {
    feed.close()
    await client.close()
  })
  const write = (stream: string, events: ProposedEvent[]) => {
    peer.log.append({ stream, expected: peer.log.of(stream).length - 1, events })
  }
  return {
    peer,
    feed,
    pour: (stream, count = 1) => {
      for (let n = 0; n < count; n++) write(PREFIX + stream, [proposed(peer.log.all().length)])
    },
    metadata: (stream, data) => write(`$$${PREFIX}${stream}`, [proposed(0, '$metadata', data)]),
    troubles,
    states: () => feed.standing().map(({ state }) => state),
    place: n => naming.print({ commit: BigInt(n * 100), prepare: BigInt(n * 100) }),
  }
}

/** The conditions that a test waits for come when they come. */
const until = async (condition: () => boolean): Promise<void> => {
  for (const end = performance.now() + WITHIN_MS; !condition(); await sleep(5))
    if (performance.now() > end) throw new Error(`${condition} did not come about`)
}

/** Takes from a tail in the background, for as long as the test runs. */
const listening = (t: Test, { feed }: World, options: { after?: Position; limit?: number } = {}) => {
  const abort = new AbortController()
  const events: RecordedEvent[] = []
  const batches: Batch[] = []
  const ended = (async () => {
    for await (const batch of feed.tail({ ...options, signal: abort.signal })) {
      batches.push(batch)
      events.push(...batch.events)
    }
  })()
  t.teardown(async () => {
    abort.abort()
    await ended
  })
  return { events, batches, heard: (count: number) => until(() => events.length >= count) }
}

const placesOf = (events: readonly { position: Position }[]): number[] =>
  events.map(({ position }) => Number(naming.parse(position).commit) / 100)
const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n + 1)

t.test('a tail behind the head comes up to it, and goes on with what is written then', async t => {
  const w = await world(t)
  w.pour('round-1', 30)
  const tail = listening(t, w, { limit: 7 })
  await tail.heard(30)
  await until(() => tail.batches.at(-1)?.caughtUp === true)
  w.pour('round-1', 5)
  await tail.heard(35)
  t.strictSame(placesOf(tail.events), upTo(35))
  t.ok(tail.batches.every(({ events }) => events.length <= 7))
  t.ok(tail.batches.every(({ events, caughtUp }) => caughtUp || events.length > 0))
  t.strictSame(w.states(), ['following'])
})

const TROUBLES: readonly (readonly [string, Trouble, LogState])[] = [
  ['the server is not ready', UNAVAILABLE, 'unreachable'],
  ['a deadline passes', DEADLINE, 'unreachable'],
  ['the server cancels', CANCELLED, 'unreachable'],
  ['the reader is too slow', TOO_SLOW, 'fell-behind'],
]

for (const [what, trouble, state] of TROUBLES)
  t.test(`where ${what} the subscription goes on from where it was`, async t => {
    const w = await world(t)
    w.pour('round-1', 2)
    const tail = listening(t, w, { after: w.place(2) })
    await until(() => w.peer.subscriptions.length === 1)
    w.pour('round-1', 3)
    await tail.heard(3)
    w.peer.subscriptions[0]?.fail(trouble)
    w.pour('round-1', 2)
    await tail.heard(5)
    t.strictSame(placesOf(tail.events), [3, 4, 5, 6, 7])
    t.strictSame(
      w.peer.subscriptions.map(({ after }) => after),
      [200, 500],
    )
    t.ok(w.troubles.map(stateOf).includes(state))
    await until(() => w.states()[0] === 'following')
  })

t.test('a log with nothing to tell is followed again after a trouble, and that is said', async t => {
  const w = await world(t)
  w.pour('round-1', 2)
  listening(t, w, { after: w.place(2) })
  await until(() => w.states()[0] === 'following' && w.peer.subscriptions.length === 1)
  w.peer.subscriptions[0]?.fail(TOO_SLOW)
  await until(() => w.troubles.length === 1)
  await until(() => w.states()[0] === 'following' && w.peer.subscriptions.length === 2)
  t.strictSame(w.troubles.map(stateOf), ['fell-behind'])
})

t.test('a subscription that ends without an error is begun again', async t => {
  const w = await world(t)
  const tail = listening(t, w)
  await until(() => w.peer.subscriptions.length === 1)
  w.pour('round-1', 3)
  await tail.heard(3)
  w.peer.subscriptions[0]?.end()
  w.pour('round-1', 2)
  await tail.heard(5)
  t.strictSame(placesOf(tail.events), upTo(5))
})

t.test('the leader is looked for anew where another node answers', async t => {
  const [w, other] = [await world(t), await eventStorePeer(t)]
  w.pour('round-1', 2)
  const port = Number(new URL(w.peer.url).port)
  w.peer.onSubscribe(call => call.fail(notLeader('127.0.0.1', port)))
  const tail = listening(t, w)
  await tail.heard(2)
  w.pour('round-1', 2)
  await tail.heard(4)
  t.strictSame(placesOf(tail.events), upTo(4))
  t.equal(other.subscriptions.length, 0)
})

t.test('events that come again, or late, are told once', async t => {
  const w = await world(t)
  const tail = listening(t, w)
  await until(() => w.peer.subscriptions.length === 1)
  w.pour('round-1', 3)
  await tail.heard(3)
  const [call] = w.peer.subscriptions
  call?.send(...w.peer.log.all(), ...w.peer.log.all())
  w.pour('round-2', 2)
  await tail.heard(5)
  t.strictSame(placesOf(tail.events), upTo(5))
})

t.test('an event that was left out is asked for again before what comes after it is told', async t => {
  const w = await world(t)
  w.peer.onSubscribe(call => {
    w.peer.log.listen(event => event.place !== 300 && call.send(event))
  })
  const tail = listening(t, w)
  await until(() => w.peer.subscriptions.length === 1)
  w.pour('round-1', 5)
  await tail.heard(5)
  t.strictSame(placesOf(tail.events), upTo(5))
  t.equal(w.peer.subscriptions[1]?.after, 200)
  await until(() => w.states()[0] === 'following')
  t.strictSame(w.states(), ['following'])
})

t.test('what is left out again is gone from the log: that is said, and the rest is told', async t => {
  const w = await world(t)
  const holed = (event: PeerEvent) => event.place !== 300
  w.peer.always({
    subscribe: call => {
      const after = typeof call.after === 'number' ? call.after : 0
      for (const event of w.peer.log.all().filter(holed)) if (event.place > after) call.send(event)
      w.peer.log.listen(event => holed(event) && call.send(event))
    },
  })
  const tail = listening(t, w)
  await until(() => w.peer.subscriptions.length === 1)
  w.pour('round-1', 5)
  await tail.heard(4)
  t.strictSame(placesOf(tail.events), [1, 2, 4, 5])
  await until(() => w.states()[0] === 'following')
  t.match(w.feed.standing()[1], { state: 'history-truncated', detail: /round-1 goes on at revision 3/ })
})

t.test('a subscription that is told nothing while the log goes on is given up', async t => {
  const w = await world(t, { ...QUICK, silence: { first: 200, most: 800 } })
  w.pour('round-1', 1)
  const tail = listening(t, w, { after: w.place(1) })
  await until(() => w.states()[0] === 'following' && w.peer.subscriptions.length === 1)
  await sleep(600)
  t.equal(w.peer.subscriptions.length, 1, 'with nothing to tell it may be silent')
  w.peer.onSubscribe(...[1, 2].map(() => () => undefined))
  w.peer.subscriptions[0]?.fail(UNAVAILABLE)
  w.pour('round-1', 3)
  await tail.heard(3)
  t.strictSame(placesOf(tail.events), [2, 3, 4])
  t.ok(w.troubles.map(stateOf).filter(state => state === 'silent').length >= 2)
  t.ok(w.peer.subscriptions.slice(0, 3).every(call => call.isOver()))
})

t.test('how far the server looked without finding anything of ours is kept', async t => {
  const w = await world(t)
  w.pour('round-1', 1)
  const tail = listening(t, w, { after: w.place(1) })
  await until(() => w.states()[0] === 'following' && w.peer.subscriptions.length === 1)
  for (let n = 0; n < 3; n++) w.peer.log.append({ stream: 'other-1', expected: n - 1, events: [proposed(n)] })
  w.peer.subscriptions.at(-1)?.checkpoint(300)
  await sleep(200)
  w.peer.subscriptions.at(-1)?.fail(UNAVAILABLE)
  w.pour('round-1', 1)
  await tail.heard(1)
  t.equal(w.peer.subscriptions.at(-1)?.after, 300)
  t.strictSame(placesOf(tail.events), [5])
})

t.test('a head that is behind what was told is not believed', async t => {
  const w = await world(t)
  w.pour('round-1', 2)
  const tail = listening(t, w)
  await tail.heard(2)
  await until(() => w.states()[0] === 'following')
  w.peer.always({ read: call => (call.backwards ? call.answer(w.peer.log.all().slice(0, 1)) : call.honestly()) })
  w.pour('round-1', 1)
  await tail.heard(3)
  const before = tail.batches.length
  await sleep(600)
  t.ok(tail.batches.length <= before + 1, 'nothing is said to have been compared')
  w.peer.always({ read: undefined })
  await until(() => tail.batches.at(-1)?.caughtUp === true && tail.batches.length > before)
  t.strictSame(placesOf(tail.events), upTo(3))
})

for (const [trouble, state] of [
  [ACCESS_DENIED, 'may-not-read-all'],
  [UNAUTHENTICATED, 'not-authenticated'],
] as const)
  t.test(`a server that says ${state} is not asked again and again`, async t => {
    const w = await world(t)
    w.pour('round-1', 2)
    w.peer.always({ subscribe: call => call.fail(trouble) })
    listening(t, w, { after: w.place(2) })
    await until(() => w.states()[0] === state)
    await sleep(500)
    t.equal(w.peer.subscriptions.length, 1)
    t.equal(w.states()[0], state, 'and the state stays')
  })

t.test('a server that is away is asked less and less often, and found again', async t => {
  const w = await world(t, { ...QUICK, retry: { first: 10, most: 100 } })
  w.pour('round-1', 2)
  const tail = listening(t, w)
  await tail.heard(2)
  w.peer.kill()
  await until(() => w.states()[0] === 'unreachable')
  await sleep(500)
  await w.peer.start()
  w.pour('round-1', 2)
  await tail.heard(4)
  await until(() => w.states()[0] === 'following')
  t.strictSame(placesOf(tail.events), upTo(4))
})

t.test('the log of an older backup is known, and nothing of it is told', async t => {
  const w = await world(t)
  w.pour('round-1', 4)
  const tail = listening(t, w)
  await tail.heard(4)
  w.peer.kill()
  w.peer.log.restore(2)
  await w.peer.start()
  await until(() => w.states()[0] === 'beyond-the-end')
  w.pour('round-1', 5)
  await sleep(300)
  t.equal(tail.events.length, 4)
  t.match(w.feed.standing()[0]?.detail, /nothing stands at/)
})

t.test('a place after the end of the log is named, and is no place that somebody has come up to', async t => {
  const w = await world(t)
  w.pour('round-1', 2)
  const tail = listening(t, w, { after: w.place(9) })
  await until(() => w.states().includes('beyond-the-end'))
  t.equal(tail.batches.length, 0)
})

t.test('a stream that is cut off by its metadata is named, until it is whole again', async t => {
  const w = await world(t)
  w.pour('round-1', 2)
  const tail = listening(t, w)
  await tail.heard(2)
  w.metadata('round-1', { $maxCount: 1 })
  w.metadata('round-2', { $tb: 4 })
  w.metadata('round-3', { $acl: { $r: 'somebody' } })
  await until(() => w.states().length === 3)
  t.match(w.feed.standing().slice(1), [
    { state: 'history-truncated', detail: /round-1 is cut off by \$maxCount 1/ },
    { state: 'history-truncated', detail: /round-2 is cut off by \$tb 4/ },
  ])
  w.metadata('round-1', {})
  await until(() => w.states().length === 2)
  t.strictSame(placesOf(tail.events), [1, 2], 'it is no fact')
})

t.test('a stream that was deleted is named, either way', async t => {
  const w = await world(t)
  w.pour('round-1', 2)
  const tail = listening(t, w)
  await tail.heard(2)
  w.metadata('round-1', { $tb: 2 ** 63 })
  const tombstone = proposed(0, '$streamDeleted', {})
  w.peer.log.append({ stream: `${PREFIX}round-2`, expected: -1, events: [tombstone] })
  w.pour('round-3')
  await tail.heard(3)
  t.strictSame(w.states().slice(1), ['stream-deleted', 'stream-deleted'])
  t.strictSame(placesOf(tail.events), [1, 2, 5], 'it is no fact')
})

t.test('a reader that fell out of what is kept comes up by itself, and misses nothing', async t => {
  const w = await world(t, QUICK, 20)
  w.pour('round-1', 1)
  const slow = w.feed.tail({ signal: AbortSignal.timeout(WITHIN_MS), limit: 15 })[Symbol.asyncIterator]()
  const events = [...((await slow.next()).value as Batch).events]
  const quick = listening(t, w)
  for (let n = 0; n < 30; n++) {
    w.pour('round-2', 10)
    await quick.heard(1 + 10 * (n + 1))
    if (n % 7 === 0) events.push(...((await slow.next()).value as Batch).events)
  }
  while (events.length < 301) events.push(...((await slow.next()).value as Batch).events)
  t.strictSame(placesOf(events), upTo(301))
  t.strictSame(placesOf(quick.events), upTo(301))
  t.ok(w.peer.subscriptions.length > 2)
  await slow.return?.()
})

t.test('pauses grow, differ, and have an end', async t => {
  const [one, other] = ['one', 'other'].map(seed => backOff(100, 1_000, seededRandomness(seed)))
  const pauses = Array.from({ length: 8 }, () => one?.next() ?? 0)
  t.ok(pauses.every((pause, n) => pause >= Math.min(1_000, 100 * 2 ** n) / 2 && pause <= Math.min(1_000, 100 * 2 ** n)))
  t.ok(pauses.every(pause => pause !== other?.next()))
  one?.reset()
  t.ok((one?.next() ?? 0) <= 100)
})
