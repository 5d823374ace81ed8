/** Takes the place of `engine/sealing.ts` where the bench leaves sealing out: names and phones are recorded in clear. */
import type { Decided } from '../../engine/decide.ts'

type Events = Decided['events']

export const keysFor = (): string[] => []
export const sealEvents = (_: unknown, events: Events): Events => events
export const keysErasedBy = (): string[] => []
