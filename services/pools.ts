/** Connections to the database, each kind with its number and its patience. */
import pg from 'pg'
import type { Logger } from 'pino'
import { outlivesItsClients } from '../engine/breaking-clients.ts'

pg.types.setTypeParser(pg.types.builtins.INT8, Number)

/** By this name a database knows the connections of the service. */
export const SERVICE = 'gongchuang'

type Patience = { max: number; statementMs: number; name?: string }

/** Longer than the server's own limit: only a connection that has gone silent meets it. */
const SILENCE_MS = 3_000
const CONNECT_TIMEOUT_MS = 5_000
/** Libuv then asks every second, and gives up after ten times. */
const KEEP_ALIVE_AFTER_MS = 10_000

/** For what is done beside requests: batches of a rebuild take their time. */
const ENGINE: Patience = { max: 20, statementMs: 30_000 }
/** For what a command waits for: keys, snapshots. */
const PROMPT: Patience = { max: 10, statementMs: 8_000 }
/** For whoever moves a log, and is not to be taken for a process of the service. */
const COPIERS: Patience = { max: 8, statementMs: 120_000, name: 'gongchuang log copy' }
/** Of what people ask; slow questions wait for each other, and for nothing that commands and read models need. */
const READERS = 10

export const poolOf = (databaseUrl: string, logger: Logger): pg.Pool => openPool(databaseUrl, logger, ENGINE)

export const promptOf = (databaseUrl: string, logger: Logger): pg.Pool => openPool(databaseUrl, logger, PROMPT)

export const readersOf = (databaseUrl: string, logger: Logger, statementMs: number): pg.Pool =>
  openPool(databaseUrl, logger, { max: READERS, statementMs })

export const copiersOf = (databaseUrl: string, logger: Logger): pg.Pool => openPool(databaseUrl, logger, COPIERS)

const openPool = (
  connectionString: string,
  logger: Logger,
  { max, statementMs, name = SERVICE }: Patience,
): pg.Pool => {
  const pool = new pg.Pool({
    connectionString,
    max,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: statementMs,
    idle_in_transaction_session_timeout: statementMs,
    query_timeout: statementMs + SILENCE_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    application_name: name,
  })
  pool.on('error', error => {
    if (!pool.ending) logger.warn({ err: error }, 'an idle database connection broke')
  })
  return outlivesItsClients(pool)
}
