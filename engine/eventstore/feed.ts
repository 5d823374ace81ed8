/**
 * The feed of a process: one supervised subscription tells the events of the log to a ring, and all tails are served from
 * it. It begins at the head, with the first tail; whoever is further behind comes up to it by a subscription of its own.
 */
import { backOff } from '../back-off.ts'
import { pause } from '../bell.ts'
import type { Clock } from '../clock.ts'
import type { Batch, Following } from '../event-store.ts'
import { type LogStanding, type LogStandings, logStandings } from '../log-standing.ts'
import type { Randomness } from '../randomness.ts'
import type { Damage } from './damage.ts'
import { type Common, tailOf } from './feed-tail.ts'
import { FeedTrouble, stateOf } from './feed-trouble.ts'
import { looksAt } from './looks.ts'
import { type Ring, ringFrom } from './ring.ts'
import { type Note, REFUSALS, type Source, supervised, type Timing } from './supervised.ts'

export type FeedParts = Pick<Source, 'client' | 'random'> & {
  /** How the log is named on its server, and where its head is: known once the server has answered. */
  log(): Promise<Pick<Source, 'naming' | 'head'>>
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
const SAY_SILENT_AFTER_MS = 2_000
const NO_ANSWER = `no answer within ${SAY_SILENT_AFTER_MS} ms`

export const openFeed = (parts: FeedParts): Feed => {
  const standings = logStandings(parts.clock, 'catching-up')
  const survived = parts.onTrouble ?? (() => undefined)
  const closing = new AbortController()
  const timing = { ...TIMING, ...parts.timing }
  const live = liveNotes(timing, parts.random, standings, survived)
  const reader = readerNotes(standings, survived)

  const begin = async (): Promise<Common | undefined> => {
    const log = await live.patiently(parts.log, closing.signal)
    const head = log && (await live.patiently(log.head, closing.signal))
    if (!log || head === undefined) return undefined
    const source: Source = { ...parts, ...log, timing, damage: noteDamage(standings, survived) }
    const ring = ringFrom(head, parts.recent ?? MOST_RECENT)
    void listen(source, ring, closing.signal, live.note)
    return { source, ring, looks: looksAt(log.head, ring.told), closing: closing.signal, reader, ...live }
  }
  let begun: Promise<Common | undefined> | undefined

  return {
    tail: async function* (options) {
      begun ??= begin()
      const common = await Promise.race([begun, aborted(options.signal)])
      if (common) yield* tailOf(common, options)
    },
    standing: standings.all,
    close: () => closing.abort(),
  }
}

const aborted = (signal: AbortSignal): Promise<undefined> =>
  new Promise(resolve => {
    if (signal.aborted) resolve(undefined)
    else signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })

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
  { retry, refused }: Timing,
  random: Randomness,
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
      const pauses = backOff(retry.first, retry.most, random)
      while (!ended.aborted) {
        const late = setTimeout(() => standings.note('unreachable', NO_ANSWER), SAY_SILENT_AFTER_MS)
        try {
          return await ask()
        } catch (error) {
          if (!ended.aborted) say(error)
          await pause(REFUSALS.has(stateOf(error)) ? refused : pauses.next(), ended)
        } finally {
          clearTimeout(late)
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
