/** A database goes with one log; whoever works on another is refused, and whoever finds it moved decides nothing more. */
import { setTimeout as sleep } from 'node:timers/promises'
import pino from 'pino'
import t, { type Test } from 'tap'
import { openPostgresLog } from '../engine/postgres-log.ts'
import { AT_WORK, decidingWhileInUse, useLog, WrongLog } from '../services/log-in-use.ts'
import { anEvent } from './event-store-contract.ts'
import { operator } from './support/command-line.ts'
import { database, query, testPool } from './support/postgres.ts'
import { service } from './support/service.ts'

const logger = pino({ level: 'silent' })

const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  for (let tries = 0; !(await holds()); tries++) {
    if (tries > 200) throw new Error('it did not come to that')
    await sleep(50)
  }
}

/** A database and the log in it. */
const given = async (t: Test) => {
  const { url, pool } = await database(t)
  const store = openPostgresLog({ pool })
  t.teardown(store.close)
  return { url, pool, store }
}

t.test('a service whose database was given to another log takes nothing more, and says so', async t => {
  const s = await service(t)
  t.match((await s.call(undefined, 'GET', '/readyz')).body, { status: 'ready', logInUse: 'in-use' })
  await query(s.url, "UPDATE engine.log_in_use SET log = 'pg00000000'")
  await until(async () => (await s.call(undefined, 'GET', '/readyz')).status === 503)
  t.match((await s.call(undefined, 'GET', '/readyz')).body, { status: 'not-ready', logInUse: 'moved' })
  const person = { name: '李秀英', phone: '027-87654321', place: '420106012021' }
  const refused = await s.call(s.founder, 'POST', '/v1/person', person, { 'accept-language': 'en' })
  t.match(refused, { status: 503, body: { code: 'log-moved', title: 'The log was moved' } })
  t.match(await s.call(s.founder, 'GET', '/v1/views/lives'), { status: 503, body: { title: '日志已迁移' } })
  t.equal((await s.call(undefined, 'GET', '/healthz')).status, 200)
  t.same(s.runtime.leases.held(), [], 'others may have the work')
  await t.rejects(s.runtime.store.append('person-1', -1, [anEvent()]), { code: 'log-moved' })
})

t.test('nothing starts on a log that is not the one of the database', async t => {
  const [here, elsewhere] = [await given(t), await given(t)]
  await (await useLog({ ...here, logger })).stop()
  const refused = await useLog({ ...here, store: elsewhere.store, logger }).catch(error => error)
  t.ok(refused instanceof WrongLog)
  t.match(refused.message, /本数据库使用的日志是 pg\w{8}，给出的却是 pg\w{8}.*correct EVENTSTORE_URL/s)
  await query(here.url, "UPDATE engine.log_in_use SET log = 'es00000000'")
  const command = await operator(t, here.url)('rebuild', 'lives')
  t.match(command, { status: 1, err: /goes with the log es00000000/ })
})

t.test('a database from before this was noted goes with its own log, if that has events', async t => {
  const [here, elsewhere] = [await given(t), await given(t)]
  await here.store.append('person-1', -1, [anEvent()])
  await t.rejects(useLog({ ...here, store: elsewhere.store, logger }), { message: /not copied/ })
  const inUse = await useLog({ ...here, logger })
  t.equal(inUse.standing(), 'in-use')
  await inUse.stop()
})

t.test('nothing starts while the log is being moved', async t => {
  const here = await given(t)
  const client = await testPool(t, here.url).connect()
  await client.query('SELECT pg_advisory_lock($1)', [AT_WORK])
  await t.rejects(useLog({ ...here, logger }), { message: /being moved/ })
  client.release(true)
})

t.test('one who was cut off from the database decides nothing until it has asked again', async t => {
  const here = await given(t)
  const inUse = await useLog({ ...here, logger, confirmedForMs: 1_500 })
  t.teardown(inUse.stop)
  const store = decidingWhileInUse(here.store, inUse)
  const mover = await testPool(t, here.url).connect()
  await mover.query(
    `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND database =
       (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [AT_WORK],
  )
  await until(async () => {
    const { rows } = await mover.query('SELECT pg_try_advisory_lock($1) AS held', [AT_WORK])
    return rows[0].held
  })
  await until(() => inUse.standing() === 'unconfirmed')
  await t.rejects(store.append('person-1', -1, [anEvent()]), { code: 'log-unavailable' })
  mover.release(true)
  await until(() => inUse.standing() === 'in-use')
  t.equal((await store.append('person-1', -1, [anEvent()])).revision, 0)
})
