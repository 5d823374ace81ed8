/** Deadlines in a running service: they fall due by themselves, in order, once, and people see it. */
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { dayBegins, simulatedClock } from '../engine/clock.ts'
import { recordedFact } from '../engine/lift.ts'
import { openParked } from '../engine/parked.ts'
import { found } from '../services/founding.ts'
import { passTime, settled } from '../services/passing-time.ts'
import { CALENDAR } from '../workflows/working-calendar/index.ts'
import { errand, TESTER, workingErrand } from './support/errand.ts'
import { type Service, service } from './support/service.ts'

/** Ten in the morning in Shanghai, a Thursday. */
const START = new Date('2026-03-05T02:00:00Z')
const STREET = '420106012'
const COMMUNITY = '420106012021'
const DAY_MS = 86_400_000

const serving = async (t: Parameters<typeof service>[0], beside?: Service, start = START) => {
  const clock = simulatedClock(start)
  const served = await service(t, { clock, workflows: [errand, workingErrand], ...(beside && { beside }) })
  return { served, clock }
}

const send = ({ runtime }: Service, workflow: string, id: string | undefined, command: string, input: object = {}) =>
  runtime.handler.handle({ workflow, ...(id && { id }), command, input, person: TESTER, key: randomUUID() })

const ask = async (served: Service, workflow = errand, place = COMMUNITY) =>
  (await send(served, workflow.name, undefined, 'ask', { place })).id

/** What fell due in the whole log, in its order. */
const fallen = async ({ runtime }: Service) =>
  (await runtime.store.readAll(await runtime.store.origin(), 5_000))
    .map(recordedFact)
    .filter(({ type }) => type.startsWith('Deadline'))
    .map(({ stream, type, data, metadata }) => ({ stream, type, data: data as Said, at: metadata.recordedAt }))
type Said = { day: string; role?: string; before?: string; provisional?: boolean }

t.test('a deadline reminds by itself, stands in the work of who was reminded, and in the history', async t => {
  const { served, clock } = await serving(t)
  const street = await served.somebody({ role: 'street', place: STREET })
  const id = await ask(served)
  const work = async (query: string) => (await served.call(street, 'GET', `/v1/errand?${query}`)).body.items
  t.strictSame(await work('reminded=street'), [])
  clock.set(dayBegins('2026-03-07'))
  await settled(served.runtime)
  t.match(await work('reminded=street'), [{ id, due: [{ day: '2026-03-08', reminded: [{ role: 'street' }] }] }])
  t.strictSame(await work('late=true'), [], 'its day is not over')
  clock.set(dayBegins('2026-03-09'))
  await settled(served.runtime)
  t.match(await work('reminded=bureau&late=true'), [{ id }])
  await send(served, 'errand', id, 'answer')
  await settled(served.runtime)
  t.strictSame(await work('reminded=street'), [], 'once it was answered it is nobody’s work')
  const { events } = (await served.call(street, 'GET', `/v1/errand/${id}/history`)).body
  t.match(events.slice(1, 3), [
    {
      event: 'DeadlineReminded',
      title: '期限提醒',
      fields: [
        { title: '期限', text: '答复请求' },
        { title: '提醒谁', text: '街道办' },
        { title: '截止日', text: '2026-03-08' },
      ],
    },
    { event: 'DeadlineEscalated', title: '逾期上报' },
  ])
})

t.test('after a day without service what fell due meanwhile is caught up with, in order', async t => {
  const { served, clock } = await serving(t)
  const first = [await ask(served), await ask(served), await ask(served)]
  clock.advance(DAY_MS)
  const second = [await ask(served), await ask(served)]
  await settled(served.runtime)
  await served.close()
  const { served: again } = await serving(t, served, new Date('2026-03-09T05:00:00Z'))
  await settled(again.runtime)
  const streams = (ids: string[]) => ids.map(id => `errand-${id}`).sort()
  const got = await fallen(again)
  t.strictSame(
    got.map(({ stream, type }) => `${type} ${stream}`),
    [
      ...streams(first).map(stream => `DeadlineReminded ${stream}`),
      ...streams(second).map(stream => `DeadlineReminded ${stream}`),
      ...streams(first).map(stream => `DeadlineEscalated ${stream}`),
    ],
  )
})

t.test('two services let each step fall due once', async t => {
  const { served, clock } = await serving(t)
  const { served: other, clock: otherClock } = await serving(t, served)
  for (let n = 0; n < 20; n++) await ask(n % 2 ? served : other)
  for (const day of ['2026-03-07', '2026-03-09', '2026-03-11']) {
    clock.set(dayBegins(day))
    otherClock.set(dayBegins(day))
    await Promise.all([settled(served.runtime), settled(other.runtime)])
  }
  const got = await fallen(served)
  t.equal(got.length, 60)
  t.equal(new Set(got.map(({ stream, type }) => `${type} ${stream}`)).size, 60)
})

t.test('nothing falls due early, however the clock moves', async t => {
  const { served, clock } = await serving(t)
  const moves = fc.sample(fc.integer({ min: 1, max: DAY_MS }), { numRuns: 25, seed: 7 })
  for (const [n, move] of moves.entries()) {
    if (n % 3 === 0) await ask(served)
    clock.advance(move)
    await settled(served.runtime)
  }
  const due = { DeadlineReminded: -1, DeadlineEscalated: 1, DeadlineElapsed: 3 } as Record<string, number>
  const got = await fallen(served)
  for (const { type, data, at } of got) {
    const on = new Date(dayBegins(data.day).getTime() + (due[type] as number) * DAY_MS)
    if (new Date(at) < on) t.fail(`${type} of ${data.day} fell due at ${at}`)
  }
  t.ok(got.length > 10, `${got.length} steps fell due`)
})

t.test('what falls due minutes after its day does so by itself, also where a clock is moved past it', async t => {
  const clock = simulatedClock(START)
  const answered = { ...errand.deadlines.answered, ladder: [{ at: { minutesAfter: 15 }, act: 'lapse' }] } as never
  const served = await service(t, { clock, workflows: [{ ...errand, deadlines: { answered } }] })
  await ask(served)
  clock.set(new Date('2026-03-08T16:14:00Z'))
  await settled(served.runtime)
  t.strictSame(await fallen(served), [], 'its day is over, and it waits')
  await passTime(served.runtime, clock, new Date('2026-03-08T20:00:00Z'))
  t.match(await fallen(served), [{ type: 'DeadlineElapsed', at: '2026-03-08T16:15:00.000Z' }])
})

t.test('what is refused of itself is on record, and waits for an operator', async t => {
  const { served, clock } = await serving(t)
  const id = await ask(served)
  await send(served, 'errand', id, 'hold')
  await passTime(served.runtime, clock, new Date('2026-03-12T02:00:00Z'))
  t.match((await fallen(served)).at(-1), { type: 'DeadlineElapsed', data: { command: 'lapse', refused: 'refused' } })
  t.match(await openParked(served.runtime.pool), [
    { sender: 'system:deadlines', request: { workflow: 'errand', id, command: 'lapse' }, error: { code: 'refused' } },
  ])
  const { body } = await served.call(served.founder, 'GET', '/v1/views/lives?workflow=errand')
  t.match(body.rows ?? body.items, [{ state: ['asked'] }])
})

t.test('a life that nobody answered lapses by itself', async t => {
  const { served, clock } = await serving(t)
  const id = await ask(served)
  await passTime(served.runtime, clock, new Date('2026-03-12T02:00:00Z'))
  t.equal((await served.runtime.instances.get(errand, id)).value, 'lapsed')
  t.strictSame(
    (await fallen(served)).map(({ at }) => at),
    ['2026-03-07', '2026-03-09', '2026-03-11'].map(day => dayBegins(day).toISOString()),
    'each when its day began',
  )
})

// ── working days ────────────────────────────────────────────────────────────────────────────────

const year2027 = {
  year: 2027,
  holidays: ['2027-01-01'],
  makeUpDays: ['2027-01-03'],
  source: '国务院办公厅关于2027年部分节假日安排的通知',
}

t.test('a day beyond the years published is provisional, and moved by an event when its year is published', async t => {
  const { served, clock } = await serving(t, undefined, new Date('2026-12-30T02:00:00Z'))
  await found(served.runtime)
  const id = await ask(served, workingErrand)
  const before = (await served.runtime.instances.get(workingErrand, id)).due.answered
  t.match(before, { day: '2027-01-04', workingDays: 3, provisional: true }, 'the 31st, the 1st, the 4th')
  await served.given(served.founder, `/v1/working-calendar/${CALENDAR}/publish-year`, year2027)
  await settled(served.runtime)
  const after = (await served.runtime.instances.get(workingErrand, id)).due.answered
  t.match(after, { day: '2027-01-04', since: 1 }, 'the 31st, the 3rd made up, the 4th')
  t.equal(after?.provisional, undefined)
  t.match(
    (await fallen(served)).map(({ type, data }) => [type, data]),
    [['DeadlineMoved', { before: '2027-01-04', day: '2027-01-04', provisional: false }]],
  )
  clock.set(dayBegins('2027-01-05'))
  await settled(served.runtime)
  t.strictSame((await fallen(served)).map(({ type }) => type).slice(1), ['DeadlineReminded', 'DeadlineEscalated'])
})

t.test('what is closed locally moves the deadlines there, and those alone', async t => {
  const { served } = await serving(t)
  await found(served.runtime)
  const here = await ask(served, workingErrand)
  const elsewhere = await ask(served, workingErrand, '420106010002')
  const closing = { place: STREET, from: '2026-03-09', to: '2026-03-10', reason: '道路抢修，社区服务中心停办' }
  await served.given(served.founder, `/v1/working-calendar/${CALENDAR}/close-locally`, closing)
  await settled(served.runtime)
  const dayOf = async (id: string) => (await served.runtime.instances.get(workingErrand, id)).due.answered?.day
  t.strictSame([await dayOf(here), await dayOf(elsewhere)], ['2026-03-12', '2026-03-10'])
  t.match(await fallen(served), [{ type: 'DeadlineMoved', data: { before: '2026-03-10', day: '2026-03-12' } }])
  await served.given(served.founder, `/v1/working-calendar/${CALENDAR}/reopen-locally`, {
    closure: 1,
    from: '2026-03-10',
    reason: '提前恢复办公',
  })
  await settled(served.runtime)
  t.strictSame([await dayOf(here), await dayOf(elsewhere)], ['2026-03-11', '2026-03-10'])
})
