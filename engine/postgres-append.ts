/** How `log.append` is called: what its migration says of its arrays is said here in ours. */
import type { NewEvent } from './event-store.ts'
import { integerArray, textArray } from './pg-arrays.ts'

export const APPEND = 'SELECT * FROM log.append($1, $2, $3, $4, $5, $6, $7::text[]::uuid[], $8, $9, $10)'

type OneAppend = { stream: string; expected: number; count: number }
/** `append`: its number, from 1. */
type OneEvent = { append: number; stream: string; revision: number; event: NewEvent }

/** At most one append a stream; the events in the order in which they are to stand in the log. */
export const appendColumns = (appends: readonly OneAppend[], events: readonly OneEvent[]): Buffer[] => [
  textArray(appends.map(({ stream }) => stream)),
  integerArray(appends.map(({ expected }) => expected)),
  integerArray(appends.map(({ count }) => count)),
  integerArray(events.map(({ append }) => append)),
  textArray(events.map(({ stream }) => stream)),
  integerArray(events.map(({ revision }) => revision)),
  textArray(events.map(({ event }) => event.id)),
  textArray(events.map(({ event }) => event.type)),
  textArray(events.map(({ event }) => event.data)),
  textArray(events.map(({ event }) => event.metadata)),
]
