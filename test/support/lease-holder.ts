/**
 * `lease-holder.ts URL [SLOW_MS]`: a process that keeps a lease as services do. While it holds it, it writes a row
 * every 50 ms, each in a transaction of its own that lasts SLOW_MS. SIGTERM ends it as a service ends.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import pino from 'pino'
import { inTransaction } from '../../engine/transaction.ts'
import { type Held, openLeases } from '../../services/lease.ts'

const [url = '', slowMs = '0'] = process.argv.slice(2)
const pool = new pg.Pool({ connectionString: url, max: 2 })
pool.on('error', () => undefined)
const leases = openLeases(pool, pino({ level: 'silent' }))

const write = ({ fence }: Held): Promise<void> =>
  inTransaction(
    pool,
    async client => {
      await client.query('INSERT INTO written (by) VALUES ($1)', [process.pid])
      await sleep(Number(slowMs))
    },
    fence,
  )

const leased = leases.keep('writing', async held => {
  process.stdout.write('held\n')
  while (!held.signal.aborted) {
    await write(held)
    await sleep(50)
  }
  process.stdout.write('ended\n')
})

process.on(
  'SIGTERM',
  () =>
    void leased
      .stop()
      .then(leases.close)
      .then(() => pool.end()),
)
