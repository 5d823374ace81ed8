/**
 * One reader's way along the log: by a subscription of its own as long as it is further behind than the ring, and then
 * from the ring. It says that it has caught up where it has yielded everything up to a head that was read after it was
 * asked.
 */
import { pause } from '../bell.ts'
import type { Batch, Following, Position } from '../event-store.ts'
import { FeedTrouble } from './feed-trouble.ts'
import type { Looks } from './looks.ts'
import { readAhead } from './read-ahead.ts'
import type { Ring } from './ring.ts'
import { type Note, type Source, supervised } from './supervised.ts'

/** What the tails of a process have in common. */
export type Common = {
  source: Source
  ring: Ring
  looks: Looks
  closing: AbortSignal
  /** A reader has, or has not, heard everything up to the head that it compared itself with. */
  compared(isAtHead: boolean): void
  /** Asks until there is an answer; nothing when told to end. */
  patiently<T>(ask: () => Promise<T>, ended: AbortSignal): Promise<T | undefined>
  /** Of one reader alone. */
  reader(at: Position): Note
}

const PAGE = 1_000
/** Events that go together cost less; who waits for one does not notice. */
const REST_MS = 20
const COMPARE_EVERY_MS = 250
/** So many pages are fetched while the reader works on one. */
const PAGES_AHEAD = 2

export async function* tailOf(common: Common, options: Following): AsyncGenerator<Batch> {
  const { ring, source } = common
  const { after = source.naming.origin, limit = PAGE, rest = REST_MS } = options
  source.naming.parse(after)
  const ended = AbortSignal.any([options.signal, common.closing])
  let at = after
  let compared = Number.NEGATIVE_INFINITY
  while (!ended.aborted) {
    if (!ring.covers(at)) {
      at = yield* comeUp(common, at, limit, ended)
      continue
    }
    const looked = performance.now()
    const batch = await next(common, { at, limit, looked, compares: looked - compared >= COMPARE_EVERY_MS }, ended)
    if (batch === NOTHING_YET) continue
    at = batch.events.at(-1)?.position ?? at
    if (batch.caughtUp) compared = looked
    yield batch
    if (batch.events.length < limit) await forMore(ring, at, looked + rest, ended)
  }
}

/** Ends where the ring goes on from: gives the place. */
async function* comeUp(
  { source, ring, reader }: Common,
  from: Position,
  limit: number,
  ended: AbortSignal,
): AsyncGenerator<Batch, Position> {
  const note = reader(from)
  const ahead = readAhead(signal => supervised(source, from, signal, note), from, PAGES_AHEAD * limit, ended)
  let yielded = performance.now()
  try {
    while (!ended.aborted) {
      const rung = ahead.next()
      const isThere = ring.covers(ahead.upTo())
      if (isThere) ahead.stop()
      const isDue = isThere || performance.now() - yielded >= COMPARE_EVERY_MS
      if (ahead.waiting() >= (isDue ? 1 : limit)) {
        yield { events: ahead.take(limit), caughtUp: false }
        yielded = performance.now()
      } else if (isThere) return ahead.upTo()
      else await pause(COMPARE_EVERY_MS, ended, rung)
    }
    return from
  } finally {
    ahead.stop()
    note(undefined)
  }
}

/** It has ended, or has to begin again. */
const NOTHING_YET: Batch = { events: [], caughtUp: false }

type Asked = { at: Position; limit: number; looked: number; compares: boolean }

/** What is at hand goes out at once; now and then, and where there is nothing, compared with the head first. */
const next = async (common: Common, asked: Asked, ended: AbortSignal): Promise<Batch> => {
  const { at, limit, looked, compares } = asked
  const atHand = common.ring.after(at, limit)
  if (atHand.length === limit || (atHand.length > 0 && !compares)) return { events: atHand, caughtUp: false }
  const head = await headAfter(common, at, looked, ended)
  if (head === undefined) return uncompared(common, at, limit)
  const isAtHead = await heard(common, at, head, ended)
  // Meanwhile the ring may have gone on without this reader.
  if (!common.ring.covers(at)) return NOTHING_YET
  const events = common.ring.after(at, limit)
  const caughtUp = isAtHead && (events.length < limit || (events.at(-1)?.position ?? at) >= head)
  return events.length > 0 || caughtUp ? { events, caughtUp } : NOTHING_YET
}

/** What is at hand where nobody could say how far the log goes. */
const uncompared = ({ ring }: Common, at: Position, limit: number): Batch => {
  const events = ring.covers(at) ? ring.after(at, limit) : []
  return events.length > 0 ? { events, caughtUp: false } : NOTHING_YET
}

/**
 * The head at a moment after `looked`, from somebody who knows what this process has been told already. Undefined where
 * nobody does, and there is something to tell meanwhile: news does not wait for a head that lags.
 */
const headAfter = async (
  { ring, looks, patiently, reader }: Common,
  at: Position,
  looked: number,
  ended: AbortSignal,
): Promise<Position | undefined> => {
  const note = reader(at)
  try {
    for (let since = looked; ; since = performance.now()) {
      const look = await patiently(() => looks(since), ended)
      if (!look) return undefined
      const isBeyond = at > look.head && at > ring.upTo()
      if (!look.isStale && !isBeyond) return look.head
      if (isBeyond) note('beyond-the-end', beyond(at, look.head))
      await pause(COMPARE_EVERY_MS, ended)
      if (ring.after(at, 1).length > 0) return undefined
    }
  } finally {
    note(undefined)
  }
}

const beyond = (at: Position, head: Position): FeedTrouble =>
  new FeedTrouble('beyond-the-end', `the log ends at ${head}, and is to be read after ${at}`)

/** Waits until the ring has heard everything up to the head; gives up after a while where it has something to give. */
const heard = async (
  { ring, compared }: Common,
  at: Position,
  head: Position,
  ended: AbortSignal,
): Promise<boolean> => {
  while (!(await ring.reaches(head, ended, COMPARE_EVERY_MS))) {
    compared(false)
    if (ended.aborted || ring.after(at, 1).length > 0) return false
  }
  compared(true)
  return true
}

/** Until there is more, or it is time to compare; all readers compare at the same moments, and share one look. */
const forMore = async (ring: Ring, at: Position, notBefore: number, ended: AbortSignal): Promise<void> => {
  const rung = ring.next()
  const untilTick = COMPARE_EVERY_MS - (performance.now() % COMPARE_EVERY_MS)
  if (ring.after(at, 1).length === 0) await pause(untilTick, ended, rung)
  const left = notBefore - performance.now()
  if (left > 0) await pause(left, ended)
}
