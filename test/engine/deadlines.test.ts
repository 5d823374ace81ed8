/** What falls due of itself, over a real log: when, once, in order, and not where the state was left. */
import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { dayBegins, simulatedClock } from '../../engine/clock.ts'
import { streamOf } from '../../engine/instance.ts'
import { recordedFact } from '../../engine/lift.ts'
import { errand, TESTER } from '../support/errand.ts'
import { database } from '../support/postgres.ts'
import { type Engine, engineOn } from '../support/service.ts'

/** Ten in the morning in Shanghai. */
const START = new Date('2026-03-05T02:00:00Z')
const PLACE = '420106012021'

const started = async (t: Test) => {
  const { url } = await database(t)
  const clock = simulatedClock(START)
  const here = await engineOn(t, url, { clock, workflows: [errand] })
  const { id } = await send(here, undefined, 'ask', { place: PLACE })
  return { url, clock, here, id }
}

const send = ({ handler }: Engine, id: string | undefined, command: string, input: object = {}) =>
  handler.handle({ workflow: 'errand', ...(id && { id }), command, input, person: TESTER, key: randomUUID() })

const take = ({ handler }: Engine, id: string, step: number, since = 0, refused?: string) =>
  handler.takeStep({ workflow: 'errand', id }, { deadline: 'answered', since, step }, refused)

const kept = async ({ store }: Engine, id: string) =>
  (await store.readStream(streamOf(errand, id))).map(recordedFact).map(({ type, data, metadata }) => ({
    type,
    data,
    on: metadata.recordedAt.slice(0, 16),
    person: metadata.person,
    due: metadata.due.answered,
  }))

const justBefore = (day: string) => new Date(dayBegins(day).getTime() - 1)

t.test('a state that is entered schedules its deadlines, with every day of their ladders', async t => {
  const { here, id } = await started(t)
  const [asked] = await kept(here, id)
  t.strictSame(asked?.due, {
    day: '2026-03-08',
    from: '2026-03-05',
    since: 0,
    ahead: [
      { step: 0, on: '2026-03-07' },
      { step: 1, on: '2026-03-09' },
      { step: 2, on: '2026-03-11' },
    ],
  })
})

t.test('each step is taken in its order, when its day begins in Shanghai and not a millisecond before', async t => {
  const { here, clock, id } = await started(t)
  for (const [step, day] of ['2026-03-07', '2026-03-09', '2026-03-11'].entries()) {
    clock.set(justBefore(day))
    await t.rejects(take(here, id, step), { code: 'not-due' }, `step ${step} waits for ${day}`)
    clock.set(dayBegins(day))
    if (step < 2) await t.rejects(take(here, id, step + 1), { code: 'not-due' }, 'and the next waits for it')
    await take(here, id, step)
  }
  const events = await kept(here, id)
  const day = '2026-03-08'
  t.match(events.slice(1), [
    { type: 'DeadlineReminded', data: { deadline: 'answered', role: 'street', day }, on: '2026-03-06T16:00' },
    { type: 'DeadlineEscalated', data: { deadline: 'answered', role: 'bureau', day }, on: '2026-03-08T16:00' },
    { type: 'DeadlineElapsed', data: { deadline: 'answered', day, command: 'lapse' }, on: '2026-03-10T16:00' },
    { type: 'Lapsed', data: {}, person: 'system:deadlines', due: undefined },
  ])
  t.strictSame(events[2]?.due?.reminded, ['street', 'bureau'])
  t.equal((await here.instances.get(errand, id)).value, 'lapsed')
})

t.test('a step may wait some minutes after its day, and not one less', async t => {
  const { url } = await database(t)
  const clock = simulatedClock(START)
  const answered = { ...errand.deadlines.answered, ladder: [{ at: { minutesAfter: 15 }, act: 'lapse' }] } as never
  const here = await engineOn(t, url, { clock, workflows: [{ ...errand, deadlines: { answered } }] })
  const { id } = await send(here, undefined, 'ask', { place: PLACE })
  t.match((await kept(here, id))[0]?.due, { day: '2026-03-08', ahead: [{ step: 0, on: '2026-03-09T00:15' }] })
  clock.set(new Date('2026-03-08T16:14:59.999Z'))
  await t.rejects(take(here, id, 0), { code: 'not-due' })
  clock.advance(1)
  await take(here, id, 0)
  t.match((await kept(here, id)).at(-1), { type: 'Lapsed', on: '2026-03-08T16:15' })
})

t.test('a step sent twice is taken once, by one process or by two at once', async t => {
  const { here, url, clock, id } = await started(t)
  const there = await engineOn(t, url, { clock, workflows: [errand] })
  clock.set(dayBegins('2026-03-07'))
  const answers = await Promise.all([here, there, here, there].map(engine => take(engine, id, 0)))
  t.strictSame(
    answers.map(({ revision }) => revision),
    [1, 1, 1, 1],
  )
  t.equal(answers.filter(({ repeated }) => !repeated).length, 1)
  t.strictSame((await take(here, id, 0)).revision, 1, 'and later')
  t.equal((await kept(here, id)).length, 2)
})

t.test('a state that was left takes its deadlines along, also where another process left it', async t => {
  const { here, url, clock, id } = await started(t)
  const there = await engineOn(t, url, { clock, workflows: [errand] })
  clock.set(dayBegins('2026-03-07'))
  await there.instances.get(errand, id)
  await send(here, id, 'answer')
  await t.rejects(take(there, id, 0), { code: 'not-due' })
  t.strictSame(
    (await kept(here, id)).map(({ type }) => type),
    ['Asked', 'Answered'],
  )
})

t.test('a state entered again has a deadline of its own', async t => {
  const { here, clock, id } = await started(t)
  await send(here, id, 'answer')
  clock.set(new Date('2026-03-08T02:00:00Z'))
  const { revision } = await send(here, id, 'ask-again')
  await t.rejects(take(here, id, 0, 0), { code: 'not-due' }, 'the first is over')
  clock.set(dayBegins('2026-03-10'))
  await take(here, id, 0, revision)
  t.match((await kept(here, id)).at(-1), { type: 'DeadlineReminded', data: { day: '2026-03-11' } })
})

t.test('an event that keeps the state leaves its deadline as it was', async t => {
  const { here, clock, id } = await started(t)
  clock.set(dayBegins('2026-03-07'))
  await take(here, id, 0)
  await send(here, id, 'hold')
  const [, reminded, held] = await kept(here, id)
  t.strictSame(held?.due, reminded?.due)
})

t.test('where the chart says no, that is what is recorded, and the deadline has elapsed', async t => {
  const { here, clock, id } = await started(t)
  await send(here, id, 'hold')
  clock.set(dayBegins('2026-03-11'))
  await take(here, id, 0)
  await take(here, id, 1)
  await t.rejects(take(here, id, 2), { code: 'refused' })
  await take(here, id, 2, 0, 'refused')
  const last = (await kept(here, id)).at(-1)
  t.match(last, { type: 'DeadlineElapsed', data: { command: 'lapse', refused: 'refused' }, due: { ahead: [] } })
  t.equal((await here.instances.get(errand, id)).value, 'asked')
})
