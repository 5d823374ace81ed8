/** Whatever does not answer: who asks is told so in bounded time, and afterwards all goes on by itself. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import t, { type Test } from 'tap'
import { schemaOf } from '../../engine/projection.ts'
import { streetBoard } from '../../projections/street-board.ts'
import { startEmbeddedPostgres } from '../../services/embedded-postgres.ts'
import { migrate } from '../../services/migrate.ts'
import { folderFor } from '../support/folder.ts'
import { heldLog, heldTable } from '../support/hold.ts'
import { onEventStore, POSTGRES_ONLY } from '../support/log.ts'
import { database } from '../support/postgres.ts'
import { proxyTo } from '../support/proxy.ts'
import { type Answer, type Service, service } from '../support/service.ts'

/** Most of it is waiting for times to be over. */
t.setTimeout(300_000)

const person = { name: '李秀英', phone: '027-87654321', place: '420106012021' }
const silent = { info: () => undefined, warn: () => undefined }

const register = (s: Service, key: string): Promise<Answer> =>
  s.call(s.founder, 'POST', '/v1/person', person, { 'idempotency-key': key })

/** The answer, and the milliseconds it took. */
const timed = async (asked: Promise<Answer>): Promise<Answer & { took: number }> => {
  const from = performance.now()
  return { ...(await asked), took: performance.now() - from }
}

/** Asks with one key until it is done, as a client does. */
const patiently = async (s: Service, key: string): Promise<Answer> => {
  for (;;) {
    const answer = await register(s, key)
    if (answer.status !== 503) return answer
    await sleep(Number(answer.headers.get('retry-after')) * 1_000)
  }
}

t.test('a lock that another session holds', async t => {
  t.test(
    'on the log: a command is refused after five seconds, and nothing is written',
    { skip: POSTGRES_ONLY },
    async t => {
      const s = await service(t)
      const letGo = await heldLog(t, s.url)
      const refused = await timed(register(s, 'locked'))
      t.match(refused, { status: 503, body: { code: 'log-unavailable' } })
      t.ok(refused.took > 4_500 && refused.took < 8_000, `after ${Math.round(refused.took)} ms`)
      await letGo()
      t.match(await patiently(s, 'locked'), { status: 201, body: { repeated: false } })
    },
  )

  t.test('on a read model: a question is refused in its time, and commands go on', async t => {
    const s = await service(t, { limits: { readMs: 400 } })
    const letGo = await heldTable(t, s.url, `${schemaOf(streetBoard)}.projects`)
    const refused = await timed(
      s.call(s.founder, 'GET', '/v1/views/street-board', undefined, { 'accept-language': 'en' }),
    )
    t.match(refused, { status: 503, body: { code: 'read-too-slow', detail: /ask for less/ } })
    t.equal(refused.headers.get('retry-after'), '1')
    t.ok(refused.took < 3_000, `after ${Math.round(refused.took)} ms`)
    t.equal((await register(s, 'beside')).status, 201)
    await letGo()
    t.equal((await s.call(s.founder, 'GET', '/v1/views/street-board')).status, 200)
  })
})

t.test('a database that stands still', async t => {
  const dataDir = folderFor(t)
  const server = await startEmbeddedPostgres({ dataDir, log: silent })
  t.teardown(server.stop)
  await migrate(server.url)
  const s = await service(t, { beside: { url: server.url }, limits: { readMs: 1_000 } })
  const resume = await frozen(t, dataDir, server.url)
  const underWay = timed(register(s, 'under-way'))
  await sleep(1_600)
  const [later, list, ready, alive] = await Promise.all([
    timed(register(s, 'later')),
    timed(s.call(s.founder, 'GET', '/v1/views/street-board')),
    timed(s.call(undefined, 'GET', '/readyz')),
    timed(s.call(undefined, 'GET', '/healthz')),
  ])
  // A log that is elsewhere is followed all the same: then the command waits for what it needs of the database.
  t.match(later, { status: 503, body: { code: onEventStore ? 'database-unavailable' : 'follower-behind' } })
  t.match(list, { status: 503, body: { code: /read-too-slow|database-unavailable/ } })
  t.strictSame([ready.status, alive.status], [503, 200])
  for (const { took } of [ready, alive]) t.ok(took < 2_500, `${Math.round(took)} ms`)
  t.ok(later.took < (onEventStore ? 11_000 : 2_500), `${Math.round(later.took)} ms`)
  t.ok(list.took < 40_000, `${Math.round(list.took)} ms`)
  const first = await underWay
  t.match(first, { status: 503, body: { code: /outcome-unknown|log-unavailable|database-unavailable/ } })
  t.ok(first.took < 31_000, `the command under way: ${first.body.code} after ${Math.round(first.took)} ms`)
  resume()
  t.equal((await patiently(s, 'under-way')).status, 201)
  t.equal((await s.call(s.founder, 'GET', '/v1/views/street-board')).status, 200)
})

/** The server with all its processes; gives what lets it go on. */
const frozen = async (t: Test, dataDir: string, url: string): Promise<() => void> => {
  const pids = await processesOf(dataDir, url)
  const signal = (name: 'SIGSTOP' | 'SIGCONT') => {
    for (const pid of pids) {
      try {
        process.kill(pid, name)
      } catch {
        // It has ended meanwhile.
      }
    }
  }
  signal('SIGSTOP')
  const resume = () => signal('SIGCONT')
  t.teardown(resume)
  return resume
}

const processesOf = async (dataDir: string, url: string): Promise<number[]> => {
  const [postmaster = ''] = (await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')
  const pool = new pg.Pool({ connectionString: url, max: 1 })
  const { rows } = await pool.query<{ pid: number }>('SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()')
  await pool.end()
  return [Number(postmaster), ...rows.map(({ pid }) => pid)]
}

t.test('connections that stay open and bring nothing any more', async t => {
  const { url } = await database(t)
  const proxy = await proxyTo(t, url)
  const s = await service(t, { beside: { url: proxy.url }, limits: { readMs: 1_000 } })
  proxy.swallow()
  const underWay = timed(register(s, 'under-way'))
  const from = performance.now()
  t.equal((await patiently(s, 'later')).status, 201)
  t.ok(performance.now() - from < 25_000, `others go on after ${Math.round(performance.now() - from)} ms`)
  const { status, took, body } = await underWay
  t.ok([201, 503].includes(status) && took < 31_000, `${body.code ?? status} after ${Math.round(took)} ms`)
  t.equal((await patiently(s, 'under-way')).status, 201)
  t.equal((await s.call(s.founder, 'GET', '/v1/views/street-board')).status, 200)
})

t.test('whatever an answer waits for, it comes in time', async t => {
  const never = () => new Promise<never>(() => undefined)
  const s = await service(t, {
    limits: { answerMs: 300 },
    change: ({ handler }) => ({ handler: { ...handler, handle: never, actor: never } }),
  })
  const [command, question] = await Promise.all([
    timed(register(s, 'never')),
    timed(s.call(s.founder, 'GET', '/v1/views/street-board')),
  ])
  t.match(command, { status: 503, body: { code: 'outcome-unknown' } })
  t.match(question, { status: 503, body: { code: 'read-too-slow' } })
  for (const { took, headers } of [command, question]) {
    t.ok(took < 2_500, `after ${Math.round(took)} ms`)
    t.equal(headers.get('retry-after'), '1')
  }
  t.equal(s.runtime.admission.inside('requests'), 0)
})
