/** The one place that opens the log: in the PostgreSQL of the read models, or in an EventStoreDB beside it. */
import type pg from 'pg'
import type { Logger } from 'pino'
import type { EventStore } from '../engine/event-store.ts'
import { type ConnectionWarning, connectionOf } from '../engine/eventstore/connection-string.ts'
import { stateOf } from '../engine/eventstore/feed-trouble.ts'
import { openEventStoreLog } from '../engine/eventstore/log.ts'
import { openPostgresLog } from '../engine/postgres-log.ts'
import { type Randomness, systemRandomness } from '../engine/randomness.ts'

/** Where the log is when it is not in the PostgreSQL of the read models. */
export type EventStoreConfig = {
  /** A connection string; it may hold a password, and is shown nowhere. */
  url: string
  /** Tells this log from others on the same server. */
  log: string
  /** How many appends are on the way at once. */
  inFlight: number
}

export type LogOptions = {
  pool: pg.Pool
  logger: Logger
  eventStore?: EventStoreConfig | undefined
  random?: Randomness
}

export const openLog = ({ pool, logger, eventStore, random = systemRandomness }: LogOptions): EventStore => {
  const onTrouble = (error: unknown) => {
    if (stateOf(error) === 'fell-behind') logger.info('events came in a burst; the log is followed from where it was')
    else logger.warn({ err: error }, 'the log could not be followed; trying again')
  }
  return eventStore ? openEventStoreLog({ ...eventStore, random, onTrouble }) : openPostgresLog({ pool, onTrouble })
}

/** What an operator should know of how the log is reached; said when a service starts. */
export const warnOfLog = (eventStore: EventStoreConfig | undefined, logger: Logger): void => {
  for (const warning of eventStore ? connectionOf(eventStore.url).warnings : [])
    logger.warn({ code: warning }, `EVENTSTORE_URL: ${WARNINGS[warning]}`)
}

const WARNINGS: Record<ConnectionWarning, string> = {
  'not-encrypted': 'tls=false sends everything in the open; it is for trying things out',
  'credentials-dropped': 'with tls=false user and password are not sent: the server does not know who asks',
  'no-credentials': 'there is no user in it: a server that asks who it is will refuse',
  'leader-enforced': 'another node than the leader is preferred; the leader is asked all the same',
  'option-dropped': 'throwOnAppendFailure and tlsVerifyCert are not followed',
}

/** Which log it is, as whoever starts the service reads it. */
export const logText = (eventStore: EventStoreConfig | undefined): string =>
  eventStore ? `EventStoreDB ${hostsOf(eventStore)}, ${eventStore.log}` : 'PostgreSQL'

/** Neither the scheme nor who connects how. */
const hostsOf = ({ url }: EventStoreConfig): string => url.replace(/^[^/]*\/\/([^@/?]*@)?/, '').replace(/[/?].*$/, '')
