/**
 * What `npx gongchuang check` is made of. All checks see one snapshot of the database, so that a service that goes on
 * recording meanwhile does not look like a difference.
 *
 *   log check   sees every event in the order of the log; all of them share one pass
 *   check       asks for what it needs
 *   finding     a difference: where it is, and what is wrong there
 */
import type pg from 'pg'
import type { Title, Workflow } from '../../engine/definition.ts'
import type { NewEvent } from '../../engine/event-store.ts'
import type { SignedHead } from '../../engine/log-head.ts'
import type { ReadModel } from '../../engine/projection.ts'
import type { Config } from '../config.ts'

export type Finding = Title & { at: string }

export type Context = {
  /** Reads the snapshot. */
  client: pg.ClientBase
  /** How far the log goes in it. */
  head: number
  config: Config
  /** Heads that were kept outside, to hold the log against. */
  outside: readonly SignedHead[]
  workflows: readonly Workflow[]
  readModels: readonly ReadModel[]
}

export type KeptEvent = NewEvent & { stream: string; revision: number; position: number }

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
export const eventAt = ({ stream, revision, position }: KeptEvent): string => `${stream}@${revision} (${position})`
