/** Where the log of a test's database is: in it, or, with EVENTSTORE_URL, on that server under the database's name. */

import pg from 'pg'
import type { Logger } from 'pino'
import pino from 'pino'
import type { EventStore, RecordedEvent } from '../../engine/event-store.ts'
import { type EventStoreConfig, openLog } from '../../services/log.ts'

export const onEventStore: boolean = Boolean(process.env.EVENTSTORE_URL)

/** Why a test that reaches into the log's tables has nothing to do on another store. */
export const POSTGRES_ONLY = onEventStore ? 'of the log in PostgreSQL only' : false

/** Why log and read models do not differ there. */
export const ONE_BACKUP = onEventStore ? false : 'in PostgreSQL log and read models are restored together'

const logNameOf = (databaseUrl: string): string => new URL(databaseUrl).pathname.slice(1)

/** A server has room for the logs of all tests: what is on the way at once is less than a city's. */
const IN_FLIGHT = 32

export const eventStoreOf = (databaseUrl: string): EventStoreConfig | undefined =>
  process.env.EVENTSTORE_URL
    ? { url: process.env.EVENTSTORE_URL, log: logNameOf(databaseUrl), inFlight: IN_FLIGHT }
    : undefined

/** For a process that is started beside this one. */
export const logEnvironment = (databaseUrl: string): Record<string, string> =>
  onEventStore ? { EVENTSTORE_LOG: logNameOf(databaseUrl) } : {}

export const openTestLog = (
  pool: pg.Pool,
  databaseUrl: string,
  logger: Logger = pino({ level: 'silent' }),
): EventStore => openLog({ pool, logger, eventStore: eventStoreOf(databaseUrl) })

const PAGE = 1_000

/** Everything that is in the log of this database, wherever that is. */
export const eventsIn = async (databaseUrl: string): Promise<RecordedEvent[]> => {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 })
  const store = openTestLog(pool, databaseUrl)
  try {
    const events: RecordedEvent[] = []
    for (let more = true; more; ) {
      const page = await store.readAll(events.at(-1)?.position, PAGE)
      events.push(...page)
      more = page.length === PAGE
    }
    return events
  } finally {
    await store.close()
    await pool.end()
  }
}
