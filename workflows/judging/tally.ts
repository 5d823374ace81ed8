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
import type { Scores } from './sheet.ts'

export type Candidate = { proposal: string; requested: number; bonuses?: { readonly [id: string]: Decimal } }
export type CountedSheet = { judge: string; proposal: string; scores: Scores }
/** Proposals that a recorded vote put in order, the first before the others. */
export type Vote = { order: readonly string[] }
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
  ranking(rulesOf(pack), read(pack, input), input.votes ?? [])

// ── rules and sheets, made ready ────────────────────────────────────────────────────────────────

type Tie = RoundPack['ties'][number]

/** What a ranking follows. Scores count `multipliers / denominator` times: once, but where a what-if weighs otherwise. */
type Rules = {
  criteria: readonly string[]
  multipliers: readonly bigint[]
  denominator: bigint
  dropFrom: number | null
  decimals: number
  ties: readonly Tie[]
  quorum: number
}

/** A proposal with its sheets read once, so that it can be ranked under many rules. Scores stand in the criteria's order. */
type Read = {
  proposal: string
  requested: number
  bonuses: { id: string; steps: bigint }[]
  sheets: readonly { judge: string; scores: readonly bigint[] }[]
}

const rulesOf = ({ rubric: { criteria }, aggregation, ties, quorum }: RoundPack): Rules => ({
  criteria: criteria.map(({ id }) => id),
  multipliers: criteria.map(() => 1n),
  denominator: 1n,
  ...aggregation,
  ties,
  quorum,
})

/** Throws on two sheets of one judge for one proposal, on a sheet of a proposal that is none, on a score that is none. */
const read = (pack: RoundPack, { candidates, sheets }: TallyInput): Read[] => {
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

// ── one proposal ────────────────────────────────────────────────────────────────────────────────

type SheetTotal = { judge: string; total: bigint; dropped: boolean }
/** Totals and means in steps of the last published decimal: what is compared is what everybody can read. */
type Scored = { read: Read; sheets: SheetTotal[]; score: bigint; total: bigint; means: bigint[]; decidedBy?: string }

const sum = (values: readonly bigint[]): bigint => values.reduce((total, each) => total + each, 0n)

const scoredBy =
  (rules: Rules) =>
  (proposal: Read): Scored => {
    const sheets = sheetTotals(rules, proposal)
    const kept = sheets.filter(({ dropped }) => !dropped).map(({ total }) => total)
    const score = rounded(sum(kept), rules.denominator * BigInt(kept.length), rules.decimals)
    const bonus = sum(proposal.bonuses.map(({ steps }) => steps))
    return { read: proposal, sheets, score, total: score + bonus, means: meansOf(rules, proposal) }
  }

/**
 * In ascending order. Among equal totals the judge's name decides which sheet is the highest or the lowest, so the
 * order in which sheets come does not; the mean of the others is the same either way.
 */
const sheetTotals = (rules: Rules, { sheets }: Read): SheetTotal[] => {
  const totals = sheets.map(({ judge, scores }) => ({ judge, total: weighed(rules, scores) }))
  const drops = rules.dropFrom !== null && sheets.length >= rules.dropFrom
  return totals
    .sort(ascending)
    .map((each, at) => ({ ...each, dropped: drops && (at === 0 || at === totals.length - 1) }))
}

const weighed = ({ multipliers }: Rules, scores: readonly bigint[]): bigint => {
  let total = 0n
  for (let at = 0; at < scores.length; at++) total += (scores[at] as bigint) * (multipliers[at] as bigint)
  return total
}

type Named = { judge: string; total: bigint }
const ascending = (one: Named, other: Named): number =>
  compare(one.total, other.total) || compare(one.judge, other.judge)
const compare = <T extends bigint | string | number>(one: T, other: T): number =>
  one < other ? -1 : one > other ? 1 : 0

const meansOf = ({ multipliers, denominator, decimals }: Rules, { sheets }: Read): bigint[] =>
  multipliers.map((multiplier, at) => {
    let total = 0n
    for (const { scores } of sheets) total += scores[at] as bigint
    return rounded(total * multiplier, denominator * BigInt(sheets.length), decimals)
  })

// ── all of them ─────────────────────────────────────────────────────────────────────────────────

const ranking = (rules: Rules, proposals: readonly Read[], votes: readonly Vote[]): Tally => {
  const counts = ({ sheets }: Read) => sheets.length >= rules.quorum
  const scored = proposals.filter(counts).map(scoredBy(rules))
  const groups = split(scored, each => -each.total).map(level => settled(rules, level, votes))
  return {
    results: ranked(rules, groups),
    blocked: proposals
      .filter(each => !counts(each))
      .map(({ proposal }) => ({ proposal, why: 'quorum' as const }))
      .sort((one, other) => compare(one.proposal, other.proposal)),
    openTies: groups
      .flat()
      .filter(each => each.length > 1)
      .map(namesOf),
  }
}

const namesOf = (group: readonly Scored[]): string[] => group.map(({ read: { proposal } }) => proposal).sort(compare)

/** Into groups of equal keys, the lowest key first. */
const split = (group: readonly Scored[], key: (each: Scored) => bigint | number): Scored[][] => {
  const byKey = Map.groupBy(group, key)
  return [...byKey.keys()].sort(compare).map(each => byKey.get(each) as Scored[])
}

/** Those of one total, set apart by the pack's steps in their order: groups of one, or open ties. */
const settled = (rules: Rules, level: readonly Scored[], votes: readonly Vote[]): Scored[][] => {
  let groups: Scored[][] = [[...level]]
  for (const step of rules.ties) groups = groups.flatMap(group => setApart(rules, group, step, votes))
  return groups
}

const setApart = (rules: Rules, group: Scored[], step: Tie, votes: readonly Vote[]): Scored[][] => {
  if (group.length === 1) return [group]
  const parts = split(group, keyOf(rules, group, step, votes))
  const decidedBy = typeof step === 'string' ? step : step.criterion
  return parts.map(part => (part.length === 1 ? part.map(each => ({ ...each, decidedBy })) : part))
}

const keyOf = (rules: Rules, group: readonly Scored[], step: Tie, votes: readonly Vote[]) => {
  if (step === 'lower-request') return (each: Scored) => each.read.requested
  if (step === 'vote') return votedOn(group, votes)
  const at = rules.criteria.indexOf(step.criterion)
  return (each: Scored) => -(each.means[at] as bigint)
}

/** The last vote that put all of them in order. One that lacks somebody decides nothing between the others and them. */
const votedOn = (group: readonly Scored[], votes: readonly Vote[]) => {
  const vote = votes.findLast(({ order }) => group.every(({ read: { proposal } }) => order.includes(proposal)))
  return ({ read: { proposal } }: Scored): number => vote?.order.indexOf(proposal) ?? 0
}

/** Ranks as in a race: of two first ones the next is third. `groups`: by total, then set apart. */
const ranked = (rules: Rules, groups: readonly Scored[][][]): Result[] => {
  const results: Result[] = []
  for (const level of groups) {
    const names = namesOf(level.flat())
    for (const group of level) {
      const rank = results.length + 1
      results.push(...inOrder(group).map(each => resultOf(rules, each, rank, names)))
    }
  }
  return results
}

const inOrder = (group: readonly Scored[]): Scored[] =>
  group.toSorted((one, other) => compare(one.read.proposal, other.read.proposal))

const resultOf = (rules: Rules, scored: Scored, rank: number, sameTotal: readonly string[]): Result => {
  const { read: proposal, sheets, score, total, means, decidedBy } = scored
  const as = (steps: bigint): Decimal => written(steps, rules.decimals)
  return {
    proposal: proposal.proposal,
    total: as(total),
    rank,
    score: as(score),
    bonuses: Object.fromEntries(proposal.bonuses.map(({ id, steps }) => [id, as(steps)])),
    means: Object.fromEntries(rules.criteria.map((id, at) => [id, as(means[at] as bigint)])),
    sheets: sheets.map(each => ({ ...each, total: as(rounded(each.total, rules.denominator, rules.decimals)) })),
    ...(sameTotal.length > 1 && { tied: sameTotal.filter(each => each !== proposal.proposal) }),
    ...(decidedBy && { decidedBy }),
  }
}
