/**
 * The switch: in one transaction the database is given to the other log. What says how far somebody has read says so in
 * the other log's positions from then on; what can be built from the log is taken away and built anew; a log in PostgreSQL
 * that was left takes nothing more.
 */
import type pg from 'pg'
import { pause } from '../../engine/bell.ts'
import type { LogCopied } from '../../engine/log-copying.ts'
import { logOf } from '../../engine/position.ts'
import { modelOfCheckpoint } from '../../engine/projection.ts'
import { dropTables } from '../../engine/read-model-tables.ts'
import { inTransaction } from '../../engine/transaction.ts'
import { logInUse } from '../log-in-use.ts'
import { carryOver, NotSwitched } from './carried.ts'
import type { Side } from './sides.ts'

export type Switching = { database: pg.Pool; source: Side; target: Side }

export type Ownership = 'source' | 'target'

/** Whose the database is now. Throws `NotSwitched` where it is neither's, or could not go with the target. */
export const ownerOf = async ({ database, source, target }: Switching): Promise<Ownership> => {
  const [from, to] = [logOf(await source.store.origin()), logOf(await target.store.origin())]
  const own = await ownLog(database)
  // From before it was noted, a database goes with its own log.
  const inUse = (await logInUse(database)) ?? (from === own ? own : undefined)
  if (target.pool && to !== own) throw new NotSwitched(notItsOwn(target.text))
  if (inUse === to) return 'target'
  if (inUse === from) return 'source'
  throw new NotSwitched(inUse === undefined ? NOBODYS : anothers(inUse, from))
}

/** Throws `NotSwitched`: nothing was changed then, and it can be done again. */
export const switchLog = async (
  switching: Switching,
  copied: LogCopied,
  quiet: { since: number; lastsMs: number },
): Promise<void> => {
  const { database, source, target } = switching
  const to = logOf(copied.to)
  // A log that can refuse does; of another it is known that nobody can still be writing.
  if (!source.pool) await pause(quiet.since + quiet.lastsMs - performance.now())
  await inTransaction(database, async client => {
    if (source.pool === database) await seal(client, to)
    if ((await source.store.head()) !== copied.from) throw new NotSwitched(HAS_MOVED)
    if (target.pool) await client.query('DROP TRIGGER IF EXISTS moved ON log.events')
    await carryOver(client, logOf(copied.from), copied.places)
    await makeRoom(client)
    await client.query(GIVE, [to])
  })
}

/** A source in a database of its own, given up there too. Again where it was broken off before. */
export const leaveSource = async ({ database, source: { pool }, target }: Switching): Promise<void> => {
  const to = logOf(await target.store.origin())
  if (!pool || pool === database) return
  await inTransaction(pool, async client => {
    await seal(client, to)
    await client.query(GIVE, [to])
  })
}

const GIVE = `
  INSERT INTO engine.log_in_use (log) VALUES ($1) ON CONFLICT (single) DO UPDATE SET log = excluded.log`

/** Waits until whoever appends has ended, and lets nobody after that. */
const seal = async (client: pg.ClientBase, to: string): Promise<void> => {
  await client.query('DROP TRIGGER IF EXISTS moved ON log.events')
  await client.query(`
    CREATE TRIGGER moved BEFORE INSERT ON log.events
    FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_moved('${to}')`)
}

/** Read models and snapshots hold positions in their rows and are made from the log; whoever still holds a lease has lost it. */
const makeRoom = async (client: pg.ClientBase): Promise<void> => {
  const { rows } = await client.query<{ name: string }>("SELECT name FROM engine.checkpoints WHERE name LIKE '%@%'")
  for (const { name } of rows) await dropTables(client, modelOfCheckpoint(name))
  await client.query("DELETE FROM engine.checkpoints WHERE name LIKE '%@%'")
  // A row without a body goes on saying that a text was taken back.
  await client.query("DELETE FROM engine.snapshots WHERE body <> ''")
  await client.query("UPDATE engine.leases SET epoch = epoch + 1, expires_at = '-infinity'")
}

const ownLog = async (database: pg.Pool): Promise<string> =>
  (await database.query<{ log: string }>("SELECT 'pg' || id AS log FROM log.identity")).rows[0]?.log ?? ''

const notItsOwn = (
  target: string,
): string => `${target} 不是本服务的数据库，服务不能使用其中的日志：请用 --to database，或搬到 EventStoreDB。
The service could not use the log in ${target}: it is not the service's database. Say --to database, or move to an EventStoreDB.`

const anothers = (
  inUse: string,
  from: string,
): string => `本数据库使用的日志是 ${inUse}，不是来源 ${from}：请核对 --from 和 DATABASE_URL。
This database goes with the log ${inUse} and not with the source, ${from}: look at --from and DATABASE_URL.`

const NOBODYS = `还没有服务在本数据库上启动过，无从切换：先在来源日志上启动一次。
Nobody has started on this database yet, and there is nothing to switch: start the service on the source once.`

const HAS_MOVED = `来源日志其间又有新的事件，没有切换：确认服务都已停止，再运行一次。
Something was recorded in the source meanwhile, and nothing was switched: see that the service has stopped, and run it again.`
