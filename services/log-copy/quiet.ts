/** Nobody works on a log while it changes its place: not now, and nobody begins until it is done. */
import type pg from 'pg'
import type { Title } from '../../engine/definition.ts'
import { AT_WORK, CONFIRMED_FOR_MS } from '../log-in-use.ts'
import { SERVICE } from '../pools.ts'

export type Quiet = {
  /** When it began, on the clock of `performance`. */
  since: number
  end(): void
}

/** Others are still at work; who they are, as the database knows them. */
export class NotQuiet extends Error {
  readonly code = 'not-quiet'
}

/** One who was cut off may still be sending, longer than it takes until it decides nothing more. */
const SENDING_MS = 10_000
export const QUIET_MS = CONFIRMED_FOR_MS + SENDING_MS

/** In all these databases. Throws `NotQuiet`. */
export const makeQuiet = async (databases: readonly pg.Pool[]): Promise<Quiet> => {
  const clients: pg.PoolClient[] = []
  const end = () => {
    for (const client of clients) client.release(true)
  }
  try {
    for (const database of new Set(databases)) clients.push(await quietIn(database))
    return { since: performance.now(), end }
  } catch (error) {
    end()
    throw error
  }
}

const quietIn = async (database: pg.Pool): Promise<pg.PoolClient> => {
  const client = await database.connect()
  try {
    const { rows } = await client.query<{ held: boolean }>('SELECT pg_try_advisory_lock($1) AS held', [AT_WORK])
    const others = await othersAtWork(client)
    if (!rows[0]?.held || others.length > 0) throw new NotQuiet(says(others))
    return client
  } catch (error) {
    client.release(true)
    throw error
  }
}

type Session = { pid: number; name: string; address: string | null; since: string }

/** Those who hold the lock, and those who came before there was one. */
const OTHERS = `
  SELECT DISTINCT pid, application_name AS name, host(client_addr) AS address, backend_start::text AS since
  FROM pg_stat_activity LEFT JOIN pg_locks USING (pid)
  WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND (application_name = $1 OR locktype = 'advisory' AND classid = 0 AND objid = $2::integer::oid AND granted)
  ORDER BY pid`

const othersAtWork = async (client: pg.ClientBase): Promise<Session[]> =>
  (await client.query<Session>(OTHERS, [SERVICE, AT_WORK])).rows

const says = (others: readonly Session[]): string => {
  const seen = others.map(({ pid, name, address, since }) => `  ${pid} ${name} ${address ?? 'local'} ${since}`)
  return [WORDS.zh, WORDS.en, ...seen].join('\n')
}

const WORDS: Title = {
  zh: '仍有进程在使用本数据库的日志：请先停止所有服务进程（停住的也要结束），再运行一次。',
  en: 'Somebody still works on the log of this database: stop all processes of the service, also those that hang, and run it again.',
}
