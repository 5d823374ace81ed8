/** Who is let in: so many requests at once, and of them so many of one person. None once the process is about to stop. */
import { atMost } from '../engine/at-most.ts'
import type { Limits } from './limits.ts'

/** Worked on, or taking the time of somebody else. */
export type Lane = 'requests' | 'waiting'
export type TurnedAway = Lane | 'person' | 'stopping'

export type Admission = {
  limits: Limits
  /** Why nobody would be let in now, whoever asks. */
  closedFor(lane: Lane): Lane | 'stopping' | undefined
  isFullFor(person: string): boolean
  /** A place, to be left again once; or why there is none. Nobody in particular is `''`. */
  enter(lane: Lane, person: string): (() => void) | TurnedAway
  inside(lane: Lane): number
  /** How many were told no, by why. */
  turnedAway: ReadonlyMap<TurnedAway, number>
  count(why: TurnedAway): void
  /** Lets nobody in any more, and ends what only waits. */
  stop(): void
  stopping: AbortSignal
}

export const openAdmission = (limits: Limits): Admission => {
  const people = atMost(limits.requestsPerPerson)
  const inside: Record<Lane, number> = { requests: 0, waiting: 0 }
  const turnedAway = new Map<TurnedAway, number>()
  const stopping = new AbortController()

  const closedFor = (lane: Lane) => {
    if (stopping.signal.aborted) return 'stopping'
    return inside[lane] >= limits[lane] ? lane : undefined
  }

  return {
    limits,
    closedFor,
    isFullFor: people.isFull,
    enter: (lane, person) => {
      const closed = closedFor(lane)
      if (closed) return closed
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
    stop: () => stopping.abort(),
    stopping: stopping.signal,
  }
}
