/**
 * Log and database from backups that do not belong together: an older log under newer read models stops them by name until
 * they are built anew; older read models under a newer log catch up.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { checkpointOfPolicies } from '../engine/policy-runner.ts'
import { checked, tamper } from './support/check.ts'
import { operator } from './support/command-line.ts'
import { eventStoreOf, ONE_BACKUP, POSTGRES_ONLY } from './support/log.ts'
import { copyOf, query } from './support/postgres.ts'
import { type Service, service } from './support/service.ts'

const OFFER = { holder: '社区', kind: 'venue', title: '多功能厅', detail: '可容纳六十人', place: '420106012021' }
/** Further than any log of a test goes. */
const BEYOND = "overlay(position placing 'ffff' from position('-' IN position) + 5)"

const offered = async (s: Service, title: string) => {
  const { id, position } = await s.given(s.founder, '/v1/resource', { ...OFFER, title })
  await s.call(s.founder, 'GET', `/v1/resource?after=${position}`)
  return { id, position }
}

const stoppedIn = async (s: Service) => {
  const { status, body } = await s.call(undefined, 'GET', '/readyz')
  return { status, stopped: body.readModels.filter(({ stopped }) => stopped) }
}

const treeGrown = async ({ runtime: { tree, store } }: Service) => {
  const { length } = await store.readAll(undefined, 1_000)
  while ((await tree.size()) < length) await sleep(50)
}

/** A service that has recorded something, and has stopped. */
const recorded = async (t: Test) => {
  const s = await service(t)
  for (const title of ['一楼', '底楼', '顶楼']) await offered(s, title)
  await s.runtime.policies.idle()
  await treeGrown(s)
  await s.close()
  return s
}

t.test('a read model that has come further than the log goes has stopped, by name and with what to do', async t => {
  const before = await recorded(t)
  await query(before.url, `UPDATE engine.checkpoints SET position = ${BEYOND} WHERE name LIKE 'lives@%'`)
  const s = await service(t, { beside: before })
  const { status, stopped } = await stoppedIn(s)
  t.match(
    [status, stopped],
    [503, [{ model: 'lives', stopped: { error: 'ahead-of-log', en: /gongchuang rebuild lives/ } }]],
  )
  t.match((await s.call(s.founder, 'GET', '/v1/views/lives')).body, { status: 503, code: 'ahead-of-log' })
  t.equal((await s.call(s.founder, 'GET', '/v1/views/street-board')).status, 200, 'the others go on')

  await t.test('and stays so when the log has gone past it meanwhile', async t => {
    for (const title of ['二楼', '三楼']) await offered(s, title)
    await query(
      before.url,
      `UPDATE engine.checkpoints SET position = '${await s.runtime.store.origin()}' WHERE name LIKE 'lives@%'`,
    )
    await s.close()
    const again = await service(t, { beside: before })
    t.match(await stoppedIn(again), { status: 503, stopped: [{ model: 'lives' }] })
    await again.close()
  })

  await t.test('until it is built anew', async t => {
    const rebuilt = await operator(t, before.url)('rebuild', 'lives')
    t.match(rebuilt, { status: 0, out: 'rebuilt' }, rebuilt.err)
    const again = await service(t, { beside: before })
    t.match(await stoppedIn(again), { status: 200, stopped: [] })
    await again.close()
    t.match(await checked(before.url), '无差异')
  })
})

t.test('policies that have come further than the log goes go back to before its end', async t => {
  const before = await recorded(t)
  await query(before.url, `UPDATE engine.checkpoints SET position = ${BEYOND} WHERE name = 'policies'`)
  const s = await service(t, { beside: before })
  await offered(s, '二楼')
  await s.runtime.policies.idle()
  t.ok(((await checkpointOfPolicies(s.runtime.pool)) ?? '') <= (await s.runtime.store.head()))
  await s.close()
  t.match(await checked(before.url), '无差异')
})

t.test('an older database under a newer log catches up with it', { skip: ONE_BACKUP }, async t => {
  const before = await recorded(t)
  const older = await copyOf(t, before.url)
  const log = { eventStore: eventStoreOf(before.url) }
  const again = await service(t, { beside: before })
  const { id, position } = await offered(again, '二楼')
  await again.close()

  const s = await service(t, { beside: { ...before, url: older }, log })
  const { body } = await s.call(s.founder, 'GET', `/v1/resource?after=${position}`)
  t.ok(body.items.some(item => item.id === id))
  await s.runtime.policies.idle()
  t.match(await stoppedIn(s), { status: 200, stopped: [] })
  await s.close()
  t.match(await checked(older, { log }), '无差异')
})

t.test('a log in PostgreSQL that has lost its end', { skip: POSTGRES_ONLY }, async t => {
  const before = await recorded(t)
  const older = await copyOf(t, before.url)
  await tamper(
    older,
    'DELETE FROM log.events WHERE position > (SELECT position - 2 FROM log.head)',
    'UPDATE log.head SET position = position - 2',
  )
  const { founder } = before
  const s = await service(t, { beside: { url: older, founder } })
  const { stopped } = await stoppedIn(s)
  t.equal(stopped.length, s.runtime.readModels.length, 'stops all that follow it')
  for (const n of [1, 2, 3, 4, 5]) await s.given(founder, '/v1/resource', { ...OFFER, title: `再${n}` })
  await s.close()

  await t.test('is found by the tree, also when it has grown past its old end', async t => {
    t.match(await checked(older), /tree and roots of heads: event \d+ of the log: .*not the one/)
  })

  await t.test('and is whole again when what follows from it is built anew', async t => {
    const models = before.runtime.readModels.map(({ name }) => name)
    const rebuilt = await operator(t, older)('rebuild', ...models, 'log-tree')
    t.match(rebuilt, { status: 0, out: 'tree rebuilt' }, rebuilt.err)
    t.match(await checked(older), '无差异')
  })
})
