/** Positions of a log whose places are numbers: `pg<log>-<16 hex digits>`, so that they sort as strings. */
import { type EventStore, ForeignPosition, type Position } from './event-store.ts'

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

/** The log that a position names. */
export const logOf = (position: Position): string => position.slice(0, position.indexOf('-'))

export const isPositionOf = async (store: Pick<EventStore, 'checkPosition'>, position: string): Promise<boolean> => {
  try {
    await store.checkPosition(position)
    return true
  } catch (error) {
    if (error instanceof ForeignPosition) return false
    throw error
  }
}
