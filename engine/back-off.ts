/** Pauses between tries: each about twice the one before, bounded, and drawn so that two processes do not try at once. */
import type { Randomness } from './randomness.ts'

export type BackOff = {
  /** How many milliseconds to wait before the next try: between half of a step and the whole. */
  next(): number
  /** A try went well: the next pause is a short one again. */
  reset(): void
}

const DRAWS = 2 ** 32

export const backOff = (first: number, most: number, random: Randomness): BackOff => {
  let step = first
  return {
    next: () => {
      const pause = (step / 2) * (1 + random.bytes(4).readUInt32BE() / DRAWS)
      step = Math.min(most, step * 2)
      return pause
    },
    reset: () => {
      step = first
    },
  }
}
