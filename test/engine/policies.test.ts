/** What policies promise: each effect once, whoever dies or delivers twice; a "no" answered or parked, never dropped. */
import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import t, { type Test } from 'tap'
import { LogUnavailable } from '../../engine/event-store.ts'
import { recordedFact } from '../../engine/lift.ts'
import { openParked, settleParked } from '../../engine/parked.ts'
import { retryParked } from '../../engine/parked-retry.ts'
import { type Policy, policy } from '../../engine/policy.ts'
import { checkPolicies } from '../../engine/policy-check.ts'
import { POLICIES, type PolicyParts, type PolicyRunner, runPolicies } from '../../engine/policy-runner.ts'
import { appointFirst } from '../../services/appoint-first.ts'
import { Crashed, crashing } from '../support/crashing.ts'
import { errand, giveBackWhenCancelled, shelf, takeWhenOrdered } from '../support/errands.ts'
import { database, testPool } from '../support/postgres.ts'
import { type Engine, type EngineOptions, engineOn } from '../support/service.ts'

const place = '420106012021'
const policies = [takeWhenOrdered, giveBackWhenCancelled]

type World = { url: string; pool: pg.Pool; engine: Engine; founder: string }

const engineHere = (t: Test, url: string, options: EngineOptions = {}) =>
  engineOn(t, url, { ...options, workflows: [shelf, errand] })

const world = async (t: Test): Promise<World> => {
  const { url, pool } = await database(t)
  const engine = await engineHere(t, url)
  const founder = await appointFirst(engine, {
    name: '周桂兰',
    phone: '027-87654321',
    role: 'bureau',
    place: '4201',
  })
  return { url, pool, engine, founder }
}

const send = (
  { engine, founder }: World,
  workflow: string,
  command: string,
  input: object,
  { id, ...more }: { id?: string; traceparent?: string } = {},
) => engine.handler.handle({ workflow, id, command, input, person: founder, key: randomUUID(), ...more })

const partsOf = (pool: pg.Pool, engine: Engine, every: readonly Policy[] = policies): PolicyParts => ({
  pool,
  store: engine.store,
  instances: engine.instances,
  keys: engine.keys,
  handler: engine.handler,
  clock: engine.clock,
  policies: every,
})

const running = async (t: Test, parts: PolicyParts): Promise<PolicyRunner> => {
  const runner = await runPolicies(parts)
  t.teardown(runner.stop)
  return runner
}

const deliver = async (t: Test, { pool, engine }: World, every?: readonly Policy[]): Promise<void> => {
  const runner = await running(t, partsOf(pool, engine, every))
  await runner.catchUp()
  await runner.stop()
}

/** Everything is delivered again. */
const forget = async ({ pool, engine }: World): Promise<void> => {
  await pool.query('UPDATE engine.checkpoints SET position = $2 WHERE name = $1', [
    POLICIES,
    await engine.store.origin(),
  ])
}

const factsOf = async ({ engine }: World, stream: string) => (await engine.store.readStream(stream)).map(recordedFact)

const typesOf = async (w: World, stream: string) => (await factsOf(w, stream)).map(({ type }) => type)

const aShelf = async (w: World, room: number): Promise<string> => (await send(w, 'shelf', 'set-up', { place, room })).id
const anErrand = async (w: World, from: string, wants: number): Promise<string> =>
  (await send(w, 'errand', 'order', { place, shelf: from, wants })).id

t.test('what follows from an event is sent once, and says what it follows from', async t => {
  const w = await world(t)
  const from = await aShelf(w, 10)
  const id = await anErrand(w, from, 3)
  await deliver(t, w)
  const [ordered] = await factsOf(w, `errand-${id}`)
  const taken = (await factsOf(w, `shelf-${from}`)).at(-1)
  t.match(taken, {
    type: 'Taken',
    data: { errand: id, wants: 3 },
    metadata: {
      person: 'system:take-from-shelf-when-ordered',
      post: { role: 'system:take-from-shelf-when-ordered' },
      $causationId: ordered?.id,
      $correlationId: ordered?.metadata.$correlationId,
    },
  })
  const head = await w.engine.store.head()
  await forget(w)
  await deliver(t, w)
  t.equal(await w.engine.store.head(), head, 'a second delivery changes nothing')
  t.strictSame(await openParked(w.pool), [])
})

t.test('a "no" is told to the life that asked, and stays one when it is delivered again', async t => {
  const w = await world(t)
  const from = await aShelf(w, 1)
  const id = await anErrand(w, from, 2)
  await deliver(t, w)
  t.match((await factsOf(w, `errand-${id}`)).at(-1), { type: 'HeardNo', data: { why: 'refused' } })
  await send(w, 'shelf', 'widen', { room: 10 }, { id: from })
  await forget(w)
  await deliver(t, w)
  t.strictSame(await typesOf(w, `shelf-${from}`), ['SetUp', 'Widened'], 'who heard no does not find it done')
  t.strictSame(await openParked(w.pool), [])
  const nowhere = await anErrand(w, randomUUID(), 1)
  await deliver(t, w)
  t.match((await factsOf(w, `errand-${nowhere}`)).at(-1), { type: 'HeardNo', data: { why: 'unknown-instance' } })
})

/** An errand that was cancelled before anything was taken for it. */
const cancelledTooSoon = async (w: World): Promise<{ from: string; id: string }> => {
  const from = await aShelf(w, 10)
  const id = await anErrand(w, from, 2)
  await send(w, 'errand', 'cancel', {}, { id })
  return { from, id }
}

t.test('a "no" that nobody answers is parked once, and the others go on', async t => {
  const w = await world(t)
  const { from, id } = await cancelledTooSoon(w)
  const later = await anErrand(w, from, 1)
  await deliver(t, w, [giveBackWhenCancelled])
  await forget(w)
  await deliver(t, w, [giveBackWhenCancelled])
  const [parked, ...more] = await openParked(w.pool)
  t.strictSame(more, [])
  t.match(parked, {
    sender: 'system:give-back-when-cancelled',
    cause: { stream: `errand-${id}`, revision: 1 },
    request: { workflow: 'shelf', id: from, command: 'give-back', input: { errand: id } },
    error: { code: 'refused', detail: { reasons: [{ rule: 'hasTaken' }] } },
    tries: 1,
  })
  await forget(w)
  await deliver(t, w, [takeWhenOrdered])
  t.match(await typesOf(w, `shelf-${from}`), ['SetUp', 'Taken', 'Taken'], `${later} among them`)

  t.equal(await retryParked(partsOf(w.pool, w.engine), parked as NonNullable<typeof parked>), undefined)
  t.match((await factsOf(w, `shelf-${from}`)).at(-1), { type: 'GivenBack', data: { errand: id } })
  t.strictSame(await openParked(w.pool), [], 'retried, and done')
})

const notNeeded = { zh: '用不着了', en: 'needed no more' }

t.test('what is needed no more is on record with the reason, and waits for nobody', async t => {
  const w = await world(t)
  const { from, id } = await cancelledTooSoon(w)
  const givingBack = { ...giveBackWhenCancelled, otherwise: () => ({ notNeeded }) }
  const taking = {
    ...takeWhenOrdered,
    otherwise: () => ({ command: 'hear-no', input: { why: 'no' }, orElse: { notNeeded } }),
  }
  await send(w, 'shelf', 'take-down', {}, { id: from })
  const hears = await anErrand(w, from, 1)
  for (let delivered = 0; delivered < 2; delivered++) {
    await forget(w)
    await deliver(t, w, [givingBack, taking])
  }
  t.strictSame(await openParked(w.pool), [])
  const { rows } = await w.pool.query('SELECT sender, cause_stream, settled, reason FROM engine.parked ORDER BY id')
  const dropped = { cause_stream: `errand-${id}`, settled: 'dropped', reason: '用不着了 / needed no more' }
  t.strictSame(rows, [
    { sender: 'system:take-from-shelf-when-ordered', ...dropped },
    { sender: 'system:give-back-when-cancelled', ...dropped },
  ])
  t.strictSame(await typesOf(w, `errand-${id}`), ['Ordered', 'Cancelled'])
  t.strictSame(await typesOf(w, `errand-${hears}`), ['Ordered', 'HeardNo'], 'who can hear it is told')
})

t.test('what is tried again in vain waits on; dropped it stays, with the reason', async t => {
  const w = await world(t)
  await cancelledTooSoon(w)
  await deliver(t, w, [giveBackWhenCancelled])
  const [parked] = await openParked(w.pool)
  const { id } = parked as NonNullable<typeof parked>
  t.match(await retryParked(partsOf(w.pool, w.engine), parked as NonNullable<typeof parked>), { code: 'refused' })
  t.match(await openParked(w.pool), [{ id, tries: 2 }])
  const dropped = { settled: 'dropped', at: '2026-03-05T02:00:00Z', reason: '未曾取走' } as const
  t.ok(await settleParked(w.pool, id, dropped))
  t.notOk(await settleParked(w.pool, id, dropped), 'once')
  t.strictSame(await openParked(w.pool), [])
  const { rows } = await w.pool.query('SELECT settled, reason FROM engine.parked')
  t.strictSame(rows, [{ settled: 'dropped', reason: '未曾取走' }])
})

t.test('an event that a policy cannot take is parked, and taken when the policy is mended', async t => {
  const w = await world(t)
  const from = await aShelf(w, 2_000)
  const id = await anErrand(w, from, 1_000)
  await send(w, 'errand', 'cancel', {}, { id })
  await anErrand(w, from, 1)
  await deliver(t, w)
  t.match(await typesOf(w, `shelf-${from}`), ['SetUp', 'Taken', 'Taken'], 'the others went on')
  const [parked] = await openParked(w.pool)
  t.match(parked, { request: undefined, error: { code: 'broken', message: 'that is too many' } })
  const mended = policy<Record<never, never>>()({
    ...giveBackWhenCancelled,
    when: {
      errand: {
        Cancelled: ({ id: life }: { id: string }) => [
          { workflow: 'shelf', id: from, command: 'give-back', input: { errand: life } },
        ],
      },
    },
  } as never)
  t.equal(await retryParked(partsOf(w.pool, w.engine, [mended]), parked as NonNullable<typeof parked>), undefined)
  t.match((await factsOf(w, `shelf-${from}`)).at(-1), { type: 'GivenBack' })
  t.strictSame(await openParked(w.pool), [])
})

t.test('a process that dies at any step is followed by one that leaves each effect once', async t => {
  const w = await world(t)
  const from = await aShelf(w, 3)
  for (const when of ['before', 'after'] as const)
    for (const append of [1, 2]) {
      const [fits, not] = [await anErrand(w, from, 1), await anErrand(w, from, 100)]
      const { around, arm, died } = crashing()
      const dying = await engineHere(t, w.url, { around })
      arm({ append, when })
      const dead = async () => {
        if (died()) throw new Crashed()
      }
      const runner = await runPolicies(partsOf(testPool(t, w.url), dying), dead)
      t.teardown(runner.stop)
      await t.rejects(runner.done, 'it died')
      await deliver(t, w)
      const taken = (await factsOf(w, `shelf-${from}`)).filter(
        ({ data }) => (data as { errand: string }).errand === fits,
      )
      t.equal(taken.length, 1, `${when} append ${append}`)
      t.strictSame(await typesOf(w, `errand-${not}`), ['Ordered', 'HeardNo'])
      await send(w, 'shelf', 'widen', { room: 50 }, { id: from })
    }
  t.strictSame(
    (await openParked(w.pool)).filter(({ error }) => error.code !== 'broken'),
    [],
  )
})

t.test('what may pass is tried again, told with its trace, and nothing is parked', async t => {
  const w = await world(t)
  const from = await aShelf(w, 10)
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const { id } = await send(w, 'errand', 'order', { place, shelf: from, wants: 2 }, { traceparent })
  let away = 3
  const flaky = await engineHere(t, w.url, {
    around: store => ({
      ...store,
      append: async (...asked) => {
        if (away-- > 0) throw new LogUnavailable('away for a moment')
        return store.append(...asked)
      },
    }),
  })
  const troubles: unknown[] = []
  const runner = await running(t, { ...partsOf(w.pool, flaky), onTrouble: (_, trace) => troubles.push(trace) })
  await runner.catchUp()
  t.strictSame(troubles, [traceparent, traceparent, traceparent])
  t.match((await factsOf(w, `shelf-${from}`)).at(-1), { type: 'Taken', data: { errand: id } })
  t.strictSame(await openParked(w.pool), [])
})

t.test('of two that run at once only one moves the checkpoint, and each effect is there once', async t => {
  const w = await world(t)
  const from = await aShelf(w, 100)
  const other = await engineHere(t, w.url)
  const runners = [await running(t, partsOf(w.pool, w.engine)), await running(t, partsOf(testPool(t, w.url), other))]
  const ended = Promise.race(runners.map(({ done }) => done.catch(({ message }) => message)))
  const errands = await Promise.all([1, 2, 3, 4, 5].map(wants => anErrand(w, from, wants)))
  t.match(await ended, /run by another process/)
  await Promise.all(runners.map(runner => runner.stop()))
  await deliver(t, w)
  const taken = (await factsOf(w, `shelf-${from}`)).slice(1).map(({ data }) => (data as { errand: string }).errand)
  t.strictSame(taken.sort(), errands.sort())
})

t.test('a policy sends only what the definitions let it send', t => {
  const title = { zh: '名', en: 'Name' }
  const wrong = (words: Partial<Policy>) => () =>
    checkPolicies([{ ...takeWhenOrdered, ...words } as Policy], [shelf, errand])
  t.doesNotThrow(wrong({}))
  t.throws(wrong({ name: 'Take' }), /sentence in kebab-case/)
  t.throws(wrong({ title: { zh: '', en: '' } }), /need zh and en/)
  t.throws(wrong({ name: 'another-name', title }), /add \{ system: 'another-name' \} to its permits/)
  t.throws(wrong({ sends: { shelf: ['widen'] } }), /does not let it send 'widen'/)
  t.throws(wrong({ sends: { shelf: ['wide'] } }), /no command of shelf/)
  t.throws(wrong({ sends: { cupboard: [] } }), /no workflow 'cupboard'/)
  t.throws(wrong({ when: { errand: { Order: () => [] } } }), /no event of errand/)
  t.throws(wrong({ opens: ['scores'] }), /opens 'scores', a key that no lifecycle names/)
  t.throws(() => checkPolicies([takeWhenOrdered, takeWhenOrdered], [shelf, errand]), /two of that name/)
  t.end()
})
