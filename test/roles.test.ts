/** A process that answers, and one that does what is done in one place, on the same stores: together they are a whole service. */
import t, { type Test } from 'tap'
import { gongchuang } from './support/command-line.ts'
import { database } from './support/postgres.ts'
import { service } from './support/service.ts'

const OFFER = { holder: '社区', kind: 'venue', title: '多功能厅', detail: '可容纳六十人', place: '420106012021' }
const GAUGE = (name: string) => new RegExp(`^gongchuang_${name} (.*)$`, 'm')

const worldOf = async (t: Test) => {
  const { url } = await database(t)
  const api = await service(t, { role: 'api', beside: { url } })
  return { url, api }
}

t.test('who answers keeps no lease; with a worker beside it, read models follow', async t => {
  const { url, api } = await worldOf(t)
  const { position } = await api.given(api.founder, '/v1/resource', OFFER)
  t.strictSame(api.runtime.leases.held(), [])
  const ready = await api.call(undefined, 'GET', '/readyz')
  const log = [{ state: 'following', zh: '已跟上日志', en: 'Follows the log' }]
  t.match([ready.status, ready.body], [200, { status: 'ready', role: 'api', log }])

  const worker = await service(t, { role: 'worker', beside: { url, founder: api.founder, files: api.files } })
  const list = await api.call(api.founder, 'GET', `/v1/resource?after=${position}`)
  t.match([list.status, list.body.items.length], [200, 1])
  t.ok(worker.runtime.leases.held().includes('projections'))
  t.strictSame(api.runtime.leases.held(), [])
})

t.test('a worker answers nobody but who asks how it does', async t => {
  const { url, api } = await worldOf(t)
  const worker = await service(t, { role: 'worker', beside: { url, founder: api.founder, files: api.files } })
  t.equal((await worker.call(undefined, 'GET', '/healthz')).status, 200)
  const ready = await worker.call(undefined, 'GET', '/readyz')
  t.match([ready.status, ready.body], [200, { status: 'ready', role: 'worker' }])
  const metrics = (await worker.call(undefined, 'GET', '/metrics')).text
  for (const line of ['role{role="worker"} 1', 'log_state{state="following"} 1', 'log_state{state="unreachable"} 0'])
    t.match(metrics, `gongchuang_${line}`)
  for (const path of ['/v1/resource', '/reference', '/v1/openapi.json'])
    t.match(await worker.call(api.founder, 'GET', path), { status: 404, body: { code: 'not-found' } }, path)
})

t.test('that no worker runs can be seen from outside', async t => {
  const { url, api } = await worldOf(t)
  const unheld = async () =>
    Number(GAUGE('leases_without_holder').exec((await api.call(undefined, 'GET', '/metrics')).text)?.[1])
  const worker = await service(t, { role: 'worker', beside: { url, founder: api.founder, files: api.files } })
  const { position } = await api.given(api.founder, '/v1/resource', OFFER)
  t.equal((await api.call(api.founder, 'GET', `/v1/resource?after=${position}`)).status, 200)
  t.equal(await unheld(), 0)
  await worker.close()
  t.ok((await unheld()) > 0)
})

t.test('what is no role is refused with those that there are', async t => {
  const { url } = await database(t)
  t.match(await gongchuang({ DATABASE_URL: url }, 'start', '--role', 'clerk'), {
    status: 1,
    err: 'ROLE must be one of all, api, worker',
  })
})
