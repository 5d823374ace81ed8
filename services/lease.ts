/**
 * Work that one process does at a time. Who holds a lease says so every two seconds, on the database's clock; whoever
 * is not heard of for six is replaced. The epoch grows with every take-over. It is compared in each transaction that
 * the work writes with, so that a holder that was frozen, or cut off, writes nothing once it has been replaced.
 */
import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { type Kysely, sql } from 'kysely'
import pg from 'pg'
import type { Logger } from 'pino'
import { pause } from '../engine/bell.ts'
import { outlivesItsClients } from '../engine/breaking-clients.ts'
import { type Fence, LeaseLost } from '../engine/fence.ts'

/** A lease as its work sees it: `signal` aborts when the work is to end, before anybody else can begin it. */
export type Held = { signal: AbortSignal; fence: Fence }
export type Work = (held: Held) => Promise<void>

export type Leased = {
  /** Lets the work end, and gives the lease back. */
  stop(): Promise<void>
}

export type Leases = {
  /** Does the work whenever this process holds the lease, again after it ended. */
  keep(name: string, work: Work): Leased
  /** The names of those that this process holds. */
  held(): readonly string[]
  close(): Promise<void>
}

/** Who holds a lease, or held it last. */
export type LeaseStanding = { name: string; holder: string; epoch: number; held: boolean }

const LIFETIME_MS = 6_000
const BEAT_MS = 2_000
/** The work is told so long before the lease ends. */
const SPARE_MS = 1_500
const TRY_EVERY_MS = 500
const ANSWER_WITHIN_MS = 1_500
/** Whoever stands still within a transaction must not keep others from taking over. */
const IDLE_IN_TRANSACTION_MS = 3_000

export const openLeases = (pool: pg.Pool, logger: Logger): Leases => {
  const connections = besides(pool, 2)
  const holder = `${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`
  const held = new Set<string>()
  return {
    keep: (name, work) => kept({ connections, name, holder, held, logger }, work),
    held: () => [...held],
    close: async () => {
      if (!connections.ending) await connections.end()
    },
  }
}

/** Of a process that leaves such work to others. */
export const noLeases: Leases = {
  keep: () => ({ stop: async () => undefined }),
  held: () => [],
  close: async () => undefined,
}

/** A heartbeat never waits behind other work for a connection, nor long for an answer. */
export const besides = (pool: pg.Pool, max: number, answerWithinMs = ANSWER_WITHIN_MS): pg.Pool => {
  const connections = new pg.Pool({
    ...pool.options,
    password: pool.options.password,
    max,
    connectionTimeoutMillis: answerWithinMs,
    statement_timeout: answerWithinMs,
    query_timeout: answerWithinMs,
  })
  connections.on('error', () => undefined)
  return outlivesItsClients(connections)
}

type Kept = { connections: pg.Pool; name: string; holder: string; held: Set<string>; logger: Logger }

const kept = (lease: Kept, work: Work): Leased => {
  const stopping = new AbortController()
  const keep = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await takeTurn(lease, stopping.signal, work).catch(error =>
        lease.logger.warn({ err: error, lease: lease.name }, 'interrupted; going on shortly'),
      )
      await pause(TRY_EVERY_MS, stopping.signal)
    }
  }
  const keeping = keep()
  return {
    stop: async () => {
      stopping.abort()
      await keeping
    },
  }
}

/** The work from taking the lease to giving it back; nothing where another process holds it. */
const takeTurn = async (lease: Kept, stopping: AbortSignal, work: Work): Promise<void> => {
  const asked = performance.now()
  const epoch = await take(lease)
  if (epoch === undefined) return
  const lost = new AbortController()
  const ended = new AbortController()
  lease.held.add(lease.name)
  const beating = beat(lease, epoch, { asked, lost, ended: ended.signal })
  try {
    const signal = AbortSignal.any([stopping, lost.signal])
    if (!signal.aborted) await work({ signal, fence: fenceOf(lease.name, epoch) })
  } finally {
    ended.abort()
    lease.held.delete(lease.name)
    await beating
    await giveBack(lease, epoch).catch(() => undefined)
  }
}

/** Renews the lease until the work has ended; `lost` aborts once it was taken over, or is about to end unrenewed. */
const beat = async (
  lease: Kept,
  epoch: string,
  { asked, lost, ended }: { asked: number; lost: AbortController; ended: AbortSignal },
): Promise<void> => {
  const lostAfter = (at: number) => setTimeout(() => lost.abort(), at + LIFETIME_MS - SPARE_MS - performance.now())
  const over = AbortSignal.any([ended, lost.signal])
  let timer = lostAfter(asked)
  for (await pause(BEAT_MS, over); !over.aborted; await pause(BEAT_MS, over)) {
    const at = performance.now()
    const still = await renew(lease, epoch).catch(() => undefined)
    if (still === false) lost.abort()
    if (!still) continue
    clearTimeout(timer)
    timer = lostAfter(at)
  }
  clearTimeout(timer)
  if (lost.signal.aborted) lease.logger.warn({ lease: lease.name, epoch }, 'a lease was lost; its work ends here')
}

const TAKE = `
  UPDATE engine.leases SET holder = $2, epoch = epoch + 1, expires_at = clock_timestamp() + $3 * interval '1 ms'
  WHERE name = $1 AND expires_at <= clock_timestamp() RETURNING epoch::text`
const RENEW = `
  UPDATE engine.leases SET expires_at = clock_timestamp() + $3 * interval '1 ms' WHERE name = $1 AND epoch = $2`
const GIVE_BACK = "UPDATE engine.leases SET expires_at = '-infinity' WHERE name = $1 AND epoch = $2"
/** The row is locked against a change of its epoch, not against a heartbeat: see its migration. */
const COMPARE = `
  SELECT set_config('idle_in_transaction_session_timeout', '${IDLE_IN_TRANSACTION_MS}', true)
  FROM engine.leases WHERE name = $1 AND epoch = $2 FOR KEY SHARE`

const take = async ({ connections, name, holder }: Kept): Promise<string | undefined> => {
  await connections.query('INSERT INTO engine.leases (name) VALUES ($1) ON CONFLICT DO NOTHING', [name])
  const { rows } = await connections.query<{ epoch: string }>(TAKE, [name, holder, LIFETIME_MS])
  return rows[0]?.epoch
}

const renew = async ({ connections, name }: Kept, epoch: string): Promise<boolean> =>
  (await connections.query(RENEW, [name, epoch, LIFETIME_MS])).rowCount === 1

const giveBack = ({ connections, name }: Kept, epoch: string): Promise<unknown> =>
  connections.query(GIVE_BACK, [name, epoch])

const fenceOf =
  (name: string, epoch: string): Fence =>
  async client => {
    const { rowCount } = await client.query({ name: 'compare epoch', text: COMPARE, values: [name, epoch] })
    if (rowCount !== 1) throw new LeaseLost(name)
  }

export const leasesIn = async (connection: Pick<pg.ClientBase, 'query'>): Promise<LeaseStanding[]> => {
  const { rows } = await connection.query<LeaseStanding>(`
    SELECT name, holder, epoch::integer, expires_at > clock_timestamp() AS held FROM engine.leases ORDER BY name`)
  return rows
}

/** How many kinds of work nobody does now. */
export const leasesWithoutHolder = async (db: Kysely<unknown>): Promise<number> => {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::integer AS count FROM engine.leases WHERE expires_at <= clock_timestamp()`.execute(db)
  return rows[0]?.count ?? 0
}

/**
 * Takes a lease from whoever holds it, for as long as this transaction lasts: nothing that was begun under it is written
 * any more. It is free afterwards, and whoever takes it begins anew.
 */
export const interruptLease = async (client: pg.ClientBase, name: string): Promise<void> => {
  await client.query("UPDATE engine.leases SET epoch = epoch + 1, expires_at = '-infinity' WHERE name = $1", [name])
}
