/** Rebuilding where it goes wrong: a model that had stopped, a fold that cannot take an event, two at once. */
import t, { type Test } from 'tap'
import { factReader } from '../../engine/lift.ts'
import { prepareReadModels, runProjections, standingOf } from '../../engine/projection-runner.ts'
import { rebuild } from '../../engine/rebuild.ts'
import { livesModel } from '../../projections/lives.ts'
import { appointFirst } from '../../services/appoint-first.ts'
import { workflows } from '../../workflows/index.ts'
import { database } from '../support/postgres.ts'
import { engineOn } from '../support/service.ts'

const read = factReader(workflows)

const world = async (t: Test) => {
  const { url, pool } = await database(t)
  const { store, handler, clock } = await engineOn(t, url)
  await appointFirst({ handler, clock }, { name: '周桂兰', phone: '027-87654321', role: 'bureau', place: '4201' })
  await prepareReadModels(pool, store, [livesModel])
  const runner = await runProjections(pool, store, [livesModel], read)
  await runner.reached('lives', await store.head(), 5_000)
  await runner.stop()
  const rows = async () => (await pool.query('SELECT * FROM lives_v1.lives ORDER BY 1')).rows
  const heard: number[] = []
  const again = (model = livesModel, interrupt = async () => undefined) =>
    rebuild({ pool, store, read, interrupt, heard: n => heard.push(n) }, model)
  return { pool, store, rows, again, heard }
}

t.test('rebuilt, it says what it said, at the head, and leaves nothing beside it', async t => {
  const { pool, store, rows, again, heard } = await world(t)
  const before = await rows()
  await pool.query("UPDATE lives_v1.lives SET state = '[]'")
  await pool.query("UPDATE engine.checkpoints SET stopped_at = position, stopped_why = 'x' WHERE name = 'lives@1'")
  t.equal(await again(), await store.head())
  t.strictSame(await rows(), before)
  t.strictSame(await standingOf(pool, livesModel), { model: 'lives', position: await store.head() }, 'going again')
  t.ok(heard.reduce((sum, n) => sum + n, 0) > 0)
  const { rows: left } = await pool.query("SELECT 1 FROM pg_namespace WHERE nspname LIKE '%rebuilt%'")
  t.strictSame(left, [])
})

t.test('broken off at any point, the old one stays; the next rebuild begins anew', async t => {
  const { pool, rows, again } = await world(t)
  const before = await rows()
  const [table] = livesModel.tables
  const poor = {
    ...livesModel,
    tables: [{ ...table, touches: { '*': { '*': { keys: () => ['x'], row: () => ({ life: 1 / 0 }) } } } }],
  } as unknown as typeof livesModel
  await t.rejects(again(poor), /lives-rebuilt cannot take the event at/)
  await t.rejects(
    again(livesModel, () => Promise.reject(new Error('the lease could not be taken'))),
    /could not be taken/,
  )
  t.strictSame(await rows(), before)
  await again()
  t.strictSame(await rows(), before)
  const { rows: names } = await pool.query("SELECT name FROM engine.checkpoints WHERE name LIKE 'lives%'")
  t.strictSame(names, [{ name: 'lives@1' }])
})

t.test('of two rebuilds at once one is told', async t => {
  const { again } = await world(t)
  let told = false
  await again(livesModel, async () => {
    await t.rejects(again(), { message: /正在重建.*is being rebuilt already/ })
    told = true
    return undefined
  })
  t.ok(told, 'while the first was about to take the place of the old one')
})
