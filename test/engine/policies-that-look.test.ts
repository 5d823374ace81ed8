/** Policies that look at other lives before they send: what they see, what they may open, and that each effect stays one. */
import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { recordedFact } from '../../engine/lift.ts'
import { openParked } from '../../engine/parked.ts'
import type { Look, LookedAt, Policy, Sending } from '../../engine/policy.ts'
import { POLICIES, runPolicies } from '../../engine/policy-runner.ts'
import { appointFirst } from '../../services/appoint-first.ts'
import { casket, takeDownWhenReadOut } from '../support/casket.ts'
import { errand, shelf, takeWhenOrdered } from '../support/errands.ts'
import { database } from '../support/postgres.ts'
import { engineOn } from '../support/service.ts'

const place = '420106012021'
type Ordered = { id: string; event: { shelf: string } }

/** The policy of errands, deciding what it sends by what it finds. */
const looking = (when: (ordered: Ordered, look: Look) => Promise<readonly Sending[]>): Policy =>
  ({ ...takeWhenOrdered, when: { errand: { Ordered: when } } }) as never

const world = async (t: Test) => {
  const { url, pool } = await database(t)
  const engine = await engineOn(t, url, { workflows: [shelf, errand, casket] })
  const founder = await appointFirst(engine, { name: '周桂兰', phone: '027-87654321', role: 'bureau', place: '4201' })
  const send = (workflow: string, command: string, input: object, id?: string, person = founder) =>
    engine.handler.handle({ workflow, ...(id && { id }), command, input, person, key: randomUUID() })
  const facts = async (stream: string) => (await engine.store.readStream(stream)).map(recordedFact)
  /** Everything again from the first event, as after a crash. */
  const deliver = async (policy: Policy) => {
    await pool.query('DELETE FROM engine.checkpoints WHERE name = $1', [POLICIES])
    const runner = await runPolicies({ ...engine, pool, policies: [policy] })
    await runner.catchUp()
    await runner.stop()
    return openParked(pool)
  }
  const aShelf = async (room: number) => (await send('shelf', 'set-up', { place, room })).id
  const anErrand = async (from: string) => (await send('errand', 'order', { place, shelf: from, wants: 1 })).id
  return { pool, engine, founder, send, facts, deliver, aShelf, anErrand }
}

const takeOf = (errand: string, from: string, wants: number): Sending => ({
  workflow: 'shelf',
  id: from,
  command: 'take',
  input: { errand, wants },
})

t.test('a policy sees another life as it is at the head of the log, and who did what there', async t => {
  const { founder, send, deliver, aShelf, anErrand } = await world(t)
  const from = await aShelf(3)
  await anErrand(from)
  const widened = await send('shelf', 'widen', { room: 7 }, from)
  const found: (LookedAt | undefined)[] = []
  await deliver(
    looking(async (_, look) => {
      found.push(await look.life('shelf', from), await look.life('shelf', randomUUID()))
      return []
    }),
  )
  const [seen, none] = found
  t.match(seen, { id: from, data: { room: 7 }, revision: widened.revision, startedOn: '2026-03-05' })
  t.strictSame([seen?.did('SetUp'), seen?.did('Taken')], [[founder], []])
  t.equal(none, undefined)
})

t.test('what it sends a second time with more that it saw meanwhile was sent', async t => {
  const { send, facts, deliver, aShelf, anErrand } = await world(t)
  const from = await aShelf(3)
  await anErrand(from)
  const takeAll = looking(async ({ id, event }, look) => {
    const { room } = (await look.life('shelf', event.shelf).then(found => found?.data)) as { room: number }
    return [takeOf(id, event.shelf, room)]
  })
  t.strictSame(await deliver(takeAll), [])
  await send('shelf', 'widen', { room: 9 }, from)
  t.strictSame(await deliver(takeAll), [], 'nothing waits for an operator')
  const taken = (await facts(`shelf-${from}`)).filter(({ type }) => type === 'Taken')
  t.match(taken, [{ data: { wants: 3 } }])
})

t.test('who sends to several, in another order or to more of them the next time, sends to each once', async t => {
  const { facts, deliver, aShelf, anErrand } = await world(t)
  const shelves = [await aShelf(3), await aShelf(3), await aShelf(3)]
  await anErrand(shelves[0] as string)
  let order = shelves.slice(0, 2)
  const takeOfEach = looking(async ({ id }, look) => {
    await Promise.all(order.map(from => look.life('shelf', from)))
    return order.map(from => takeOf(id, from, 1))
  })
  await deliver(takeOfEach)
  order = shelves.toReversed()
  t.strictSame(await deliver(takeOfEach), [])
  for (const from of shelves) t.equal((await facts(`shelf-${from}`)).filter(({ type }) => type === 'Taken').length, 1)
})

t.test('it opens what it says it opens, and nothing else', async t => {
  const { pool, engine, founder, send, facts, deliver } = await world(t)
  const { id: keeper } = await send('person', 'register', { name: '关守义', phone: '13800000001', place })
  const { id } = await send('casket', 'set-out', { place, keeper, writers: [founder] })
  await send('casket', 'put-in', { marks: { b: 2, a: 1 } }, id)
  await send('casket', 'read-out', {}, id, keeper)
  const { opens: _, ...shut } = takeDownWhenReadOut
  t.match(await deliver(shut), [{ error: { code: 'broken', message: /opens 'slips:.*does not say that it opens/ } }])
  await deliver(takeDownWhenReadOut)
  t.match((await facts(`casket-${id}`)).at(-1), { type: 'TakenDown', data: { read: [{ a: 1, b: 2 }] } })
  await pool.query('DELETE FROM engine.parked')
  await engine.keys.destroy([`slips:${id}`])
  t.match(
    await deliver(takeDownWhenReadOut),
    [{ error: { code: 'broken', message: /is erased/ } }],
    'what was destroyed is not made up',
  )
})
