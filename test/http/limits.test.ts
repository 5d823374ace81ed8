/** What is asked beyond what can be done at once is refused at once, with the time after which to come again. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { heldLog } from '../support/hold.ts'
import { POSTGRES_ONLY } from '../support/log.ts'
import { purse } from '../support/purse.ts'
import { type Answer, type Person, type Service, type ServiceOptions, service } from '../support/service.ts'

const PLACE = '420106012021'
const COME_AGAIN = /^[1-3]$/

const scene = async (t: Test, limits: ServiceOptions['limits'] = {}) => {
  const s = await service(t, { workflows: [purse], limits })
  const [one, other] = [
    await s.somebody({ role: 'street', place: '420106012' }),
    await s.somebody({ role: 'street', place: '420106012' }),
  ]
  const opening = { place: PLACE, organisation: randomUUID(), limit: 100_000, on: '2026-03-05', title: '活动经费' }
  const openPurse = async () => `/v1/purse/${(await s.given(one, '/v1/purse', opening)).id}`
  const purses = [await openPurse(), await openPurse(), await openPurse()] as const
  return { s, one, other, purses }
}

const put = (s: Service, by: Person, path: string, headers = {}): Promise<Answer> =>
  s.call(by, 'POST', `${path}/put`, { amount: 1 }, headers)

/** Resolves once so many requests are worked on. */
const until = async (s: Service, inside: number, lane: 'requests' | 'waiting' = 'requests'): Promise<void> => {
  while (s.runtime.admission.inside(lane) !== inside) await sleep(5)
}

t.test('more than a service works on at once', { skip: POSTGRES_ONLY }, async t => {
  const { s, one, other, purses } = await scene(t, { requests: 2 })
  const letGo = await heldLog(t, s.url)
  const [first, second] = [put(s, one, purses[0]), put(s, other, purses[1])]
  await until(s, 2)
  const before = performance.now()
  const key = randomUUID()
  const third = await put(s, one, purses[2], { 'idempotency-key': key })
  t.ok(performance.now() - before < 500, 'is refused at once')
  t.match(third, {
    status: 503,
    body: { code: 'too-busy', title: '服务繁忙', of: 'requests', most: 2, instance: `${purses[2]}/put` },
  })
  t.match(third.headers.get('retry-after'), COME_AGAIN)
  t.equal(third.headers.get('content-type'), 'application/problem+json; charset=utf-8')
  const inEnglish = await s.call(undefined, 'GET', '/v1/views', undefined, { 'accept-language': 'en-GB, zh;q=0.5' })
  t.match(inEnglish, {
    status: 503,
    body: { title: 'Too busy', detail: /The service has 2 requests already; nothing was written/ },
  })
  for (const probe of ['/healthz', '/readyz', '/metrics'])
    t.equal((await s.call(undefined, 'GET', probe)).status, 200, probe)
  t.match((await s.call(undefined, 'GET', '/metrics')).text, /gongchuang_turned_away_total\{by="requests"\} 2\n/)
  await letGo()
  t.strictSame(
    (await Promise.all([first, second])).map(({ status }) => status),
    [200, 200],
    'who was let in is answered',
  )
  t.match(
    await put(s, one, purses[2], { 'idempotency-key': key }),
    { status: 200, body: { repeated: false } },
    'nothing was written',
  )
})

t.test('more than one person has under way at once', { skip: POSTGRES_ONLY }, async t => {
  const { s, one, other, purses } = await scene(t, { requestsPerPerson: 2 })
  const letGo = await heldLog(t, s.url)
  const under = [put(s, one, purses[0]), put(s, one, purses[1])]
  await until(s, 2)
  const third = await put(s, one, purses[2], { 'accept-language': 'en' })
  t.match(third, { status: 429, body: { code: 'too-many-requests', most: 2, detail: /You have 2 requests/ } })
  t.match(third.headers.get('retry-after'), COME_AGAIN)
  t.equal((await s.call(other, 'GET', '/v1/purse')).status, 200, 'another person is let in')
  await letGo()
  t.strictSame(
    (await Promise.all(under)).map(({ status }) => status),
    [200, 200],
  )
  t.equal((await put(s, one, purses[2])).status, 200)
})

t.test('more than one life has in its queue', { skip: POSTGRES_ONLY }, async t => {
  const { s, one, other, purses } = await scene(t, { commandsPerInstance: 3 })
  const letGo = await heldLog(t, s.url)
  const queue = [put(s, one, purses[0]), put(s, one, purses[0]), put(s, other, purses[0])]
  await until(s, 3)
  const fourth = await put(s, one, purses[0])
  t.match(fourth, { status: 503, body: { code: 'too-busy', of: 'instance', most: 3, detail: /这条记录已有 3 个请求/ } })
  t.match(fourth.headers.get('retry-after'), COME_AGAIN)
  const elsewhere = put(s, one, purses[1])
  await until(s, 4)
  await letGo()
  t.strictSame(
    (await Promise.all([...queue, elsewhere])).map(({ status }) => status),
    [200, 200, 200, 200],
    'another life takes its commands',
  )
  t.equal((await put(s, one, purses[0])).status, 200)
})

t.test('who waits takes no place of who works; who breaks off leaves none taken', async t => {
  const { s, one, other, purses } = await scene(t, { requests: 1, waiting: 2 })
  const ahead = (await s.runtime.store.head()).replace(/.{16}$/, '000000000fffffff')
  const future = `${purses[0]}?after=${ahead}`
  const given = new AbortController()
  const wait = () =>
    fetch(s.address + future, {
      signal: given.signal,
      headers: { authorization: `Bearer ${one.token}` },
    }).catch(() => undefined)
  const waits = [wait(), wait()]
  await until(s, 2, 'waiting')
  t.match(await s.call(one, 'GET', future), {
    status: 503,
    body: { code: 'too-busy', of: 'waiting', most: 2 },
  })
  t.equal((await put(s, other, purses[0])).status, 200, 'work goes on')
  given.abort()
  await Promise.all(waits)
  await until(s, 0, 'waiting')
  t.equal((await s.call(one, 'GET', purses[0])).status, 200, 'a place is left when nobody waits any more')
})

t.test('who comes again when told gets through, and each command is done once', async t => {
  const { s, one, other, purses } = await scene(t, { requests: 3, requestsPerPerson: 2 })
  let refused = 0
  const patiently = async (by: Person, path: string): Promise<void> => {
    const headers = { 'idempotency-key': randomUUID() }
    for (;;) {
      const { status, headers: said } = await put(s, by, path, headers)
      if (status === 200) return
      t.ok([429, 503].includes(status))
      refused++
      await sleep(Number(said.get('retry-after')) * 1_000)
    }
  }
  const work = Array.from({ length: 24 }, (_, n) => patiently(n % 2 ? one : other, purses[(n % 3) as 0 | 1 | 2]))
  await Promise.all(work)
  t.ok(refused > 0, `${refused} were sent away first`)
  const revisions = await Promise.all(purses.map(async path => (await s.call(one, 'GET', path)).body.revision))
  t.strictSame(revisions, [8, 8, 8])
  t.equal(s.runtime.admission.inside('requests'), 0, 'no place stays taken')
})
