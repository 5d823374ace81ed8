/** What `npx gongchuang check` finds: every kind of change that a superuser of the database can make behind the service's back. */
import { randomUUID } from 'node:crypto'
import { dirname } from 'node:path'
import t, { type Test } from 'tap'
import type { Workflow } from '../engine/definition.ts'
import { NO_STREAM } from '../engine/event-store.ts'
import { openEventStoreClient } from '../engine/eventstore/client.ts'
import { connectionOf } from '../engine/eventstore/connection-string.ts'
import { formatOf, freeze } from '../engine/frozen.ts'
import { blankInstance, takeIn } from '../engine/instance.ts'
import { factOf } from '../engine/lift.ts'
import { codeDigest } from '../services/code-digest.ts'
import { workflows } from '../workflows/index.ts'
import { binder } from './support/binder.ts'
import { checked, tamper } from './support/check.ts'
import { gongchuang } from './support/command-line.ts'
import { eventStoreUrl } from './support/eventstore.ts'
import { eventStoreOf, openTestLog, POSTGRES_ONLY } from './support/log.ts'
import { copyOf, testPool } from './support/postgres.ts'
import { service } from './support/service.ts'

const OFFER = { holder: '社区', kind: 'venue', title: '多功能厅', detail: '可容纳六十人', place: '420106012021' }

/** A log with a resource of four events, and no service any more: nobody writes while it is changed. */
const aLog = async (t: Test) => {
  const { url, founder, call, somebody, given, close } = await service(t)
  const street = await somebody({ role: 'street', place: '420106012' })
  const { id } = await given(street, '/v1/resource', OFFER)
  for (const title of ['一楼', '二楼', '三楼']) {
    const { position } = await given(street, `/v1/resource/${id}/revise-resource`, { ...OFFER, title })
    // So that its row is there to be changed.
    await call(founder, 'GET', `/v1/resource?after=${position}`)
  }
  await close()
  return { url, stream: `resource-${id}` }
}

t.test('a log that nobody changed has no difference', async t => {
  const { url } = await aLog(t)
  const said = await checked(url)
  t.match(said, '无差异 / No difference.')
  t.notMatch(said, '✗')
})

type Change = [what: string, expected: RegExp, ...statements: string[]]

/** Each on a copy of the database, under the log as it is. */
const eachFound = async (t: Test, url: string, changes: readonly Change[]): Promise<void> => {
  const log = { eventStore: eventStoreOf(url) }
  for (const [what, expected, ...statements] of changes) {
    const copy = await copyOf(t, url)
    await tamper(copy, ...statements)
    t.match(await checked(copy, { log }), expected, what)
  }
}

t.test('what was changed is found, and the first of it is named', { skip: POSTGRES_ONLY }, async t => {
  const { url, stream } = await aLog(t)
  const at = (revision: number) => `stream = '${stream}' AND revision = ${revision}`
  const moved = (from: number, to: number) => `UPDATE log.events SET revision = ${to} WHERE ${at(from)}`
  const changes: Change[] = [
    [
      'what it says',
      /First difference: chains: resource-.*@2 \(\d+\): .*what it says is not what was hashed/,
      `UPDATE log.events SET data = replace(data, '楼', '层') WHERE ${at(2)}`,
    ],
    [
      'who did it',
      /@1 .*what it says is not what was hashed/,
      `UPDATE log.events SET metadata = regexp_replace(metadata, '"person":"[^"]*"', '"person":"system:nobody"') WHERE ${at(1)}`,
    ],
    ['what kind it was', /@1 .*were changed/, `UPDATE log.events SET type = 'ResourceWithdrawn' WHERE ${at(1)}`],
    ['its id', /@1 .*its id/, `UPDATE log.events SET id = gen_random_uuid() WHERE ${at(1)}`],
    ['its link', /@3 .*does not end with a link/, `UPDATE log.events SET metadata = '{}' WHERE ${at(3)}`],
    ['one taken out', /@2 .*missing from the log before it/, `DELETE FROM log.events WHERE ${at(1)}`],
    [
      'two swapped',
      /@2 \(\d+\): .*revision 0: some are missing, or were swapped/,
      moved(1, 99),
      moved(2, 1),
      moved(99, 2),
    ],
    [
      'the last cut off',
      /✗ 计数 {2}counters\n {4}log\.head: .*there are \d+ events/,
      `DELETE FROM log.events WHERE ${at(3)}`,
    ],
    [
      'one put in that no workflow has',
      /First difference: foreign streams: elsewhere-1@0/,
      `INSERT INTO log.events SELECT max(position) + 1, 'elsewhere-1', 0, gen_random_uuid(), 'Put', '{}', '{}' FROM log.events`,
      'UPDATE log.head SET position = position + 1',
    ],
  ]
  await eachFound(t, url, changes)
})

t.test('what does not follow from the log any more is found', async t => {
  const { url } = await aLog(t)
  const changes: Change[] = [
    [
      'a row of a read model',
      /read models against a fresh fold: lives\.lives resource\/.*: .*differs from the log in state/,
      `UPDATE lives_v1.lives SET state = '["withdrawn"]' WHERE workflow = 'resource'`,
    ],
    [
      'a row taken out of a read model',
      /read models against a fresh fold: lives\.lives resource\/.*: .*a row is missing/,
      `DELETE FROM lives_v1.lives WHERE workflow = 'resource'`,
    ],
    [
      'a row put into a read model',
      /read models against a fresh fold: lives\.lives x: .*does not follow from the log/,
      `INSERT INTO lives_v1.lives SELECT 'x', id, workflow, place, organisations, state, next, due, reminded, revision, "startedAt", "changedAt" FROM lives_v1.lives LIMIT 1`,
    ],
    [
      'a checkpoint ahead of the log',
      /checkpoints: policies: .*the log ends at/,
      `UPDATE engine.checkpoints SET position = overlay(position placing 'ffff' from position('-' in position) + 5) WHERE name = 'policies'`,
    ],
    [
      'a checkpoint of another log',
      /checkpoints: policies: .*no position of this log/,
      `UPDATE engine.checkpoints SET position = 'pg00000000-0000000000000001' WHERE name = 'policies'`,
    ],
  ]
  await eachFound(t, url, changes)
})

t.test('a service that goes on recording meanwhile does not look like a difference', async t => {
  const { url, files, somebody, given, upload } = await service(t, { workflows: [binder] })
  const street = await somebody({ role: 'street', place: '420106012' })
  const { id } = await given(street, '/v1/binder', { place: '420106012' })
  let checking = true
  const record = async () => {
    for (let n = 0; checking; n++) {
      await given(street, '/v1/resource', { ...OFFER, title: `第${n}间` })
      await given(street, `/v1/binder/${id}/file`, { paper: await upload(street, `${n}.txt`, `第${n}份`) })
    }
  }
  const recording = Promise.all([record(), record()])
  for (let n = 0; n < 10; n++)
    t.match(await checked(url, { dataDir: dirname(files.folder) }), '无差异 / No difference.')
  checking = false
  await recording
})

t.test('a key that is gone without having been destroyed is found, with what is sealed under it', async t => {
  const { url, somebody, call } = await service(t, { workflows: [] })
  const [street, person] = [await somebody({ role: 'street', place: '420106012' }), await somebody()]
  t.match(await checked(url), /✓ .*keys under which something is sealed/)
  t.match(await call(street, 'POST', `/v1/person/${person.id}/erase`, { reason: 'asked for' }), { status: 200 })
  t.match(await checked(url), /✓ .*keys under which something is sealed/, 'one that was destroyed is known')
  await testPool(t, url).query('DELETE FROM keys.keys WHERE name = $1', [`person:${street.id}`])
  t.match(await checked(url), `the key person:${street.id} under which it is sealed is not in the database`)
})

t.test('a snapshot that is not what its events fold to is found, whoever made it', async t => {
  const { url, stream } = await aLog(t)
  const resource = workflows.find(({ name }) => name === 'resource') as Workflow
  const pool = testPool(t, url)
  const store = openTestLog(pool, url)
  t.teardown(store.close)
  const instance = blankInstance(resource, stream.slice('resource-'.length))
  for (const event of await store.readStream(stream)) takeIn(instance, factOf(resource, event))
  const format = formatOf(resource, codeDigest())
  const keep = (body: Buffer) =>
    pool.query(
      `INSERT INTO engine.snapshots (stream, revision, format, body, mac) VALUES ($1, 3, $2, $3, '')
       ON CONFLICT (stream) DO UPDATE SET body = excluded.body`,
      [stream, format, body.toString('base64')],
    )
  await keep(freeze(instance))
  t.match(await checked(url), '无差异 / No difference.')
  await keep(freeze({ ...instance, data: { ...(instance.data as object), title: '顶楼' } }))
  t.match(await checked(url), /snapshots against a fresh fold: resource-.*@3: .*is not what its events fold to/)
})

t.test('as a command it ends with 1 where there is a difference', async t => {
  const { url } = await aLog(t)
  const whole = await gongchuang({ DATABASE_URL: url }, 'check')
  t.match(whole, { status: 0, out: '无差异 / No difference.' }, whole.err)
  await tamper(url, `DELETE FROM lives_v1.lives WHERE workflow = 'resource'`)
  t.match(await gongchuang({ DATABASE_URL: url }, 'check'), {
    status: 1,
    out: 'First difference: read models against a fresh fold: lives.lives resource/',
  })
  t.match(await gongchuang({ DATABASE_URL: url }, 'chek'), { status: 2, err: "There is no command 'chek'" })
  t.match(await gongchuang({ DATABASE_URL: url }, 'check', '--all'), { status: 2, err: /--all/ })
  t.match(await gongchuang({ DATABASE_URL: url }), { status: 0, out: 'npx gongchuang check' })
})

t.test('in an EventStoreDB a stream that was cut off or deleted is found', async t => {
  const server = eventStoreUrl(t)
  if (!server) return
  const { url, stream } = await aLog(t)
  const client = openEventStoreClient(connectionOf(server))
  t.teardown(client.close)
  const metadata = (revision: number, data: string) =>
    client.append(`$$${eventStoreOf(url)?.log}.${stream}`, revision, [
      { id: randomUUID(), type: '$metadata', data, metadata: '{}' },
    ])
  await metadata(NO_STREAM, '{"$maxCount":2}')
  t.match(await checked(url), /streams on the server\n {4}.*resource-.*元数据将其截断/)
  await metadata(0, '{}')
  t.match(await checked(url), '无差异', 'taken back before anything was lost')
  await metadata(1, '{"$tb":9223372036854775807}')
  t.match(await checked(url), /streams on the server\n {4}.*resource-.*is deleted/)
})
