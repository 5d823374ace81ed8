/** Positions of a log whose places are numbers: `pg<log>-<16 hex digits>`, so that they sort as strings. */
import { ForeignPosition, type Position } from './event-store.ts'

export type Positions = { print(place: number): Position; parse(position: string): number }

/** `parse` throws `ForeignPosition` for what another log printed, or nobody. */
export const positionsOf = (log: string): Positions => {
  const prefix = `pg${log}-`
  const shape = new RegExp(`^${prefix}[0-9a-f]{16}$`)
  return {
    print: place => prefix + place.toString(16).padStart(16, '0'),
    parse: position => {
      const place = shape.test(position) ? Number.parseInt(position.slice(prefix.length), 16) : Number.NaN
      if (!Number.isSafeInteger(place)) throw new ForeignPosition(position)
      return place
    },
  }
}
