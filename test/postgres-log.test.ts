import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import t, { type Test } from 'tap'
import { NO_STREAM } from '../engine/event-store.ts'
import { openPostgresLog } from '../engine/postgres-log.ts'
import { startEmbeddedPostgres } from '../services/embedded-postgres.ts'
import { migrate } from '../services/migrate.ts'
import {
  anEvent,
  aStream,
  eventStoreContract,
  restartContract,
  type StoreUnderTest,
  someEvents,
} from './event-store-contract.ts'
import { folderFor } from './support/folder.ts'
import { database, testPool } from './support/postgres.ts'
import { proxyTo } from './support/proxy.ts'

const silent = { info: () => undefined, warn: () => undefined }
const OTHER_LOG = 'pg00000000-0000000000000001'

const logOf = (t: Test, pool: pg.Pool, pollEvery = 250) => {
  const store = openPostgresLog({ pool, pollEvery })
  t.teardown(() => store.close())
  return store
}

const open = async (t: Test): Promise<StoreUnderTest> => {
  const { url, pool } = await database(t)
  return { store: logOf(t, pool), beside: logOf(t, testPool(t, url)), foreign: OTHER_LOG }
}

t.test('the contract', async t => eventStoreContract(t, open))

t.test('the contract, over a restart', async t =>
  restartContract(t, async t => {
    const dataDir = folderFor(t)
    let server = await startEmbeddedPostgres({ dataDir, log: silent })
    t.teardown(() => server.stop())
    await migrate(server.url)
    return {
      store: logOf(t, testPool(t, server.url)),
      beside: logOf(t, testPool(t, server.url)),
      foreign: OTHER_LOG,
      kill: async () => {
        const pid = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')
        process.kill(Number.parseInt(pid, 10), 'SIGKILL')
      },
      start: async () => {
        server = await startEmbeddedPostgres({ dataDir, log: silent })
      },
    }
  }),
)

t.test('positions have no gaps, also after conflicts and failures', async t => {
  const { pool } = await database(t)
  const store = logOf(t, pool)
  const streams = Array.from({ length: 6 }, aStream)
  const race = Array.from({ length: 120 }, (_, n) =>
    store.append(
      streams[n % 6] as string,
      Math.floor(n / 24) - 1,
      n % 10 ? someEvents(2) : [{ ...anEvent(), id: 'no uuid' }],
    ),
  )
  await Promise.allSettled(race)
  const { rows } = await pool.query(`SELECT count(*)::int AS events, max(position)::int AS last,
    (SELECT position::int FROM log.head) AS head FROM log.events`)
  const [{ events, last, head }] = rows
  t.ok(events > 0)
  t.strictSame([last, head], [events, events])
})

t.test('what was recorded cannot be changed or taken away', async t => {
  const { pool } = await database(t)
  await logOf(t, pool).append(aStream(), NO_STREAM, [anEvent()])
  for (const change of [
    `UPDATE log.events SET data = '{}'`,
    'DELETE FROM log.events WHERE false',
    'TRUNCATE log.events',
  ])
    await t.rejects(pool.query(change), { message: /append-only: \w+ on log.events is refused/ })
})

t.test('an append that the database refuses does not take its neighbours along', async t => {
  const { pool } = await database(t)
  const store = logOf(t, pool)
  const bad = [
    { ...anEvent(), id: 'no uuid' },
    { ...anEvent(), type: 'a\0b' },
  ]
  const results = await Promise.allSettled(
    [...bad, anEvent(), anEvent()].map(event => store.append(aStream(), NO_STREAM, [event])),
  )
  t.strictSame(
    results.map(result => result.status),
    ['rejected', 'rejected', 'fulfilled', 'fulfilled'],
  )
  await t.rejects(store.append(aStream(), NO_STREAM, []), { name: 'RangeError' })
})

t.test('a tail that rests takes together what came meanwhile', async t => {
  const { pool } = await database(t)
  const store = logOf(t, pool, 30_000)
  const rested = { after: await store.head(), signal: AbortSignal.timeout(20_000), rest: 2_000 }
  const tail = store.tail(rested)[Symbol.asyncIterator]()
  t.same((await tail.next()).value.events, [])
  for (let n = 0; n < 5; n++) await store.append(aStream(), NO_STREAM, [anEvent()])
  t.equal((await tail.next()).value.events.length, 5)
  await tail.return?.(undefined)
})

t.test('a tail is woken by appends of its own process', async t => {
  const { pool } = await database(t)
  const store = logOf(t, pool, 30_000)
  const tail = store.tail({ signal: new AbortController().signal })[Symbol.asyncIterator]()
  await tail.next()
  for (let n = 0; n < 5; n++) {
    const heard = tail.next()
    await store.append(aStream(), NO_STREAM, [anEvent()])
    const { value } = await heard
    t.equal(value.events.length || (await tail.next()).value.events.length, 1)
  }
})

t.test('more than 10,000 waiting appends are turned away', async t => {
  const { pool } = await database(t)
  const store = logOf(t, pool)
  const underWay = 2 * 16
  const results = await Promise.allSettled(
    Array.from({ length: underWay + 10_000 + 20 }, () => store.append(aStream(), 5, [anEvent()])),
  )
  const codes = results.map(result => result.status === 'rejected' && result.reason.code)
  t.equal(codes.filter(code => code === 'log-unavailable').length, 20)
})

t.test('an answer that got lost is asked for again with the same bytes', async t => {
  const { url, pool } = await database(t)
  const proxy = await proxyTo(t, url)
  const store = logOf(t, testPool(t, proxy.url))
  const stream = aStream()
  await store.append(stream, NO_STREAM, [anEvent()])
  proxy.answer('cut once')
  const event = anEvent()
  t.match(await store.append(stream, 0, [event]), { revision: 1 })
  proxy.answer('cut')
  const lost = anEvent()
  await t.rejects(store.append(stream, 1, [lost]), { code: 'outcome-unknown' })
  proxy.answer('passed')
  t.match(await store.append(stream, 1, [lost]), { revision: 2 })
  await t.rejects(store.append(stream, 1, [anEvent()]), { code: 'wrong-revision' })
  t.equal((await logOf(t, pool).readStream(stream)).length, 3)
})

t.test('without a database nothing was written, and it says so', async t => {
  const { url } = await database(t)
  const proxy = await proxyTo(t, url)
  const store = logOf(t, testPool(t, proxy.url))
  await store.head()
  proxy.close()
  await t.rejects(store.append(aStream(), NO_STREAM, [anEvent()]), { code: 'log-unavailable' })
  await store.close()
  await t.rejects(store.append(aStream(), NO_STREAM, [anEvent()]), { code: 'log-unavailable', message: /closed/ })
})

/** As if nothing had been migrated yet. */
const dropSchemas = async (pool: pg.Pool): Promise<void> => {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT nspname AS name FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('public', 'information_schema')`,
  )
  await pool.query(rows.map(({ name }) => `DROP SCHEMA ${name} CASCADE`).join('; '))
}

t.test('two that migrate at once, and one that fails', async t => {
  const { url, pool } = await database(t)
  await dropSchemas(pool)
  await Promise.all([migrate(url), migrate(pool), migrate(url)])
  t.equal((await pool.query('SELECT id FROM log.identity')).rowCount, 1)
  await pool.query('DROP SCHEMA engine CASCADE')
  await t.rejects(migrate(url), { code: 'migration-failed', message: /0001-log.*already exists/ })
})
