/**
 * The feed of a process: one supervised subscription tells the events of the log to a ring, and all tails are served from
 * it. It begins at the head, with the first tail; whoever is further behind comes up to it by a subscription of its own.
 */
import { backOff } from '../back-off.ts'
import { pause } from '../bell.ts'
import type { Clock } from '../clock.ts'
import type { Batch, Following } from '../event-store.ts'
import { type LogStanding, type LogStandings, logStandings } from '../log-standing.ts'
import type { Damage } from './damage.ts'
import { type Common, tailOf } from './feed-tail.ts'
import { FeedTrouble, stateOf } from './feed-trouble.ts'
import { looksAt } from './looks.ts'
import { type Ring, ringFrom } from './ring.ts'
import { type Note, type Source, supervised, type Timing } from './supervised.ts'

export type FeedParts = Omit<Source, 'damage' | 'timing'> & {
  clock: Clock
  timing?: Partial<Timing>
  /** At least so many events are kept for readers that are not quite at the head. */
  recent?: number
  /** Hears what the feed survives. */
  onTrouble?(error: unknown): void
}

export type Feed = {
  tail(options: Following): AsyncIterable<Batch>
  /** First how the log is followed, then what is wrong with it. */
  standing(): readonly LogStanding[]
  close(): void
}

const TIMING: Timing = {
  retry: { first: 100, most: 3_000 },
  refused: 15_000,
  silence: { first: 3_000, most: 60_000 },
}
const MOST_RECENT = 2_048
/** It may be behind for a moment without being said to be. */
const SAY_BEHIND_AFTER_MS = 1_000

export const openFeed = (parts: FeedParts): Feed => {
  const standings = logStandings(parts.clock, 'catching-up')
  const survived = parts.onTrouble ?? (() => undefined)
  const closing = new AbortController()
  const source: Source = {
    ...parts,
    timing: { ...TIMING, ...parts.timing },
    damage: noteDamage(standings, survived),
  }
  const live = liveNotes(source, standings, survived)
  const common = { source, closing: closing.signal, ...live, reader: readerNotes(standings, survived) }

  const begin = async (): Promise<Common | undefined> => {
    const head = await live.patiently(parts.head, closing.signal)
    if (head === undefined) return undefined
    const ring = ringFrom(head, parts.recent ?? MOST_RECENT)
    void listen(source, ring, closing.signal, live.note)
    return { ...common, ring, looks: looksAt(parts.head, ring.told) }
  }
  let begun: Promise<Common | undefined> | undefined

  return {
    tail: async function* (options) {
      // Before anything else: whoever asks for a place of another log is told so at once.
      const after = options.after ?? parts.origin
      parts.parse(after)
      begun ??= begin()
      const ready = await begun
      if (ready) yield* tailOf(ready, { ...options, after })
    },
    standing: standings.all,
    close: () => closing.abort(),
  }
}

const listen = async (source: Source, into: Ring, signal: AbortSignal, note: Note): Promise<void> => {
  for await (const news of supervised(source, into.upTo(), signal, note)) into.take(news)
}

type Survived = (error: unknown) => void

const noteDamage =
  (standings: LogStandings, survived: Survived) =>
  ({ stream, state, detail }: Damage): void => {
    if (standings.trouble(stream, state, detail) && state) survived(new FeedTrouble(state, detail))
  }

/** How the one subscription and the comparisons fare, joined to the one state that is shown. */
const liveNotes = (
  { timing, random }: Source,
  standings: LogStandings,
  survived: Survived,
): Pick<Common, 'compared' | 'patiently'> & { note: Note } => {
  let isHearing = true
  let atHead = performance.now()
  const say = (error: unknown, state = stateOf(error)): void => {
    standings.note(state, messageOf(error))
    survived(error)
  }
  return {
    note: (state, error) => {
      isHearing = state === undefined
      if (state) say(error, state)
      else standings.note('catching-up')
    },
    compared: isAtHead => {
      if (isAtHead) atHead = performance.now()
      if (!isHearing) return
      if (isAtHead) standings.note('following')
      else if (performance.now() - atHead > SAY_BEHIND_AFTER_MS) standings.note('catching-up')
    },
    patiently: async (ask, ended) => {
      const pauses = backOff(timing.retry.first, timing.retry.most, random)
      while (!ended.aborted) {
        try {
          return await ask()
        } catch (error) {
          if (!ended.aborted) say(error)
          await pause(pauses.next(), ended)
        }
      }
      return undefined
    },
  }
}

/** One reader's own trouble stands beside how the log is followed, for as long as it lasts. */
const readerNotes =
  (standings: LogStandings, survived: Survived): Common['reader'] =>
  at =>
  (state, error) => {
    if (standings.trouble(`reader after ${at}`, state, messageOf(error)) && state) survived(error)
  }

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
