/** What becomes of a process whose connections to the database break. */
import t from 'tap'
import { loggerAt } from '../services/logger.ts'
import { poolOf } from '../services/pools.ts'
import { database, query } from './support/postgres.ts'

t.test('one that breaks between two statements ends that piece of work, and not the process', async t => {
  const { url } = await database(t)
  const pool = poolOf(url, loggerAt('silent'))
  t.teardown(() => pool.end())
  const client = await pool.connect()
  await client.query('BEGIN')
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  const broken = new Promise<void>(resolve => void client.once('end', resolve))
  await query(url, `SELECT pg_terminate_backend(${rows[0]?.pid})`)
  await broken
  await t.rejects(client.query('COMMIT'))
  client.release(true)
  t.match(await pool.query('SELECT 1 AS one'), { rows: [{ one: 1 }] }, 'the next one is a new connection')
})
