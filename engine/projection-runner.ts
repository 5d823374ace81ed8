/**
 * Keeps read models current. Live ones share one reader and one transaction a batch; one that is behind
 * catches up alone first. Rows and checkpoint move together, and only from the checkpoint this runner
 * knows: of two runners on one database only one can move it, and only while the fence lets it.
 *
 * A projection never skips an event: on one it cannot take it stops, says so, and the others go on.
 */
import pg, { type Pool, type PoolClient } from 'pg'
import { AHEAD_OF_LOG } from './ahead-of-log.ts'
import { pause } from './bell.ts'
import type { Fact } from './event-codec.ts'
import type { EventStore, Position, RecordedEvent } from './event-store.ts'
import { type Fence, unfenced } from './fence.ts'
import type { ReadFact } from './lift.ts'
import { logPages } from './log-pages.ts'
import { checkpointOf, type ReadModel, type Table } from './projection.ts'
import { createTables, emptyTables, loadRows, type Row, writeRows } from './read-model-tables.ts'
import { foldRows, guarded, PoisonEvent, touchesOf } from './row-folds.ts'
import { silent, type Telemetry, tellBatch } from './telemetry.ts'
import { inTransaction, MADE_AGAIN } from './transaction.ts'
import { type Waiters, waiters } from './waiters.ts'

export type Standing = { model: string; position: Position; stopped?: { at: Position; error: string } }

export type ProjectionRunner = {
  standings(): Standing[]
  /** True once this model has passed the position, false after the time given. */
  reached(model: string, position: Position, timeoutMs: number): Promise<boolean>
  /** Milliseconds since those that go on last stood at the head of the log. */
  age(): number
  /** Ends when the batch in hand is written. */
  stop(): Promise<void>
  /** Rejects where the runner lost its database or its checkpoint to another runner. */
  done: Promise<void>
}

/** How events are read, where read models are written, and what keeps a runner from it that is no longer the one. */
type Place = { pool: Pool; fence: Fence; read: ReadFact; rest: number; telemetry: Telemetry }
type Followed = { model: ReadModel; position: Position; stopped?: Standing['stopped']; waiting: Waiters }
type Changes = Map<Table, Map<string, Row | undefined>>

const CATCH_UP_PAGE = 2_500
const LIVE_PAGE = 1_000
/** What a batch costs hardly grows with it: under load few and large ones leave the machine to the writers. */
const REST_MS = 50
const STANDING_STILL_MS = 60_000

/** Makes the tables and checkpoints that are not there yet. Idempotent. */
export const prepareReadModels = async (pool: Pool, store: EventStore, models: readonly ReadModel[]): Promise<void> => {
  const origin = await store.origin()
  for (const model of models)
    await inTransaction(pool, async client => {
      await client.query('SELECT pg_advisory_xact_lock(hashtext($1))', [checkpointOf(model)])
      await createTables(client, model)
      await client.query(
        'INSERT INTO engine.checkpoints (name, position, updated_at) VALUES ($1, $2, now()) ON CONFLICT (name) DO NOTHING',
        [checkpointOf(model), origin],
      )
    })
}

/** Empties a read model and sets it back to the origin; the runner builds it anew. */
export const resetReadModel = async (pool: Pool, store: EventStore, model: ReadModel): Promise<void> => {
  const origin = await store.origin()
  await inTransaction(pool, async client => {
    await emptyTables(client, model)
    await client.query(
      `UPDATE engine.checkpoints SET position = $2, stopped_at = NULL, stopped_why = NULL, updated_at = now()
       WHERE name = $1`,
      [checkpointOf(model), origin],
    )
  })
}

type CheckpointRow = { position: Position; stopped_at: Position | null; stopped_why: string | null }

/** Where a read model stands, whoever keeps it. */
export const standingOf = async (
  pool: Pick<Pool, 'query'>,
  model: Pick<ReadModel, 'name' | 'version'>,
): Promise<Standing | undefined> => {
  const { rows } = await pool.query<CheckpointRow>({
    name: 'standing',
    text: 'SELECT position, stopped_at, stopped_why FROM engine.checkpoints WHERE name = $1',
    values: [checkpointOf(model)],
  })
  const [row] = rows
  const stopped = row?.stopped_at ? { at: row.stopped_at, error: row.stopped_why ?? '' } : undefined
  return row && { model: model.name, position: row.position, ...(stopped && { stopped }) }
}

/** Says in the database that a model has stopped, or that it tries again. */
const noteStopped = (
  { pool, fence }: Place,
  { model, stopped }: Pick<Followed, 'model' | 'stopped'>,
): Promise<unknown> =>
  inTransaction(
    pool,
    client =>
      client.query('UPDATE engine.checkpoints SET stopped_at = $2, stopped_why = $3 WHERE name = $1', [
        checkpointOf(model),
        stopped?.at ?? null,
        stopped?.error ?? null,
      ]),
    fence,
  )

export const runProjections = async (
  pool: Pool,
  store: EventStore,
  models: readonly ReadModel[],
  read: ReadFact,
  fence: Fence = unfenced,
  rest = REST_MS,
  telemetry: Telemetry = silent,
): Promise<ProjectionRunner> => {
  const abort = new AbortController()
  const place = { pool, fence, read, rest, telemetry }
  const followed = await Promise.all(models.map(model => followedFrom(place, model)))
  let caughtUpAt = performance.now()
  const done = run(place, store, followed, abort.signal, () => {
    caughtUpAt = performance.now()
  })
  return {
    age: () => performance.now() - caughtUpAt,
    standings: () =>
      followed.map(({ model, position, stopped }) => ({ model: model.name, position, ...(stopped && { stopped }) })),
    reached: async (model, position, timeoutMs) =>
      followed.find(each => each.model.name === model)?.waiting.reached(position, timeoutMs) ?? false,
    stop: async () => {
      abort.abort()
      await done.catch(() => undefined)
    },
    done,
  }
}

const followedFrom = async (place: Place, model: ReadModel): Promise<Followed> => {
  const standing = await standingOf(place.pool, model)
  if (!standing) throw new Error(`read model ${checkpointOf(model)} has no checkpoint: prepareReadModels makes it`)
  const { position, stopped } = standing
  const kept = { model, position, waiting: waiters(position) }
  // Nothing that it could try again would mend this.
  if (stopped?.error === AHEAD_OF_LOG) return { ...kept, stopped }
  if (stopped) await noteStopped(place, { model })
  return kept
}

const highest = (followed: readonly Followed[]): Position | undefined =>
  followed
    .filter(isGoing)
    .map(each => each.position)
    .sort()
    .at(-1)

const isGoing = ({ stopped }: Followed): boolean => stopped === undefined

const run = async (
  place: Place,
  store: EventStore,
  followed: Followed[],
  signal: AbortSignal,
  atHead: () => void,
): Promise<void> => {
  const together = highest(followed)
  if (together === undefined) return standStill(signal)
  for (const each of followed) await catchUpAlone(place, store, each, together, signal)
  const tail = store.tail({ after: together, signal, limit: LIVE_PAGE, rest: place.rest })
  for await (const { events, caughtUp } of tail) {
    await tellBatch(place.telemetry, 'read-models', events, () => take(place, followed, events))
    if (caughtUp) atHead()
  }
}

/** None of them can go on: until somebody takes the lease, because one was built anew. */
const standStill = async (signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) await pause(STANDING_STILL_MS, signal)
}

const catchUpAlone = async (
  place: Place,
  store: EventStore,
  followed: Followed,
  until: Position,
  signal: AbortSignal,
): Promise<void> => {
  if (followed.position >= until) return
  for await (const page of logPages(store, followed.position, CATCH_UP_PAGE)) {
    if (followed.stopped || signal.aborted) return
    await take(
      place,
      [followed],
      page.filter(event => event.position <= until),
    )
    if (followed.position >= until) return
  }
}

/** Brings a read model that nobody follows to the head of the log. Throws where an event stops it. */
export const bringUp = async (
  pool: Pool,
  store: EventStore,
  model: ReadModel,
  read: ReadFact,
  heard: (events: number) => void,
): Promise<Position> => {
  const place = { pool, fence: unfenced, read, rest: 0, telemetry: silent }
  const followed = await followedFrom(place, model)
  for await (const events of logPages(store, followed.position, CATCH_UP_PAGE)) {
    await take(place, [followed], events)
    if (followed.stopped)
      throw new Error(`${model.name} cannot take the event at ${followed.stopped.at}: ${followed.stopped.error}`)
    heard(events.length)
  }
  return followed.position
}

/** Takes a batch into all these read models that have not stopped. */
const take = async (place: Place, followed: readonly Followed[], events: readonly RecordedEvent[]): Promise<void> => {
  const live = followed.filter(isGoing)
  if (live.length === 0 || events.length === 0) return
  try {
    await takeTogether(place, live, events)
  } catch (error) {
    if (!isRefusal(error) && !(error instanceof PoisonEvent)) throw error
    await takeApart(place, live, events, error)
  }
  for (const each of live) if (each.stopped) await noteStopped(place, each)
}

/** Their rows and their checkpoints, or nothing. */
const takeTogether = async (
  { pool, fence, read }: Place,
  followed: readonly Followed[],
  events: readonly RecordedEvent[],
): Promise<void> => {
  const facts = events.map(event => guarded(event, () => read(event)))
  const to = events.at(-1)?.position as Position
  await inTransaction(
    pool,
    async client => {
      for (const each of followed) await takeOne(client, each, facts)
      await moveCheckpoints(client, followed.filter(isGoing), to)
    },
    fence,
    MADE_AGAIN,
  )
  for (const each of followed.filter(isGoing)) {
    each.position = to
    each.waiting.moveTo(to)
  }
}

/** Rows that the database refuses stop their own model, at the event that made them; an event that cannot be read stops all. */
const takeApart = async (
  place: Place,
  followed: readonly Followed[],
  events: readonly RecordedEvent[],
  error: Error,
): Promise<void> => {
  const [first, event] = [followed[0] as Followed, events[0] as RecordedEvent]
  if (followed.length > 1) for (const each of followed) await take(place, [each], events)
  else if (events.length > 1) for (const each of events) await take(place, [first], [each])
  else first.stopped = { at: event.position, error: error.message }
}

/** Classes of SQLSTATE: data exception, integrity constraint violation. */
const isRefusal = (error: unknown): error is Error =>
  error instanceof pg.DatabaseError && /^2[23]/.test(error.code ?? '')

const takeOne = async (client: PoolClient, followed: Followed, facts: readonly Fact[]): Promise<void> => {
  const changes = await foldBatch(client, followed, facts)
  for (const [table, rows] of changes ?? []) await writeRows(client, followed.model, table, rows)
}

const MOVE = `
  UPDATE engine.checkpoints SET position = $3, updated_at = now()
  FROM unnest($1::text[], $2::text[]) AS known (name, position)
  WHERE checkpoints.name = known.name AND checkpoints.position = known.position`

const moveCheckpoints = async (client: PoolClient, followed: readonly Followed[], to: Position): Promise<void> => {
  const names = followed.map(({ model }) => checkpointOf(model))
  const values = [names, followed.map(({ position }) => position), to]
  const { rowCount } = await client.query({ name: 'move checkpoints', text: MOVE, values })
  if (rowCount !== followed.length) throw new Error(`one of ${names.join(', ')} is kept by another runner`)
}

/** All tables' changed rows, or nothing where an event could not be taken: the model stops before this batch. */
const foldBatch = async (
  client: PoolClient,
  followed: Followed,
  facts: readonly Fact[],
): Promise<Changes | undefined> => {
  const changes: Changes = new Map()
  try {
    for (const table of followed.model.tables) {
      const touched = touchesOf(table, facts)
      const keys = [...new Set(touched.flatMap(touch => touch.keys))]
      if (keys.length > 0) changes.set(table, foldRows(await loadRows(client, followed.model, table, keys), touched))
    }
    return changes
  } catch (error) {
    if (!(error instanceof PoisonEvent)) throw error
    followed.stopped = { at: error.at, error: error.message }
    return undefined
  }
}
