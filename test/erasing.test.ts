/** A person is erased: nothing of them is told any more, by any process, however it is asked for or came about. */
import t, { type Test } from 'tap'
import { z } from 'zod'
import { recordedFact } from '../engine/lift.ts'
import { query, type ReadModel, readModel, table } from '../engine/projection.ts'
import { prepareReadModels, runProjections } from '../engine/projection-runner.ts'
import { type Person, type Service, service } from './support/service.ts'

const STREET = '420106012'
const COMMUNITY = '420106012021'
const NAME = '独孤求败'
const PHONE = '13812345678'
const NEW_PHONE = '13987654321'
const REASON = { reason: '本人要求' }
const GROUP = { name: '东亭邻里互助队', tier: 'community-managed', field: 'dance', place: COMMUNITY }

const row = z.strictObject({
  life: z.string().meta({ zh: '组织', en: 'Organisation' }),
  by: z.string().meta({ zh: '登记人', en: 'Enrolled by', shows: 'person' }),
})
/** Who enrolled each organisation: a list, and a CSV, with people's names in it. */
const enrolments = (): ReadModel => {
  const title = { zh: '登记人', en: 'Enrolments' }
  const enrolled = table<{ organisation: { OrganisationEnrolled: object } }>()({
    name: 'enrolled',
    key: 'life',
    row,
    touches: {
      organisation: {
        OrganisationEnrolled: {
          keys: ({ id }) => [id],
          row: (_, { metadata }, life) => ({ life, by: metadata.person }),
        },
      },
    },
  })
  const all = query({
    title,
    filters: z.strictObject({}),
    row,
    order: ['life'],
    run: async db =>
      (db as never as { selectFrom(t: string): { selectAll(): { execute(): Promise<never[]> } } })
        .selectFrom('enrolled')
        .selectAll()
        .execute(),
  })
  return readModel({
    name: 'enrolments',
    title,
    about: title,
    version: 1,
    tables: [enrolled],
    sees: [{ anyone: true }],
    queries: { '': all },
  })
}

/** Two processes on one log. */
const world = async (t: Test) => {
  const model = enrolments()
  const change = ({ readModels }: { readModels: readonly ReadModel[] }) => ({ readModels: [...readModels, model] })
  const here = await service(t, { change })
  const { pool, store } = here.runtime
  await prepareReadModels(pool, store, [model])
  const runner = await runProjections(pool, store, [model], recordedFact)
  t.teardown(runner.stop)
  return { here, there: await service(t, { beside: here, change }) }
}

/** An official who did something, was called by another phone once, and left office. */
const somebodyKnown = async (s: Service): Promise<Person & { position: string }> => {
  const { id } = await s.given(s.founder, '/v1/person', { name: NAME, phone: PHONE, place: COMMUNITY })
  const person = { id, token: await s.token(id) }
  await s.given(s.founder, `/v1/person/${id}/appoint`, { role: 'street', place: STREET, from: '2026-01-01' })
  await s.given(person, '/v1/organisation', GROUP)
  await s.given(person, `/v1/person/${id}/change-contact`, { phone: NEW_PHONE })
  const ended = { post: '1', on: '2026-03-05', reason: '离任' }
  const { position } = await s.given(s.founder, `/v1/person/${id}/end-post`, ended)
  return { ...person, position }
}

/** Every answer that tells of somebody. */
const answersOn = async (s: Service, { id, position }: { id: string; position: string }): Promise<string> => {
  const [organisation] = (await s.call(s.founder, 'GET', `/v1/organisation?after=${position}`)).body.items
  const paths = [
    `/v1/person/${id}`,
    `/v1/person/${id}?asOf=${position}`,
    `/v1/person/${id}/history`,
    `/v1/person/${id}/history?asOf=${position}`,
    `/v1/person?limit=500&after=${position}`,
    `/v1/organisation/${organisation?.id}/history`,
    '/v1/views/enrolments',
  ]
  const asked = paths.map(async path => [path, await s.call(s.founder, 'GET', path)] as const)
  const csv = [
    '/v1/views/enrolments',
    await s.call(s.founder, 'GET', '/v1/views/enrolments', undefined, { accept: 'text/csv' }),
  ] as const
  return (await Promise.all([...asked, csv]))
    .map(([path, { status, text }]) => (status === 200 ? text : `${path} ${status}`))
    .join('\n')
}

const told = (text: string, word: string): number => text.split(word).length - 1

t.test('an erased name is told by no process, in no list, export, history or look back', async t => {
  const { here, there } = await world(t)
  const person = await somebodyKnown(here)
  const before = await answersOn(there, person)
  t.ok(told(before, NAME) >= 10, `named ${told(before, NAME)} times before`)
  await here.given(here.founder, `/v1/person/${person.id}/erase`, REASON)
  for (const s of [here, there]) {
    const after = await answersOn(s, person)
    for (const gone of [NAME, PHONE, NEW_PHONE, '独', '138*', '139*']) t.equal(told(after, gone), 0, gone)
    t.ok(told(after, '已删除') >= told(before, NAME), 'what was named is told to be erased')
    t.ok(told(after, person.id) > 0, 'the id remains')
  }
  const english = await here.call(here.founder, 'GET', `/v1/person/${person.id}`, undefined, {
    'accept-language': 'en',
  })
  t.match(english.body, { title: 'erased', data: { name: 'erased', phone: 'erased' } })
  const { rows } = await here.runtime.pool.query('SELECT * FROM keys.keys WHERE name = $1', [`person:${person.id}`])
  t.match(rows, [{ wrapped: null, erased_at: Date }])
})

t.test('who is erased acts no more, and nothing more is sealed for them', async t => {
  const { here, there } = await world(t)
  const { id, token } = await here.register()
  const herself = { id, token }
  await here.given(herself, `/v1/person/${id}/erase`, REASON)
  for (const s of [here, there]) {
    const refused = await s.call(herself, 'POST', `/v1/person/${id}/change-contact`, { phone: PHONE })
    t.match(refused.body.code, 'person-ended')
    const byOther = await s.call(s.founder, 'POST', `/v1/person/${id}/change-contact`, { phone: PHONE })
    t.match(byOther.body.code, 'not-in-this-state')
  }
})

t.test('two erase at once, while others change what is to be erased', async t => {
  const { here, there } = await world(t)
  for (let round = 0; round < 5; round++) {
    const { id } = await here.register(NAME)
    const sent = [here, there, here, there].map((s, n) =>
      n < 2
        ? s.call(s.founder, 'POST', `/v1/person/${id}/erase`, REASON)
        : s.call(s.founder, 'POST', `/v1/person/${id}/change-contact`, { phone: PHONE }),
    )
    const answers = await Promise.all(sent)
    t.equal(answers.slice(0, 2).filter(({ status }) => status === 200).length, 1, 'one of the two erased')
    t.ok(
      answers.every(({ status }) => [200, 409].includes(status)),
      String(answers.map(({ status }) => status)),
    )
    const { data } = (await there.call(there.founder, 'GET', `/v1/person/${id}`)).body
    t.match(data, { name: '已删除', phone: '已删除' })
  }
})

t.test('a registration sent again after the end does not bring anything back', async t => {
  const { here, there } = await world(t)
  const register = (s: Service) =>
    s.call(
      s.founder,
      'POST',
      '/v1/person',
      { name: NAME, phone: PHONE, place: COMMUNITY },
      { 'idempotency-key': 'again' },
    )
  const [first, racing] = await Promise.all([register(here), register(there)])
  t.equal(first.body.id, racing.body.id)
  await here.given(here.founder, `/v1/person/${first.body.id}/erase`, REASON)
  t.match((await register(there)).body, { id: first.body.id, repeated: true })
  t.match((await there.call(there.founder, 'GET', `/v1/person/${first.body.id}`)).body.data, { name: '已删除' })
})

t.test('a process that dies between the event and the end of the key: another follows it', async t => {
  const { here, there } = await world(t)
  const { id } = await here.register(NAME)
  const dying = here.runtime.keys.destroy
  here.runtime.keys.destroy = () => Promise.reject(new Error('died'))
  t.equal((await here.call(here.founder, 'POST', `/v1/person/${id}/erase`, REASON)).status, 500)
  const since = performance.now()
  const name = async () => (await there.call(there.founder, 'GET', `/v1/person/${id}`)).body.data.name
  while ((await name()) === NAME && performance.now() - since < 5_000);
  t.equal(await name(), '已删除')
  t.ok(performance.now() - since < 1_000, 'within a second')
  here.runtime.keys.destroy = dying
})

t.test('keys that come back from a backup are destroyed again before anybody is answered', async t => {
  const first = await service(t)
  const { pool } = first.runtime
  const { id } = await first.register(NAME)
  const backup = await pool.query('SELECT * FROM keys.keys')
  await first.given(first.founder, `/v1/person/${id}/erase`, REASON)
  await first.close()
  for (const [what, statement] of [
    ['the keys alone', 'SELECT 1'],
    ['all that stands beside them', 'TRUNCATE keys.erasures, keys.erasures_read'],
    ['how far the log was read, ahead of what it holds', `UPDATE keys.erasures_read SET position = 'zzz'`],
  ] as const) {
    const restored = await service(t, { beside: first })
    await restored.runtime.pool.query(statement)
    for (const { name, wrapped } of backup.rows)
      await restored.runtime.pool.query('UPDATE keys.keys SET wrapped = $2, erased_at = NULL WHERE name = $1', [
        name,
        wrapped,
      ])
    t.equal((await restored.call(first.founder, 'GET', `/v1/person/${id}`)).body.data.name, NAME, 'it is back')
    await restored.close()
    const again = await service(t, { beside: first })
    t.equal((await again.call(first.founder, 'GET', `/v1/person/${id}`)).body.data.name, '已删除', what)
    await again.close()
  }
})

t.test('of keys without the log and the log without keys, neither tells anything', async t => {
  const s = await service(t)
  const { pool } = s.runtime
  const { id } = await s.register(NAME)
  const dump = async (schema: string) => {
    const { rows: tables } = await pool.query<{ name: string }>(
      `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables WHERE table_schema = $1`,
      [schema],
    )
    const texts = tables.map(async ({ name }) =>
      JSON.stringify((await pool.query(`SELECT t::text FROM ${name} t`)).rows),
    )
    return (await Promise.all(texts)).join('\n')
  }
  const { rows } = await pool.query<{ schema: string }>(
    `SELECT DISTINCT table_schema AS schema FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')`,
  )
  for (const { schema } of rows) t.equal(told(await dump(schema), NAME), 0, schema)
  await pool.query('DELETE FROM keys.keys')
  const alone = await s.call(s.founder, 'GET', `/v1/person/${id}`)
  t.match(alone.body.data, { name: '密钥缺失，无法读取' })
})

t.test('a double’s acts are told under the name of the record that is kept, and it acts no more', async t => {
  const { here, there } = await world(t)
  const double = await somebodyKnown(here)
  const { id: kept } = await here.given(here.founder, '/v1/person', { name: '令狐冲', phone: PHONE, place: COMMUNITY })
  await here.given(here.founder, `/v1/person/${kept}/recognise-double`, { double: double.id, reason: '重复登记' })
  await here.runtime.policies.idle()
  const position = await here.runtime.store.head()
  const [group] = (await there.call(there.founder, 'GET', `/v1/organisation?after=${position}`)).body.items
  const history = await there.call(there.founder, 'GET', `/v1/organisation/${group?.id}/history?after=${position}`)
  t.match(history.body.events[0], { by: { person: double.id, name: '令狐冲' } })
  t.match((await there.call(there.founder, 'GET', `/v1/person/${double.id}`)).body.title, '已删除')
  const own = await there.call(double, 'POST', `/v1/person/${double.id}/change-contact`, { phone: PHONE })
  t.equal(own.body.code, 'person-ended')
})
