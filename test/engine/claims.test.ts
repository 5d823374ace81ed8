/** One of its kind: who claims, who is told, and what becomes of what a crash left. Two engines stand for two processes. */
import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { simulatedClock } from '../../engine/clock.ts'
import { OutcomeUnknown } from '../../engine/event-store.ts'
import { exists } from '../../engine/instance.ts'
import { recordedFact } from '../../engine/lift.ts'
import { appointFirst } from '../../services/appoint-first.ts'
import { claimFindings } from '../support/claims.ts'
import { type Crash, Crashed, crashing } from '../support/crashing.ts'
import { database } from '../support/postgres.ts'
import { type Engine, type EngineOptions, engineOn, START } from '../support/service.ts'
import { stall } from '../support/stall.ts'

const PLACE = '420106012021'
const A_MINUTE = 60_000

const market = async (t: Test) => {
  const { url } = await database(t)
  const clock = simulatedClock(new Date(START))
  /** Another process, for as long as this test of it. */
  const engine = (of: Test, around?: EngineOptions['around']) =>
    engineOn(of, url, { clock, workflows: [stall], ...(around && { around }) })
  const here = await engine(t)
  const there = await engine(t)
  const person = await appointFirst(here, { name: '周桂兰', phone: '027-87654321', role: 'bureau', place: '4201' })
  const open = (at: Engine, things: { licence?: string; pitch?: string }, key: string = randomUUID()) =>
    at.handler.handle({ workflow: 'stall', command: 'open', input: { place: PLACE, ...things }, person, key })
  const send = (at: Engine, id: string, command: string, input: object = {}, key: string = randomUUID()) =>
    at.handler.handle({ workflow: 'stall', id, command, input, person, key })
  const life = async (at: Engine, id: string) => {
    const instance = await at.instances.get(stall, id)
    await at.instances.refresh(instance)
    return instance
  }
  return { clock, engine, here, there, person, open, send, life }
}
type Market = Awaited<ReturnType<typeof market>>

/** The events of every claim, by their names, in the order of the log. */
const claimEvents = async ({ here }: Market): Promise<string[]> =>
  (await here.store.readAll()).filter(({ stream }) => stream.startsWith('claim-')).map(({ type }) => type)

const outcome = (sent: Promise<unknown>): Promise<string> =>
  sent.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? error.constructor.name,
  )

t.test('a thing is claimed, held and confirmed; whoever comes later learns who holds it', async t => {
  const m = await market(t)
  const first = await m.open(m.here, { licence: 'A-1' })
  t.strictSame(await claimEvents(m), ['Claimed', 'ClaimConfirmed'])
  t.equal(first.revision, 0, 'the answer speaks of the life alone')
  for (const at of [m.here, m.there])
    await t.rejects(m.open(at, { licence: ' ａ-1 ' }), {
      code: 'taken',
      detail: { kind: 'licence', text: { zh: '执照号', en: 'Licence' }, holder: { workflow: 'stall', id: first.id } },
    })
  const event = (await m.here.store.readStream(`stall-${first.id}`)).map(recordedFact)[0]
  const [holding] = event?.metadata.claims ?? []
  t.match(holding, { kind: 'licence', stream: /^claim-[0-9a-f-]{36}$/ })
  const [claimed] = (await m.here.store.readStream(holding?.stream as string)).map(recordedFact)
  t.match(claimed?.data, { kind: 'licence', holder: `stall-${first.id}`, revision: -1, command: String })
  t.notMatch(JSON.stringify(claimed), 'A-1', 'the log does not tell what it is')
  t.strictSame(await claimFindings(m.here.store), [])
})

t.test('another kind, or none, is nobody’s', async t => {
  const m = await market(t)
  await m.open(m.here, { licence: 'A-1' })
  await m.open(m.here, { pitch: 'A-1' })
  await m.open(m.here, {})
  await m.open(m.here, {})
  t.equal((await claimEvents(m)).length, 4)
})

t.test('sent again it is the first answer, and nothing is claimed twice', async t => {
  const m = await market(t)
  const first = await m.open(m.here, { licence: 'A-1' }, 'open')
  for (const at of [m.here, m.there])
    t.strictSame(await m.open(at, { licence: 'A-1' }, 'open'), { ...first, repeated: true })
  t.equal((await claimEvents(m)).length, 2)
})

t.test('what a life takes instead lets go of what it had; what it has already is not claimed again', async t => {
  const m = await market(t)
  const { id } = await m.open(m.here, { licence: 'A-1' })
  await m.send(m.there, id, 'change-licence', { licence: 'A-2' })
  const other = await m.open(m.here, { licence: 'A-1' })
  t.equal(await outcome(m.send(m.here, other.id, 'change-licence', { licence: 'A-2' })), 'taken')
  const before = (await claimEvents(m)).length
  await m.send(m.here, id, 'change-licence', { licence: 'a-2' })
  t.equal((await claimEvents(m)).length, before)
  await m.send(m.here, id, 'close')
  await m.send(m.there, other.id, 'change-licence', { licence: 'A-2' })
  await m.open(m.there, { licence: 'A-1' })
  t.strictSame(await claimFindings(m.here.store), [])
})

t.test('where a life may hold several, each entry holds one, and lets it go with its own event', async t => {
  const m = await market(t)
  const [one, other] = [await m.open(m.here, {}), await m.open(m.here, {})]
  await m.send(m.here, one.id, 'take-voucher', { day: '1', voucher: 'V-1' })
  await m.send(m.here, one.id, 'take-voucher', { day: '2', voucher: 'V-2' })
  const take = (id: string, day: string, voucher: string) =>
    outcome(m.send(m.there, id, 'take-voucher', { day, voucher }))
  t.equal(await take(other.id, '1', 'V-1'), 'taken')
  t.equal(await take(one.id, '3', 'V-1'), 'taken', 'not twice in one life either')
  await m.send(m.there, one.id, 'return-voucher', { day: '1' })
  t.equal(await take(other.id, '1', 'V-1'), 'done')
  t.equal(await take(other.id, '2', 'V-2'), 'taken')
  await m.send(m.here, one.id, 'close')
  t.equal(await take(other.id, '2', 'V-2'), 'done', 'what ends the life lets everything go')
  t.strictSame(await claimFindings(m.here.store), [])
})

t.test('a dry run tells what would be refused, and writes nothing', async t => {
  const m = await market(t)
  const { id } = await m.open(m.here, { licence: 'A-1' })
  const head = await m.here.store.head()
  const dry = (licence: string) =>
    m.there.handler.dryRun({
      workflow: 'stall',
      command: 'open',
      input: { place: PLACE, licence },
      person: m.person,
      key: 'dry',
    })
  await t.rejects(dry('A-1'), { code: 'taken', detail: { holder: { id } } })
  t.match(await dry('A-2'), { events: [{ type: 'Opened' }] })
  t.equal(await m.here.store.head(), head)
})

t.test('64 racers in two processes: one wins, and the others are told who', async t => {
  const m = await market(t)
  const races: [string, (n: number) => { licence?: string; pitch?: string }][] = [
    ['for one thing', () => ({ licence: 'A-1' })],
    ['for two things', () => ({ licence: 'B-1', pitch: 'B' })],
    ['each with one of its own, and one for all', n => ({ licence: `C-${n}`, pitch: 'C' })],
  ]
  for (const [name, things] of races) {
    const started = await Promise.allSettled(
      Array.from({ length: 64 }, (_, n) => m.open(n % 2 ? m.here : m.there, things(n))),
    )
    const [winner, ...more] = started.flatMap(each => (each.status === 'fulfilled' ? [each.value] : []))
    t.equal(more.length, 0, name)
    for (const each of started)
      if (each.status === 'rejected') t.match(each.reason, { code: 'taken', detail: { holder: { id: winner?.id } } })
  }
  const own = await Promise.all(Array.from({ length: 64 }, (_, n) => outcome(m.open(m.here, { licence: `C-${n}` }))))
  t.strictSame(own.sort(), [...Array(63).fill('done'), 'taken'], 'who lost the one thing gave up the other')
  t.strictSame(await claimFindings(m.here.store), [])
})

t.test('64 racers with one life between them', async t => {
  const m = await market(t)
  const { id } = await m.open(m.here, {})
  const persistently = async (n: number): Promise<unknown> =>
    m.send(n % 2 ? m.here : m.there, id, 'change-licence', { licence: `A-${n}` }, `change-${n}`).catch(error => {
      if (error.code === 'conflict') return persistently(n)
      throw error
    })
  await Promise.all(Array.from({ length: 64 }, (_, n) => persistently(n)))
  const { licence } = (await m.life(m.here, id)).data as { licence: string }
  const others = Array.from({ length: 64 }, (_, n) => `A-${n}`).filter(each => each !== licence)
  for (const each of others) await m.open(m.there, { licence: each })
  t.equal(await outcome(m.open(m.there, { licence })), 'taken')
  t.strictSame(await claimFindings(m.here.store), [])
})

// ── crashes ─────────────────────────────────────────────────────────────────────────────────────

const everyCrash = (appends: number): Crash[] =>
  Array.from({ length: appends }, (_, n) => n + 1).flatMap(append => [
    { append, when: 'before' as const },
    { append, when: 'after' as const },
  ])

/** What a process may die at: the command, what it needs to stand before, and how many appends it makes. */
type Scene = {
  name: string
  appends: number
  given(m: Market, n: string): Promise<string | undefined>
  command(m: Market, at: Engine, n: string, id: string | undefined): Promise<unknown>
}

const scenes: Scene[] = [
  {
    name: 'a start that claims two things',
    appends: 5,
    given: async () => undefined,
    command: (m, at, n) => m.open(at, { licence: n, pitch: n }, `open-${n}`),
  },
  {
    name: 'a change from one thing to another',
    appends: 4,
    given: async (m, n) => (await m.open(m.here, { licence: `${n}-old` })).id,
    command: (m, at, n, id) => m.send(at, id as string, 'change-licence', { licence: n }, `change-${n}`),
  },
  {
    name: 'an end that lets two things go',
    appends: 3,
    given: async (m, n) => (await m.open(m.here, { licence: n, pitch: n })).id,
    command: (m, at, n, id) => m.send(at, id as string, 'close', {}, `close-${n}`),
  },
]

t.test('a process that dies at any step leaves nothing that the next one does not finish or release', async t => {
  const m = await market(t)
  let n = 0
  const crashed = async (t: Test, scene: Scene, at: Crash) => {
    const name = `N${++n}`
    const { arm, around, died } = crashing()
    const dying = await m.engine(t, around)
    const id = await scene.given(m, name)
    arm(at)
    t.equal(await outcome(scene.command(m, dying, name, id)), Crashed.name)
    t.ok(died())
    return { name, id }
  }

  for (const scene of scenes)
    for (const at of everyCrash(scene.appends))
      await t.test(`${scene.name}, ${at.when} append ${at.append}`, async t => {
        const again = await crashed(t, scene, at)
        t.equal(await outcome(scene.command(m, m.there, again.name, again.id)), 'done', 'sent again')
        t.equal(await outcome(scene.command(m, m.here, again.name, again.id)), 'done', 'and again')

        const later = await crashed(t, scene, at)
        m.clock.advance(A_MINUTE)
        const rival = await outcome(m.open(m.there, { licence: later.name, pitch: later.name }))
        t.match(rival, /^(done|taken)$/, 'a rival a minute later')
        const sent = await outcome(scene.command(m, m.here, later.name, later.id))
        t.match(sent, /^(done|taken)$/, 'sent again after the rival')
        t.not(`${rival} ${sent}`, 'taken taken', 'somebody has it')
      })
  t.strictSame(await claimFindings(m.here.store), [])
})

t.test('a claim that nobody has finished', async t => {
  const m = await market(t)
  const { arm, around } = crashing()
  const dying = await m.engine(t, around)
  arm({ append: 1, when: 'after' })
  const things = { licence: 'A-1' }
  await outcome(m.open(dying, things, 'left'))

  t.test('is waited for within its minute', async t => {
    m.clock.advance(A_MINUTE - 1)
    const began = performance.now()
    await t.rejects(m.open(m.here, things), { code: 'claim-pending', detail: { kind: 'licence' } })
    t.ok(performance.now() - began < 3_000)
  })
  t.test('lapses after it, in the stream of a life that is not there', async t => {
    m.clock.advance(1)
    const rival = await m.open(m.here, things)
    const claim = (await m.here.store.readAll()).find(({ type }) => type === 'Claimed')
    const { holder } = JSON.parse(claim?.data as string) as { holder: string }
    const [lapse, ...more] = (await m.here.store.readStream(holder)).map(recordedFact)
    t.match(lapse, { type: 'ClaimLapsed', data: { kind: 'licence', claim: claim?.stream } })
    t.equal(more.length, 0)
    const left = await m.life(m.here, holder.slice('stall-'.length))
    t.notOk(exists(left))
    t.equal(left.revision, 0)

    await t.rejects(m.open(m.there, things, 'left'), { code: 'taken', detail: { holder: { id: rival.id } } })
    await m.send(m.here, rival.id, 'close')
    const started = await m.open(m.there, things, 'left')
    t.strictSame([started.id, started.revision], [left.id, 1], 'a start accepts a stream that holds only lapses')
    t.strictSame(await claimFindings(m.here.store), [])
  })
})

t.test('what was still on its way when the claim lapsed is not appended any more', async t => {
  const m = await market(t)
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const { promise: held, resolve: hold } = Promise.withResolvers<void>()
  const slow = await m.engine(t, store => ({
    ...store,
    append: async (stream, ...rest) => {
      if (stream.startsWith('stall-')) {
        hold()
        await released
      }
      return store.append(stream, ...rest)
    },
  }))
  const late = outcome(m.open(slow, { licence: 'A-1' }))
  await held
  m.clock.advance(A_MINUTE)
  const rival = await m.open(m.here, { licence: 'A-1' })
  release()
  t.equal(await late, 'taken', 'it decided anew, and met the rival')
  t.ok(exists(await m.life(m.there, rival.id)))
  t.strictSame(await claimFindings(m.here.store), [])
})

t.test('an append whose outcome is unknown is found by the next try', async t => {
  const m = await market(t)
  let unknown = true
  const forgetful = await m.engine(t, store => ({
    ...store,
    append: async (stream, ...rest) => {
      const appended = await store.append(stream, ...rest)
      if (unknown && stream.startsWith('stall-')) throw new OutcomeUnknown('lost')
      return appended
    },
  }))
  t.equal(await outcome(m.open(forgetful, { licence: 'A-1' }, 'lost')), 'outcome-unknown')
  unknown = false
  t.match(await m.open(forgetful, { licence: 'A-1' }, 'lost'), { repeated: true, revision: 0 })
  t.equal(await outcome(m.open(m.here, { licence: 'A-1' })), 'taken')
  t.strictSame(await claimEvents(m), ['Claimed', 'ClaimConfirmed'])
})
