/**
 * The port to the log. Two adapters: PostgreSQL (built in) and EventStoreDB. It promises only
 * what both can keep: no gapless positions, no look-up by event id.
 *
 *   stream    the facts of one instance, in order
 *   revision  place in a stream, from 0
 *   position  place in the whole log: an opaque string that names its log; of two positions of one log
 *             the later sorts higher, compared as strings
 */

import type { LogStanding } from './log-standing.ts'

export type Position = string

/** Revision of a stream that does not exist yet. */
export const NO_STREAM = -1

/** `data` and `metadata` are JSON text: the bytes that were decided are the bytes that are kept. */
export type NewEvent = {
  id: string
  type: string
  data: string
  metadata: string
  /** What these texts say, exactly as whoever reads them would find it: still known where they were made. Not kept. */
  read?: { data: unknown; metadata: unknown }
}
export type RecordedEvent = NewEvent & { stream: string; revision: number; position: Position }

/** The last event's place. */
export type Appended = { revision: number; position: Position }

/**
 * What a tail yields: at least every 250 ms as long as the log answers, with or without events. It has caught up where
 * everything is yielded up to a head that was read after this batch was asked for; one without events always has.
 */
export type Batch = { events: RecordedEvent[]; caughtUp: boolean }

export type Following = {
  after?: Position
  signal: AbortSignal
  limit?: number
  /** At least so many milliseconds between two looks at the log, however much happens: more in each, and fewer. */
  rest?: number
}

export type EventStore = {
  /**
   * Appends all events or none, durably, if the stream stands at `expected` (`NO_STREAM`: not there yet).
   * Sent again with the same ids and the same `expected`, it gives the first answer.
   * Throws `WrongRevision`, `AppendTooLarge`, `LogUnavailable` (nothing was written) or `OutcomeUnknown` (it may have been:
   * send the same bytes again, then read back).
   */
  append(stream: string, expected: number, events: readonly NewEvent[]): Promise<Appended>
  /**
   * Events of a stream from a revision on, at most `limit`; empty where there is no such stream. Throws `LogDamaged`
   * where it can see that some are gone.
   */
  readStream(stream: string, from?: number, limit?: number): Promise<RecordedEvent[]>
  /** A page of the whole log after a position (exclusive), at most `limit`. Throws `ForeignPosition`. */
  readAll(after?: Position, limit?: number): Promise<RecordedEvent[]>
  /** Follows the log after a position (exclusive) until `signal` aborts; the caller's pace is the pace. */
  tail(options: Following): AsyncIterable<Batch>
  /** The position of the last event, or the position before the first. */
  head(): Promise<Position>
  /** The position before the first event of this log. */
  origin(): Promise<Position>
  /** Throws `ForeignPosition` where a string is no position of this log. */
  checkPosition(position: string): Promise<void>
  /** How this process follows the log, and then whatever is wrong with the log itself. */
  standing(): readonly LogStanding[]
  close(): Promise<void>
}

export class WrongRevision extends Error {
  readonly code = 'wrong-revision'
  readonly actual: number
  constructor(stream: string, expected: number, actual: number) {
    super(`stream ${stream} stands at ${actual}, expected ${expected}`)
    this.actual = actual
  }
}

export class ForeignPosition extends Error {
  readonly code = 'foreign-position'
  constructor(position: string) {
    super(`${position.slice(0, 80)} is not a position of this log`)
  }
}

export class LogUnavailable extends Error {
  readonly code = 'log-unavailable'
}

/** Facts of a stream are gone from the log: it was cut off, or deleted. That is not as if there had been none. */
export class LogDamaged extends Error {
  readonly code = 'log-damaged'
}

export class OutcomeUnknown extends Error {
  readonly code = 'outcome-unknown'
}

/** More in one append than the log takes: sent again, it would be refused again. Nothing was written. */
export class AppendTooLarge extends Error {
  readonly code = 'append-too-large'
}

/** What this process would record belongs in another log by now; nothing was written. */
export class LogMoved extends Error {
  readonly code = 'log-moved'
}
