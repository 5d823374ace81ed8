/** The two logs of a copying, each opened by what the operator called it. */
import type pg from 'pg'
import type { Logger } from 'pino'
import type { EventStore, RecordedEvent } from '../../engine/event-store.ts'
import { writeInOrder } from '../../engine/log-copying.ts'
import { writeIntoPostgres } from '../../engine/postgres-copying.ts'
import { type Config, ConfigError, readConfig } from '../config.ts'
import { type EventStoreConfig, logText, openLog } from '../log.ts'
import { migrate } from '../migrate.ts'
import { copiersOf } from '../pools.ts'
import { WrongUse } from '../sub-command.ts'

export type Side = {
  store: EventStore
  /** As it is shown: without a password. */
  text: string
  /** Where the log is in PostgreSQL. */
  pool?: pg.Pool
  write(events: readonly RecordedEvent[]): Promise<void>
  close(): Promise<void>
}

/** What a side may be called: the service's database, the EventStoreDB of EVENTSTORE_URL, or an address of either kind. */
export const SIDES = 'database, eventstore, postgres://…, esdb://…'

type Named = { side: string; log: string | undefined }
type Around = { config: Config; database: pg.Pool; logger: Logger }

export const openSide = async ({ side, log }: Named, around: Around): Promise<Side> => {
  const { config, database, logger } = around
  if (side === 'database') return inPostgres(database, 'PostgreSQL', logger, async () => undefined)
  if (/^postgres(ql)?:/.test(side)) return inPostgresAt(side, logger)
  if (/^(esdb|kurrentdb)(\+discover)?:/.test(side)) return inEventStore(eventStoreAt(side), log, around)
  if (side !== 'eventstore') throw new WrongUse(`'${side}' is none of ${SIDES}`)
  if (!config.eventStore) throw new ConfigError('EVENTSTORE_URL is not set: there is no eventstore to speak of')
  return inEventStore(config.eventStore, log, around)
}

const inPostgresAt = async (url: string, logger: Logger): Promise<Side> => {
  await migrate(url)
  const pool = copiersOf(url, logger)
  const { host, pathname } = new URL(url)
  return inPostgres(pool, `PostgreSQL ${host}${pathname}`, logger, () => pool.end())
}

const inPostgres = (pool: pg.Pool, text: string, logger: Logger, end: () => Promise<void>): Side => {
  const store = openLog({ pool, logger })
  return { store, text, pool, write: events => writeIntoPostgres(pool, events), close: () => store.close().then(end) }
}

/** With what else the environment says of an EventStoreDB. */
const eventStoreAt = (url: string): EventStoreConfig =>
  readConfig({ ...process.env, EVENTSTORE_URL: url }).eventStore as EventStoreConfig

const inEventStore = (found: EventStoreConfig, log: string | undefined, { database: pool, logger }: Around): Side => {
  const eventStore = { ...found, ...(log && { log }) }
  const store = openLog({ pool, logger, eventStore })
  return { store, text: logText(eventStore), write: writeInOrder(store), close: store.close }
}
