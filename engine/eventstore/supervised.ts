/**
 * A subscription that does not end: each event once and in order, whatever happens to the connection, the server or the
 * leader. It goes on from the place it has got to by itself, after a pause; asks at each beginning whether that place is
 * still one of this log; and is begun anew where it is told nothing while the log has gone on.
 */
import { backOff } from '../back-off.ts'
import { pause } from '../bell.ts'
import type { Position } from '../event-store.ts'
import type { LogState } from '../log-standing.ts'
import type { Randomness } from '../randomness.ts'
import type { EventStoreClient } from './client.ts'
import { type Course, courseFrom } from './course.ts'
import { type Damage, METADATA_OF } from './damage.ts'
import { FeedTrouble, stateOf } from './feed-trouble.ts'
import type { Naming } from './reading.ts'
import type { News } from './ring.ts'

/** Milliseconds. */
export type Timing = {
  /** Between two tries; the pauses grow from the first to the most. */
  retry: { first: number; most: number }
  /** Where the server says no: it will not say yes a moment later. */
  refused: number
  /** So long may it be told nothing while the log has gone on; longer each time that this did not help. */
  silence: { first: number; most: number }
}

export type Source = {
  client: Pick<EventStoreClient, 'subscribe' | 'readAll'>
  naming: Naming
  head(): Promise<Position>
  damage(damage: Damage): void
  random: Randomness
  timing: Timing
}

/** Told what a subscription survives, and (without a state) that it hears again. */
export type Note = (state: LogState | undefined, error?: unknown) => void

export async function* supervised(
  source: Source,
  after: Position,
  signal: AbortSignal,
  note: Note,
): AsyncGenerator<News> {
  const course = courseFrom(after, source.naming, source.damage)
  const { retry, refused, silence } = source.timing
  const pauses = backOff(retry.first, retry.most, source.random)
  let patience = silence.first
  let trouble: LogState | undefined
  const hears = (): void => {
    if (trouble) note(undefined)
    trouble = undefined
  }
  while (!signal.aborted) {
    const begun = course.at()
    try {
      for await (const news of attempt(source, course, { patience, hears }, signal)) {
        pauses.reset()
        patience = silence.first
        yield news
      }
      return
    } catch (error) {
      if (signal.aborted) return
      trouble = stateOf(error)
      note(trouble, error)
      if (trouble === 'silent') patience = Math.min(silence.most, 2 * patience)
    }
    // A burst does that to the best of readers: the server keeps little for each, and reads on for whoever asks anew.
    if (trouble === 'fell-behind' && course.at() > begun) continue
    await pause(trouble && REFUSALS.has(trouble) ? refused : pauses.next(), signal)
  }
}

/** The server said no: to ask again soon is of no use. */
export const REFUSALS: ReadonlySet<LogState> = new Set<LogState>([
  'not-authenticated',
  'may-not-read-all',
  'beyond-the-end',
])

/** One subscription, from where the course has got to. Throws what ended it; returns only when `signal` aborts. */
async function* attempt(
  source: Source,
  course: Course,
  { patience, hears }: { patience: number; hears(): void },
  signal: AbortSignal,
): AsyncGenerator<News> {
  await confirm(source, course)
  const over = new AbortController()
  const watch = watchdog(source, course, patience, over)
  try {
    for await (const heard of subscription(source, course.at(), AbortSignal.any([signal, over.signal]))) {
      // Also where there is nothing to tell: the server says that it has told all.
      hears()
      const { news, gap } = course.sift(heard)
      if (news) yield* watch.taken(news)
      if (gap) throw gap
    }
    over.signal.throwIfAborted()
    if (!signal.aborted) throw new FeedTrouble('unreachable', 'the subscription ended')
  } catch (error) {
    throw over.signal.aborted ? over.signal.reason : error
  } finally {
    watch.stop()
    over.abort()
  }
}

const subscription = ({ client, naming: { prefix, from } }: Source, at: Position, signal: AbortSignal) =>
  client.subscribe({ after: from(at), prefixes: [prefix, METADATA_OF + prefix], signal })

/** Throws where the place to go on from is none of this log: it is another log, or an older backup of it. */
const confirm = async ({ client, naming }: Source, course: Course): Promise<void> => {
  const at = course.at()
  const [found] = await client.readAll({ from: naming.from(at), limit: 1 })
  const position = found ? naming.print(found.place) : naming.origin
  const last = course.last()
  const isAnother = position === at && last?.position === at && last.id !== found?.id
  if (position < at || isAnother)
    throw new FeedTrouble('beyond-the-end', `nothing stands at ${at}, up to which the log was followed`)
}

/** Gives up a subscription that waits and is told nothing, while the head of the log is further on. */
const watchdog = (source: Source, course: Course, patience: number, over: AbortController) => {
  let since: number | undefined = performance.now()
  const look = async (): Promise<void> => {
    const at = course.at()
    if (since === undefined || performance.now() - since < patience) return
    const head = await source.head().catch(() => at)
    if (head > at && at === course.at() && since !== undefined)
      over.abort(new FeedTrouble('silent', `told nothing for ${patience} ms, while the log went on to ${head}`))
  }
  const timer = setInterval(() => void look(), patience / 2)
  return {
    /** As long as the reader has something to do, the subscription is not silent. */
    *taken(news: News): Generator<News> {
      since = undefined
      yield news
      since = performance.now()
    },
    stop: () => clearInterval(timer),
  }
}
