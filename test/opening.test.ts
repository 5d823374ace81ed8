/** Who sees which personal data in clear, masked, or not at all, wherever it is answered. */
import pino from 'pino'
import t from 'tap'
import { simulatedClock } from '../engine/clock.ts'
import { keepSweeping } from '../services/access.ts'
import { masked } from '../services/api/masking.ts'
import { START, service } from './support/service.ts'

const STREET = '420106012'
const COMMUNITY = '420106012021'
const ZHOU = {
  name: '周桂兰',
  phone: '13812341234',
  place: COMMUNITY,
  mail: 'zhou@example.com',
  idNumber: '110101199003072017',
  account: '6222020200112233445',
}
const { place: _, ...CLEAR } = ZHOU
const MASKED = {
  name: '周**',
  phone: '138****1234',
  mail: 'z***@example.com',
  idNumber: '1101************17',
  account: '***************3445',
}

t.test('masks', async t => {
  t.equal(masked('name', '欧阳锋'), '欧**')
  t.equal(masked('phone', '027-87654321'), '027****4321')
  t.equal(masked('phone', '110'), '***')
  t.equal(masked('account', '123'), '***')
  t.equal(masked('text', '举报'), '**')
})

t.test('each sees what they need', async t => {
  const s = await service(t)
  const zhou = await s.given(s.founder, '/v1/person', ZHOU)
  const viewers = {
    herself: [{ id: zhou.id, token: await s.token(zhou.id) }, CLEAR],
    street: [await s.somebody({ role: 'street', place: STREET }), { ...CLEAR, account: MASKED.account }],
    community: [
      await s.somebody({ role: 'community', place: COMMUNITY }),
      { ...CLEAR, account: MASKED.account, idNumber: MASKED.idNumber },
    ],
    bureau: [s.founder, { ...MASKED, name: CLEAR.name }],
    finance: [await s.somebody({ role: 'finance', place: STREET }), { ...MASKED, account: CLEAR.account }],
  } as const
  for (const [who, [viewer, sees]] of Object.entries(viewers)) {
    const { body } = await s.call(viewer, 'GET', `/v1/person/${zhou.id}`)
    t.match(body.data, sees, who)
    t.equal(body.title, sees.name, who)
    const past = await s.call(viewer, 'GET', `/v1/person/${zhou.id}?asOf=${zhou.position}`)
    t.match(past.body.data, sees, `${who}, as of then`)
    const { events } = (await s.call(viewer, 'GET', `/v1/person/${zhou.id}/history`)).body as never as History
    for (const [field, value] of Object.entries(sees))
      t.match(
        events[0]?.fields.find(({ name }) => name === field),
        { value, text: value },
        `${who}, ${field} in the history`,
      )
    const list = await s.call(viewer, 'GET', `/v1/person?after=${zhou.position}&limit=500`)
    const listed = list.body.items?.find(({ id }) => id === zhou.id)
    if (who !== 'herself') t.match(listed, { data: sees }, `${who}, in the list`)
  }
  const judge = await s.somebody({ role: 'judge', place: STREET })
  for (const path of ['', '/history']) {
    const answer = await s.call(judge, 'GET', `/v1/person/${zhou.id}${path}`)
    t.equal(answer.body.code, 'not-visible')
    for (const clear of Object.values(CLEAR)) t.notMatch(answer.text, clear)
  }
})

type History = { events: { fields: { name: string; value: unknown; text: string }[] }[] }

t.test('officials are named to whoever sees what they did, and their phones are not', async t => {
  const s = await service(t)
  const street = await s.somebody({ role: 'street', place: STREET })
  const group = { name: '东亭邻里互助队', tier: 'community-managed', field: 'dance', place: COMMUNITY }
  const { id } = await s.given(street, '/v1/organisation', group)
  const resident = await s.somebody({ role: 'resident', place: '420106010' })
  const { text } = await s.call(resident, 'GET', `/v1/organisation/${id}/history`)
  t.match(text, '李秀英')
  t.notMatch(text, '87654321')
})

type Looks = {
  items: {
    at: string
    by: { person: string; name?: string; post?: { role: string } }
    fields: { field: string }[]
    route: string
  }[]
  next: string | null
}

t.test('who looks at somebody in clear is recorded, and who is looked at can ask', async t => {
  const s = await service(t)
  const zhou = await s.given(s.founder, '/v1/person', ZHOU)
  const herself = { id: zhou.id, token: await s.token(zhou.id) }
  const street = await s.somebody({ role: 'street', place: STREET })
  const looks = async (by = herself, query = '') => {
    const answer = await s.call(by, 'GET', `/v1/person/${zhou.id}/access${query}`)
    return { ...answer, body: answer.body as never as Looks }
  }
  t.same((await looks()).body, { items: [], next: null }, 'registering is no look')
  await s.call(street, 'GET', `/v1/person/${zhou.id}`)
  await s.call(s.founder, 'GET', `/v1/person?after=${zhou.position}`)
  await s.call(herself, 'GET', `/v1/person/${zhou.id}/history`)
  const { items } = (await looks()).body
  t.match(items, [
    {
      by: { person: street.id, name: '李秀英', post: { role: 'street' } },
      fields: [{ field: 'name' }, { field: 'phone' }, { field: 'mail' }, { field: 'id-number' }],
      route: 'GET /v1/:workflow/:id',
    },
    { by: { person: s.founder.id, post: { role: 'bureau' } }, fields: [{ field: 'name' }], route: 'GET /v1/:workflow' },
  ])
  t.equal(items.length, 2, 'one’s own look is none')
  const [first, rest] = [await looks(herself, '?limit=1'), await looks(herself)]
  const second = await looks(herself, `?limit=1&cursor=${first.body.next}`)
  t.same([...first.body.items, ...second.body.items], rest.body.items)
  t.equal((await looks(s.founder)).status, 200)
  t.equal((await looks(street)).body.items, undefined, 'the street that looks does not supervise itself')
  t.equal((await s.call(herself, 'GET', `/v1/organisation/${zhou.id}/access`)).body.code, 'not-found')
})

t.test('an official’s name is told without a record, for it is the office that acts; their phone is not', async t => {
  const s = await service(t)
  const street = await s.somebody({ role: 'street', place: STREET })
  await s.call(s.founder, 'GET', `/v1/person/${street.id}`)
  const community = await s.somebody({ role: 'community', place: COMMUNITY })
  await s.call(community, 'GET', `/v1/person/${street.id}`)
  const { body } = await s.call(street, 'GET', `/v1/person/${street.id}/access`)
  t.match(body.items, [{ by: { person: community.id }, fields: [{ field: 'phone' }] }])
  t.equal(body.items.length, 1)
})

t.test('an answer that could not be recorded does not leave', async t => {
  const failing = { add: () => Promise.reject(new Error('no room')) }
  const s = await service(t, { change: () => ({ access: failing }) })
  const zhou = await s.given(s.founder, '/v1/person', ZHOU)
  const { status, text } = await s.call(s.founder, 'GET', `/v1/person/${zhou.id}`)
  t.equal(status, 500)
  t.notMatch(text, ZHOU.name)
})

t.test('records of access are dropped when they are old', async t => {
  const s = await service(t)
  const { pool } = s.runtime
  const zhou = await s.given(s.founder, '/v1/person', ZHOU)
  await s.call(s.founder, 'GET', `/v1/person/${zhou.id}`)
  const count = async () => (await pool.query('SELECT FROM access.records')).rowCount
  const sweptAfter = async (days: number) => {
    const clock = simulatedClock(new Date(Date.parse(START) + days * 86_400_000))
    await keepSweeping({ pool, clock }, 30, pino({ level: 'silent' })).stop()
  }
  await sweptAfter(29)
  t.equal(await count(), 1)
  await sweptAfter(31)
  t.equal(await count(), 0)
})
