/**
 * Snapshots: what a long life was folded to, kept so that a process that does not hold it need not read all of it. They
 * are taken beside the commands, one at a time, and never trusted over the events: whoever loads one holds it against
 * the event at its revision, whose hash stands for everything before it. The bytes themselves are known by a MAC, so
 * that nobody who writes in the database can tell a process what a life has come to.
 */
import { createHmac, type KeyObject } from 'node:crypto'
import type { Pool } from 'pg'
import { pause } from './bell.ts'
import type { Workflow } from './definition.ts'
import { formatOf, freeze, survives, thaw } from './frozen.ts'
import { type Instance, streamOf } from './instance.ts'

/** A place in a stream at which a text was taken back. */
export type TakenBack = { stream: string; revision: number }

export type Snapshots = {
  /** The life as it was kept, to be held against the log; nothing where it was not, or by other code. */
  find(workflow: Workflow, id: string): Promise<Instance | undefined>
  /** Keeps the life soon, if it has gone far enough since it was last kept. Returns at once, and never throws. */
  offer(instance: Instance): void
  /** One that does not agree with the log is kept no longer. */
  drop(instance: Instance): Promise<void>
  /** From now on no snapshot from before this revision is kept, whoever may still be writing one. */
  forget(taken: readonly TakenBack[]): Promise<void>
  stop(): Promise<void>
}

export type SnapshotOptions = {
  pool: Pool
  key: KeyObject
  /** The digest of the code that folds. */
  code: string
  onTrouble(error: unknown): void
}

/** How far a life goes until it is kept again: reading so many events costs about what a command costs. */
const FEWEST_EVENTS = 50
/** Of a very long one, this part of itself: what is written for each command stays the same. */
const PART_OF_ITSELF = 1 / 200
/** What waits is held in memory though it may have been put out of it; who finds no place offers again. */
const MOST_WAITING = 32
/** The time it takes, times this, is left to others before the next. */
const REST = 9

export const openSnapshots = (options: SnapshotOptions): Snapshots => {
  const { pool, code, onTrouble } = options
  const waiting = new Map<string, Instance>()
  /** The revision at which this process last saw a life kept. */
  const keptAt = new WeakMap<Instance, number>()
  const formats = new Map<Workflow, string>()
  const stopping = new AbortController()
  let working: Promise<void> | undefined

  const formatFor = (workflow: Workflow): string => {
    const format = formats.get(workflow) ?? formatOf(workflow, code)
    formats.set(workflow, format)
    return format
  }

  const keep = async (instance: Instance): Promise<void> => {
    const { stream, revision } = instance
    const frozen = freeze(instance)
    if (!survives(instance, frozen)) throw new Error(`${stream}@${revision} does not survive freezing`)
    const format = formatFor(instance.workflow)
    const mac = macOf(options.key, { stream, revision, format, frozen })
    keptAt.set(instance, revision)
    await pool.query(KEEP, [stream, revision, format, frozen.toString('base64'), mac])
  }

  const keepWaiting = async (): Promise<void> => {
    for (const [stream, instance] of waiting) {
      if (stopping.signal.aborted) return
      const start = performance.now()
      waiting.delete(stream)
      await keep(instance).catch(onTrouble)
      await pause((performance.now() - start) * REST, stopping.signal)
    }
  }

  const find = async (workflow: Workflow, id: string): Promise<Instance | undefined> => {
    const row = await found(pool, streamOf(workflow, id), formatFor(workflow))
    if (!row) return undefined
    const frozen = Buffer.from(row.body, 'base64')
    if (row.mac !== macOf(options.key, { ...row, frozen }))
      throw new Error(`the snapshot of ${row.stream} is not what was kept: it is left aside`)
    const instance = thaw(workflow, id, frozen)
    keptAt.set(instance, instance.revision)
    return instance
  }

  /** A life can always be read from its events. */
  const troubled = (error: unknown): undefined => {
    onTrouble(error)
  }

  return {
    find: (workflow, id) => find(workflow, id).catch(troubled),
    offer: instance => {
      if (instance.revision + 1 < FEWEST_EVENTS) return
      const since = instance.revision - (keptAt.get(instance) ?? -1)
      if (since < Math.max(FEWEST_EVENTS, instance.revision * PART_OF_ITSELF)) return
      if (waiting.size < MOST_WAITING) waiting.set(instance.stream, instance)
      working ??= keepWaiting().finally(() => {
        working = undefined
      })
    },
    drop: async ({ stream, revision }) => {
      await pool.query(DROP, [stream, revision]).catch(troubled)
    },
    forget: async taken => {
      if (taken.length > 0) await pool.query(FORGET, [taken.map(each => each.stream), taken.map(each => each.revision)])
    },
    stop: async () => {
      stopping.abort()
      await working
    },
  }
}

type Row = { stream: string; revision: number; format: string; body: string; mac: string }

/** Of two processes the one that has come further is right; it may be a row without a body. Nobody waits for the disk. */
const KEEP = `
  WITH soon AS (SELECT set_config('synchronous_commit', 'off', true))
  INSERT INTO engine.snapshots AS kept (stream, revision, format, body, mac)
  SELECT $1, $2, $3, $4, $5 FROM soon
  ON CONFLICT (stream) DO UPDATE SET revision = excluded.revision, format = excluded.format, body = excluded.body,
    mac = excluded.mac, taken_at = now()
  WHERE kept.revision <= excluded.revision`

const FORGET = `
  INSERT INTO engine.snapshots AS kept (stream, revision, format, body, mac)
  SELECT stream, max(revision), '', '', '' FROM unnest($1::text[], $2::integer[]) AS t (stream, revision) GROUP BY stream
  ON CONFLICT (stream) DO UPDATE SET revision = excluded.revision, format = '', body = '', mac = '', taken_at = now()
  WHERE kept.revision < excluded.revision`

const DROP = 'DELETE FROM engine.snapshots WHERE stream = $1 AND revision = $2'

const FIND = 'SELECT revision, body, mac FROM engine.snapshots WHERE stream = $1 AND format = $2'

const found = async (pool: Pool, stream: string, format: string): Promise<Row | undefined> => {
  const query = { name: 'find snapshot', text: FIND, values: [stream, format] }
  const { rows } = await pool.query<Omit<Row, 'stream' | 'format'>>(query)
  return rows[0] && { ...rows[0], stream, format }
}

type Frozen = Pick<Row, 'stream' | 'revision' | 'format'> & { frozen: Buffer }

const macOf = (key: KeyObject, { stream, revision, format, frozen }: Frozen): string =>
  createHmac('sha256', key).update(`${stream}\n${revision}\n${format}\n`).update(frozen).digest('base64')
