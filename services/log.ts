/** The one place that opens the log: in the PostgreSQL of the read models, or in an EventStoreDB beside it. */
import type pg from 'pg'
import type { Logger } from 'pino'
import type { EventStore } from '../engine/event-store.ts'
import { openPostgresLog } from '../engine/postgres-log.ts'

/** Where the log is when it is not in the PostgreSQL of the read models. */
export type EventStoreConfig = {
  /** A connection string; it may hold a password, and is shown nowhere. */
  url: string
  /** Tells this log from others on the same server. */
  log: string
  /** How many appends are on the way at once. */
  inFlight: number
}

export type LogOptions = { pool: pg.Pool; logger: Logger; eventStore?: EventStoreConfig | undefined }

export const openLog = ({ pool, logger, eventStore }: LogOptions): EventStore => {
  const onTrouble = (error: unknown) => logger.warn({ err: error }, 'the log could not be followed; trying again')
  if (eventStore) throw new Error('the log in an EventStoreDB is not there yet')
  return openPostgresLog({ pool, onTrouble })
}

/** Which log it is, as whoever starts the service reads it. */
export const logText = (eventStore: EventStoreConfig | undefined): string =>
  eventStore ? `EventStoreDB ${hostsOf(eventStore)}, ${eventStore.log}` : 'PostgreSQL'

/** Neither the scheme nor who connects how. */
const hostsOf = ({ url }: EventStoreConfig): string => url.replace(/^[^/]*\/\/([^@/?]*@)?/, '').replace(/[/?].*$/, '')
