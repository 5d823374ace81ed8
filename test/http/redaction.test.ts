/** A text that is taken back is read nowhere any more; what else happened stays as it was. */
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { REDACTED } from '../../engine/definition.ts'
import { flawIn, type ProvenHistory } from '../../engine/proven-history.ts'
import { testPool } from '../support/postgres.ts'
import { engineOn, type Person, type Service, service } from '../support/service.ts'

const STREET = '420106012'
const COMMUNITY = '420106012021'
const MARKER = '住三栋二单元的王芳'
const need = {
  title: `探访${MARKER}`,
  category: 'charity',
  field: 'elders-and-orphans',
  place: COMMUNITY,
  beneficiaries: 86,
  budget: 1_200_000,
  detail: `${MARKER}每周需要两次上门探访`,
}
const because = { reason: '写明了住户身份' }

const scene = async (t: Test) => {
  const s = await service(t)
  const street = await s.somebody({ role: 'street', place: STREET })
  const community = await s.somebody({ role: 'community', place: COMMUNITY })
  const project = await s.given(community, '/v1/micro-project', need)
  const path = `/v1/micro-project/${project.id}`
  const redact = (field: string, revision = 0) =>
    s.given(street, `${path}/redact-text`, { revision, field, ...because })
  return { s, street, community, project, path, redact }
}

/** Everything that is answered of projects, in Chinese. */
const everywhere = async (s: Service, by: Person, path: string, position: string): Promise<string> => {
  const after = `?after=${position}`
  const csv = { accept: 'text/csv' }
  const answers = await Promise.all([
    s.call(by, 'GET', path),
    s.call(by, 'GET', `${path}/history`),
    s.call(by, 'GET', `/v1/micro-project${after}`),
    s.call(by, 'GET', `/v1/views/street-board${after}`),
    s.call(by, 'GET', `/v1/views/street-board${after}`, undefined, csv),
    s.call(by, 'GET', `/v1/views/lives${after}`),
  ])
  return answers.map(({ text }) => text).join('\n')
}

t.test('it is gone from the instance, the history, lists, read models and exports, also as of then', async t => {
  const { s, street, project, path, redact } = await scene(t)
  t.match(await everywhere(s, street, path, project.position), new RegExp(MARKER))
  await redact('title')
  const { position } = await redact('detail')
  const told = await everywhere(s, street, path, position)
  t.notMatch(told, new RegExp(MARKER))
  t.notOk(told.includes(REDACTED) || told.includes(JSON.stringify(REDACTED)), 'what stands for it is never shown')
  for (const moment of [project.position, new Date(Date.now() + 86_400_000 * 365).toISOString()])
    for (const at of [path, `${path}/history`]) {
      const then = await s.call(street, 'GET', `${at}?asOf=${moment}`)
      t.equal(then.status, 200)
      t.notMatch(then.text, new RegExp(MARKER), `${at} as of ${moment}`)
    }
})

t.test(
  'where it stood is said that it is redacted, in the language of the reader; what stood beside it stays',
  async t => {
    const { s, street, path, redact } = await scene(t)
    await redact('detail')
    const zh = (await s.call(street, 'GET', path)).body
    t.match(zh, { title: need.title, data: { need: { detail: '已遮盖', title: need.title, beneficiaries: 86 } } })
    const en = (await s.call(street, 'GET', path, undefined, { 'accept-language': 'en' })).body
    t.match(en.data, { need: { detail: 'redacted' } })
    const { events } = (await s.call(street, 'GET', `${path}/history`)).body
    t.match(events, [
      { event: 'NeedDrafted', fields: [{ name: 'title', text: need.title }] },
      {
        event: 'TextRedacted',
        fields: [{ name: 'revision', value: 0 }, { name: 'field', value: 'detail' }, { text: because.reason }],
      },
    ])
    t.match(fieldsOf(events[0]).get('detail'), { value: '已遮盖', text: '已遮盖' })
  },
)

type Field = { name: string; value: unknown; text: string }
const fieldsOf = (event: unknown): Map<string, Field> =>
  new Map((event as { fields: Field[] }).fields.map(field => [field.name, field]))

t.test('a text written anew is read again', async t => {
  const { s, street, community, path, redact } = await scene(t)
  await redact('title')
  const { position } = await s.given(community, `${path}/revise-need`, { ...need, title: '上门探访' })
  t.equal((await s.call(street, 'GET', path)).body.title, '上门探访')
  const board = (await s.call(street, 'GET', `/v1/views/street-board?after=${position}`)).body
  t.match(board.rows, [{ title: '上门探访' }])
  const { events } = (await s.call(street, 'GET', `${path}/history`)).body
  t.equal(fieldsOf(events[0]).get('title')?.text, '已遮盖')
})

t.test('an older text is taken out of the past alone', async t => {
  const { s, street, community, path, redact } = await scene(t)
  await s.given(community, `${path}/revise-need`, { ...need, title: '上门探访', detail: '每周两次' })
  const { position } = await redact('title')
  t.equal((await s.call(street, 'GET', path)).body.title, '上门探访')
  t.match((await s.call(street, 'GET', `/v1/views/street-board?after=${position}`)).body.rows, [{ title: '上门探访' }])
})

t.test('only what is there, once, by street or bureau; also of a project that has ended', async t => {
  const { s, street, community, path, redact } = await scene(t)
  const send = (by: Person, revision: number, field: string) =>
    s.call(by, 'POST', `${path}/redact-text`, { revision, field, ...because })
  t.match(await send(community, 0, 'detail'), { status: 403 })
  for (const [revision, field] of [
    [0, 'beneficiaries'],
    [0, 'nothing'],
    [1, 'detail'],
  ] as const)
    t.match(await send(street, revision, field), { status: 422, body: { reasons: [{ rule: 'textStands' }] } })
  await s.given(community, `${path}/withdraw`, { reason: `${MARKER}不再需要` })
  await redact('reason', 1)
  t.match(await send(street, 1, 'reason'), { status: 422, body: { reasons: [{ rule: 'textStands' }] } })
  const { body } = await s.call(street, 'GET', path)
  t.equal(body.state.value, 'withdrawn')
  const { events } = (await s.call(street, 'GET', `${path}/history`)).body
  t.equal(fieldsOf(events[1]).get('reason')?.text, '已遮盖')
})

t.test('a dry run decides it and takes nothing back', async t => {
  const { s, street, path } = await scene(t)
  const dry = await s.call(street, 'POST', `${path}/redact-text?dryRun=true`, {
    revision: 0,
    field: 'detail',
    ...because,
  })
  t.match(dry, { status: 200, body: { events: [{ type: 'TextRedacted' }] } })
  t.match((await s.call(street, 'GET', path)).text, new RegExp(MARKER))
})

t.test('the history with proofs gives its event as a hash alone, and is whole', async t => {
  const s = await service(t, { heads: { events: 1, minutes: 10, to: undefined } })
  const street = await s.somebody({ role: 'street', place: STREET })
  const path = `/v1/micro-project/${(await s.given(street, '/v1/micro-project', need)).id}`
  await s.given(street, `${path}/redact-text`, { revision: 0, field: 'detail', ...because })
  const { text, proven } = await covered(s, street, path)
  t.notMatch(text, new RegExp(MARKER))
  t.match(proven.events, [{ hash: /^[0-9a-f]{64}$/ }, { type: 'TextRedacted' }])
  t.equal(flawIn(proven), undefined)
})

/** Once a head covers all of it. */
const covered = async (s: Service, by: Person, path: string): Promise<{ text: string; proven: ProvenHistory }> => {
  for (let tries = 0; tries < 200; tries++) {
    const { status, text } = await s.call(by, 'GET', `${path}/history/proof`)
    const proven = status === 200 && (JSON.parse(text) as ProvenHistory)
    if (proven && proven.later === 0) return { text, proven }
    await sleep(50)
  }
  throw new Error('no head covered the history')
}

t.test(
  'no snapshot from before it is kept, also where the process that recorded it did not live to see to that',
  async t => {
    const { s, street, project, path } = await scene(t)
    const { pool } = s.runtime
    const stream = `microProject-${project.id}`
    const keep = () =>
      pool.query(
        `INSERT INTO engine.snapshots (stream, revision, format, body, mac) VALUES ($1, 0, '', $2, '')
       ON CONFLICT (stream) DO UPDATE SET revision = 0, body = excluded.body`,
        [stream, MARKER],
      )
    const keptOnce = async (revision: number): Promise<boolean> => {
      const text = 'SELECT revision, body FROM engine.snapshots WHERE stream = $1'
      for (let waited = 0; waited < 5_000; waited += 20) {
        const { rows } = await pool.query<{ revision: number; body: string }>(text, [stream])
        if (rows[0]?.revision === revision) return rows[0].body === ''
        await sleep(20)
      }
      return false
    }
    await keep()
    await s.given(street, `${path}/redact-text`, { revision: 0, field: 'title', ...because })
    t.ok(await keptOnce(1))

    await s.close()
    const log = await engineOn(t, s.url)
    const crashed = {
      workflow: 'micro-project',
      id: project.id,
      command: 'redact-text',
      person: street.id,
      key: 'crashed',
    }
    await log.handler.handle({ ...crashed, input: { revision: 0, field: 'detail', ...because } })
    await log.stop()
    const after = testPool(t, s.url)
    await after.query('UPDATE engine.snapshots SET revision = 0, body = $1', [MARKER])
    await service(t, { beside: s })
    t.match((await after.query('SELECT revision, body FROM engine.snapshots')).rows, [{ revision: 2, body: '' }])
  },
)
