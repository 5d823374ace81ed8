/**
 * A log written into another store, event by event as it stands: stream, revision, id, type, data, metadata, and the order
 * of all. What is in the target already is held against the source first, and what is written is read back, so that the
 * target is at every moment known to be a beginning of the source. Broken off anywhere, it is gone on with by doing it
 * again. Memory holds a page of each.
 */
import { createHash } from 'node:crypto'
import { pause } from './bell.ts'
import { type EventStore, type Position, type RecordedEvent, WrongRevision } from './event-store.ts'
import { logPages } from './log-pages.ts'
import { logOf } from './position.ts'

export type LogCopying = {
  source: EventStore
  target: EventStore
  /** Writes these events into the target, in this order. Broken off, it has written a beginning of them. */
  write(events: readonly RecordedEvent[]): Promise<void>
  /** So many more events are known to stand in both. */
  heard(events: number): void
  /** Positions of the source whose places in the target are wanted. */
  wanted?: readonly Position[]
}

export type LogCopied = {
  events: number
  /** SHA-256 over all fields of all events, worked out on each side. */
  hash: string
  /** The last event's position on each side. */
  from: Position
  to: Position
  /** Where the wanted positions are in the target; those behind the last event are not among them. */
  places: ReadonlyMap<Position, Position>
}

/** The target holds something that is not in the source at that place, or not all of it. */
export class NotACopy extends Error {
  readonly code = 'not-a-copy'
  /** The how-manieth event it is, from 1. */
  readonly ordinal: number
  readonly here: RecordedEvent | undefined
  readonly there: RecordedEvent | undefined
  constructor(ordinal: number, here: RecordedEvent | undefined, there: RecordedEvent | undefined) {
    super(`event ${ordinal}: ${nameOf(here)} in the source, ${nameOf(there)} in the target`)
    this.ordinal = ordinal
    this.here = here
    this.there = there
  }
}

export class SameLog extends Error {
  readonly code = 'same-log'
}

const PAGE = 1_000

/** Copies until the source has no more; what is recorded there meanwhile may be left for the next time. */
export const copyLog = async (parts: LogCopying): Promise<LogCopied> => {
  const { target } = parts
  const comparison = await begin(parts)
  for (;;) {
    await compareWhatIsThere(parts, comparison)
    if (await copyOn(parts, comparison)) break
  }
  const [more] = await target.readAll(comparison.to, 1)
  if (more) throw new NotACopy(comparison.events + 1, undefined, more)
  return comparison.copied()
}

// ── both sides, in step ─────────────────────────────────────────────────────────────────────────

type Comparison = {
  events: number
  from: Position
  to: Position
  take(here: readonly RecordedEvent[], there: readonly RecordedEvent[]): void
  copied(): LogCopied
}

const begin = async ({ source, target, heard, wanted = [] }: LogCopying): Promise<Comparison> => {
  const [from, to] = [await source.origin(), await target.origin()]
  if (logOf(from) === logOf(to)) throw new SameLog(`${logOf(from)} is source and target`)
  const hashes = { here: createHash('sha256'), there: createHash('sha256') }
  const places = placesOf(wanted)

  const takeOne = (here: RecordedEvent | undefined, there: RecordedEvent | undefined): void => {
    const ordinal = comparison.events + 1
    if (!here || !there) throw new NotACopy(ordinal, here, there)
    const [says, said] = [textOf(here), textOf(there)]
    hashes.here.update(says)
    hashes.there.update(said)
    if (says !== said) throw new NotACopy(ordinal, here, there)
    places.pass(here.position, comparison.to, there.position)
    Object.assign(comparison, { events: ordinal, from: here.position, to: there.position })
  }

  const comparison: Comparison = {
    events: 0,
    from,
    to,
    take: (here, there) => {
      for (let n = 0; n < Math.max(here.length, there.length); n++) takeOne(here[n], there[n])
      heard(here.length)
    },
    copied: () => {
      const [hash, other] = [hashes.here.digest('hex'), hashes.there.digest('hex')]
      if (hash !== other) throw new Error(`the hashes differ: ${hash} in the source, ${other} in the target`)
      places.end(comparison.from, comparison.to)
      const { events, from: last, to: lastThere } = comparison
      return { events, hash, from: last, to: lastThere, places: places.found }
    },
  }
  return comparison
}

/** No two events have the same text: each field is quoted. */
const textOf = ({ stream, revision, id, type, data, metadata }: RecordedEvent): string =>
  `${JSON.stringify([stream, revision, id, type, data, metadata])}\n`

const nameOf = (event: RecordedEvent | undefined): string =>
  event ? `${event.stream}@${event.revision} ${event.type} ${event.id}` : 'nothing'

const compareWhatIsThere = async ({ source, target }: LogCopying, comparison: Comparison): Promise<void> => {
  for (;;) {
    const there = await target.readAll(comparison.to, PAGE)
    if (there.length === 0) return
    comparison.take(await source.readAll(comparison.from, there.length), there)
  }
}

/** True at the end of the source; false where more than expected was there already, so that it is to be compared first. */
const copyOn = async (parts: LogCopying, comparison: Comparison): Promise<boolean> => {
  const { source, target } = parts
  for await (const here of logPages(source, comparison.from, PAGE)) {
    if (here.length === 0) break
    const before = comparison.events
    try {
      await parts.write(here)
    } catch (error) {
      if (!(error instanceof WrongRevision)) throw error
      await compareWhatIsThere(parts, comparison)
      if (comparison.events === before) throw error
      return false
    }
    comparison.take(here, await readBack(target, comparison.to, here.length))
  }
  return true
}

const READ_BACK_WITHIN_MS = 5_000
const READ_AGAIN_MS = 20

/** A store may show what it has taken a moment later. */
const readBack = async (target: EventStore, after: Position, count: number): Promise<RecordedEvent[]> => {
  const since = performance.now()
  for (;;) {
    const there = await target.readAll(after, count)
    if (there.length === count || performance.now() - since > READ_BACK_WITHIN_MS) return there
    await pause(READ_AGAIN_MS)
  }
}

// ── positions ───────────────────────────────────────────────────────────────────────────────────

/** Whoever has read up to a position of the source has read up to the same event in the target. */
const placesOf = (wanted: readonly Position[]) => {
  const found = new Map<Position, Position>()
  const waiting = [...new Set(wanted)].sort().reverse()
  const findUpTo = (isPassed: (position: Position) => boolean, place: Position): void => {
    for (let next = waiting.at(-1); next !== undefined && isPassed(next); next = waiting.at(-1)) {
      found.set(next, place)
      waiting.pop()
    }
  }
  return {
    found,
    pass: (here: Position, before: Position, there: Position) => {
      findUpTo(position => position < here, before)
      findUpTo(position => position === here, there)
    },
    end: (last: Position, place: Position) => findUpTo(position => position <= last, place),
  }
}

// ── writing through the port ────────────────────────────────────────────────────────────────────

/** Sent to any server in one append. */
const MOST_CHARACTERS = 250_000
const MOST_AT_ONCE = 500

/**
 * One append after the other, and what follows in one stream together: a second one on the way while the first is not
 * answered could come to stand before it.
 */
export const writeInOrder =
  (target: Pick<EventStore, 'append'>) =>
  async (events: readonly RecordedEvent[]): Promise<void> => {
    for (const run of runsOf(events)) {
      const [first] = run
      if (first) await target.append(first.stream, first.revision - 1, run.map(plain))
    }
  }

const plain = ({ id, type, data, metadata, read }: RecordedEvent) => ({
  id,
  type,
  data,
  metadata,
  ...(read && { read }),
})

/** What stands together in one stream, cut where it is too much for one append. */
const runsOf = (events: readonly RecordedEvent[]): RecordedEvent[][] => {
  const runs: RecordedEvent[][] = []
  let characters = 0
  for (const event of events) {
    const run = runs.at(-1)
    const size = event.data.length + event.metadata.length
    const goesOn = run?.[0]?.stream === event.stream && run.length < MOST_AT_ONCE && characters + size < MOST_CHARACTERS
    characters = goesOn ? characters + size : size
    if (run && goesOn) run.push(event)
    else runs.push([event])
  }
  return runs
}
