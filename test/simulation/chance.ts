/** Choices drawn from bytes: the same bytes, the same choices. */
import type { Randomness } from '../../engine/randomness.ts'

export type Chance = {
  /** From 0 up to, not including, `below`. */
  number(below: number): number
  oneIn(times: number): boolean
  oneOf<T>(choices: readonly T[]): T
}

export const chanceFrom = (random: Randomness): Chance => {
  // 2^32 choices for at most some hundred: what is left over tips no scale.
  const number = (below: number) => random.bytes(4).readUInt32BE() % below
  return {
    number,
    oneIn: times => number(times) === 0,
    oneOf: choices => choices[number(choices.length)] as (typeof choices)[number],
  }
}
