/**
 * The log in PostgreSQL. All writing goes through the function `log.append` (its migration says how positions
 * come about), a batch at a time. Readers poll, and are woken when this process itself has appended: LISTEN
 * would save other processes at most one poll, for a lock on the whole instance at every commit and one more
 * connection that can break unseen.
 */
import pg from 'pg'
import { bell, pause } from './bell.ts'
import { outlivesItsClients } from './breaking-clients.ts'
import { type Clock, systemClock } from './clock.ts'
import {
  type Appended,
  type Batch,
  type EventStore,
  type Following,
  ForeignPosition,
  LogUnavailable,
  type NewEvent,
  OutcomeUnknown,
  type Position,
  type RecordedEvent,
  WrongRevision,
} from './event-store.ts'
import { groupCommit, type Outcome } from './group-commit.ts'
import { logStandings } from './log-standing.ts'
import { once } from './once.ts'
import { type Positions, positionsOf } from './position.ts'
import { APPEND, appendColumns } from './postgres-append.ts'
import { type RecentEvents, recentEvents } from './recent-events.ts'

export type PostgresLogOptions = {
  /** For reading; whoever made it ends it, after `close`. Writing has connections of its own to the same place. */
  pool: pg.Pool
  /** Milliseconds between two looks at the head. */
  pollEvery?: number
  clock?: Clock
  /** Hears what a tail survives. */
  onTrouble?(error: unknown): void
}

type Append = { stream: string; expected: number; events: readonly NewEvent[] }
type EventRow = NewEvent & { stream: string; revision: number; position: number | string }
type AppendRow = { recorded: boolean; at_revision: number; at_position: number | string | null }
/** All of a batch recorded, from the place after this one on. */
type AllRecorded = { recorded: true; at_revision: null; at_position: number | string }

const PAGE = 1_000
/** Of this process's own events, for its readers. */
const MOST_RECENT = 2_048
/** A reader that looks after every batch costs the writers more than it gains. */
const REST_MS = 20
/** The second is sent and parsed while the first one holds the lock; more would only make all of them smaller. */
const BATCHES_IN_FLIGHT = 2
const SEND_AT_ONCE = 16
const MOST_QUEUED = 10_000
const MOST_IN_BATCH = 500
const MOST_CHARACTERS_IN_BATCH = 4_000_000
const CONNECT_TIMEOUT_MS = 3_000
const STATEMENT_TIMEOUT_MS = 8_000
/** Longer than the server's own: only a connection that has gone silent meets it. */
const ANSWER_TIMEOUT_MS = 10_000
const RESEND_AFTER_MS = [200, 800]
const RETRY_READ_MS = { first: 100, most: 2_000 }

export const openPostgresLog = (options: PostgresLogOptions): EventStore => {
  const { pool, pollEvery = 250, clock = systemClock } = options
  const standings = logStandings(clock, 'catching-up')
  const onTrouble = (error: unknown): void => {
    standings.note('unreachable', error instanceof Error ? error.message : String(error))
    options.onTrouble?.(error)
  }
  const writers = writersBeside(pool)
  const appended = bell()
  const closing = new AbortController()
  const positions = once(() => loadPositions(pool))
  const recent = recentEvents(MOST_RECENT)

  const send = async (batch: readonly Append[]): Promise<Outcome<Appended>[]> => {
    const { print } = await positions().catch(unavailable)
    const outcomes = await deliverApart(writers, batch)
    outcomes.forEach((row, index) => {
      remember(recent, row, batch[index] as Append, print)
    })
    appended.ring()
    return outcomes.map((row, index) => (row instanceof Error ? row : answerOf(row, batch[index] as Append, print)))
  }

  const commits = groupCommit<Append, Appended>({
    send,
    sizeOf: ({ events }) => events.reduce((sum, event) => sum + event.data.length + event.metadata.length, 0),
    inFlight: BATCHES_IN_FLIGHT,
    atOnce: SEND_AT_ONCE,
    mostQueued: MOST_QUEUED,
    mostInBatch: MOST_IN_BATCH,
    mostSize: MOST_CHARACTERS_IN_BATCH,
  })

  const placeOf = async (position: Position | undefined): Promise<number> =>
    position === undefined ? 0 : (await positions()).parse(position)

  const readAfter = async (place: number, limit: number): Promise<RecordedEvent[]> => {
    const rows = await query<EventRow>(pool, 'read log', READ_ALL, [place, limit])
    return recorded(rows, await positions())
  }

  async function* tail(options: Following): AsyncGenerator<Batch> {
    const { after, limit = PAGE, rest = REST_MS } = options
    const ended = AbortSignal.any([options.signal, closing.signal])
    let place = await patiently(() => placeOf(after), ended, onTrouble)
    while (place !== undefined && !ended.aborted) {
      const rung = appended.next()
      const looked = performance.now()
      const from = place
      const events = recent.after(from, limit) ?? (await patiently(() => readAfter(from, limit), ended, onTrouble))
      if (!events) return
      const last = events.at(-1)
      if (last) place = await placeOf(last.position)
      const caughtUp = events.length < limit
      standings.note(caughtUp ? 'following' : 'catching-up')
      yield { events, caughtUp }
      if (!caughtUp) continue
      await pause(pollEvery, ended, rung)
      const left = looked + rest - performance.now()
      if (left > 0) await pause(left, ended)
    }
  }

  const close = once(async () => {
    closing.abort()
    await commits.close()
    await writers.end()
  })

  return {
    append: async (stream, expected, events) => {
      if (events.length === 0) throw new RangeError(`an append to ${stream} needs at least one event`)
      return commits.add({ stream, expected, events })
    },
    readStream: async (stream, from = 0, limit = PAGE) => {
      const rows = await query<EventRow>(pool, 'read stream', READ_STREAM, [stream, from, limit])
      return recorded(rows, await positions())
    },
    readAll: async (after, limit = PAGE) => readAfter(await placeOf(after), limit),
    tail,
    head: async () => {
      const [row] = await query<{ position: number | string }>(pool, 'log head', 'SELECT position FROM log.head', [])
      return (await positions()).print(Number(row?.position))
    },
    origin: async () => (await positions()).print(0),
    checkPosition: async position => void (await positions()).parse(position),
    standing: standings.all,
    close,
  }
}

const EVENT = 'stream, revision, position, id, type, data, metadata'
const READ_ALL = `SELECT ${EVENT} FROM log.events WHERE position > $1::bigint ORDER BY position LIMIT $2::integer`
const READ_STREAM = `SELECT ${EVENT} FROM log.events WHERE stream = $1 AND revision >= $2::integer
                     ORDER BY revision LIMIT $3::integer`

/** Appends never wait behind other work for a connection, and have timeouts of their own. */
const writersBeside = (pool: pg.Pool): pg.Pool => {
  const writers = new pg.Pool({
    ...pool.options,
    // Not enumerable in a pool's options, so that it is not printed by accident.
    password: pool.options.password,
    max: BATCHES_IN_FLIGHT,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
  })
  // An idle connection that broke is replaced when the next one is needed.
  writers.on('error', ignored)
  return outlivesItsClients(writers)
}

/** Prepared once a connection, by name; a connection that has gone silent is given up. */
const query = async <Row extends pg.QueryResultRow>(
  connection: Pick<pg.Pool, 'query'>,
  name: string,
  text: string,
  values: unknown[],
): Promise<Row[]> => {
  const config = { name, text, values, query_timeout: ANSWER_TIMEOUT_MS }
  return (await connection.query<Row>(config)).rows
}

const loadPositions = async (pool: pg.Pool): Promise<Positions> => {
  const [row] = await query<{ id: string }>(pool, 'log identity', 'SELECT id FROM log.identity', [])
  if (!row) throw new LogUnavailable('log.identity is empty: this database is not migrated, or was restored in part')
  return positionsOf(row.id)
}

const recorded = (rows: readonly EventRow[], { print }: Positions): RecordedEvent[] =>
  rows.map(row => ({ ...row, position: print(Number(row.position)) }))

const answerOf = (row: AppendRow, append: Append, print: Positions['print']): Outcome<Appended> =>
  row.recorded
    ? { revision: row.at_revision, position: print(Number(row.at_position)) }
    : new WrongRevision(append.stream, append.expected, row.at_revision)

/** An append that the database itself refuses (no uuid, a NUL in the text) does not take its neighbours along. */
const deliverApart = async (writers: pg.Pool, batch: readonly Append[]): Promise<Outcome<AppendRow>[]> => {
  try {
    return await deliver(writers, batch)
  } catch (error) {
    if (!isRefusal(error)) throw error
    if (batch.length === 1) return [error]
    const apart: Outcome<AppendRow>[] = []
    for (const append of batch) apart.push(...(await deliverApart(writers, [append])))
    return apart
  }
}

/**
 * Sends a batch, and the same bytes again where its fate is unknown: the head's lock puts the sendings in order,
 * and the later one is told what the earlier one did.
 */
const deliver = async (
  writers: pg.Pool,
  batch: readonly Append[],
  before: readonly unknown[] = [],
): Promise<AppendRow[]> => {
  try {
    return await write(writers, batch)
  } catch (error) {
    if (isRefusal(error)) throw error
    if (before.length === 0 && nothingWritten(error)) return unavailable(error)
    const wait = RESEND_AFTER_MS[before.length]
    if (wait === undefined)
      throw new OutcomeUnknown('the connection to the log broke while it wrote; send the same again', { cause: error })
    await pause(wait)
    return deliver(writers, batch, [...before, error])
  }
}

const ignored = (): void => undefined

const write = async (writers: pg.Pool, batch: readonly Append[]): Promise<AppendRow[]> => {
  const client = await writers.connect().catch(unavailable)
  let broken = true
  try {
    const rows = await query<AppendRow | AllRecorded>(client, 'append', APPEND, columnsOf(batch))
    broken = false
    return eachRow(rows, batch)
  } finally {
    client.release(broken)
  }
}

const eachRow = (rows: readonly (AppendRow | AllRecorded)[], batch: readonly Append[]): AppendRow[] => {
  const [first] = rows
  if (first?.at_revision !== null) return rows as AppendRow[]
  let place = Number(first.at_position)
  return batch.map(({ expected, events }) => {
    place += events.length
    return { recorded: true, at_revision: expected + events.length, at_position: place }
  })
}

const remember = (
  recent: RecentEvents,
  row: Outcome<AppendRow>,
  { stream, expected, events }: Append,
  print: Positions['print'],
): void => {
  if (row instanceof Error || !row.recorded) return
  const first = Number(row.at_position) - events.length + 1
  recent.add(
    first,
    events.map((event, n) => ({ ...event, stream, revision: expected + 1 + n, position: print(first + n) })),
  )
}

const columnsOf = (batch: readonly Append[]): Buffer[] => {
  const events = batch.flatMap(({ stream, expected, events }, index) =>
    events.map((event, n) => ({ event, stream, append: index + 1, revision: expected + 1 + n })),
  )
  return appendColumns(
    batch.map(({ stream, expected, events }) => ({ stream, expected, count: events.length })),
    events,
  )
}

/** Classes of SQLSTATE: what the database says about the data, and what it says when it gave a statement up. */
const DATA_EXCEPTION = '22'
const CONSTRAINT_VIOLATION = '23'
const TRANSACTION_ROLLBACK = '40'
const WRONG_OR_FORBIDDEN = '42'
const NOT_NOW = '55'
const QUERY_CANCELED = '57014'

const stateOf = (error: unknown): string => (error instanceof pg.DatabaseError ? (error.code ?? '') : '')

const isRefusal = (error: unknown): error is Error =>
  [DATA_EXCEPTION, CONSTRAINT_VIOLATION].includes(stateOf(error).slice(0, 2))

/** Everything else may have come after the commit: a server going down says so before it hangs up. */
const nothingWritten = (error: unknown): boolean =>
  error instanceof LogUnavailable ||
  [TRANSACTION_ROLLBACK, WRONG_OR_FORBIDDEN, NOT_NOW].includes(stateOf(error).slice(0, 2)) ||
  stateOf(error) === QUERY_CANCELED

const unavailable = (error: unknown): never => {
  if (error instanceof LogUnavailable) throw error
  const why = error instanceof Error ? error.message : String(error)
  throw new LogUnavailable(`the log cannot be written now: ${why}`, { cause: error })
}

/** Tries until it succeeds, or gives nothing when `ended`; only a wrong question is thrown. */
const patiently = async <T>(
  read: () => Promise<T>,
  ended: AbortSignal,
  onTrouble: (error: unknown) => void,
): Promise<T | undefined> => {
  for (let wait = RETRY_READ_MS.first; !ended.aborted; wait = Math.min(2 * wait, RETRY_READ_MS.most)) {
    try {
      return await read()
    } catch (error) {
      if (error instanceof ForeignPosition) throw error
      onTrouble(error)
      await pause(wait, ended)
    }
  }
  return undefined
}
