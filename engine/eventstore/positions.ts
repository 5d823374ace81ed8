/** Positions of a log in an EventStoreDB: `es<log>-<commit><prepare>`, each 16 hex digits, so that they sort as strings. */
import { ForeignPosition, type Position } from '../event-store.ts'
import type { Place } from './client.ts'

export type Places = {
  /** The position before the first event. */
  origin: Position
  print(place: Place): Position
  /** Throws `ForeignPosition` for what another log printed, or nobody. */
  parse(position: Position): Place
}

const DIGITS = 16

export const placesOf = (log: string): Places => {
  const prefix = `es${log}-`
  const shape = new RegExp(`^${prefix}([0-9a-f]{${DIGITS}})([0-9a-f]{${DIGITS}})$`)
  const print = ({ commit, prepare }: Place): Position => prefix + digits(commit) + digits(prepare)
  return {
    origin: print({ commit: 0n, prepare: 0n }),
    print,
    parse: position => {
      const [, commit, prepare] = shape.exec(position) ?? []
      if (!commit || !prepare) throw new ForeignPosition(position)
      return { commit: BigInt(`0x${commit}`), prepare: BigInt(`0x${prepare}`) }
    },
  }
}

const digits = (place: bigint): string => place.toString(16).padStart(DIGITS, '0')
