/** What becomes of a process whose connections to the database break. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import t, { type Test } from 'tap'
import { openPostgresLog } from '../engine/postgres-log.ts'
import { loggerAt } from '../services/logger.ts'
import { poolOf } from '../services/pools.ts'
import { database, query, testPool } from './support/postgres.ts'

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

/** What a server says that lets somebody in and goes down in the same breath. */
const message = (type: string, body: Buffer): Buffer => {
  const length = Buffer.alloc(4)
  length.writeInt32BE(4 + body.length)
  return Buffer.concat([Buffer.from(type), length, body])
}
const LET_IN = [message('R', Buffer.alloc(4)), message('Z', Buffer.from('I'))]
const GOING_DOWN = message('E', Buffer.from('SFATAL\0C57P01\0Mterminating connection due to administrator command\0\0'))

/** Passes on to a database what it is told, until it goes down. */
const relayTo = async (t: Test, url: string) => {
  const { hostname: host, port } = new URL(url)
  let down = false
  const server = createServer(socket => {
    socket.on('error', () => undefined)
    if (down) return void socket.once('data', () => socket.end(Buffer.concat([...LET_IN, GOING_DOWN])))
    const database = connect({ host, port: Number(port) }).on('error', () => undefined)
    socket.pipe(database).pipe(socket)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => server.close())
  const through = new URL(url)
  through.port = String((server.address() as AddressInfo).port)
  return { url: through.href, goDown: () => (down = true) }
}

t.test('one that breaks as soon as it is there ends that append, and not the process', async t => {
  const relay = await relayTo(t, (await database(t)).url)
  const store = openPostgresLog({ pool: testPool(t, relay.url) })
  t.teardown(store.close)
  await store.head()
  relay.goDown()
  const event = { id: '00000000-0000-8000-8000-000000000001', type: 'Put', data: '{}', metadata: '{}' }
  await t.rejects(store.append('purse-1', -1, [event]), { code: 'outcome-unknown' })
})
