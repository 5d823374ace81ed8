/**
 * 计分: from sheets to a ranking, as the pack says. Pure and exact: whoever holds the sheets finds the same ranking.
 *
 *   score   the mean of the sheets' totals, without the one highest and the one lowest where there are enough sheets
 *   total   the score and the bonuses, each rounded as it is published, so that the published lines add up
 *   means   each criterion's mean over all valid sheets, the dropped ones too: what ties are settled by
 *
 * A missing sheet is never a number: with fewer valid sheets than the quorum a proposal has no rank and blocks.
 */
import type { RoundPack } from '../round-pack/pack.ts'
import { type Decimal, rounded, unitsOf, written } from './decimal.ts'
import {
  compare,
  hasQuorum,
  inOrder,
  meanOf,
  type Read,
  type Rules,
  ranksOf,
  type Scored,
  scoredBy,
  type Vote,
} from './ranking.ts'
import type { Scores } from './sheet.ts'

export type Candidate = { proposal: string; requested: number; bonuses?: { readonly [id: string]: Decimal } }
export type CountedSheet = { judge: string; proposal: string; scores: Scores }
export type TallyInput = {
  candidates: readonly Candidate[]
  sheets: readonly CountedSheet[]
  votes?: readonly Vote[]
}

export type Result = {
  proposal: string
  total: Decimal
  rank: number
  score: Decimal
  bonuses: { [id: string]: Decimal }
  means: { [criterion: string]: Decimal }
  sheets: { judge: string; total: Decimal; dropped: boolean }[]
  /** Whose total is the same, this one left out. */
  tied?: string[]
  /** The step that set this one apart from those with the same total: a criterion, `lower-request` or `vote`. */
  decidedBy?: string
}
export type Tally = {
  results: Result[]
  blocked: { proposal: string; why: 'quorum' }[]
  /** Proposals that only a vote can set apart, and none has: they share a rank until then. */
  openTies: string[][]
}

export const tally = (pack: RoundPack, input: TallyInput): Tally =>
  tallyOf(rulesOf(pack), read(pack, input), input.votes ?? [])

// ── rules and sheets, made ready ────────────────────────────────────────────────────────────────

export const rulesOf = ({ rubric: { criteria }, aggregation, ties, quorum }: RoundPack): Rules => ({
  criteria: criteria.map(({ id }) => id),
  multipliers: criteria.map(() => 1n),
  denominator: 1n,
  ...aggregation,
  ties,
  quorum,
})

/** Throws on two sheets of one judge for one proposal, on a sheet of a proposal that is none, on a score that is none. */
export const read = (pack: RoundPack, { candidates, sheets }: TallyInput): Read[] => {
  const byProposal = Map.groupBy(sheets, ({ proposal }) => proposal)
  const known = new Set(candidates.map(({ proposal }) => proposal))
  if (known.size !== candidates.length) throw new RangeError('a proposal stands among the candidates twice')
  for (const proposal of byProposal.keys())
    if (!known.has(proposal)) throw new RangeError(`a sheet scores ${proposal}, which is no candidate`)
  return candidates.map(candidate => readOne(pack, candidate, byProposal.get(candidate.proposal) ?? []))
}

const readOne = (pack: RoundPack, candidate: Candidate, sheets: readonly CountedSheet[]): Read => {
  const { proposal, requested } = candidate
  if (new Set(sheets.map(({ judge }) => judge)).size !== sheets.length)
    throw new RangeError(`a judge has two sheets for ${proposal}`)
  return {
    proposal,
    requested,
    bonuses: bonusesIn(pack, candidate),
    sheets: sheets.map(({ judge, scores }) => ({ judge, scores: scoresIn(pack, scores) })),
  }
}

const scoresIn = ({ rubric: { criteria } }: RoundPack, scores: Scores): bigint[] =>
  criteria.map(({ id }) => unitsOf(scores[id] ?? ''))

const bonusesIn = ({ bonuses, aggregation: { decimals } }: RoundPack, { bonuses: earned = {} }: Candidate) =>
  bonuses.flatMap(({ id, most }) => {
    const units = unitsOf(earned[id] ?? '0')
    if (units > unitsOf(most)) throw new RangeError(`bonus ${id} is above ${most}`)
    return units === 0n ? [] : [{ id, steps: rounded(units, 1n, decimals) }]
  })

// ── written out ─────────────────────────────────────────────────────────────────────────────────

export const tallyOf = (rules: Rules, proposals: readonly Read[], votes: readonly Vote[]): Tally => {
  const counted = proposals.filter(each => hasQuorum(rules, each))
  const levels = inOrder(rules, counted.map(scoredBy(rules)), votes)
  const sameTotal = new Map(levels.flatMap(level => level.flat().map(each => [each, level] as const)))
  return {
    results: ranksOf(levels.flat()).flatMap(({ group, rank }) =>
      byName(group).map(each => resultOf(rules, each, rank, namesOf(sameTotal.get(each)?.flat() ?? []))),
    ),
    blocked: proposals
      .filter(each => !hasQuorum(rules, each))
      .map(({ proposal }) => ({ proposal, why: 'quorum' as const }))
      .sort((one, other) => compare(one.proposal, other.proposal)),
    openTies: levels
      .flat()
      .filter(group => group.length > 1)
      .map(namesOf),
  }
}

const namesOf = (group: readonly Scored[]): string[] => group.map(({ read: { proposal } }) => proposal).sort(compare)

const byName = (group: readonly Scored[]): Scored[] =>
  group.toSorted((one, other) => compare(one.read.proposal, other.read.proposal))

const resultOf = (rules: Rules, scored: Scored, rank: number, sameTotal: readonly string[]): Result => {
  const { read: proposal, sheets, score, total, decidedBy } = scored
  const as = (steps: bigint): Decimal => written(steps, rules.decimals)
  return {
    proposal: proposal.proposal,
    total: as(total),
    rank,
    score: as(score),
    bonuses: Object.fromEntries(proposal.bonuses.map(({ id, steps }) => [id, as(steps)])),
    means: Object.fromEntries(rules.criteria.map((id, at) => [id, as(meanOf(rules, proposal, at))])),
    sheets: sheets.map(each => ({ ...each, total: as(rounded(each.total, rules.denominator, rules.decimals)) })),
    ...(sameTotal.length > 1 && { tied: sameTotal.filter(each => each !== proposal.proposal) }),
    ...(decidedBy && { decidedBy }),
  }
}
