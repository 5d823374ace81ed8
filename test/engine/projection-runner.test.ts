/** A small read model over real events: live, restarted, rebuilt, stopped by a poison event, kept by one of two. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import pino from 'pino'
import t, { type Test } from 'tap'
import { z } from 'zod'
import { LeaseLost } from '../../engine/fence.ts'
import { recordedFact } from '../../engine/lift.ts'
import { query, type ReadModel, readModel, schemaOf, table } from '../../engine/projection.ts'
import {
  type ProjectionRunner,
  prepareReadModels,
  resetReadModel,
  runProjections,
  standingOf,
} from '../../engine/projection-runner.ts'
import { appointFirst } from '../../services/appoint-first.ts'
import { openLeases } from '../../services/lease.ts'
import { keepProjections } from '../../services/worker.ts'
import { database, testPool } from '../support/postgres.ts'
import { type Engine, engineOn, service } from '../support/service.ts'

const COMMUNITY = '420106012021'
const PHONE = '027-87654321'

const row = z.strictObject({
  life: z.string().meta({ zh: '组织', en: 'Organisation' }),
  name: z.string().nullable().meta({ zh: '名称', en: 'Name' }),
  changes: z.int().meta({ zh: '变更次数', en: 'Changes' }),
  weight: z.int().meta({ zh: '权重', en: 'Weight' }),
})
type Row = z.infer<typeof row>
type Events = {
  organisation: {
    OrganisationEnrolled: { name: string }
    TierChanged: { filingNumber?: string }
    OrganisationDissolved: object
  }
}

const FILED = { tier: 'filed', filingNumber: '改', reason: '备案' }
const POISON = '毒'
type Odd = {
  name?: string
  version?: number
  /** What becomes of a name in the fold. */
  weigh?(name: string): number
}

const group = (name: string) => ({ name, tier: 'community-managed', field: 'dance', place: COMMUNITY })
const simply = () => 1
const orThrow = (name: string): number => {
  if (name.startsWith(POISON)) throw new Error(`'${name}' cannot be weighed`)
  return 1
}
/** The fold takes it; the column does not. */
const orFraction = (name: string): number => (name.startsWith(POISON) ? 0.5 : 1)

/** One row an organisation, named by its filing once it has one. */
const model = ({ name = 'names', version = 1, weigh = simply }: Odd = {}): ReadModel => {
  const names = table<Events>()({
    name: 'names',
    key: 'life',
    row,
    touches: {
      organisation: {
        OrganisationEnrolled: {
          keys: ({ id }) => [id],
          row: (_, { data }, life) => ({ life, name: data.name, changes: 0, weight: weigh(data.name) }),
        },
        TierChanged: {
          keys: ({ id }) => [id],
          row: (before, { data }) =>
            before && { ...before, name: data.filingNumber ?? before.name, changes: before.changes + 1 },
        },
        OrganisationDissolved: { keys: ({ id }) => [id], row: () => undefined },
      },
    },
  })
  const list = query({
    title: { zh: '名称', en: 'Names' },
    filters: z.strictObject({}),
    row,
    order: ['life'],
    run: async () => [] as Row[],
  })
  const title = { zh: '名称', en: 'Names' }
  return readModel({
    name,
    title,
    about: title,
    version,
    tables: [names],
    sees: [{ anyone: true }],
    queries: { '': list },
  })
}

const rowsOf = async (pool: pg.Pool, of: ReadModel): Promise<Row[]> =>
  (await pool.query<Row>(`SELECT life, name, changes::int, weight::int FROM ${schemaOf(of)}.names ORDER BY life`)).rows

type World = { url: string; pool: pg.Pool; engine: Engine; founder: string }

const world = async (t: Test): Promise<World> => {
  const { url, pool } = await database(t)
  const engine = await engineOn(t, url)
  const founder = await appointFirst(engine, { name: '周桂兰', phone: PHONE, role: 'bureau', place: '4201' })
  return { url, pool, engine, founder }
}

const send = ({ engine, founder }: World, command: string, input: object, id?: string) =>
  engine.handler.handle({ workflow: 'organisation', id, command, input, person: founder, key: randomUUID() })

/** Enrols these and files the first; the last position. */
const happen = async (world: World, ...names: string[]): Promise<string> => {
  const lives = await Promise.all(names.map(name => send(world, 'enrol', group(name))))
  return (await send(world, 'change-tier', FILED, lives[0]?.id)).position
}

const running = async (t: Test, { pool, engine }: World, ...models: ReadModel[]): Promise<ProjectionRunner> => {
  await prepareReadModels(pool, engine.store, models)
  const runner = await runProjections(pool, engine.store, models, recordedFact)
  t.teardown(runner.stop)
  return runner
}

t.test('a read model is current while it runs, and goes on where it stood', async t => {
  const w = await world(t)
  await happen(w, '王芳', '李强')
  const names = model()
  const first = await running(t, w, names)
  const before = await happen(w, '赵敏')
  t.ok(await first.reached('names', before, 5_000))
  const rows = await rowsOf(w.pool, names)
  t.strictSame(rows.map(({ name, changes }) => [name, changes]).sort(), [
    ['改', 1],
    ['改', 1],
    ['李强', 0],
  ])
  t.equal((await standingOf(w.pool, names))?.position, before)
  await first.stop()

  const missed = await happen(w, '钱多')
  t.strictSame(await rowsOf(w.pool, names), rows)
  const second = await running(t, w, names)
  t.ok(await second.reached('names', missed, 5_000), 'without another event')
  t.equal((await rowsOf(w.pool, names)).length, 4)

  const { id } = await send(w, 'enrol', group('孙'))
  const closed = await send(w, 'dissolve', { reason: '重复登记' }, id)
  t.ok(await second.reached('names', closed.position, 5_000))
  t.notOk((await rowsOf(w.pool, names)).some(({ life }) => life === id))
  t.notOk(await second.reached('names', `${await w.engine.store.head()}0`, 50), 'a position ahead')
})

t.test('a rebuilt read model is the live one', async t => {
  const w = await world(t)
  const [live, newer] = [model(), model({ version: 2 })]
  const runner = await running(t, w, live)
  for (let n = 0; n < 5; n++) await happen(w, `${n}号`, `${n}乙`)
  const last = await happen(w, '末')
  t.ok(await runner.reached('names', last, 5_000))
  const rows = await rowsOf(w.pool, live)
  await runner.stop()

  const beside = await running(t, w, newer)
  t.ok(await beside.reached('names', last, 5_000))
  t.strictSame(await rowsOf(w.pool, newer), rows)
  await beside.stop()

  await resetReadModel(w.pool, w.engine.store, live)
  t.strictSame(await rowsOf(w.pool, live), [])
  const again = await running(t, w, live)
  t.ok(await again.reached('names', last, 5_000))
  t.strictSame(await rowsOf(w.pool, live), rows)
})

t.test('read models at different places catch up, then go together', async t => {
  const w = await world(t)
  const [early, late] = [model({ name: 'early' }), model({ name: 'late' })]
  const alone = await running(t, w, early)
  t.ok(await alone.reached('early', await happen(w, '王芳'), 5_000))
  await alone.stop()
  const runner = await running(t, w, late, early)
  const last = await happen(w, '李强', '赵敏')
  t.ok(await runner.reached('early', last, 5_000))
  t.ok(await runner.reached('late', last, 5_000))
  t.strictSame(await rowsOf(w.pool, late), await rowsOf(w.pool, early))
  t.strictSame(runner.standings(), [
    { model: 'late', position: last },
    { model: 'early', position: last },
  ])
})

for (const [kind, weigh] of [
  ['a fold', orThrow],
  ['the database', orFraction],
] as const)
  t.test(`an event that ${kind} cannot take stops its own model only, until it is mended`, async t => {
    const w = await world(t)
    const [poor, good] = [model({ name: 'poor', weigh }), model({ name: 'good' })]
    const runner = await running(t, w, poor, good)
    const before = await happen(w, '王芳')
    t.ok(await runner.reached('poor', before, 5_000))
    const rows = await rowsOf(w.pool, poor)
    const { position: poison } = await send(w, 'enrol', group(POISON))
    const after = await happen(w, '李强')
    t.ok(await runner.reached('good', after, 5_000))
    const [stopped, going] = runner.standings()
    t.match(stopped, { model: 'poor', stopped: { at: poison, error: String } })
    t.ok((stopped?.position ?? '') < poison)
    t.strictSame(going, { model: 'good', position: after })
    t.strictSame(await rowsOf(w.pool, poor), rows, 'nothing after the poison was taken')
    await runner.stop()
    t.match(
      await standingOf(w.pool, poor),
      { position: stopped?.position, stopped: { at: poison, error: String } },
      'told to every process',
    )

    const unmended = await running(t, w, poor, good)
    t.notOk(await unmended.reached('poor', after, 200))
    t.match(unmended.standings()[0], { stopped: { at: poison } })
    const next = await happen(w, '赵敏')
    t.ok(await unmended.reached('good', next, 5_000))
    await unmended.stop()

    const mended = model({ name: 'poor' })
    const resumed = await running(t, w, mended, good)
    t.ok(await resumed.reached('poor', next, 5_000))
    t.strictSame(await rowsOf(w.pool, mended), await rowsOf(w.pool, good))
  })

t.test('of two runners on one checkpoint only one can move it', async t => {
  const w = await world(t)
  const names = model()
  const [one, other] = [await running(t, w, names), await running(t, { ...w, pool: testPool(t, w.url) }, names)]
  const ends = Promise.race([one.done, other.done]).then(
    () => 'ended',
    ({ message }) => message,
  )
  for (let n = 0; n < 3; n++) await happen(w, `${n}号`)
  t.match(await ends, /is kept by another runner/)
  const last = await happen(w, '末')
  t.ok((await Promise.all([one, other].map(each => each.reached('names', last, 500)))).includes(true))
  t.equal((await rowsOf(w.pool, names)).length, 4)
})

const until = async (condition: () => boolean | Promise<boolean>, timeoutMs = 5_000): Promise<boolean> => {
  for (let waited = 0; waited < timeoutMs && !(await condition()); waited += 20) await sleep(20)
  return condition()
}

t.test(
  'one process keeps the read models; when it stops another takes over, and what it still writes is fenced',
  async t => {
    const w = await world(t)
    const names = model()
    await prepareReadModels(w.pool, w.engine.store, [names])
    const keep = () => {
      const pool = testPool(t, w.url)
      const leases = openLeases(pool, pino({ level: 'silent' }))
      const worker = keepProjections(pool, w.engine.store, [names], recordedFact, leases)
      t.teardown(() => worker.stop().finally(leases.close))
      return worker
    }
    const one = keep()
    t.ok(await until(() => one.runner() !== undefined))
    const other = keep()
    t.ok(await one.runner()?.reached('names', await happen(w, '王芳'), 5_000))
    t.equal(other.runner(), undefined)

    await one.stop()
    t.equal(one.runner(), undefined)
    const last = await happen(w, '赵敏')
    t.ok(await until(() => other.runner() !== undefined, 1_500), 'handed over at once')
    t.ok(await other.runner()?.reached('names', last, 5_000))
    t.equal((await rowsOf(w.pool, names)).length, 2)

    const fence = () => Promise.reject(new LeaseLost('projections'))
    const late = await runProjections(w.pool, w.engine.store, [names], recordedFact, fence)
    t.teardown(late.stop)
    await other.stop()
    await Promise.all([t.rejects(late.done, { code: 'lease-lost' }), happen(w, '李强')])
    t.equal((await rowsOf(w.pool, names)).length, 2, 'nothing was written')
  },
)

t.test('a stopped read model says so wherever it is asked', async t => {
  const names = model({ weigh: orThrow })
  const runners: ProjectionRunner[] = []
  const s = await service(t, {
    change: ({ readModels }) => ({ readModels: [...readModels, names], runner: () => runners[0] }),
  })
  const { pool, store } = s.runtime
  await prepareReadModels(pool, store, [names])
  runners.push(await runProjections(pool, store, [names], recordedFact))
  t.teardown(() => runners[0]?.stop())
  t.equal((await s.call(undefined, 'GET', '/readyz')).status, 200)
  t.equal((await s.call(s.founder, 'GET', '/v1/views/names')).status, 200)

  const { position } = await s.given(s.founder, '/v1/organisation', group(POISON))
  t.ok(await until(async () => (await standingOf(pool, names))?.stopped !== undefined))
  const ready = await s.call(undefined, 'GET', '/readyz')
  t.match(
    [ready.status, ready.body.status, ready.body.readModels.at(-1)],
    [503, 'not-ready', { model: 'names', stopped: { at: position } }],
  )
  const started = performance.now()
  for (const path of ['/v1/views/names', `/v1/views/names?after=${position}`]) {
    const { status, body, headers } = await s.call(s.founder, 'GET', path)
    t.match([status, body.code, body.detail], [503, 'read-model-stopped', new RegExp(position)])
    t.equal(headers.get('retry-after'), '1')
  }
  t.ok(performance.now() - started < 1_000, 'without waiting for what will not come')
  t.equal((await s.call(undefined, 'GET', '/healthz')).status, 200)
  await runners[0]?.stop()

  runners[0] = await runProjections(pool, store, [model()], recordedFact)
  const mended = await s.call(s.founder, 'GET', `/v1/views/names?after=${position}`)
  t.equal(mended.status, 200)
  t.ok(mended.body.position >= position)
  t.equal((await s.call(undefined, 'GET', '/readyz')).status, 200)
})

t.test('?after= waits until the answer includes what was written', async t => {
  const s = await service(t)
  for (let n = 0; n < 10; n++) {
    const { id, position } = await s.given(s.founder, '/v1/organisation', group(`王芳 ${n}`))
    const list = await s.call(s.founder, 'GET', `/v1/views/lives?after=${position}&limit=500`)
    t.ok(list.body.rows.some(each => each.id === id))
    const groups = await s.call(s.founder, 'GET', `/v1/organisation?after=${position}&limit=500`)
    t.ok(groups.body.items.some(each => each.id === id))
  }
  const beside = await service(t, { beside: s })
  for (let n = 0; n < 5; n++) {
    const { id, position } = await s.given(s.founder, '/v1/organisation', group(`李强 ${n}`))
    const there = await beside.call(s.founder, 'GET', `/v1/organisation/${id}?after=${position}`)
    t.equal(there.status, 200)
    const list = await beside.call(s.founder, 'GET', `/v1/views/lives?after=${position}&limit=500`)
    t.ok(
      list.body.rows.some(each => each.id === id),
      'from a process that does not keep the read models',
    )
  }
})
