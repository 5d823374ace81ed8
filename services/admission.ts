/**
 * Who is let in: so many requests at once, and of them so many of one person. None once the process is about to stop, or
 * its log was moved.
 */
import { atMost } from '../engine/at-most.ts'
import type { Limits } from './limits.ts'

/** Worked on, or taking the time of somebody else. */
export type Lane = 'requests' | 'waiting'
export type Closed = 'stopping' | 'log-moved'
export type TurnedAway = Lane | 'person' | Closed

export type Admission = {
  limits: Limits
  /** Why nobody would be let in now, whoever asks. */
  closedFor(lane: Lane): Lane | Closed | undefined
  isFullFor(person: string): boolean
  /** A place, to be left again once; or why there is none. Nobody in particular is `''`. */
  enter(lane: Lane, person: string): (() => void) | TurnedAway
  inside(lane: Lane): number
  /** How many were told no, by why. */
  turnedAway: ReadonlyMap<TurnedAway, number>
  count(why: TurnedAway): void
  /** Lets nobody in any more, and ends what only waits. Why is said once. */
  stop(why: Closed): void
  /** Aborts then. */
  stopping: AbortSignal
  /** Why nobody is let in any more; nothing as long as somebody may be. */
  closed(): Closed | undefined
}

export const openAdmission = (limits: Limits): Admission => {
  const people = atMost(limits.requestsPerPerson)
  const inside: Record<Lane, number> = { requests: 0, waiting: 0 }
  const turnedAway = new Map<TurnedAway, number>()
  const stopping = new AbortController()

  const closed = (): Closed | undefined => (stopping.signal.aborted ? stopping.signal.reason : undefined)
  const closedFor = (lane: Lane) => closed() ?? (inside[lane] >= limits[lane] ? lane : undefined)

  return {
    limits,
    closedFor,
    isFullFor: people.isFull,
    enter: (lane, person) => {
      const why = closedFor(lane)
      if (why) return why
      if (person !== '' && !people.enter(person)) return 'person'
      inside[lane]++
      return () => {
        inside[lane]--
        people.leave(person)
      }
    },
    inside: lane => inside[lane],
    turnedAway,
    count: why => turnedAway.set(why, (turnedAway.get(why) ?? 0) + 1),
    stop: why => stopping.abort(why),
    stopping: stopping.signal,
    closed,
  }
}
