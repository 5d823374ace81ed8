/** Snapshots: what they save, and that they are never trusted over the events. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import t, { type Test } from 'tap'
import { blankInstance, type Instance, takeIn } from '../../engine/instance.ts'
import { frozenCommands } from '../../engine/known-commands.ts'
import { factOf } from '../../engine/lift.ts'
import { streamPages } from '../../engine/stream-pages.ts'
import { appointFirst } from '../../services/appoint-first.ts'
import { database } from '../support/postgres.ts'
import { purse } from '../support/purse.ts'
import { type Engine, engineOn } from '../support/service.ts'

const TODAY = '2026-03-05'
const EVENTS = 230

type World = { url: string; pool: pg.Pool; here: Engine; person: string; id: string }

const send = (
  { handler }: Engine,
  { id, person }: Pick<World, 'id' | 'person'>,
  command: string,
  input: object,
  key: string = randomUUID(),
) => handler.handle({ workflow: 'purse', id, command, input, person, key })

const opened = async (engine: Engine, person: string): Promise<string> => {
  const input = { place: '420106012021', organisation: randomUUID(), limit: 1_000_000, on: TODAY, title: '活动经费' }
  const { id } = await engine.handler.handle({ workflow: 'purse', command: 'open', input, person, key: randomUUID() })
  return id
}

/** A purse into which something was put again and again, by a process that keeps it in memory. */
const longLife = async (t: Test): Promise<World> => {
  const { url, pool } = await database(t)
  const here = await engineOn(t, url)
  const person = await appointFirst(here, { name: '周桂兰', phone: '027-87654321', role: 'bureau', place: '4201' })
  const street = await streetOf(here, person)
  const world = { url, pool, here, person: street, id: await opened(here, street) }
  for (let n = 1; n < EVENTS; n++) await send(here, world, 'put', { amount: n }, `put-${n}`)
  return world
}

const streetOf = async (engine: Engine, person: string): Promise<string> => {
  const register = { name: '李秀英', phone: '027-87654321', place: '420106012021' }
  const { id } = await engine.handler.handle({
    workflow: 'person',
    command: 'register',
    input: register,
    person,
    key: 'register',
  })
  const post = { role: 'street', place: '420106012', from: '2026-01-01' }
  await engine.handler.handle({ workflow: 'person', id, command: 'appoint', input: post, person, key: 'appoint' })
  return id
}

type Row = { revision: number; format: string; bytes: number }

const rowOf = async ({ pool, id }: Pick<World, 'pool' | 'id'>): Promise<Row | undefined> => {
  const text = 'SELECT revision, format, length(body) AS bytes FROM engine.snapshots WHERE stream = $1'
  return (await pool.query<Row>(text, [`purse-${id}`])).rows[0]
}

const until = async <T>(look: () => Promise<T | undefined>): Promise<T> => {
  for (let waited = 0; waited < 10_000; waited += 20) {
    const seen = await look()
    if (seen) return seen
    await sleep(20)
  }
  throw new Error('it did not happen')
}

const keptAt = (world: World, revision: number): Promise<Row> =>
  until(async () => {
    const row = await rowOf(world)
    return row && row.revision >= revision && row.bytes > 0 ? row : undefined
  })

/** What the log says, from its first event. */
const folded = async ({ here, id }: World): Promise<Instance> => {
  const instance = blankInstance(purse, id)
  for await (const page of streamPages(here.store, instance.stream))
    for (const event of page) takeIn(instance, factOf(purse, event))
  return instance
}

const plain = ({ commands, ...rest }: Instance) => ({ ...rest, commands: frozenCommands(commands) })

const loadedBy = ({ instances }: Engine, { id }: World): Promise<Instance> => instances.get(purse, id)

t.test('a long life is loaded from its snapshot, and is what its events say', async t => {
  const world = await longLife(t)
  const row = await keptAt(world, 100)
  t.ok(row.revision < EVENTS && row.bytes < 6_000, `${row.bytes} bytes at ${row.revision}`)
  const there = await engineOn(t, world.url)
  t.strictSame(plain(await loadedBy(there, world)), plain(await folded(world)))
  t.match(there.instances.memory().loaded, { fromSnapshot: 1 })

  t.test('every command is known: it gets its first answer though the life has moved on', async t => {
    for (const n of [1, 50, 99, 100, 101, EVENTS - 1])
      t.match(await send(there, world, 'put', { amount: n }, `put-${n}`), { repeated: true, revision: n })
    await t.rejects(send(there, world, 'put', { amount: 2 }, 'put-1'), { code: 'key-reused' })
    await t.rejects(send(there, world, 'note', { reason: '核对' }, 'put-1'), { code: 'key-reused' })
    t.equal((await folded(world)).revision, EVENTS - 1)
  })

  t.test('what is appended there is known here, and the other way round', async t => {
    await send(there, world, 'spend', { amount: 1, on: TODAY })
    await send(world.here, world, 'put', { amount: 1 })
    t.equal((await send(there, world, 'put', { amount: 1 })).revision, EVENTS + 2)
    t.same([...there.troubles, ...world.here.troubles], [])
  })
})

t.test('a snapshot that is not what the events say is dropped, and made anew', async t => {
  const world = await longLife(t)
  await keptAt(world, 100)

  t.test('changed in the database: its bytes are not those that were kept', async t => {
    await world.pool.query("UPDATE engine.snapshots SET body = overlay(body placing 'AAAA' from 400)")
    const there = await engineOn(t, world.url)
    t.strictSame(plain(await loadedBy(there, world)), plain(await folded(world)))
    t.match(there.troubles, [{ message: /is not what was kept/ }])
    t.match(there.instances.memory().loaded, { fromSnapshot: 0 })
    await keptAt(world, EVENTS - 1)
  })

  t.test('of another past: the event that it stands at has another hash', async t => {
    const instance = { ...(await folded(world)), hash: 'f'.repeat(64), data: { held: 1e9 } }
    world.here.snapshots.offer(instance)
    await until(async () => {
      const kept = await world.here.snapshots.find(purse, world.id)
      return kept?.hash === instance.hash || undefined
    })
    const there = await engineOn(t, world.url)
    t.strictSame(plain(await loadedBy(there, world)), plain(await folded(world)))
    await until(
      async () => (await there.snapshots.find(purse, world.id))?.hash === (await folded(world)).hash || undefined,
    )
  })

  t.test('from beyond the end of the log, as after a restored backup', async t => {
    const ahead = { ...(await folded(world)), revision: 100_000 }
    world.here.snapshots.offer(ahead)
    await keptAt(world, 100_000)
    const there = await engineOn(t, world.url)
    t.strictSame(plain(await loadedBy(there, world)), plain(await folded(world)))
    await until(async () => (await rowOf(world))?.revision === EVENTS - 1 || undefined)
  })

  t.test('made by other code, which may fold otherwise', async t => {
    const there = await engineOn(t, world.url, { code: 'another' })
    const { format } = (await rowOf(world)) as Row
    await loadedBy(there, world)
    t.match(there.instances.memory().loaded, { fromSnapshot: 0 })
    await until(async () => (await rowOf(world))?.format !== format || undefined)
  })
})

t.test('from before a text was taken back no snapshot comes back, whoever is still writing one', async t => {
  const world = await longLife(t)
  await keptAt(world, 100)
  const stale = await folded(world)
  const { snapshots } = world.here
  await snapshots.forget([{ stream: `purse-${world.id}`, revision: EVENTS }])
  t.match(await rowOf(world), { revision: EVENTS, bytes: 0 })
  t.equal(await snapshots.find(purse, world.id), undefined)

  snapshots.offer(stale)
  await sleep(300)
  t.match(await rowOf(world), { revision: EVENTS, bytes: 0 }, 'too late')
  await send(world.here, world, 'put', { amount: 1 })
  snapshots.offer(await folded(world))
  t.match(await keptAt(world, EVENTS), { revision: EVENTS })
})

t.test('two processes that keep one life each: nothing is lost, done twice or forgotten', async t => {
  const world = await longLife(t)
  const { here, url, person } = world
  const engines = await Promise.all(['one', 'other'].map(() => engineOn(t, url, { bytes: 1 })))
  const ids = [world.id, await opened(here, person), await opened(here, person)]
  const puts = Array.from({ length: 90 }, (_, n) => ({
    id: ids[n % 3] as string,
    key: `mixed-${n % 60}`,
    engine: engines[n % 2] as Engine,
  }))
  const persistently = async ({ id, key, engine }: (typeof puts)[number]): Promise<boolean> => {
    try {
      return (await send(engine, { id, person }, 'put', { amount: 1 }, key)).repeated
    } catch (error) {
      if ((error as { code?: string }).code !== 'conflict') throw error
      return persistently({ id, key, engine })
    }
  }
  const repeated = await Promise.all(puts.map(persistently))
  t.equal(repeated.filter(each => each).length, 30, 'of 90 that were sent, 30 had been sent before')
  for (const id of ids) {
    const life = await folded({ ...world, id })
    t.equal(life.revision, (id === world.id ? EVENTS - 1 : 0) + 20)
    for (const engine of engines) t.strictSame(plain(await loadedBy(engine, { ...world, id })), plain(life))
  }
  for (const { instances, troubles } of engines) {
    t.match(instances.memory(), { instances: 1 })
    t.ok(instances.memory().evicted > 0)
    t.same(troubles, [])
  }
})
