/**
 * What the log says is erased stays erased: whatever became of the process that recorded it, and whatever backup the
 * keys come back from. Erasures are known from the events alone; they are gathered in a table as the log is read. A
 * text that was taken back goes from the snapshots likewise.
 */
import type { Pool } from 'pg'
import type { Workflow } from './definition.ts'
import type { EventStore, Position, RecordedEvent } from './event-store.ts'
import type { Keys } from './keys.ts'
import { factOf } from './lift.ts'
import { logPages } from './log-pages.ts'
import { isPositionOf } from './position.ts'
import type { Snapshots, TakenBack } from './snapshots.ts'

type Erasure = { key: string; position: Position }
type Found = { erasures: readonly Erasure[]; taken: readonly TakenBack[] }
type Parts = {
  pool: Pool
  store: EventStore
  keys: Keys
  workflows: readonly Workflow[]
  /** What was kept of a life from before a text of it was taken back. */
  snapshots?: Pick<Snapshots, 'forget'>
}

export type Erasing = {
  /** Takes what a follower of the log hears; called at each of its looks, so that what failed is tried again. */
  hear(events: readonly RecordedEvent[]): void
  /**
   * Reads what is new in the log since this was last done, and destroys every key that was ever to be erased. Gives the
   * place where a follower goes on, so that nothing falls between the two.
   */
  catchUp(): Promise<Position>
  stop(): Promise<void>
}

const PAGE = 5_000
/** How many events a process hears before it notes how far it has come. */
const NOTED_EVERY = 10_000

export const keepErasing = (parts: Parts & { onTrouble(error: unknown): void }): Erasing => {
  const { pool, keys, onTrouble } = parts
  const find = finder(parts.workflows)
  let waiting: Found = NOTHING
  let working: Promise<void> | undefined
  let heard = 0
  let last: Position | undefined

  const endAll = async (): Promise<void> => {
    const batch = waiting
    waiting = NOTHING
    try {
      await record(parts, batch)
      await keys.destroy(batch.erasures.map(({ key }) => key))
    } catch (error) {
      waiting = both(batch, waiting)
      onTrouble(error)
    }
  }

  const noteHowFar = async (): Promise<void> => {
    if (waiting !== NOTHING || last === undefined) return
    heard = 0
    await pool.query(FORWARD, [last]).catch(onTrouble)
  }

  return {
    hear: events => {
      waiting = both(waiting, find(events))
      heard += events.length
      last = events.at(-1)?.position ?? last
      if (working || (waiting === NOTHING && heard < NOTED_EVERY)) return
      working = (waiting === NOTHING ? noteHowFar() : endAll()).finally(() => {
        working = undefined
      })
    },
    catchUp: async () => {
      const position = await readOn(parts, find)
      const { rows } = await pool.query<{ key: string }>('SELECT key FROM keys.erasures')
      await keys.destroy(rows.map(({ key }) => key))
      return position
    },
    stop: async () => {
      await working
      await noteHowFar()
    },
  }
}

/** Never back, and never over the place in another log: this one may have been moved meanwhile. */
const FORWARD = `
  UPDATE keys.erasures_read SET position = $1
  WHERE position < $1 AND split_part(position, '-', 1) = split_part($1, '-', 1)`

const NOTHING: Found = { erasures: [], taken: [] }

const both = (one: Found, other: Found): Found => {
  if (other === NOTHING) return one
  return { erasures: [...one.erasures, ...other.erasures], taken: [...one.taken, ...other.taken] }
}

/** What events erase and take back, from the stream's name and their data. */
const finder = (workflows: readonly Workflow[]) => {
  const byCategory = new Map(workflows.map(workflow => [workflow.category, workflow]))
  const findIn = (event: RecordedEvent): Found => {
    const { stream, revision, type, position } = event
    const hyphen = stream.indexOf('-')
    const workflow = byCategory.get(stream.slice(0, hyphen))
    const erases = workflow?.erases[type]
    const names = erases?.(factOf(workflow, event).data as never, stream.slice(hyphen + 1)) ?? []
    const takesBack = workflow?.redacts === type
    if (names.length === 0 && !takesBack) return NOTHING
    return { erasures: names.map(key => ({ key, position })), taken: takesBack ? [{ stream, revision }] : [] }
  }
  return (events: readonly RecordedEvent[]): Found => events.map(findIn).reduce(both, NOTHING)
}

const record = async ({ pool, snapshots }: Parts, { erasures, taken }: Found): Promise<void> => {
  await pool.query(
    'INSERT INTO keys.erasures (key, position) SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING',
    [erasures.map(({ key }) => key), erasures.map(({ position }) => position)],
  )
  await snapshots?.forget(taken)
}

const readOn = async (parts: Parts, find: ReturnType<typeof finder>): Promise<Position> => {
  const { pool, store } = parts
  let position = await startOf(pool, store)
  for await (const events of logPages(store, position, PAGE)) {
    await record(parts, find(events))
    position = events.at(-1)?.position ?? position
    await moveTo(pool, position)
  }
  return position
}

const moveTo = async (pool: Pool, position: Position): Promise<void> => {
  await pool.query(
    'INSERT INTO keys.erasures_read (position) VALUES ($1) ON CONFLICT (single) DO UPDATE SET position = excluded.position',
    [position],
  )
}

/** Where reading goes on; from the beginning where the log is another, or was set back since. */
const startOf = async (pool: Pool, store: EventStore): Promise<Position> => {
  const { rows } = await pool.query<{ position: Position }>('SELECT position FROM keys.erasures_read')
  const known = rows[0]?.position
  if (known === undefined || !(await isPositionOf(store, known)) || known > (await store.head())) return store.origin()
  return known
}
