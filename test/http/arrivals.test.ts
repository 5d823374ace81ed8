/** In time by its arrival: a request turned away by load comes again with its receipt, and nothing else does. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { simulatedClock } from '../../engine/clock.ts'
import { heldLog } from '../support/hold.ts'
import { letterbox } from '../support/letterbox.ts'
import { POSTGRES_ONLY } from '../support/log.ts'
import {
  type Answer,
  type Headed,
  type Person,
  type Service,
  type ServiceOptions,
  service,
} from '../support/service.ts'

const PLACE = '420106012021'
/** A minute before the day is over in Shanghai. */
const LAST_MINUTE = new Date('2026-03-05T15:59:00Z')
const LETTER = { words: '请收下' }

const scene = async (t: Test, options: ServiceOptions = {}) => {
  const clock = simulatedClock(LAST_MINUTE)
  const s = await service(t, { clock, workflows: [letterbox], ...options })
  const [one, other] = [await s.somebody({ role: 'street', place: '420106012' }), await s.register()]
  const box = `/v1/letterbox/${(await s.given(s.founder, '/v1/letterbox', { place: PLACE, until: '2026-03-05' })).id}`
  return { s, clock, one, other, box }
}

const post = (s: Service, by: Person, box: string, headers: Headed, body: object = LETTER): Promise<Answer> =>
  s.call(by, 'POST', `${box}/put-in`, body, headers)

const receiptOf = ({ headers }: Answer): string => headers.get('arrival-receipt') ?? ''

/** Somebody else takes the one place there is, and gives it back when told. */
const crowded = async (t: Test, s: Service, by: Person): Promise<() => Promise<void>> => {
  const letGo = await heldLog(t, s.url)
  const opening = { place: PLACE, organisation: randomUUID(), limit: 1, on: '2026-03-05', title: '活动经费' }
  const inside = s.call(by, 'POST', '/v1/purse', opening)
  while (s.runtime.admission.inside('requests') === 0) await sleep(5)
  return async () => {
    await letGo()
    await inside
  }
}

/** A letter that was turned away in the last minute, and the day is over. */
const turnedAway = async (t: Test, options: ServiceOptions = { limits: { requests: 1 } }) => {
  const there = await scene(t, options)
  const key = randomUUID()
  const freed = await crowded(t, there.s, there.one)
  const no = await post(there.s, there.other, there.box, { 'idempotency-key': key })
  await freed()
  there.clock.advance(5 * 60_000)
  return { ...there, key, no }
}

t.test(
  'turned away at the gate in the last minute, it is in time when it comes again',
  { skip: POSTGRES_ONLY },
  async t => {
    const { s, other, box, key, no } = await turnedAway(t)
    t.match(no, { status: 503, body: { code: 'too-busy' } })
    const receipt = receiptOf(no)
    t.match(receipt, /^1\.\d+\.[\w-]{43}$/)
    const late = await post(s, other, box, { 'idempotency-key': key })
    t.match(late, { status: 422, body: { reasons: [{ rule: 'inTime' }] } }, 'without its receipt it comes too late')
    const again = await post(s, other, box, { 'idempotency-key': key, 'arrival-receipt': receipt })
    t.match(again, { status: 200, body: { repeated: false, events: [{ type: 'PutIn' }] } })
    const { body } = await s.call(s.founder, 'GET', box)
    t.match(body.data, { letters: [{ arrivedAt: '2026-03-05T15:59:00.000Z' }] })
    t.match(await post(s, other, box, { 'idempotency-key': key, 'arrival-receipt': receipt }), {
      body: { repeated: true },
    })
  },
)

t.test(
  'a receipt is for that person, address, key and body alone, and for ten minutes',
  { skip: POSTGRES_ONLY },
  async t => {
    const { s, clock, one, other, box, key, no } = await turnedAway(t)
    const headers = { 'idempotency-key': key, 'arrival-receipt': receiptOf(no) }
    const another = `/v1/letterbox/${(await s.given(s.founder, '/v1/letterbox', { place: PLACE, until: '2026-03-05' })).id}`
    const later = String(LAST_MINUTE.getTime() - 60_000)
    const wrong: [how: string, sent: Promise<Answer>][] = [
      ['another body', post(s, other, box, headers, { words: '请收下！' })],
      ['the same, written otherwise', s.call(other, 'POST', `${box}/put-in`, JSON.stringify(LETTER, null, 1), headers)],
      ['another key', post(s, other, box, { ...headers, 'idempotency-key': randomUUID() })],
      ['another person', post(s, one, box, headers)],
      ['another address', post(s, other, another, headers)],
      [
        'an earlier time',
        post(s, other, box, { ...headers, 'arrival-receipt': headers['arrival-receipt'].replace(/\d{13}/, later) }),
      ],
      ['no receipt at all', post(s, other, box, { ...headers, 'arrival-receipt': 'in time, honestly' })],
    ]
    for (const [how, sent] of wrong)
      t.match(await sent, { status: 422, body: { code: 'receipt-not-for-this', title: '到达回执不适用' } }, how)
    clock.set(new Date(LAST_MINUTE.getTime() + 10 * 60_000 + 1))
    t.match(await post(s, other, box, { ...headers, 'accept-language': 'en' }), {
      status: 410,
      body: { code: 'receipt-over', title: 'The receipt is over', detail: /2026-03-05T15:59.*10 minutes/ },
    })
    t.match((await s.call(s.founder, 'GET', box)).body.data, { letters: [] }, 'nothing came of any of them')
  },
)

t.test('who is turned away again has the time of the first', { skip: POSTGRES_ONLY }, async t => {
  const { s, clock, one, other, box, key, no } = await turnedAway(t)
  const freed = await crowded(t, s, one)
  const second = await post(s, other, box, { 'idempotency-key': key, 'arrival-receipt': receiptOf(no) })
  await freed()
  t.equal(second.status, 503)
  t.equal(receiptOf(second), receiptOf(no), 'nobody makes it last longer by being turned away')
  clock.advance(60_000)
  t.equal((await post(s, other, box, { 'idempotency-key': key, 'arrival-receipt': receiptOf(second) })).status, 200)
})

t.test('also who is let in and refused by load has a receipt', { skip: POSTGRES_ONLY }, async t => {
  const { s, clock, other, box } = await scene(t, { limits: { requestsPerPerson: 1, commandsPerInstance: 1 } })
  const third = await s.register()
  const letGo = await heldLog(t, s.url)
  const first = post(s, other, box, {})
  while (s.runtime.admission.inside('requests') === 0) await sleep(5)
  const keys = [randomUUID(), randomUUID()]
  const crowding = await post(s, other, box, { 'idempotency-key': keys[0] })
  const queueing = await post(s, third, box, { 'idempotency-key': keys[1] })
  await letGo()
  await first
  t.match([crowding, queueing], [{ status: 429 }, { status: 503, body: { of: 'instance' } }])
  clock.advance(5 * 60_000)
  for (const [by, no, key] of [
    [other, crowding, keys[0]],
    [third, queueing, keys[1]],
  ] as const)
    t.equal((await post(s, by, box, { 'idempotency-key': key, 'arrival-receipt': receiptOf(no) })).status, 200)
})

t.test('nobody is given one for anything else, or without saying who they are', { skip: POSTGRES_ONLY }, async t => {
  const { s, one, other, box } = await scene(t, { limits: { requests: 1 } })
  const freed = await crowded(t, s, one)
  const open = { place: PLACE, until: '2026-03-05' }
  const without: [how: string, answer: Answer][] = [
    ['a command that is in time whenever it is decided', await s.call(s.founder, 'POST', '/v1/letterbox', open)],
    ['a question', await s.call(other, 'GET', box)],
    ['nobody', await s.call(undefined, 'POST', `${box}/put-in`, LETTER)],
    ['a bad token', await post(s, { ...other, token: 'ey.ey.ey' }, box, {})],
    ['no key', await post(s, other, box, { 'idempotency-key': undefined })],
    ['a body beyond all bounds', await post(s, other, box, {}, { words: '长'.repeat(100_000) })],
  ]
  await freed()
  for (const [how, { status, headers }] of without)
    t.strictSame([status, headers.get('arrival-receipt')], [503, null], how)
})

t.test('a process whose clock is astray does not say when anything arrives', async t => {
  let ahead = 0
  const clock = { now: () => new Date(Date.now() + ahead) }
  ahead = 3_000
  const today = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)
  const s = await service(t, { clock, workflows: [letterbox] })
  const box = `/v1/letterbox/${(await s.given(s.founder, '/v1/letterbox', { place: PLACE, until: today })).id}`
  const no = await post(s, s.founder, box, { 'accept-language': 'en' })
  t.match(no, { status: 503, body: { code: 'clock-astray', mostMs: 1_000, detail: /another process takes it/ } })
  t.equal(no.headers.get('arrival-receipt'), null)
  t.ok(Math.abs((no.body as unknown as { skewMs: number }).skewMs - 3_000) < 500)
  const ready = await s.call(undefined, 'GET', '/readyz')
  t.equal(ready.status, 503)
  t.ok((ready.body as unknown as { clockSkewMs: number }).clockSkewMs > 2_500)
  t.match((await s.call(undefined, 'GET', '/metrics')).text, /gongchuang_clock_skew_seconds (2\.[5-9]|3)/)
  t.equal((await s.call(s.founder, 'GET', box)).status, 200, 'everything else goes on')
})

t.test('a clock that somebody sets is compared with none', async t => {
  const s = await service(t)
  t.match((await s.call(undefined, 'GET', '/readyz')).body, { status: 'ready', clockSkewMs: null })
})
