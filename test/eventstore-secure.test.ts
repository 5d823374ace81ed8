/** The log in an EventStoreDB with TLS and users: against a real server. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { systemClock } from '../engine/clock.ts'
import { NO_STREAM } from '../engine/event-store.ts'
import { systemRandomness } from '../engine/randomness.ts'
import { newAuthority } from '../services/certificates.ts'
import { aStream, someEvents } from './event-store-contract.ts'
import { eventStoreLog, secureEventStoreUrl } from './support/eventstore.ts'
import { folderFor } from './support/folder.ts'

t.test('TLS and users', async t => {
  const url = secureEventStoreUrl(t)
  if (!url) return

  t.test('with an authority of its own and a user, the log is written, read and followed', async t => {
    const store = eventStoreLog(t, url)
    const stream = aStream()
    const answer = await store.append(stream, NO_STREAM, someEvents(2))
    t.equal((await store.readStream(stream)).at(-1)?.position, answer.position)
    t.equal(await store.head(), answer.position)
    for await (const { events } of store.tail({ signal: AbortSignal.timeout(20_000) })) {
      if (events.length === 0) continue
      t.equal(events.at(-1)?.position, answer.position)
      break
    }
  })

  t.test('whoever is not known writes nothing and is told so by name', async t => {
    for (const wrong of [url.replace(/:[^:@/]+@/, ':wrong@'), url.replace(/\/\/[^@]+@/, '//')]) {
      const store = eventStoreLog(t, wrong)
      const refused = await store.append(aStream(), NO_STREAM, someEvents(1)).catch(error => error)
      t.match(refused, { code: 'log-unavailable' })
      t.match(await store.head().catch(error => error.cause?.kind), /not-authenticated|access-denied/)
    }
  })

  t.test('a server that another authority vouches for is not talked to', async t => {
    const file = join(folderFor(t), 'other.crt')
    await writeFile(file, (await newAuthority({ clock: systemClock, random: systemRandomness })).certificate)
    const store = eventStoreLog(t, url.replace(/tlsCaFile=[^&]+/i, `tlsCaFile=${encodeURIComponent(file)}`))
    const refused = await store.append(aStream(), NO_STREAM, someEvents(1)).catch(error => error)
    t.match(refused, { code: 'log-unavailable', message: /certificate|self.signed|issuer/i })
  })

  t.test('a user who may not read everything is told so by name', async t => {
    const limited = process.env.EVENTSTORE_LIMITED_URL
    if (!limited) return t.pass('NOT RUN', { skip: 'EVENTSTORE_LIMITED_URL is not set' })
    const store = eventStoreLog(t, limited)
    const stream = aStream()
    t.match(await store.append(stream, NO_STREAM, someEvents(1)), { revision: 0 })
    t.equal((await store.readStream(stream)).length, 1)
    t.match(await store.head().catch(error => error), { code: 'log-unavailable', cause: { kind: 'access-denied' } })
  })
})
