/** The stores past the proxies, as the harness reads them: asked again while they are down. */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import pino from 'pino'
import { outlivesItsClients } from '../../engine/breaking-clients.ts'
import { type EventStore, ForeignPosition, type Position, type RecordedEvent } from '../../engine/event-store.ts'
import { type EventStoreConfig, openLog } from '../../services/log.ts'

/** The log, through its port: one reader for both stores. */
export type LogView = Pick<EventStore, 'readAll' | 'readStream' | 'head'>

/** To a database past the proxies. */
export type Direct = {
  /** Asks again while it is down. */
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>
  log: LogView
  /** Closes its connections, until it is asked again. */
  leave(): Promise<void>
}

/** Where both are now: a database may come up again on another port. */
export type Place = { url: string; eventStore?: EventStoreConfig | undefined }

const ASK_AGAIN_MS = 50
const MOST_CONNECTIONS = 4
/** A store that was stopped is up again long before. */
const GIVEN_UP_AFTER_MS = 120_000

type Open = { at: string; pool: pg.Pool; log: EventStore }

export const directTo = (where: () => Place): Direct => {
  let open: Open | undefined
  const leave = async (): Promise<void> => {
    const left = open
    open = undefined
    await left?.log.close()
    await left?.pool.end()
  }
  const openNow = (): Open => {
    const place = where()
    if (open?.at !== place.url) void leave()
    open ??= openAt(place)
    return open
  }
  const query: Direct['query'] = async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
    patiently(isPassing, async () => (await openNow().pool.query<Row>(text, values)).rows)
  const reading = <T>(read: (log: EventStore) => Promise<T>): Promise<T> =>
    patiently(mayBeReadLater, () => read(openNow().log))
  const log: LogView = {
    readAll: (after, limit) => reading(store => store.readAll(after, limit)),
    readStream: (stream, from, limit) => reading(store => store.readStream(stream, from, limit)),
    head: () => reading(store => store.head()),
  }
  return { query, log, leave }
}

const silent = pino({ level: 'silent' })

const openAt = ({ url, eventStore }: Place): Open => {
  const pool = outlivesItsClients(new pg.Pool({ connectionString: url, max: MOST_CONNECTIONS }))
  pool.on('error', () => undefined)
  return { at: url, pool, log: openLog({ pool, logger: silent, eventStore }) }
}

const patiently = async <T>(passes: (error: unknown) => boolean, ask: () => Promise<T>): Promise<T> => {
  const until = performance.now() + GIVEN_UP_AFTER_MS
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!passes(error) || performance.now() > until) throw error
      await sleep(ASK_AGAIN_MS)
    }
  }
}

/** Classes of SQLSTATE: connection exception, insufficient resources, operator intervention. */
const isPassing = (error: unknown): boolean =>
  error instanceof pg.DatabaseError ? /^(08|53|57)/.test(error.code ?? '') : true

const mayBeReadLater = (error: unknown): boolean => isPassing(error) && !(error instanceof ForeignPosition)

const PAGE = 2_000

/** All that stands in the log, or in a stream of it, page by page. */
export async function* pagesOf(log: Pick<LogView, 'readAll'>, after?: Position): AsyncGenerator<RecordedEvent[]> {
  for (let from = after; ; ) {
    const page = await log.readAll(from, PAGE)
    if (page.length > 0) yield page
    if (page.length < PAGE) return
    from = page.at(-1)?.position
  }
}
