/** The log in an EventStoreDB where connections break, the server stops answering or dies: against a real server. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { type NewEvent, NO_STREAM } from '../engine/event-store.ts'
import { anEvent, aStream, someEvents } from './event-store-contract.ts'
import { aLogName, eventStoreCommand, eventStoreLog, eventStoreUrl, ownServer } from './support/eventstore.ts'
import { proxyTo } from './support/proxy.ts'
import { writeLife } from './support/writing-lives.ts'

const large = (bytes: number): NewEvent => ({ ...anEvent(), data: JSON.stringify({ text: '公'.repeat(bytes / 3) }) })

t.setTimeout(400_000)

t.test('on a server that runs', async t => {
  const url = eventStoreUrl(t)
  if (!url) return

  t.test('an answer that got lost is asked for again with the same bytes', async t => {
    const proxy = await proxyTo(t, url)
    const log = aLogName()
    const [store, direct] = [eventStoreLog(t, proxy.url, log), eventStoreLog(t, url, log)]
    const stream = aStream()
    await store.append(stream, NO_STREAM, [anEvent()])
    proxy.answer('cut once')
    t.match(await store.append(stream, 0, someEvents(2)), { revision: 2 })
    proxy.answer('cut')
    const lost = anEvent()
    await t.rejects(store.append(stream, 2, [lost]), { code: 'outcome-unknown' })
    proxy.answer('passed')
    t.match(await store.append(stream, 2, [lost]), { revision: 3 })
    await t.rejects(store.append(stream, 2, [anEvent()]), { code: 'wrong-revision', actual: 3 })
    t.equal((await direct.readStream(stream)).length, 4)
  })

  t.test('a connection that swallows everything is given up, and the append comes to its end on another', async t => {
    const proxy = await proxyTo(t, url)
    const store = eventStoreLog(t, proxy.url)
    const stream = aStream()
    await store.append(stream, NO_STREAM, [anEvent()])
    proxy.swallow()
    const began = performance.now()
    const [mine, neighbour] = await Promise.all([
      store.append(stream, 0, [anEvent()]),
      store.append(aStream(), NO_STREAM, [anEvent()]),
    ])
    t.match([mine, neighbour], [{ revision: 1 }, { revision: 0 }])
    t.ok(performance.now() - began < 30_000)
  })

  t.test('without a server nothing was written, and it says so', async t => {
    const proxy = await proxyTo(t, url)
    const store = eventStoreLog(t, proxy.url)
    await store.head()
    proxy.close()
    await sleep(100)
    // What was open when it went may have sent something; what comes after it did not.
    await store.append(aStream(), NO_STREAM, [anEvent()]).catch(() => undefined)
    await t.rejects(store.append(aStream(), NO_STREAM, [anEvent()]), { code: 'log-unavailable' })
    await store.close()
    await t.rejects(store.append(aStream(), NO_STREAM, [anEvent()]), { code: 'log-unavailable', message: /closed/ })
  })

  t.test('another connection of the process that breaks takes no answer of this one along', async t => {
    const [store, proxy] = [eventStoreLog(t, url), await proxyTo(t, url)]
    const writing = Promise.all(Array.from({ length: 16 }, () => writeLife(store, 40)))
    for (let n = 0; n < 5; n++) {
      const other = eventStoreLog(t, proxy.url)
      await other.head()
      const broken = Promise.allSettled(
        Array.from({ length: 20 }, () => other.append(aStream(), NO_STREAM, [anEvent()])),
      )
      proxy.answer('cut once')
      await broken
      await other.close()
    }
    t.ok((await writing).every(({ ids }) => ids.length === 80))
  })

  t.test('300 at once on a connection that is not there yet', async t => {
    const store = eventStoreLog(t, url)
    const answers = await Promise.all(
      Array.from({ length: 300 }, () => store.append(aStream(), NO_STREAM, someEvents(2))),
    )
    t.equal(new Set(answers.map(({ position }) => position)).size, 300)
    t.ok(answers.every(({ revision }) => revision === 1))
  })

  t.test('what is refused is refused by name, once, and takes no neighbour along', async t => {
    const store = eventStoreLog(t, url)
    const bad = [
      [large(1_200_000)],
      [large(3_400_000)],
      [large(600_000), large(600_000)],
      [{ ...anEvent(), id: 'no uuid' }],
      [{ ...anEvent(), data: '"\ud83c"' }],
    ]
    const good = [[large(900_000)], [anEvent()], [{ ...anEvent(), id: randomUUID().toUpperCase() }]]
    const results = await Promise.allSettled(
      [...bad, ...good].map(events => store.append(aStream(), NO_STREAM, events)),
    )
    t.strictSame(
      results.map(result => (result.status === 'rejected' ? (result.reason.code ?? result.reason.kind) : 'written')),
      [...Array(3).fill('append-too-large'), 'malformed', 'malformed', 'written', 'written', 'written'],
    )
    await t.rejects(store.append(aStream(), NO_STREAM, []), { name: 'RangeError' })
  })

  t.test('texts are kept to the byte, whatever they are', async t => {
    const store = eventStoreLog(t, url)
    const texts = [
      '{"2":"b","1":"a"}',
      '{"a":1,"a":2}',
      '{"__proto__":{"x":1}}',
      '{"n":1.0}',
      '{"n":12345678901234567890}',
      '{"n":-0}',
      '{"n":1e400}',
      '"\\u516c\\u521b"',
      '"公创 🏮 \u2028 \u0000"',
      '{"$text":"[ ]"}',
      'null',
      '0',
      'false',
      '""',
      '',
      'no JSON at all',
      ' [1, 2]\n',
      JSON.stringify({ lone: '\ud83c', nul: '\0' }),
    ]
    const events = texts.flatMap(text => [
      { ...anEvent(), type: '倒茶', data: text, metadata: '{}' },
      { ...anEvent(), data: '{}', metadata: text },
    ])
    const stream = `茶.${aStream()}`
    await store.append(stream, NO_STREAM, events)
    const read = await store.readStream(stream)
    t.strictSame(
      read.map(({ id, type, data, metadata, stream }) => ({ id, type, data, metadata, stream })),
      events.map(({ id, type, data, metadata }) => ({ id, type, data, metadata, stream })),
    )
  })

  t.test('two processes that begin a log agree on which it is', async t => {
    const log = aLogName()
    const origins = await Promise.all(Array.from({ length: 4 }, () => eventStoreLog(t, url, log).origin()))
    t.equal(new Set(origins).size, 1)
    t.not(await eventStoreLog(t, url).origin(), origins[0])
    await t.rejects(eventStoreLog(t, url).checkPosition(origins[0] as string), { code: 'foreign-position' })
  })

  t.test(
    'whatever happens to connections, an append is there once or not at all, and the answer says which',
    async t => {
      const proxy = await proxyTo(t, url)
      const log = aLogName()
      const store = eventStoreLog(t, proxy.url, log)
      await store.head()
      let writing = true
      const trouble = (async () => {
        for (let n = 0; writing; n++) {
          await sleep(40 + ((n * 7_919) % 160))
          if (n % 12 === 5) proxy.swallow()
          else proxy.answer('cut once')
        }
        proxy.answer('passed')
      })()
      const lives = await Promise.all(Array.from({ length: 24 }, () => writeLife(store, 25)))
      writing = false
      await trouble
      const direct = eventStoreLog(t, url, log)
      for (const { stream, ids } of lives)
        t.strictSame(
          (await direct.readStream(stream)).map(({ id }) => id),
          ids,
        )
      t.ok(lives.every(({ ids }) => ids.length === 50))
    },
  )
})

t.test('on a server of its own', async t => {
  const command = eventStoreCommand(t)
  if (!command) return

  t.test('stopped and killed under writers, nothing is lost and nothing stands twice', async t => {
    const server = await ownServer(t, command)
    const log = aLogName()
    const store = eventStoreLog(t, server.url, log)
    await store.head()
    const writing = Promise.all(Array.from({ length: 16 }, () => writeLife(store, 60)))
    await sleep(300)
    server.freeze()
    await sleep(7_000)
    server.thaw()
    await sleep(500)
    await server.kill()
    await server.start()
    await sleep(500)
    server.freeze()
    await sleep(1_000)
    await server.kill()
    await server.start()
    const lives = await writing
    const beside = eventStoreLog(t, server.url, log)
    for (const { stream, ids } of lives)
      t.strictSame(
        (await beside.readStream(stream)).map(({ id }) => id),
        ids,
      )
    t.equal((await beside.readAll(undefined, 5_000)).length, 16 * 120)
  })
})
