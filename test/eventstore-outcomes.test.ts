/** Appends of whose outcome nobody knows, against a scripted peer: a fixture, which is no EventStoreDB. */
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { NO_STREAM } from '../engine/event-store.ts'
import { openEventStoreClient } from '../engine/eventstore/client.ts'
import { deliver } from '../engine/eventstore/deliver.ts'
import { anEvent, someEvents } from './event-store-contract.ts'
import { eventStorePeer } from './support/eventstore-peer.ts'
import { UNAVAILABLE } from './support/eventstore-peer-troubles.ts'

t.setTimeout(240_000)

const STREAM = 'tea.round-1'

const world = async (t: Test) => {
  const peer = await eventStorePeer(t)
  const client = openEventStoreClient({ url: peer.url, appendWithin: 1_000 })
  t.teardown(() => client.close())
  await deliver(client, { stream: 'tea.warm-1', expected: NO_STREAM, events: [anEvent()] })
  return {
    peer,
    append: (stream = STREAM, events = someEvents(2)) => deliver(client, { stream, expected: NO_STREAM, events }),
    /** How often it was asked to write to a stream, each time with the same ids at the same revision. */
    sendings: (stream = STREAM) => {
      const sent = peer.appends.filter(append => append.stream === stream)
      const shapes = new Set(sent.map(({ expected, events }) => `${expected} ${events.map(({ id }) => id)}`))
      t.equal(shapes.size, 1)
      return sent.length
    },
  }
}

t.test('what was written and never answered is asked for again, and has one answer', async t => {
  const { peer, append, sendings } = await world(t)
  peer.onAppend(call => void call.write())
  t.match(await append(), { revision: 1 })
  t.equal(sendings(), 2)
  t.equal(peer.log.of(STREAM).length, 2)
})

t.test('what was neither written nor answered is written once', async t => {
  const { peer, append } = await world(t)
  peer.onAppend(() => undefined)
  t.match(await append(), { revision: 1 })
  t.equal(peer.log.of(STREAM).length, 2)
})

t.test('where the stream of appends breaks, everybody on it comes to an answer of his own', async t => {
  const { peer, append } = await world(t)
  const waiting: (() => void)[] = []
  const held = (call: { write(): unknown; breakOff(trouble: typeof UNAVAILABLE): void }) => {
    call.write()
    waiting.push(() => call.breakOff(UNAVAILABLE))
  }
  peer.onAppend(held, held, held)
  const answers = ['tea.a-1', 'tea.b-1', 'tea.c-1'].map(stream => append(stream))
  while (waiting.length < 3) await sleep(5)
  waiting[0]?.()
  t.match(await Promise.all(answers), [{ revision: 1 }, { revision: 1 }, { revision: 1 }])
  for (const stream of ['tea.a-1', 'tea.b-1', 'tea.c-1']) t.equal(peer.log.of(stream).length, 2)
})

t.test('an answer that comes late, or twice, harms nobody', async t => {
  const { peer, append } = await world(t)
  peer.onAppend(call => {
    const outcome = call.write()
    setTimeout(() => call.answer(outcome), 1_500)
  })
  t.match(await append(), { revision: 1 })
  peer.onAppend(call => {
    const outcome = call.write()
    call.answer(outcome)
    call.answer(outcome)
  })
  t.match(await append('tea.twice-1'), { revision: 1 })
  await sleep(1_000)
  t.match(await append('tea.after-1'), { revision: 1 })
})

t.test('the place of somebody faster is no unknown outcome', async t => {
  const { peer, append } = await world(t)
  peer.onAppend(call => {
    const [first] = call.events
    if (first) peer.log.append({ ...call, events: [{ ...first, id: anEvent().id }] })
  })
  await t.rejects(append(), { code: 'wrong-revision', actual: 0 })
  t.equal(peer.log.of(STREAM).length, 1)
})

t.test('what nobody answers at all is unknown, and the next sending of the same tells', async t => {
  const { peer, append } = await world(t)
  const events = someEvents(2)
  peer.always({ append: () => undefined, read: call => call.fail(UNAVAILABLE) })
  await t.rejects(append(STREAM, events), { code: 'outcome-unknown' })
  peer.always({ append: undefined, read: undefined })
  t.match(await append(STREAM, events), { revision: 1 })
  t.equal(peer.log.of(STREAM).length, 2)
})

t.test('a stream that went on where it should have begun is damaged, and not a success', async t => {
  const { peer, append } = await world(t)
  peer.onAppend(call => call.answer({ written: true, revision: 7, place: 900 }))
  await t.rejects(append(), { code: 'log-damaged' })
})
