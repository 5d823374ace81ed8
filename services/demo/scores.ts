/** How the judges of the demonstration score: always the same, close together, and with two ties that are wanted. */
import { hash } from 'node:crypto'
import type { RoundPack } from '../../workflows/round-pack/pack.ts'

/** By the place of a proposal in the order of its arrival: who ties with whom. */
export type Ties = { byVote: readonly [number, number]; byNeed: readonly [number, number] }

type Criterion = RoundPack['rubric']['criteria'][number]

/** A number from 0 to 1 that follows from the words alone. */
const chance = (...words: (string | number)[]): number =>
  Number.parseInt(hash('sha256', words.join(' ')).slice(0, 8), 16) / 0xffff_ffff

/** Between the marks below and above which the pack asks for a comment. */
const [LEAST, MOST] = [0.66, 0.9]

const half = (points: number): string => String(Math.round(points * 2) / 2)

const pointsOf = (judge: string, number: number, { id, weight }: Criterion): number => {
  const [quality, taste] = [chance('quality', number), chance(judge, number, id)]
  return weight * (LEAST + (MOST - LEAST) * (0.75 * quality + 0.25 * taste))
}

/** `number`: of the proposal, in the order of arrival. */
export const scoresBy = (
  { rubric: { criteria } }: RoundPack,
  { byVote, byNeed }: Ties,
  judge: string,
  number: number,
): Record<string, string> => {
  const like = number === byVote[1] ? byVote[0] : number === byNeed[1] ? byNeed[0] : number
  const points = Object.fromEntries(criteria.map(each => [each.id, Number(half(pointsOf(judge, like, each)))]))
  // The same total, with a point moved from what decides a tie first to what decides it later.
  if (number === byNeed[1]) {
    points.need = (points.need ?? 0) - 1
    points.design = (points.design ?? 0) + 1
  }
  return Object.fromEntries(Object.entries(points).map(([id, value]) => [id, String(value)]))
}
