/** What the command handler promises, over a real log: told with two engines on one database as two processes. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { simulatedClock } from '../../engine/clock.ts'
import type { CommandAnswer } from '../../engine/command-answer.ts'
import { type EventStore, OutcomeUnknown } from '../../engine/event-store.ts'
import { blankInstance, type Instance, streamOf, takeIn } from '../../engine/instance.ts'
import { recordedFact } from '../../engine/lift.ts'
import { appointFirst } from '../../services/appoint-first.ts'
import { fields, tiers } from '../../workflows/vocabulary.ts'
import { database } from '../support/postgres.ts'
import { type Engine, engineOn, START } from '../support/service.ts'

const STREET = '420106012'
const COMMUNITY = '420106012021'
const TODAY = '2026-03-05'
const PHONE = '027-87654321'

/** A database whose first person, its founder, is bureau of the city. */
const founded = async (t: Test) => {
  const { url } = await database(t)
  const clock = simulatedClock(new Date(START))
  const here = await engineOn(t, url, { clock })
  const founder = await appointFirst(here, { name: '周桂兰', phone: PHONE, role: 'bureau', place: '4201' })
  return { url, clock, here, founder }
}

type Sending = { key?: string; ifMatch?: number }

const sender =
  (engine: Engine, workflow: string, id: string | undefined, person: string) =>
  (command: string, input: object, { key = randomUUID(), ifMatch }: Sending = {}) =>
    engine.handler.handle({ workflow, id, command, input, person, key, ifMatch })

const streetOf = async (engine: Engine, founder: string, place = STREET, to?: string): Promise<string> => {
  const register = { name: '李秀英', phone: PHONE, place: COMMUNITY }
  const { id } = await sender(engine, 'person', undefined, founder)('register', register)
  await sender(engine, 'person', id, founder)('appoint', { role: 'street', place, from: '2026-01-01', to })
  return id
}

const purseOf = async (engine: Engine, person: string, limit = 1_000_000): Promise<string> => {
  const opening = { place: COMMUNITY, organisation: randomUUID(), limit, on: TODAY, title: '活动经费' }
  return (await sender(engine, 'purse', undefined, person)('open', opening)).id
}

/** What the log itself holds of a purse or a person. */
const kept = async ({ store, handler }: Engine, workflow: string, id: string) =>
  (await store.readStream(streamOf(handler.workflow(workflow), id))).map(recordedFact)

const withoutRepeated = ({ repeated: _, ...answer }: CommandAnswer) => answer

const folded = async (engine: Engine, workflow: string, id: string): Promise<Instance> => {
  const instance = blankInstance(engine.handler.workflow(workflow), id)
  for (const fact of await kept(engine, workflow, id)) takeIn(instance, fact)
  return instance
}

t.test('what is acknowledged is in the log, with what it was decided on', async t => {
  const { here, founder, clock } = await founded(t)
  const street = await streetOf(here, founder)
  const purse = await purseOf(here, street)
  clock.advance(60_000)
  const answer = await sender(here, 'purse', purse, street)('put', { amount: 100 }, { key: 'put' })
  const [, put] = await kept(here, 'purse', purse)
  t.strictSame(answer, {
    id: purse,
    revision: 1,
    position: put?.position,
    state: { usable: 'unlocked' },
    events: [{ type: 'Put', revision: 1 }],
    repeated: false,
  })
  t.match(put, {
    type: 'Put',
    revision: 1,
    data: { amount: 100 },
    metadata: {
      name: 'put',
      person: street,
      post: { role: 'street', place: STREET },
      recordedAt: '2026-03-05T02:01:00.000Z',
      occurredOn: TODAY,
      consulted: { [`person-${street}`]: 1 },
      state: { usable: 'unlocked' },
      place: COMMUNITY,
    },
  })
})

t.test('a repeated command gets its first answer', async t => {
  const { url, here, founder, clock } = await founded(t)
  const street = await streetOf(here, founder, STREET, '2026-03-06')
  const purse = await purseOf(here, street)
  const put = (engine: Engine) => sender(engine, 'purse', purse, street)('put', { amount: 100 }, { key: 'once' })
  const first = await put(here)
  const again = async (t: Test, engine: Engine) =>
    t.strictSame(await put(engine), { ...first, repeated: true }, 'the first answer')

  t.test('at once', async t => again(t, here))
  t.test('when the instance has moved on', async t => {
    await sender(here, 'purse', purse, street)('lock', { reason: '核对' })
    await again(t, here)
  })
  t.test('from another process, and after a restart', async t => {
    const there = await engineOn(t, url, { clock })
    await again(t, there)
    await there.stop()
    await again(t, await engineOn(t, url, { clock }))
  })
  t.test("when the person's post has ended", async t => {
    clock.set(new Date('2026-03-08T02:00:00Z'))
    await t.rejects(sender(here, 'purse', purse, street)('unlock', { reason: '核对' }), { code: 'post-ended' })
    await again(t, here)
    await again(t, await engineOn(t, url, { clock }))
  })
  t.test('unless it is another one', async t => {
    const send = sender(here, 'purse', purse, street)
    await t.rejects(send('put', { amount: 101 }, { key: 'once' }), { code: 'key-reused' })
    await t.rejects(send('note', { reason: '核对' }, { key: 'once' }), { code: 'key-reused' })
    t.equal((await send('note', { reason: '核对' }, { key: 'another' })).repeated, false)
  })
  t.test('a refusal is not kept', async t => {
    const send = sender(here, 'purse', purse, founder)
    await t.rejects(send('approve', { number: '7' }, { key: 'later' }), { code: 'not-in-this-state' })
    await send('unlock', { reason: '核对' })
    await send('prepare', { number: '8' })
    await t.rejects(send('approve', { number: '7' }, { key: 'later' }), { code: 'refused' })
    t.equal((await send('empty', {}, { key: 'later' })).repeated, false)
  })
  t.test('of a start too: it finds what it started', async t => {
    const start = (name: string) =>
      sender(here, 'person', undefined, founder)('register', { name, phone: PHONE, place: COMMUNITY }, { key: 'start' })
    const started = await start('王芳')
    t.strictSame(await start('王芳'), { ...started, repeated: true })
    await t.rejects(start('王方'), { code: 'key-reused' })
  })
})

t.test('races', async t => {
  const { url, here, founder, clock } = await founded(t)
  const there = await engineOn(t, url, { clock })
  const street = await streetOf(here, founder)
  const either = (n: number) => (n % 2 ? here : there)

  t.test('of one command, sent 32 times: one event, equal answers', async t => {
    const purse = await purseOf(here, street)
    const answers = await Promise.all(
      Array.from({ length: 32 }, (_, n) =>
        sender(either(n), 'purse', purse, street)('put', { amount: 1 }, { key: 'one' }),
      ),
    )
    for (const answer of answers) t.strictSame(withoutRepeated(answer), withoutRepeated(answers[0] as CommandAnswer))
    t.equal(answers.filter(answer => !answer.repeated).length, 1)
    t.equal((await kept(here, 'purse', purse)).length, 2)
  })

  t.test('of one start, sent 32 times: one life', async t => {
    const register = { name: '王芳', phone: PHONE, place: COMMUNITY }
    const answers = await Promise.all(
      Array.from({ length: 32 }, (_, n) =>
        sender(either(n), 'person', undefined, founder)('register', register, { key: 'both' }),
      ),
    )
    t.equal(new Set(answers.map(({ id }) => id)).size, 1)
    t.equal((await kept(here, 'person', answers[0]?.id as string)).length, 1)
  })

  const total = async (purse: string) => ((await folded(here, 'purse', purse)).data as { held: number }).held

  t.test('of 32 commands on one life in one process: each in its turn', async t => {
    const purse = await purseOf(here, street)
    const answers = await Promise.all(
      Array.from({ length: 32 }, (_, n) => sender(here, 'purse', purse, street)('put', { amount: n + 1 })),
    )
    t.strictSame(
      answers.map(({ revision }) => revision).sort((a, b) => a - b),
      Array.from({ length: 32 }, (_, n) => n + 1),
    )
    t.equal(await total(purse), (32 * 33) / 2)
  })

  t.test('of 32 commands in two processes: no update is lost, none done twice', async t => {
    const purse = await purseOf(here, street)
    const persistently = async (n: number): Promise<CommandAnswer> => {
      try {
        return await sender(either(n), 'purse', purse, street)('put', { amount: n + 1 }, { key: `put-${n}` })
      } catch (error) {
        if ((error as { code?: string }).code !== 'conflict') throw error
        return persistently(n)
      }
    }
    const answers = await Promise.all(Array.from({ length: 32 }, (_, n) => persistently(n)))
    t.equal(new Set(answers.map(({ revision }) => revision)).size, 32)
    t.equal(await total(purse), (32 * 33) / 2)
  })

  t.test('for the last yuan: no more is spent than there was', async t => {
    const purse = await purseOf(here, street)
    await sender(here, 'purse', purse, street)('put', { amount: 5 })
    const results = await Promise.allSettled(
      Array.from({ length: 16 }, (_, n) =>
        sender(either(n), 'purse', purse, street)('spend', { amount: 1, on: TODAY }),
      ),
    )
    const refused = results.flatMap(result => (result.status === 'rejected' ? [result.reason.code] : []))
    t.strictSame([results.length - refused.length, await total(purse)], [5, 0])
    t.ok(
      refused.every(code => code === 'refused' || code === 'conflict'),
      String(new Set(refused)),
    )
  })
})

t.test('what another process did', async t => {
  const { url, here, founder, clock } = await founded(t)
  const there = await engineOn(t, url, { clock })

  t.test('is known at once to a command that would be refused without it', async t => {
    const street = await streetOf(here, founder)
    const purse = await purseOf(here, street)
    const [sendHere, sendThere] = [here, there].map(each => sender(each, 'purse', purse, street)) as [
      ReturnType<typeof sender>,
      ReturnType<typeof sender>,
    ]
    for (let n = 1; n <= 20; n++) {
      await t.rejects(sendThere('spend', { amount: 1, on: TODAY }), { code: 'refused' })
      await sendHere('put', { amount: 1 })
      await sendThere('spend', { amount: 1, on: TODAY })
      await sendHere('lock', { reason: '核对' })
      await sender(there, 'purse', purse, founder)('unlock', { reason: '核对' })
    }
  })

  t.test('is known too where it is only consulted: a new post, a new organisation, a new person', async t => {
    for (let n = 0; n < 5; n++) {
      const { id } = await sender(
        here,
        'person',
        undefined,
        founder,
      )('register', { name: '王芳', phone: PHONE, place: COMMUNITY })
      const note = sender(there, 'person', id, id)
      await note('change-contact', { name: '王方' })
      const enrol = { name: `互助队 ${n}`, tier: 'community-managed', field: 'dance', place: COMMUNITY }
      const send = sender(there, 'organisation', undefined, id)
      await t.rejects(send('enrol', enrol), { code: 'not-permitted' })
      await sender(here, 'person', id, founder)('appoint', { role: 'street', place: STREET, from: TODAY })
      const organisation = await send('enrol', enrol)
      const chair = await streetOf(here, founder, '420106001')
      await sender(
        there,
        'person',
        chair,
        founder,
      )('appoint', { role: 'chair', organisation: organisation.id, from: TODAY })
    }
  })

  t.test('ends a post here within a second', async t => {
    const street = await streetOf(here, founder)
    const purse = await purseOf(there, street)
    await sender(there, 'purse', purse, street)('put', { amount: 1 })
    await sender(here, 'person', street, founder)('end-post', { post: '1', on: TODAY, reason: '调岗' })
    const ended = performance.now()
    const put = sender(there, 'purse', purse, street)
    while (
      await put('put', { amount: 1 }).then(
        () => true,
        error => t.equal(error.code, 'post-ended') && false,
      )
    )
      await sleep(5)
    t.ok(performance.now() - ended < 1_000)
  })
})

t.test('If-Match', async t => {
  const { url, here, founder, clock } = await founded(t)
  const there = await engineOn(t, url, { clock })
  const street = await streetOf(here, founder)
  const purse = await purseOf(here, street)
  const put = sender(here, 'purse', purse, street)
  t.equal((await put('put', { amount: 1 }, { ifMatch: 0 })).revision, 1)
  await t.rejects(put('put', { amount: 1 }, { ifMatch: 0 }), {
    code: 'stale-revision',
    detail: { expected: 0, actual: 1 },
  })
  await t.rejects(put('put', { amount: 1 }, { ifMatch: 2 }), { code: 'stale-revision' })
  const seenHere = await sender(there, 'purse', purse, street)('put', { amount: 1 })
  await put('put', { amount: 1 }, { ifMatch: seenHere.revision })
  const first = await put('put', { amount: 2 }, { ifMatch: seenHere.revision + 1, key: 'matched' })
  t.strictSame(await put('put', { amount: 2 }, { ifMatch: seenHere.revision + 1, key: 'matched' }), {
    ...first,
    repeated: true,
  })
})

t.test('a process whose follower is behind does not decide', async t => {
  const { url, here, founder, clock } = await founded(t)
  let paused = Promise.resolve()
  const pausing = (store: EventStore): EventStore => ({
    ...store,
    async *tail(options) {
      for await (const batch of store.tail(options)) {
        await paused
        yield batch
      }
    },
  })
  const there = await engineOn(t, url, { clock, around: pausing })
  const register = () =>
    sender(there, 'person', undefined, founder)('register', { name: '王芳', phone: PHONE, place: COMMUNITY })
  await register()
  const { promise, resolve } = Promise.withResolvers<void>()
  paused = promise
  await sleep(1_600)
  const head = await here.store.head()
  await t.rejects(register(), { code: 'follower-behind' })
  t.equal(await here.store.head(), head)
  resolve()
  await there.instances.reached(head, 1_000)
  await sleep(300)
  await register()
})

t.test('an append whose outcome is unknown is done once, however often it is sent again', async t => {
  const { url, here, founder, clock } = await founded(t)
  let unknown = 0
  const forgetful = (store: EventStore): EventStore => ({
    ...store,
    append: async (...append) => {
      const appended = await store.append(...append)
      if (unknown-- > 0) throw new OutcomeUnknown('lost')
      return appended
    },
  })
  const street = await streetOf(here, founder)
  const purse = await purseOf(here, street)
  const there = await engineOn(t, url, { clock, around: forgetful })
  const put = (key: string) => sender(there, 'purse', purse, street)('put', { amount: 1 }, { key })
  for (let n = 1; n <= 10; n++) {
    unknown = 1
    await t.rejects(put(`put-${n}`), { code: 'outcome-unknown' })
    const answer = await put(`put-${n}`)
    t.match(answer, { revision: n, repeated: true, events: [{ type: 'Put', revision: n }] })
  }
  t.equal((await kept(here, 'purse', purse)).length, 11)
  unknown = 1
  const start = () =>
    sender(
      there,
      'person',
      undefined,
      founder,
    )('register', { name: '王芳', phone: PHONE, place: COMMUNITY }, { key: 'start' })
  await t.rejects(start(), { code: 'outcome-unknown' })
  t.equal((await kept(here, 'person', (await start()).id)).length, 1)
})

t.test('a dry run decides as the command would, and writes nothing', async t => {
  const { here, founder } = await founded(t)
  const street = await streetOf(here, founder)
  const purse = await purseOf(here, street, 10)
  const asked = (command: string, input: object) => ({
    workflow: 'purse',
    id: purse,
    command,
    input,
    person: street,
    key: 'dry',
  })
  const cases: [string, object][] = [
    ['put', { amount: 11 }],
    ['put', { amount: 10 }],
    ['spend', { amount: 4, on: TODAY }],
    ['empty', {}],
    ['unlock', { reason: '核对' }],
    ['lock', { reason: '核对' }],
    ['lock', { reason: '核对' }],
  ]
  for (const [command, input] of cases) {
    const head = await here.store.head()
    const tried = await here.handler.dryRun(asked(command, input)).catch(({ code, detail }) => ({ code, detail }))
    t.equal(await here.store.head(), head)
    const done = await sender(
      here,
      'purse',
      purse,
      street,
    )(command, input).catch(({ code, detail }) => ({ code, detail }))
    if ('code' in tried) t.strictSame(done, tried)
    else t.match(done, { state: tried.state, events: tried.events.map(({ type }) => ({ type })) })
  }
  const opening = { place: COMMUNITY, organisation: randomUUID(), limit: 1, on: TODAY, title: '新' }
  const start = await here.handler.dryRun({
    workflow: 'purse',
    command: 'open',
    input: opening,
    person: street,
    key: 'dry',
  })
  t.match(start, { id: undefined, events: [{ type: 'Opened', data: opening }] })
})

t.test('the time of recording never goes down in a stream', async t => {
  const { url, here, founder } = await founded(t)
  const late = await engineOn(t, url, { clock: simulatedClock(new Date('2026-03-05T03:00:00Z')) })
  const street = await streetOf(here, founder)
  const purse = await purseOf(here, street)
  for (let n = 0; n < 6; n++) await sender(n % 2 ? here : late, 'purse', purse, street)('put', { amount: 1 })
  const times = (await kept(here, 'purse', purse)).map(({ metadata }) => metadata.recordedAt)
  t.strictSame(times, times.toSorted())
  t.equal(new Set(times).size, 2)
})

// ── properties ──────────────────────────────────────────────────────────────────────────────────

const someDay = fc.constantFrom('2026-01-01', '2026-03-01', TODAY, '2026-06-30', '2027-12-31')
const somePlace = fc.constantFrom('4201', '420106', STREET, COMMUNITY, '420106001')
const someReason = fc.constantFrom('调岗', '核对')
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const sent = (command: string, input: fc.Arbitrary<object>) => fc.tuple(fc.constant(command), input)

const ofPerson = fc.oneof(
  sent('change-contact', fc.record({ name: maybe(fc.constantFrom('李', '王')), phone: maybe(fc.constant(PHONE)) })),
  {
    weight: 3,
    arbitrary: sent(
      'appoint',
      fc.record({
        role: fc.constantFrom('street', 'judge', 'finance', 'resident', 'chair', 'community'),
        place: maybe(somePlace),
        organisation: maybe(fc.constant(randomUUID())),
        from: someDay,
        to: maybe(someDay),
      }),
    ),
  },
  sent('end-post', fc.record({ post: fc.constantFrom('1', '2', '3'), on: someDay, reason: someReason })),
  sent('close', fc.record({ reason: someReason })),
)

const ofOrganisation = fc.oneof(
  sent(
    'name-officers',
    fc.record({
      officers: fc.array(
        fc.record({ person: fc.constantFrom(randomUUID(), randomUUID()), duty: fc.constantFrom('chair', 'officer') }),
        { minLength: 1, maxLength: 3 },
      ),
    }),
  ),
  sent(
    'offer-service',
    fc.record({
      category: fc.constantFrom('charity', 'culture-sports'),
      title: fc.constantFrom('探访', '合唱'),
      detail: fc.constant('每周'),
      capacity: maybe(fc.constant('60户')),
      places: fc.array(somePlace, { minLength: 1, maxLength: 2 }),
    }),
  ),
  sent(
    'change-tier',
    fc.record({
      tier: fc.constantFrom(...Object.keys(tiers)),
      filingNumber: maybe(fc.constant('WC-1')),
      reason: someReason,
    }),
  ),
  sent('suspend', fc.record({ reason: someReason })),
  sent('reinstate', fc.record({ reason: someReason })),
  { weight: 1, arbitrary: sent('dissolve', fc.record({ reason: someReason })) },
)

t.test('whatever is sent: the state in memory is the fold of the log, and a refusal changes nothing', async t => {
  const { url, here, founder, clock } = await founded(t)
  const there = await engineOn(t, url, { clock })
  const starts = {
    person: () => ['register', { name: '李秀英', phone: PHONE, place: COMMUNITY }] as const,
    organisation: () =>
      [
        'enrol',
        {
          name: `互助队 ${randomUUID()}`,
          tier: 'community-managed',
          field: Object.keys(fields)[0],
          place: COMMUNITY,
        },
      ] as const,
  }

  const holds = (workflow: 'person' | 'organisation', commands: fc.Arbitrary<[string, object]>) =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(commands, fc.boolean()), { minLength: 1, maxLength: 12 }), async steps => {
        const [start, opening] = starts[workflow]()
        const { id } = await sender(here, workflow, undefined, founder)(start, opening)
        let written = 1
        for (const [[command, input], elsewhere] of steps) {
          const done = sender(elsewhere ? there : here, workflow, id, founder)(command, input)
          written += await done.then(({ events }) => events.length, refusedCleanly)
        }
        const history = await folded(here, workflow, id)
        const known = await Promise.all(
          [here, there].map(async ({ instances, handler }) => {
            const instance = await instances.get(handler.workflow(workflow), id)
            await instances.refresh(instance)
            return instance
          }),
        )
        for (const instance of known) t.strictSame(comparable(instance), comparable(history))
        return history.revision + 1 === written
      }),
      { numRuns: 40 },
    )

  await holds('person', ofPerson)
  await holds('organisation', ofOrganisation)
})

const refusedCleanly = (error: { code?: string }): number => {
  if (error.code === undefined || error.code === 'internal') throw error
  return 0
}

const comparable = ({ workflow: _, position: __, ...rest }: Instance) => rest
