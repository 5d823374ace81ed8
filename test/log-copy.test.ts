/** `npx gongchuang log copy`: a log is moved, and whoever asks afterwards hears what they would have heard. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import pino from 'pino'
import t, { type Test } from 'tap'
import { simulatedClock } from '../engine/clock.ts'
import type { RecordedEvent } from '../engine/event-store.ts'
import { logOf } from '../engine/position.ts'
import { flawIn } from '../engine/proven-history.ts'
import { type EventStoreConfig, openLog } from '../services/log.ts'
import { AT_WORK } from '../services/log-in-use.ts'
import { loadSample } from '../services/sample/load.ts'
import { aStream, someEvents, withoutPosition } from './event-store-contract.ts'
import { checked, tamper } from './support/check.ts'
import { gongchuang } from './support/command-line.ts'
import { aLogName, eventStoreUrl } from './support/eventstore.ts'
import { folderFor } from './support/folder.ts'
import { copyOf, database, query, testPool } from './support/postgres.ts'
import { rootKeys } from './support/root-keys.ts'
import { type Person, type Service, type ServiceOptions, START, service, testIssuer } from './support/service.ts'

const STREET = '420106012'
const COMMUNITY = '420106012021'
const OFFER = { holder: '社区', kind: 'venue', title: '多功能厅', detail: '可容纳六十人', place: COMMUNITY }
const HEADS = { events: 20, minutes: 10, to: undefined }
const LATER = '2026-03-05T04:00:00.000Z'
const WITHIN_MS = 20_000

type Where = { url: string; eventStore: EventStoreConfig | undefined }

const until = async <T>(look: () => Promise<T>): Promise<NonNullable<T>> => {
  for (const since = performance.now(); performance.now() - since < WITHIN_MS; await sleep(50)) {
    const found = await look()
    if (found) return found
  }
  throw new Error('waited in vain')
}

const eventsIn = async ({ url, eventStore }: Where, t: Test): Promise<RecordedEvent[]> => {
  const store = openLog({ pool: testPool(t, url), logger: pino({ level: 'silent' }), eventStore })
  try {
    return await store.readAll(undefined, 100_000)
  } finally {
    await store.close()
  }
}

// ── a service with a past ───────────────────────────────────────────────────────────────────────

type Past = Pick<Service, 'url' | 'files' | 'founder'> & {
  street: Person
  /** Of an event in the middle. */
  position: string
  /** When that was. */
  at: string
  /** The path of one that had begun by then. */
  life: string
  now: Date
  paths: readonly string[]
  answers: readonly string[]
}

/** So that the next head covers it. */
const allInTheTree = ({ runtime: { store, tree } }: Service): Promise<boolean> =>
  until(async () => (await tree.size()) >= (await store.readAll(undefined, 100_000)).length)

/** Lives of several kinds, a long one, somebody erased, heads signed; stopped at the end. */
const told = async (t: Test, log: ServiceOptions['log']): Promise<Past> => {
  const clock = simulatedClock(new Date(START))
  const s = await service(t, { clock, heads: HEADS, ...(log && { log }) })
  const street = await s.somebody({ role: 'street', place: STREET })
  const { id: erased } = await s.register('独孤求败')
  await s.given(s.founder, `/v1/person/${erased}/erase`, { reason: '本人要求' })
  const { id } = await s.given(street, '/v1/resource', OFFER)
  for (let n = 0; n < 60; n++)
    await s.given(street, `/v1/resource/${id}/revise-resource`, { ...OFFER, title: `${n}号厅` })
  const { position } = await s.given(street, '/v1/resource', OFFER)
  const at = clock.now().toISOString()
  await allInTheTree(s)
  clock.set(new Date(LATER))
  await s.given(street, `/v1/resource/${id}/revise-resource`, OFFER)
  await s.runtime.policies.idle()
  await until(async () => (await s.call(street, 'GET', '/v1/log/heads/latest')).text.includes(`"signedAt":"${LATER}`))
  return pastOf(s, street, { position, at, life: `/v1/resource/${id}` })
}

/** What it says now, before it is stopped. */
const pastOf = async (s: Service, street: Person, moment: Pick<Past, 'position' | 'at' | 'life'>): Promise<Past> => {
  const paths = await pathsOf(s, street, moment.at)
  const answers = await heard(s, street, paths)
  await s.close()
  const now = s.runtime.clock.now()
  return { url: s.url, files: s.files, founder: s.founder, street, ...moment, now, paths, answers }
}

/** What a reader hears, but for the positions. */
const heard = async (s: Service, by: Person, paths: readonly string[]): Promise<string[]> => {
  const answers: string[] = []
  for (const path of paths) {
    const { status, text } = await s.call(by, 'GET', path)
    answers.push(`${path} ${status} ${text.replaceAll(/(pg|es)[0-9a-f]{8}-[0-9a-f]+/g, '<position>')}`)
  }
  return answers
}

const pathsOf = async (s: Service, by: Person, at: string): Promise<string[]> => {
  const { body } = await s.call(by, 'GET', '/v1/views/lives?limit=500')
  const lives = body.rows.map(({ workflow, id }) => `/v1/${workflow}/${id}`)
  const views = s.runtime.readModels.map(({ name }) => `/v1/views/${name}?limit=500`)
  return [
    ...views,
    '/v1/log/heads?limit=500',
    ...lives.flatMap(life => [
      life,
      `${life}/history`,
      `${life}/history/proof`,
      `${life}?asOf=${encodeURIComponent(at)}`,
    ]),
  ]
}

/** Named by their paths: whole answers would fill a screen each. */
const differences = (heard: readonly string[], before: readonly string[]): string[] =>
  heard.filter((answer, n) => answer !== before[n]).map(answer => answer.slice(0, 120))

const environmentOf = (url: string) => ({ DATABASE_URL: url })

/** Columns of text or JSON, in all tables but those of the log, that still name a log. */
const namings = async (t: Test, url: string, log: string): Promise<string[]> => {
  const pool = testPool(t, url)
  const { rows } = await pool.query<{ place: string; text: string }>(
    `SELECT format('%I.%I', table_schema, table_name) AS place, string_agg(format('%I::text', column_name), ' || ' ) AS text
     FROM information_schema.columns
     WHERE table_schema NOT IN ('pg_catalog', 'information_schema', 'log') AND data_type IN ('text', 'jsonb', 'json')
     GROUP BY 1`,
  )
  const found: string[] = []
  for (const { place, text } of rows) {
    const { rowCount } = await pool.query(
      `SELECT FROM ${place} WHERE concat(${text.replaceAll(' || ', ', ')}) LIKE $1`,
      [`%${log}-%`],
    )
    if (rowCount) found.push(place)
  }
  return found.sort()
}

/** Moved by the command, checked, and served again: it is what it was. */
const moved = async (t: Test, past: Past, from: Where, to: Where, args: readonly string[]): Promise<Service> => {
  const events = await eventsIn(from, t)
  const ended = await gongchuang(environmentOf(to.url), 'log', 'copy', ...args, '--switch')
  t.match(ended, { status: 0, out: /两边相同.*已切换到.*搬迁完成/s }, ended.err)
  const copied = await eventsIn(to, t)
  t.strictSame(copied.map(withoutPosition), events.map(withoutPosition), 'byte for byte, in the same order')
  t.match(await checked(to.url, { dataDir: dirname(past.files.folder), log: to }), '无差异 / No difference.')
  t.same(
    await namings(t, to.url, logOf(events[0]?.position as string)),
    ['log_heads_v1.heads'],
    'only what was signed speaks of the old log',
  )
  const after = await reopened(t, past, to)
  t.same(differences(await heard(after, past.street, past.paths), past.answers), [])
  await after.runtime.policies.idle()
  await sleep(500)
  t.equal(await after.runtime.store.head(), copied.at(-1)?.position, 'nobody did anything twice')
  return after
}

const reopened = (t: Test, past: Past, { url, eventStore }: Where): Promise<Service> =>
  service(t, { clock: simulatedClock(past.now), heads: HEADS, log: { eventStore }, beside: { ...past, url } })

/** What clients kept is right or refused, and the service goes on. */
const goesOn = async (t: Test, after: Service, { street, position, at, life }: Past): Promise<void> => {
  const ask = (path: string) => after.call(street, 'GET', path)
  for (const path of [`/v1/resource?limit=1&after=${position}`, `${life}?asOf=${position}`])
    t.match(await ask(path), { status: 400, body: { code: 'foreign-position' } })
  t.equal((await ask(`${life}?asOf=${encodeURIComponent(at)}`)).status, 200)
  t.equal(flawIn(JSON.parse((await ask(`${life}/history/proof`)).text)), undefined)
  const latest = async () => (JSON.parse((await ask('/v1/log/heads/latest')).text) as { size: number }).size
  const size = await latest()
  for (let n = 0; n < 25; n++) await after.given(street, '/v1/resource', OFFER)
  await until(async () => (await latest()) > size)
  t.equal((await ask(`/v1/log/proof/consistency?from=${size}&to=${await latest()}`)).status, 200)
}

// ── PostgreSQL to PostgreSQL ────────────────────────────────────────────────────────────────────

/** As an operator has it who has restored everything but the log in another place. */
const allButTheLog = async (t: Test, url: string): Promise<string> => {
  const other = await copyOf(t, url)
  await tamper(other, 'TRUNCATE log.events', 'UPDATE log.head SET position = 0', 'UPDATE log.identity SET id = DEFAULT')
  return other
}

const ON_POSTGRES = { eventStore: undefined }

t.test('a log is moved to another PostgreSQL: nobody hears a difference, and nothing is done twice', async t => {
  const past = await told(t, ON_POSTGRES)
  const url = await allButTheLog(t, past.url)
  const args = ['--from', past.url, '--to', 'database']
  const after = await moved(t, past, { url: past.url, ...ON_POSTGRES }, { url, ...ON_POSTGRES }, args)
  await goesOn(t, after, past)
  await after.close()
  t.match(await checked(url, { log: ON_POSTGRES }), '无差异 / No difference.')
  const late =
    "SELECT log.append(array['a-1'], array[-1], array[1], array[1], array['a-1'], array[0], array[gen_random_uuid()], array['A'], array['{}'], array['{}'])"
  await t.rejects(query(past.url, late), { message: /this log was moved/ })
})

t.test(
  'nothing is switched while somebody is at work, and nothing of a database that goes with another log',
  async t => {
    const s = await service(t, { log: ON_POSTGRES })
    await s.close()
    const url = await allButTheLog(t, s.url)
    const copy = (...more: string[]) =>
      gongchuang(environmentOf(url), 'log', 'copy', '--from', s.url, '--to', 'database', ...more)
    const ahead = await copy()
    t.match(ahead, { status: 0, out: /服务仍在使用原来的日志/ }, ahead.err)
    const client = await testPool(t, url).connect()
    await client.query('SELECT pg_advisory_lock_shared($1)', [AT_WORK])
    t.match(await copy('--switch'), { status: 1, err: /仍有进程在使用.*Somebody still works/s })
    client.release(true)
    await query(url, "UPDATE engine.log_in_use SET log = 'es00000000'")
    t.match(await copy('--switch'), { status: 1, err: /goes with the log es00000000/ })
    const away = await gongchuang(environmentOf(s.url), 'log', 'copy', '--from', 'database', '--to', url, '--switch')
    t.match(away, { status: 1, err: /it is not the service's database/ })
    t.match(await gongchuang(environmentOf(url), 'log', 'copy', '--from', 'database'), {
      status: 2,
      err: /Say --from/,
    })
    t.match(await gongchuang(environmentOf(url), 'log', 'copy', '--from', 'elsewhere', '--to', 'database'), {
      status: 2,
    })
    t.equal(await noted(t, url), 'es00000000')
  },
)

const noted = async (t: Test, url: string): Promise<string> =>
  (await testPool(t, url).query('SELECT log FROM engine.log_in_use')).rows[0].log

t.test('a log that comes back goes on in its old place, where old positions are right again', async t => {
  const past = await told(t, ON_POSTGRES)
  const url = await allButTheLog(t, past.url)
  const there = await moved(t, past, { url: past.url, ...ON_POSTGRES }, { url, ...ON_POSTGRES }, [
    '--from',
    past.url,
    '--to',
    'database',
  ])
  await there.given(past.street, '/v1/resource', OFFER)
  await there.close()
  t.equal(await noted(t, past.url), await noted(t, url), 'who starts on the old one is refused')
  const back = await gongchuang(environmentOf(past.url), 'log', 'copy', '--from', url, '--to', 'database')
  t.match(back, { status: 0, out: /两边相同/ }, back.err)
  const events = await eventsIn({ url: past.url, ...ON_POSTGRES }, t)
  t.strictSame(events.map(withoutPosition), (await eventsIn({ url, ...ON_POSTGRES }, t)).map(withoutPosition))
  t.ok(events.some(event => event.position === past.position))
})

// ── killed ──────────────────────────────────────────────────────────────────────────────────────

/** Kills the command as soon as it is so; true where it had ended well before. */
const killed = async (
  env: Record<string, string>,
  args: readonly string[],
  when: (said: string) => boolean | Promise<boolean>,
): Promise<boolean> => {
  const { NODE_OPTIONS: _, ...inherited } = process.env
  const script = fileURLToPath(new URL('../services/gongchuang.ts', import.meta.url))
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let said = ''
  child.stdout.on('data', chunk => {
    said += chunk
  })
  const ended = once(child, 'close')
  while (child.exitCode === null && !(await when(said))) await sleep(5)
  child.kill('SIGKILL')
  const [status] = await ended
  return status === 0
}

const lengthOf = async (pool: pg.Pool): Promise<number> =>
  Number((await pool.query('SELECT position FROM log.head')).rows[0].position)

t.test('killed at any moment, it goes on where it was', async t => {
  const [here, there] = [await database(t), await database(t)]
  const store = openLog({ pool: here.pool, logger: pino({ level: 'silent' }) })
  t.teardown(store.close)
  const streams = Array.from({ length: 40 }, () => aStream())
  for (let n = 0; n < 15; n++)
    await Promise.all(streams.map(stream => store.append(stream, n * 50 - 1, someEvents(50))))
  const env = environmentOf(there.url)
  const args = ['log', 'copy', '--from', here.url, '--to', 'database']
  let length = 0
  let kills = 0
  for (; kills < 8; kills++) {
    if (await killed(env, args, async () => (await lengthOf(there.pool)) > length)) break
    length = await lengthOf(there.pool)
  }
  t.ok(kills > 1 && length > 0, `it was killed ${kills} times`)
  const ended = await gongchuang(env, ...args)
  t.match(ended, { status: 0, out: /30000 个事件/ }, ended.err)
  const [from, to] = [await eventsIn({ ...here, ...ON_POSTGRES }, t), await eventsIn({ ...there, ...ON_POSTGRES }, t)]
  t.strictSame(to.map(withoutPosition), from.map(withoutPosition))
})

t.test('killed before, in, or after the switch, doing it again ends it', async t => {
  const past = await told(t, ON_POSTGRES)
  const from = { url: past.url, ...ON_POSTGRES }
  const url = await allButTheLog(t, past.url)
  const args = ['log', 'copy', '--from', past.url, '--to', 'database', '--switch']
  for (const when of [/→/, /两边相同/, /已切换到/, /street-board/])
    await killed(environmentOf(url), args, said => when.test(said))
  const ended = await gongchuang(environmentOf(url), ...args)
  t.match(ended, { status: 0, out: /搬迁完成/ }, ended.err)
  t.match(await checked(url, { log: ON_POSTGRES }), '无差异 / No difference.')
  t.strictSame(
    (await eventsIn({ url, ...ON_POSTGRES }, t)).map(withoutPosition),
    (await eventsIn(from, t)).map(withoutPosition),
  )
  const after = await reopened(t, past, { url, ...ON_POSTGRES })
  t.same(differences(await heard(after, past.street, past.paths), past.answers), [])
})

// ── to an EventStoreDB and back ─────────────────────────────────────────────────────────────────

const onServer = (url: string): EventStoreConfig => ({ url, log: aLogName(), inFlight: 32 })

/** There, under use, and back: positions from before the move are right again then, those from between are refused. */
const thereAndBack = async (t: Test, past: Past, eventStore: EventStoreConfig): Promise<void> => {
  const here = { url: past.url, ...ON_POSTGRES }
  const there = { url: past.url, eventStore }
  const away = ['--to', eventStore.url, '--to-log', eventStore.log]
  const before = await eventsIn(here, t)
  const after = await moved(t, past, here, there, ['--from', 'database', ...away])
  await goesOn(t, after, past)
  const between = await pastOf(after, past.street, { ...past, position: await after.runtime.store.head() })
  t.match(await checked(past.url, { dataDir: dirname(past.files.folder), log: there }), '无差异 / No difference.')

  const back = ['--from', eventStore.url, '--from-log', eventStore.log, '--to', 'database']
  const home = await moved(t, between, there, here, back)
  await goesOn(t, home, between)
  await home.close()
  t.match(await checked(past.url, { dataDir: dirname(past.files.folder), log: ON_POSTGRES }), '无差异 / No difference.')
  t.strictSame((await eventsIn(here, t)).slice(0, before.length), before, 'in the places that they had')
}

t.test('a log is moved to an EventStoreDB and back', async t => {
  const url = eventStoreUrl(t)
  if (url) await thereAndBack(t, await told(t, ON_POSTGRES), onServer(url))
})

t.test('the sample district is moved to an EventStoreDB and back', async t => {
  const url = eventStoreUrl(t)
  if (url) await thereAndBack(t, await sampleDistrict(t), onServer(url))
})

const sampleDistrict = async (t: Test): Promise<Past> => {
  const { url, pool } = await database(t)
  const now = simulatedClock(new Date('2026-11-24T02:00:00Z'))
  const dataDir = folderFor(t)
  const files = {
    folder: join(dataDir, 'files'),
    maxBytes: 1024 * 1024,
    unnamedMaxBytes: 1024 ** 3,
    scanCommand: [],
    s3: undefined,
  }
  const local = await testIssuer()
  await loadSample({ databaseUrl: url, rootKeys, files, local, logger: pino({ level: 'silent' }), dataDir, today: now })
  const { rows } = await pool.query(
    `SELECT id FROM lives_v1.lives WHERE workflow = 'person' ORDER BY "startedAt" LIMIT 1`,
  )
  const founder = { id: rows[0].id, token: await local.sign(rows[0].id, now.now(), 86_400) }
  const s = await service(t, { clock: now, heads: HEADS, log: ON_POSTGRES, beside: { url, files, founder } })
  const middle = (await s.runtime.store.readAll(undefined, 500)).at(250)
  const street = await s.somebody({ role: 'street', place: STREET })
  const at = now.now().toISOString()
  await until(async () => (await s.call(street, 'GET', '/v1/log/heads/latest')).status === 200)
  await allInTheTree(s)
  now.set(new Date(now.now().getTime() + 3_600_000))
  await s.given(street, '/v1/resource', OFFER)
  await until(async () => (await s.call(street, 'GET', '/v1/log/heads/latest')).text.includes(now.now().toISOString()))
  return pastOf(s, street, { position: middle?.position as string, at, life: `/v1/person/${street.id}` })
}
