import { randomUUID } from 'node:crypto'
import t from 'tap'
import { NO_STREAM } from '../engine/event-store.ts'
import { openEventStoreClient } from '../engine/eventstore/client.ts'
import { connectionOf } from '../engine/eventstore/connection-string.ts'
import { anEvent, aStream, someEvents } from './event-store-contract.ts'
import { aLogName, eventStoreUrl } from './support/eventstore.ts'

t.test('an address is judged before it is used, and no message repeats the password', async t => {
  for (const [url, said] of [
    ['http://u:secret@host:2113', /not of the shape/],
    ['esdb://u:secret@ho st:2113', /no host:port/],
    ['esdb://u:secret@host:99999', /no host:port/],
    ['esdb://u:secret@host:2113?colour=red', /unknown option "colour"/],
    ['esdb://u:secret@host:2113?tls=maybe', /expected true or false/],
    ['esdb://u:secret@host:2113?tlsCaFile=nowhere.pem', /expected a file that is there/],
    ['esdb://u:secret@host:2113?gossipTimeout=soon', /expected a whole number/],
    ['esdb://u:secret@host:2113?keepAliveInterval=10', /at least 10000/],
  ] as const) {
    const refused = t.throws(() => connectionOf(url), { code: 'bad-eventstore-url', message: said })
    t.notMatch(JSON.stringify(refused), /secret/)
  }
})

t.test('what an address cannot have is dropped, and said', async t => {
  t.strictSame(connectionOf('esdb://u:p@a:1,b:2?nodePreference=follower&throwOnAppendFailure=false'), {
    url: 'esdb://u:p@a:1,b:2?nodePreference=leader&connectionName=gongchuang&gossipTimeout=2',
    warnings: ['leader-enforced', 'option-dropped'],
  })
  t.strictSame(connectionOf('esdb://u:p@a:1/?tls=false'), {
    url: 'esdb://a:1?tls=false&nodePreference=leader&connectionName=gongchuang&gossipTimeout=2',
    warnings: ['not-encrypted', 'credentials-dropped'],
  })
  t.strictSame(connectionOf('esdb+discover://city').warnings, ['no-credentials'])
})

t.test(
  'a cluster of which no node is found is unreachable, for all who ask at once, and says nothing was written',
  async t => {
    const client = openEventStoreClient(connectionOf('esdb://127.0.0.1:1,127.0.0.1:2?tls=false&maxDiscoverAttempts=2'))
    t.teardown(() => client.close())
    const asked = [
      ...Array.from({ length: 8 }, () => client.append(aStream(), NO_STREAM, [anEvent()])),
      ...Array.from({ length: 8 }, () => client.readStream(aStream(), 0, 1)),
      client
        .subscribe({ after: 'start', prefixes: ['x.'], signal: new AbortController().signal })
        [Symbol.asyncIterator]()
        .next(),
    ]
    for (const refused of await Promise.all(asked.map(each => each.catch(error => error))))
      t.match(refused, { kind: 'unreachable', certain: true })
  },
)

t.test('what is written is heard and read', async t => {
  const url = eventStoreUrl(t)
  if (!url) return
  const client = openEventStoreClient(connectionOf(url))
  t.teardown(() => client.close())
  const log = aLogName()
  const stream = `${log}.teaRound-${randomUUID()}`
  const events = [...someEvents(2), { ...anEvent(), data: '{"a" : 1}', metadata: '[ ]' }]
  const answer = await client.append(stream, NO_STREAM, events)
  const stored = await client.readStream(stream, 0, 10)
  t.strictSame(
    stored.map(({ id, data, metadata, revision }) => ({ id, data, metadata, revision })),
    events.map(({ id, data, metadata }, revision) => ({ id, data, metadata, revision })),
  )
  t.strictSame(answer, { revision: 2, place: stored[2]?.place })
  const abort = new AbortController()
  for await (const { events, caughtUp } of client.subscribe({
    after: 'start',
    prefixes: [`${log}.`],
    signal: abort.signal,
  })) {
    for (const event of events) t.strictSame(event, stored.shift())
    if (caughtUp && stored.length === 0) abort.abort()
  }
  const malformed = await client.append(stream, 2, [{ ...anEvent(), id: 'no uuid' }]).catch(error => error)
  t.match(malformed, { kind: 'malformed', certain: true })
  await t.rejects(client.append(stream, 0, [anEvent()]), { code: 'wrong-revision', actual: 2 })
})
