/** What policies could not do, as an operator meets it: `npx gongchuang parked`. */
import t, { type Test } from 'tap'
import { park } from '../engine/parked.ts'
import { operator } from './support/command-line.ts'
import { type Service, service } from './support/service.ts'

const COMMUNITY = '420106012021'
const OFFER = { holder: '社区', kind: 'venue', title: '多功能厅', detail: '可容纳六十人', place: COMMUNITY }

/** A double that was recognised, and given a post before it could be merged. */
const parkedMerge = async (t: Test): Promise<{ s: Service; double: string }> => {
  const idle = await service(t, { policies: [] })
  const [kept, double] = [await idle.register(), await idle.register()]
  const reason = '同一人重复登记'
  await idle.given(idle.founder, `/v1/person/${kept.id}/recognise-double`, { double: double.id, reason })
  const post = { role: 'resident', place: COMMUNITY, from: '2026-03-01' }
  await idle.given(idle.founder, `/v1/person/${double.id}/appoint`, post)
  await idle.runtime.pool.query("DELETE FROM engine.checkpoints WHERE name = 'policies'")
  await idle.close()
  const s = await service(t, { beside: idle })
  await s.runtime.policies.idle()
  return { s, double: double.id }
}

t.test('what is parked is listed, sent again, and dropped with a reason', async t => {
  const { s, double } = await parkedMerge(t)
  const run = operator(t, s.url)
  const listed = await run('parked')
  t.match(
    listed,
    { status: 0, out: /^#1 .*认定重复登记后合并 \/ system: Merge a double once it is recognised/ },
    listed.err,
  )
  t.match(listed.out, new RegExp(`person merge ${double} {"into":`))
  t.match(listed.out, /此人仍有任职，请先结束全部任职.*\n.*The person still has a post; end every post first/)
  t.match(await run('check'), {
    status: 0,
    out: /1 parked commands, see npx gongchuang parked.*policies: .* \(\d+\)/s,
  })

  t.match(await run('parked', 'retry', '1'), { status: 1, out: /已试 tries 2/ }, 'refused again')
  t.match(await run('parked', 'retry', '1', '7'), { status: 1, err: 'Nothing is parked under #7' })
  t.equal((await run('parked', 'drop', '1', '#1', '--reason', '不再需要')).out, '#1 已放弃 / dropped\n', 'once')
  t.match(await run('parked', 'list'), { status: 0, out: 'Nothing is parked.' })
  t.match(await run('parked', 'drop', '1', '--reason', '不再需要'), { status: 1, err: 'Nothing is parked under #1' })
  const { rows } = await s.runtime.pool.query('SELECT settled, reason, tries FROM engine.parked')
  t.strictSame(rows, [{ settled: 'dropped', reason: '不再需要', tries: 2 }])
})

t.test('sent again when it can be done, it is done', async t => {
  const s = await service(t)
  const { id } = await s.given(s.founder, '/v1/resource', OFFER)
  const person = 'system:reserve-resource-when-match-proposed'
  const parked = {
    key: 'parked',
    sender: person,
    cause: { stream: `resource-${id}`, revision: 0 },
    request: { workflow: 'resource', id, command: 'reserve-resource', input: { project: id }, person, key: 'parked' },
    error: { code: 'broken', message: 'it was not to be' },
  }
  await park(s.runtime.pool, parked, '2026-03-05T02:00:00Z')
  const run = operator(t, s.url)
  t.match(await run('parked'), { status: 0, out: /出错：it was not to be\n {4}broken: it was not to be/ })
  t.match(await run('parked', 'retry', '#1'), { status: 0, out: '#1 已办理 / done' })
  t.equal(
    (await s.call(s.founder, 'GET', `/v1/resource/${id}?after=${await s.runtime.store.head()}`)).body.state.value,
    'reserved',
  )
})
