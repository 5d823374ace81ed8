/** How an adapter of the log fares: shown in `/readyz`, in the metrics and in the logs, each state by its name. */
import type { Clock } from './clock.ts'

export const LOG_STATES = [
  /** Stood at the head when it last looked. */
  'following',
  /** Hears the log, and has not yet heard all of it. */
  'catching-up',
  /** No answer, or none in time, or no leader. */
  'unreachable',
  'not-authenticated',
  'may-not-read-all',
  /** Dropped by the server because it took events in too slowly. */
  'fell-behind',
  /** Told nothing, while the log had gone on. */
  'silent',
  /** What was followed is not in the log (any more): it is another one, or an older backup of it. */
  'beyond-the-end',
  /** Facts of a stream are gone, or will be: it is cut off by its metadata, or does not begin at its beginning. */
  'history-truncated',
  'stream-deleted',
] as const

export type LogState = (typeof LOG_STATES)[number]

/** `since` is when it came to that, as ISO text in UTC. */
export type LogStanding = { state: LogState; since: string; detail?: string }

export type LogStandings = {
  /** In what state the log is followed now; one that lasts keeps its `since`. True where it is a new one. */
  note(state: LogState, detail?: string): boolean
  /** What is wrong with something in the log, by name, until it is right again. True where that is news. */
  trouble(of: string, state: LogState | undefined, detail?: string): boolean
  /** First how it is followed, then what is wrong. */
  all(): readonly LogStanding[]
}

/** Of a log that is damaged all over the first ones are as good as all. */
const MOST_TROUBLES = 100

export const logStandings = (clock: Clock, begins: LogState): LogStandings => {
  const now = (): string => clock.now().toISOString()
  let following: LogStanding = { state: begins, since: now() }
  const troubles = new Map<string, LogStanding>()
  return {
    note: (state, detail) => {
      const isNew = following.state !== state
      if (isNew || following.detail !== detail)
        following = { state, since: isNew ? now() : following.since, ...(detail !== undefined && { detail }) }
      return isNew
    },
    trouble: (of, state, detail) => {
      if (state === undefined) return troubles.delete(of)
      if (troubles.get(of)?.state === state || troubles.size >= MOST_TROUBLES) return false
      troubles.set(of, { state, since: now(), ...(detail !== undefined && { detail }) })
      return true
    },
    all: () => [following, ...troubles.values()],
  }
}
