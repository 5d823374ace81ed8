/** One of its kind over HTTP: an organisation's credit code and name, an invoice. Two services on one database. */
import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { simulatedClock } from '../../engine/clock.ts'
import { creditCheckSign } from '../../workflows/credit-code.ts'
import { checked, tamper } from '../support/check.ts'
import { crashing } from '../support/crashing.ts'
import { POSTGRES_ONLY } from '../support/log.ts'
import { type Answer, engineOn, type Person, type Service, START, service } from '../support/service.ts'
import { stall } from '../support/stall.ts'

const STREET = '420106012'
const COMMUNITY = '420106012021'
const SISTER = '420106012020'
const ELSEWHERE = '420106001'

const code = (n: number): string => {
  const seventeen = `51420106MJH${String(n).padStart(6, '0')}`
  return seventeen + creditCheckSign(seventeen)
}
const small = (name: string, place = COMMUNITY) => ({ name, tier: 'community-managed', field: 'dance', place })
const registered = (name: string, n: number) => ({ ...small(name), tier: 'registered', creditCode: code(n) })

const enrol = (s: Service, by: Person, body: object, headers = {}): Promise<Answer> =>
  s.call(by, 'POST', '/v1/organisation', body, headers)

const scene = async (t: Test) => {
  const here = await service(t, { workflows: [stall] })
  const there = await service(t, { workflows: [stall], beside: here })
  const street = await here.somebody({ role: 'street', place: STREET })
  return { here, there, street }
}

t.test('64 ask for one credit code at once: one gets it, the others learn who', async t => {
  const { here, there, street } = await scene(t)
  const answers = await Promise.all(
    Array.from({ length: 64 }, (_, n) => enrol(n % 2 ? here : there, street, registered(`互助队 ${n}`, 1))),
  )
  const [winner, ...more] = answers.filter(({ status }) => status === 201)
  t.equal(more.length, 0)
  for (const { body } of answers.filter(each => each !== winner))
    t.match(body, {
      status: 409,
      code: 'taken',
      kind: 'credit-code',
      kindTitle: '统一社会信用代码',
      holder: { workflow: 'organisation', id: winner?.body.id, title: /^互助队/ },
      detail: /互助队/,
    })
  t.match(await checked(here.url), '无差异 / No difference.')
})

t.test('an organisation', async t => {
  const { here, there, street } = await scene(t)
  const elsewhere = await here.somebody({ role: 'street', place: ELSEWHERE })
  const bureau = here.founder
  const codeOf = async (sent: Promise<Answer>) => (await sent).body.code ?? 'done'

  t.test('has its name for itself within its street, however it is typed', async t => {
    await here.given(street, '/v1/organisation', small('东亭 邻里互助队'))
    t.equal(await codeOf(enrol(there, street, small('东亭邻里互助队', SISTER))), 'taken')
    t.equal(await codeOf(enrol(there, elsewhere, small('东亭邻里互助队', ELSEWHERE))), 'done')
  })

  t.test('takes a credit code with a change of tier, and another instead', async t => {
    const { id } = await here.given(street, '/v1/organisation', small('合唱团'))
    const taking = (n: number) => ({ tier: 'registered', creditCode: code(n), reason: '已登记' })
    await here.given(street, `/v1/organisation/${id}/change-tier`, taking(7))
    t.equal(await codeOf(enrol(there, street, registered('舞蹈队', 7))), 'taken')
    await here.given(street, `/v1/organisation/${id}/change-tier`, { tier: 'filed', filingNumber: '1', reason: '降级' })
    await there.given(street, `/v1/organisation/${id}/change-tier`, taking(8))
    t.equal(await codeOf(enrol(there, street, registered('舞蹈队', 7))), 'done', 'the first is free again')
    t.equal(await codeOf(enrol(here, street, registered('棋牌社', 8))), 'taken')
  })

  t.test('lets go of both when it is dissolved', async t => {
    const { id } = await here.given(street, '/v1/organisation', registered('书画社', 9))
    await there.given(bureau, `/v1/organisation/${id}/dissolve`, { reason: '成员迁出' })
    t.equal(await codeOf(enrol(there, street, registered('书画社', 9))), 'done')
  })

  t.test('is refused in a dry run as it would be, in the reader’s language', async t => {
    await here.given(street, '/v1/organisation', registered('戏曲社', 10))
    const dry = () =>
      there.call(street, 'POST', '/v1/organisation?dryRun=true', registered('太极社', 10), { 'accept-language': 'en' })
    t.ok(
      await there.unchangedBy(async () => {
        const { body } = await dry()
        t.match(body, {
          code: 'taken',
          detail: /'Unified social credit code' is one of its kind, and what you gave belongs to '戏曲社'/,
        })
      }),
    )
  })

  t.test('sent again with its key is the same one', async t => {
    const key = { 'idempotency-key': randomUUID() }
    const first = await enrol(here, street, registered('健身队', 11), key)
    const again = await enrol(there, street, registered('健身队', 11), key)
    t.strictSame([again.status, again.body], [201, { ...first.body, repeated: true }])
  })
  t.match(await checked(here.url), '无差异 / No difference.')
})

t.test('a person has their id number for themself', async t => {
  const { here, there, street } = await scene(t)
  const elsewhere = await here.somebody({ role: 'street', place: ELSEWHERE })
  const body = (idNumber: string, place = COMMUNITY) => ({ name: '王芳', phone: '027-87654321', place, idNumber })
  const [one, other] = ['110101199003072017', '110101199003071858']
  const { id } = await here.given(street, '/v1/person', body(one))
  const ask = async (by: Person, place: string, idNumber = one) =>
    (await there.call(by, 'POST', '/v1/person', body(idNumber, place))).body
  t.match(await ask(street, SISTER, ' 110101 19900307 2017'), {
    code: 'taken',
    kind: 'id-number',
    holder: { id, title: '王芳' },
  })
  const unseen = await ask(elsewhere, ELSEWHERE)
  t.match(unseen, { code: 'taken', detail: /您无权查看/ })
  t.notMatch(JSON.stringify(unseen), new RegExp(`${id}|${one}|王芳`))
  await there.given(street, `/v1/person/${id}/change-contact`, { idNumber: other })
  t.notHas(await ask(elsewhere, ELSEWHERE), 'code', 'the first is free again')
  t.match(await ask(street, COMMUNITY, other), { code: 'taken' })
  const written = JSON.stringify(await here.runtime.store.readAll())
  for (const number of [one, other]) t.notMatch(written, number)
})

t.test('whoever may not see the holder is not told who it is', async t => {
  const { here, there, street } = await scene(t)
  const elsewhere = await here.somebody({ role: 'street', place: ELSEWHERE })
  const { id } = await here.given(street, '/v1/stall', { place: COMMUNITY, licence: 'A-1', pitch: '东一' })
  const ask = async (by: Person, place: string) =>
    (await there.call(by, 'POST', '/v1/stall', { place, licence: 'A-1' })).body
  t.match(await ask(street, COMMUNITY), { code: 'taken', holder: { workflow: 'stall', id, title: '东一' } })
  const unseen = await ask(elsewhere, ELSEWHERE)
  t.match(unseen, { code: 'taken', kind: 'licence', detail: /您无权查看/ })
  t.notHas(unseen, 'holder')
  t.notMatch(JSON.stringify(unseen), id)
})

t.test('a claim is no life: lists, histories and read models do not choke on it', async t => {
  const { here, street } = await scene(t)
  const { id, position } = await here.given(street, '/v1/organisation', registered('义诊队', 12))
  const { body: list } = await here.call(street, 'GET', `/v1/organisation?after=${position}`)
  t.strictSame(
    list.items.map(each => each.id),
    [id],
  )
  const { body: lives } = await here.call(here.founder, 'GET', `/v1/views/lives?after=${position}&limit=500`)
  t.notOk(lives.rows.some(({ workflow }) => workflow === 'claim'))
  const { body: history } = await here.call(street, 'GET', `/v1/organisation/${id}/history`)
  t.strictSame(
    history.events.map(({ event }) => event),
    ['OrganisationEnrolled'],
  )
  t.equal((await here.call(street, 'GET', `/v1/claim/${id}`)).status, 404)
})

t.test('a lapse stands in the history of the life that did not finish, and changes nothing else', async t => {
  const clock = simulatedClock(new Date(START))
  const here = await service(t, { workflows: [stall], clock })
  const { founder, given, call, runtime } = here
  const { id } = await given(founder, '/v1/stall', { place: COMMUNITY, pitch: '东一' })
  const { arm, around } = crashing()
  const dying = await engineOn(t, here.url, { clock, workflows: [stall], around })
  const change = { workflow: 'stall', id, command: 'change-licence', input: { licence: 'A-1' } }
  arm({ append: 1, when: 'after' })
  await t.rejects(dying.handler.handle({ ...change, person: founder.id, key: 'unfinished' }))
  clock.advance(60_000)
  await given(founder, '/v1/stall', { place: COMMUNITY, licence: 'A-1' })

  const position = await runtime.store.head()
  const { body: life } = await call(founder, 'GET', `/v1/stall/${id}?after=${position}`)
  t.match(life, { revision: 1, state: { value: 'trading' } })
  const { body: history } = await call(founder, 'GET', `/v1/stall/${id}/history`)
  t.match(history.events, [
    { event: 'Opened' },
    { event: 'ClaimLapsed', title: '占用已失效：操作未完成', fields: [{ title: '唯一事项', text: '执照号' }, {}, {}] },
  ])
  const { body: lives } = await call(founder, 'GET', `/v1/views/lives?after=${position}&limit=500`)
  t.match(
    lives.rows.find(each => each.id === id),
    { revision: 1, state: ['trading'] },
  )
})

t.test('a check finds what somebody changed about who holds what', { skip: POSTGRES_ONLY }, async t => {
  const { here, street } = await scene(t)
  const { id } = await here.given(street, '/v1/organisation', registered('护学队', 13))
  await here.close()
  await tamper(
    here.url,
    `UPDATE log.events SET type = 'ClaimReleased', data = '{"why":"gone"}' WHERE type = 'ClaimConfirmed'`,
  )
  t.match(await checked(here.url), `it is released while organisation-${id} holds it`)
})
