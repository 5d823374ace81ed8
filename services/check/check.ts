/**
 * What `npx gongchuang check` is made of. All checks see one snapshot of the database, and the log by its port, whichever
 * store keeps it.
 *
 *   log check   sees every event in the order of the log; all of them share one pass
 *   check       asks for what it needs
 *   ordinal     the how-manieth event of the log it is, from 1
 *   finding     a difference: where it is, and what is wrong there
 */
import type pg from 'pg'
import type { Title, Workflow } from '../../engine/definition.ts'
import type { EventStore, Position, RecordedEvent } from '../../engine/event-store.ts'
import type { SignedHead } from '../../engine/log-head.ts'
import type { ReadModel } from '../../engine/projection.ts'
import type { Config } from '../config.ts'
import type { EventStoreConfig } from '../log.ts'

export type Finding = Title & { at: string }

export type Context = {
  /** Reads the snapshot. */
  client: pg.ClientBase
  /** The database as it is now, for what newer events than the snapshot has may name. */
  now: pg.Pool
  store: EventStore
  /** Where the log is, when it is not in the database. */
  eventStore: EventStoreConfig | undefined
  /** How far the log went when the snapshot had been taken. */
  head: Position
  /** About how many events that is. */
  expected: number
  config: Config
  /** Heads that were kept outside, to hold the log against. */
  outside: readonly SignedHead[]
  workflows: readonly Workflow[]
  readModels: readonly ReadModel[]
}

export type KeptEvent = RecordedEvent & { ordinal: number }

export type LogCheck = Title & { begin(context: Context): Watcher | Promise<Watcher> }
export type Watcher = {
  see(event: KeptEvent): Finding | undefined
  /** After the last event. */
  end?(): Promise<readonly Finding[]>
}

/** How much there is to do, and that so much more of it is done. */
export type Progress = { expect(total: number): void; did(more: number): void }

export type Check = Title & { run(context: Context, progress: Progress): AsyncIterable<Finding> }

/** An event as a finding names it. */
export const eventAt = ({ stream, revision, ordinal }: KeptEvent): string => `${stream}@${revision} (${ordinal})`
