/** Events of old shapes: lifted in one place, for folds, read models, histories and answers; their bytes stay as they are. */
import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { z } from 'zod'
import type { Workflow } from '../../engine/definition.ts'
import { factReader, recordedFact, shapeNow } from '../../engine/lift.ts'
import { query, readModel, schemaOf, table } from '../../engine/projection.ts'
import { prepareReadModels, resetReadModel, runProjections, standingOf } from '../../engine/projection-runner.ts'
import { appointFirst } from '../../services/appoint-first.ts'
import { lanterns } from '../support/lantern.ts'
import { database } from '../support/postgres.ts'
import { type Engine, engineOn, service } from '../support/service.ts'

const [litres, millilitres, bySomebody] = lanterns
const PLACE = '420106012021'

const fill = (engine: Engine, id: string, person: string, input: object, key: string = randomUUID()) =>
  engine.handler.handle({ workflow: 'lantern', id, command: 'fill', input, person, key })

/** A lantern filled under each version, by a process of its own. */
const filledThrice = async (t: Test) => {
  const { url, pool } = await database(t)
  const engines = await Promise.all(lanterns.map(lantern => engineOn(t, url, { workflows: [lantern] })))
  const [first, second, third] = engines as [Engine, Engine, Engine]
  const person = await appointFirst(first, { name: '周桂兰', phone: '027-87654321', role: 'bureau', place: '4201' })
  const hang = { workflow: 'lantern', command: 'hang', input: { place: PLACE }, person, key: 'hang' }
  const { id } = await first.handler.handle(hang)
  await fill(first, id, person, { oil: 2 }, 'first')
  await fill(second, id, person, { ml: 500 }, 'second')
  const { position } = await fill(third, id, person, { ml: 250, by: '李秀英' }, 'third')
  return { url, pool, first, second, third, person, id, position }
}

const dataOf = async ({ instances }: Engine, workflow: Workflow, id: string) => (await instances.get(workflow, id)).data

t.test('an old event is folded as if it had been recorded in the shape of today', async t => {
  const { url, third, id } = await filledThrice(t)
  const expected = { place: PLACE, ml: 2_750, by: ['未记录', '未记录', '李秀英'] }
  t.strictSame(await dataOf(third, bySomebody, id), expected)
  const restarted = await engineOn(t, url, { workflows: [bySomebody] })
  t.strictSame(await dataOf(restarted, bySomebody, id), expected)
})

t.test('every event says its shape, the first shape by saying none; its bytes are what was recorded', async t => {
  const { third, id } = await filledThrice(t)
  const recorded = await third.store.readStream(`lantern-${id}`)
  t.strictSame(
    recorded.map(event => [event.data, recordedFact(event).metadata.shape]),
    [
      [`{"place":"${PLACE}"}`, undefined],
      ['{"oil":2}', undefined],
      ['{"ml":500}', 2],
      ['{"ml":250,"by":"李秀英"}', 3],
    ],
  )
  t.strictSame(
    lanterns.map(lantern => shapeNow(lantern, 'Filled')),
    [1, 2, 3],
  )
})

t.test('a shape that this version does not know yet is refused, not guessed at', async t => {
  const { url, person, id } = await filledThrice(t)
  const old = await engineOn(t, url, { workflows: [millilitres] })
  await t.rejects(fill(old, id, person, { ml: 1 }), { message: /has shape 3; known are 2/ })
  t.equal((await old.store.readStream(`lantern-${id}`)).length, 4)
})

t.test('a command recorded in an old shape is answered again', async t => {
  const { third, person, id } = await filledThrice(t)
  await t.rejects(fill(third, id, person, { ml: 2_000, by: '李秀英' }, 'first'), { code: 'key-reused' })
  t.match(await fill(third, id, person, { ml: 250, by: '李秀英' }, 'third'), { repeated: true, revision: 3 })
})

/** What was filled, by lantern. */
const fillings = () => {
  const title = { zh: '添油', en: 'Fillings' }
  const lantern = z.string().meta({ zh: '灯笼', en: 'Lantern' })
  const row = z.strictObject({ lantern, filled: z.string().meta(title) })
  type Events = { lantern: { Filled: { ml: number; by: string } } }
  const filled = table<Events>()({
    name: 'filled',
    key: 'lantern',
    row,
    touches: {
      lantern: {
        Filled: {
          keys: ({ id }) => [id],
          row: (before, { data }, lantern) => ({ lantern, filled: `${before?.filled ?? ''}${data.ml} ${data.by};` }),
        },
      },
    },
  })
  const all = query({ title, filters: z.strictObject({}), row, order: ['lantern'], run: async () => [] })
  return readModel({
    name: 'fillings',
    title,
    about: title,
    version: 1,
    tables: [filled],
    sees: [{ anyone: true }],
    queries: { '': all },
  })
}

t.test('a read model sees the shape of today; one whose process cannot know it stops there', async t => {
  const { pool, third, position } = await filledThrice(t)
  const model = fillings()
  await prepareReadModels(pool, third.store, [model])
  const old = await runProjections(pool, third.store, [model], factReader([litres]))
  t.notOk(await old.reached('fillings', position, 500))
  await old.stop()
  t.match((await standingOf(pool, model))?.stopped?.error, /has shape 2; known are 1/)

  await resetReadModel(pool, third.store, model)
  const runner = await runProjections(pool, third.store, [model], factReader([bySomebody]))
  t.teardown(runner.stop)
  t.ok(await runner.reached('fillings', position, 5_000))
  const { rows } = await pool.query(`SELECT filled FROM ${schemaOf(model)}.filled`)
  t.strictSame(rows, [{ filled: '2000 未记录;500 未记录;250 李秀英;' }])
})

t.test('a history tells the shape of today, a proven one the bytes that were recorded', async t => {
  const { url, person, id } = await filledThrice(t)
  const founder = { id: person, token: '' }
  const s = await service(t, {
    beside: { url, founder },
    workflows: [bySomebody],
    heads: { events: 1, minutes: 1, to: undefined },
  })
  founder.token = await s.token(person)
  const { body } = await s.call(founder, 'GET', `/v1/lantern/${id}/history`)
  t.match(JSON.stringify(body), /"value":2000.*"value":"未记录"/)
  const { body: past } = await s.call(
    founder,
    'GET',
    `/v1/lantern/${id}?asOf=${encodeURIComponent('2026-03-05T02:00:00Z')}`,
  )
  t.match(past.data, { ml: 2_750 })
})
