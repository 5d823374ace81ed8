/** A life as it was at an event is the same whether it was told from its beginning or told on, and each of its events is read once. */
import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import type { EventStore, RecordedEvent } from '../../engine/event-store.ts'
import { replayOf } from '../../engine/replay.ts'
import { appointFirst } from '../../services/appoint-first.ts'
import { shelf } from '../support/errands.ts'
import { database } from '../support/postgres.ts'
import { engineOn } from '../support/service.ts'

const place = '420106012021'

/** Shelves that were widened, their events in the order of the log, and how many events were read. */
const told = async (t: Test, shelves: number, widened: number) => {
  const { url } = await database(t)
  const engine = await engineOn(t, url, { workflows: [shelf] })
  const person = await appointFirst(engine, { name: '周桂兰', phone: '027-87654321', role: 'bureau', place: '4201' })
  const send = (command: string, input: object, id?: string) =>
    engine.handler.handle({ workflow: 'shelf', ...(id && { id }), command, input, person, key: randomUUID() })
  const ids: string[] = []
  for (let n = 0; n < shelves; n++) ids.push((await send('set-up', { place, room: 1 })).id)
  for (let n = 0; n < widened; n++) for (const id of ids) await send('widen', { room: 2 + n }, id)
  const events = (await engine.store.readAll()).filter(({ stream }) => stream.startsWith('shelf-'))
  let read = 0
  const store: Pick<EventStore, 'readStream'> = {
    readStream: async (...asked) => {
      const page = await engine.store.readStream(...asked)
      read += page.length
      return page
    },
  }
  return { events, store, read: () => read }
}

const anew = (store: Pick<EventStore, 'readStream'>, event: RecordedEvent) => replayOf(store)(shelf, event)

t.test('told on from event to event, a life is what it is when told from its beginning', async t => {
  const { events, store, read } = await told(t, 2, 4)
  const replay = replayOf(store)
  for (const event of events) {
    const found = await replay(shelf, event)
    const before = read()
    t.same(await replay(shelf, event), found, 'whoever asks second is told the same')
    t.equal(read(), before, 'and nothing is read for them')
    t.same(found, await anew(store, event))
  }
})

t.test('what lies between two events that are asked for is read once, and nothing beyond the second', async t => {
  const { events, store, read } = await told(t, 1, 5)
  const [first, , , fourth] = events as [RecordedEvent, RecordedEvent, RecordedEvent, RecordedEvent]
  const replay = replayOf(store)
  await replay(shelf, first)
  t.equal(read(), 0)
  await replay(shelf, fourth)
  t.equal(read(), 2)
})

t.test('an earlier event, and a life that was put out of memory, are told from the beginning', async t => {
  const { events, store } = await told(t, 2, 3)
  const small = replayOf(store, 1)
  for (const event of [...events, ...events.toReversed()])
    t.same(await small(shelf, event), await anew(store, event), `${event.stream}@${event.revision}`)
})
