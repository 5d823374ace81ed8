/** `npx gongchuang rebuild` beside a service under load. */
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { checked } from './support/check.ts'
import { operator } from './support/command-line.ts'
import { service } from './support/service.ts'

const OFFER = { holder: '社区', kind: 'venue', title: '多功能厅', detail: '可容纳六十人', place: '420106012021' }

t.test('a read model is rebuilt while the service goes on: nothing is missed, nothing taken twice', async t => {
  const s = await service(t)
  const street = await s.somebody({ role: 'street', place: '420106012' })
  let going = true
  let position = ''
  const writing = (async () => {
    for (let n = 0; going; n++) {
      const offered = await s.given(street, '/v1/resource', { ...OFFER, title: `${n}号厅` })
      position = (await s.given(street, `/v1/resource/${offered.id}/revise-resource`, OFFER)).position
      const list = await s.call(street, 'GET', '/v1/resource?limit=1')
      if (list.status !== 200) throw new Error(list.text)
      await sleep(5)
    }
  })()
  const rebuilt = await operator(t, s.url)('rebuild', 'lives', 'street-board')
  t.match(rebuilt, { status: 0, out: /全部记录.*rebuilt: \d+ 个事件.*街道看板/s }, rebuilt.err)
  await sleep(300)
  going = false
  await writing
  t.equal((await s.call(street, 'GET', `/v1/resource?limit=1&after=${position}`)).status, 200)
  t.equal((await s.call(undefined, 'GET', '/readyz')).status, 200)
  await s.close()
  t.match(await checked(s.url), '无差异 / No difference.')
})
