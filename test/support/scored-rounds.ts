/** Rounds with sheets, made up for properties and figures. */
import fc from 'fast-check'
import type { Vote } from '../../workflows/judging/ranking.ts'
import type { Candidate, CountedSheet, TallyInput } from '../../workflows/judging/tally.ts'
import type { RoundPack } from '../../workflows/round-pack/pack.ts'

const nameOf = (at: number): string => `p${String(at).padStart(4, '0')}`

/** Few different scores, so that ties are common; some sheets are missing, some judges recused. */
const scoresOf = ({ rubric: { criteria } }: RoundPack) =>
  fc.record(
    Object.fromEntries(
      criteria.map(({ id, weight }) => [id, fc.integer({ min: 0, max: 4 }).map(part => halfSteps(weight, part))]),
    ),
  )

const halfSteps = (weight: number, part: number): string => {
  const halves = Math.floor((weight * 2 * part) / 4)
  return halves % 2 === 0 ? String(halves / 2) : `${(halves - 1) / 2}.5`
}

export const scoredRound = (pack: RoundPack, judges = 5) =>
  fc
    .array(
      fc.record({
        requested: fc.integer({ min: 1, max: 4 }).map(each => each * 1_000_000),
        ownShare: fc.integer({ min: 0, max: 2 }).map(each => each * 500_000),
        sheets: fc.array(fc.option(scoresOf(pack), { freq: 6 }), { minLength: judges, maxLength: judges }),
      }),
      { minLength: 1, maxLength: 12 },
    )
    .map(proposals => roundOf(proposals))

type Drawn = { requested: number; ownShare: number; sheets: (CountedSheet['scores'] | null)[] }
type Round = TallyInput & {
  candidates: (Candidate & { ownShare: number; budget: number })[]
  sheets: CountedSheet[]
  votes: Vote[]
}

const roundOf = (proposals: readonly Drawn[]): Round => ({
  candidates: proposals.map(({ requested, ownShare }, at) => ({
    proposal: nameOf(at),
    requested,
    ownShare,
    budget: requested + ownShare,
  })),
  sheets: proposals.flatMap(({ sheets }, at) =>
    sheets.flatMap((scores, judge) => (scores ? [{ judge: `C0${judge + 1}`, proposal: nameOf(at), scores }] : [])),
  ),
  votes: [],
})
