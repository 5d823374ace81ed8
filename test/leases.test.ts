/** Leases between real processes: one holder at a time, replaced when it is killed or frozen, fenced when it wakes. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import pino from 'pino'
import t, { type Test } from 'tap'
import { inTransaction } from '../engine/transaction.ts'
import { type Held, leasesIn, openLeases } from '../services/lease.ts'
import { database, testPool } from './support/postgres.ts'

const REPLACED_WITHIN_MS = 10_000
const silent = pino({ level: 'silent' })

const worldOf = async (t: Test) => {
  const { url, pool } = await database(t)
  await pool.query('CREATE TABLE written (n serial PRIMARY KEY, by integer NOT NULL)')
  return { url, pool }
}

const holder = (t: Test, url: string, slowMs = 0) => {
  const { NODE_OPTIONS: _, ...env } = process.env
  const script = fileURLToPath(new URL('support/lease-holder.ts', import.meta.url))
  const child = spawn(process.execPath, [script, url, String(slowMs)], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const said: string[] = []
  child.stdout.on('data', chunk => said.push(...String(chunk).trim().split('\n')))
  t.teardown(() => child.kill('SIGKILL'))
  return { child, said }
}

const until = async (condition: () => boolean | Promise<boolean>, timeoutMs: number): Promise<number> => {
  const from = performance.now()
  while (!(await condition()) && performance.now() - from < timeoutMs) await sleep(20)
  return performance.now() - from
}

const writers = async (pool: pg.Pool): Promise<number[]> =>
  (await pool.query<{ by: number }>('SELECT by FROM written ORDER BY n')).rows.map(({ by }) => by)

const changesOf = (by: readonly number[]): number[] => by.filter((each, n) => each !== by[n - 1])

const writesOf = async (pool: pg.Pool, { pid }: ChildProcess): Promise<number> =>
  (await writers(pool)).filter(by => by === pid).length

t.test('one process holds a lease; a killed one is replaced within ten seconds', async t => {
  const { url, pool } = await worldOf(t)
  const first = holder(t, url)
  await until(async () => (await writesOf(pool, first.child)) > 0, 10_000)
  const second = holder(t, url)
  await sleep(1_500)
  t.strictSame(second.said, [], 'it waits')
  first.child.kill('SIGKILL')
  const waited = await until(async () => (await writesOf(pool, second.child)) > 0, REPLACED_WITHIN_MS)
  t.ok(waited < REPLACED_WITHIN_MS, `replaced after ${Math.round(waited)} ms`)
  t.strictSame(changesOf(await writers(pool)), [first.child.pid, second.child.pid])
  t.match(await leasesIn(pool), [{ name: 'writing', epoch: 2, held: true }])
})

for (const [when, slowMs] of [
  ['between its transactions', 0],
  ['within a transaction', 2_500],
] as const)
  t.test(`a holder that is frozen ${when} is replaced, and writes nothing when it wakes`, async t => {
    const { url, pool } = await worldOf(t)
    const first = holder(t, url, slowMs)
    await until(() => first.said.includes('held'), 10_000)
    await sleep(slowMs === 0 ? 500 : slowMs * 1.5)
    const second = holder(t, url)
    await sleep(500)
    first.child.kill('SIGSTOP')
    const waited = await until(async () => (await writesOf(pool, second.child)) > 0, REPLACED_WITHIN_MS)
    t.ok(waited < REPLACED_WITHIN_MS, `replaced after ${Math.round(waited)} ms`)
    const written = await writesOf(pool, first.child)
    first.child.kill('SIGCONT')
    await sleep(3_000)
    t.equal(await writesOf(pool, first.child), written, 'nothing after it woke')
    t.strictSame(changesOf(await writers(pool)), [first.child.pid, second.child.pid])
    t.match(await leasesIn(pool), [{ epoch: 2, held: true }], 'the heir still holds it')
  })

t.test('who stops hands over at once', async t => {
  const { url, pool } = await worldOf(t)
  const first = holder(t, url)
  await until(async () => (await writesOf(pool, first.child)) > 0, 10_000)
  const second = holder(t, url)
  await sleep(1_500)
  first.child.kill('SIGTERM')
  const waited = await until(() => second.said.includes('held'), 5_000)
  t.ok(waited < 1_500, `handed over after ${Math.round(waited)} ms`)
  if (first.child.exitCode === null) await once(first.child, 'exit')
  t.strictSame([first.child.exitCode, first.said], [0, ['held', 'ended']])
})

t.test('work is told to end before a lease that cannot be renewed is over', async t => {
  const { url, pool } = await worldOf(t)
  const leases = openLeases(testPool(t, url), silent)
  const begun = Promise.withResolvers<Held>()
  const leased = leases.keep('work', async held => {
    begun.resolve(held)
    await new Promise(resolve => held.signal.addEventListener('abort', resolve))
  })
  t.teardown(() => leased.stop().finally(leases.close))
  const { signal, fence } = await begun.promise
  await inTransaction(pool, async () => undefined, fence)

  const locked = await pool.connect()
  await locked.query('BEGIN; LOCK TABLE engine.leases IN ACCESS EXCLUSIVE MODE')
  const waited = await until(() => signal.aborted, 10_000)
  const left = await locked.query<{ held: boolean }>('SELECT expires_at > clock_timestamp() AS held FROM engine.leases')
  await locked.query('ROLLBACK')
  locked.release()
  t.ok(signal.aborted, `told after ${Math.round(waited)} ms`)
  t.strictSame(left.rows, [{ held: true }], 'before it was over')

  await until(async () => (await leasesIn(pool))[0]?.epoch === 2, 10_000)
  await t.rejects(
    inTransaction(pool, async () => undefined, fence),
    { code: 'lease-lost' },
    'the old epoch writes no more',
  )
})

t.test('nobody takes over while a transaction compares the epoch, and a heartbeat does not wait for it', async t => {
  const { url, pool } = await worldOf(t)
  const leases = openLeases(testPool(t, url), silent)
  const begun = Promise.withResolvers<Held>()
  const leased = leases.keep('work', async held => {
    begun.resolve(held)
    await new Promise(resolve => held.signal.addEventListener('abort', resolve))
  })
  t.teardown(() => leased.stop().finally(leases.close))
  const { fence } = await begun.promise
  await inTransaction(
    pool,
    async () => {
      await pool.query("UPDATE engine.leases SET expires_at = clock_timestamp() - interval '1 s'")
      const taking = pool.query('SET statement_timeout = 300; UPDATE engine.leases SET epoch = epoch + 1; RESET ALL')
      await t.rejects(taking, { code: '57014' }, 'waits')
    },
    fence,
  )
})
