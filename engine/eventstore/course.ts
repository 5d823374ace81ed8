/** How far along the log a subscription has got, and what of the things it hears is news there. */
import type { Position, RecordedEvent } from '../event-store.ts'
import type { Heard, Stored } from './client.ts'
import { type Damage, damageIn } from './damage.ts'
import { FeedTrouble } from './feed-trouble.ts'
import type { Naming } from './reading.ts'
import { revisionsHeard } from './revisions.ts'
import type { News } from './ring.ts'

export type Course = {
  /** Everything up to here has been told. */
  at(): Position
  /** The last event told. */
  last(): RecordedEvent | undefined
  /**
   * What is news in it, in order; nothing where all was told before. What comes after an event that was left out is not
   * taken in: then `gap` says so, once. Left out again, it is taken for gone.
   */
  sift(heard: Heard): { news?: News; gap?: FeedTrouble }
}

/** `damage` is told of what is wrong with a stream, or right again. */
export const courseFrom = (
  start: Position,
  { print, recorded }: Pick<Naming, 'print' | 'recorded'>,
  damage: (damage: Damage) => void,
): Course => {
  const revisions = revisionsHeard()
  let at = start
  let last: RecordedEvent | undefined
  let gapAt: Position | undefined

  /** Undefined where it leaves a gap. */
  const take = (stored: Stored, position: Position, facts: RecordedEvent[]): boolean => {
    const found = damageIn(stored)
    if (found) damage(found)
    else {
      const isGap = revisions.isGap(stored.stream, stored.revision)
      if (isGap && gapAt !== position) {
        gapAt = position
        return false
      }
      if (isGap) damage({ stream: stored.stream, state: 'history-truncated', detail: leftOut(stored) })
      revisions.took(stored.stream, stored.revision)
      last = recorded(stored)
      facts.push(last)
    }
    at = position
    return true
  }

  return {
    at: () => at,
    last: () => last,
    sift: ({ events, reached }) => {
      const before = at
      const facts: RecordedEvent[] = []
      const newsSoFar = () => (at > before ? { news: { events: facts, upTo: at } } : {})
      for (const stored of events) {
        const position = print(stored.place)
        if (position > at && !take(stored, position, facts))
          return { ...newsSoFar(), gap: new FeedTrouble('silent', leftOut(stored)) }
      }
      const to = reached && print(reached)
      if (to !== undefined && to > at) at = to
      return newsSoFar()
    },
  }
}

const leftOut = ({ stream, revision }: Stored): string =>
  `${stream} goes on at revision ${revision}, and what stands before it was not told`
