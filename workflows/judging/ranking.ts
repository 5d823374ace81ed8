/**
 * The core of the tally: what a proposal scores under rules, and in which order all of them stand. Nothing is written
 * out here, so that a what-if, which ranks a round some hundred times, does not pay for it.
 */
import type { RoundPack } from '../round-pack/pack.ts'
import { rounded } from './decimal.ts'

type Tie = RoundPack['ties'][number]

/** Proposals that a recorded vote put in order, the first before the others. */
export type Vote = { order: readonly string[] }

/** What a ranking follows. Scores count `multipliers / denominator` times: once, but where a what-if weighs otherwise. */
export type Rules = {
  criteria: readonly string[]
  multipliers: readonly bigint[]
  denominator: bigint
  dropFrom: number | null
  decimals: number
  ties: readonly Tie[]
  quorum: number
}

/** A proposal with its sheets read once, so that it can be ranked under many rules. Scores stand in the criteria's order. */
export type Read = {
  proposal: string
  requested: number
  bonuses: { id: string; steps: bigint }[]
  sheets: readonly { judge: string; scores: readonly bigint[] }[]
}

// ── one proposal ────────────────────────────────────────────────────────────────────────────────

type SheetTotal = { judge: string; total: bigint; dropped: boolean }
/** Totals in steps of the last published decimal: what is compared is what everybody can read. */
export type Scored = {
  read: Read
  sheets: SheetTotal[]
  score: bigint
  total: bigint
  decidedBy?: string
}

const sum = (values: readonly bigint[]): bigint => values.reduce((total, each) => total + each, 0n)

export const scoredBy =
  (rules: Rules) =>
  (proposal: Read): Scored => {
    const sheets = sheetTotals(rules, proposal)
    const kept = sheets.filter(({ dropped }) => !dropped).map(({ total }) => total)
    const score = rounded(sum(kept), rules.denominator * BigInt(kept.length), rules.decimals)
    const bonus = sum(proposal.bonuses.map(({ steps }) => steps))
    return { read: proposal, sheets, score, total: score + bonus }
  }

/**
 * In ascending order. Among equal totals the judge's name decides which sheet is the highest or the lowest, so the
 * order in which sheets come does not; the mean of the others is the same either way.
 */
const sheetTotals = (rules: Rules, { sheets }: Read): SheetTotal[] => {
  const totals = sheets
    .map(({ judge, scores }) => ({ judge, total: weighed(rules, scores), dropped: false }))
    .sort(ascending)
  const drops = rules.dropFrom !== null && sheets.length >= rules.dropFrom
  for (const end of drops ? [totals[0], totals.at(-1)] : []) if (end) end.dropped = true
  return totals
}

const weighed = ({ multipliers }: Rules, scores: readonly bigint[]): bigint => {
  let total = 0n
  for (let at = 0; at < scores.length; at++) total += (scores[at] as bigint) * (multipliers[at] as bigint)
  return total
}

type Named = { judge: string; total: bigint }
const ascending = (one: Named, other: Named): number =>
  compare(one.total, other.total) || compare(one.judge, other.judge)
export const compare = <T extends bigint | string | number>(one: T, other: T): number =>
  one < other ? -1 : one > other ? 1 : 0

/** Of one criterion, in steps of the last published decimal like the totals. Where nobody ties, nobody asks for it. */
export const meanOf = ({ multipliers, denominator, decimals }: Rules, { sheets }: Read, criterion: number): bigint => {
  let total = 0n
  for (const { scores } of sheets) total += scores[criterion] as bigint
  return rounded(total * (multipliers[criterion] as bigint), denominator * BigInt(sheets.length), decimals)
}

// ── all of them ─────────────────────────────────────────────────────────────────────────────────

export const hasQuorum = ({ quorum }: Rules, { sheets }: Read): boolean => sheets.length >= quorum

/** Levels of one total, the highest first; in each the groups that are set apart, of one or, where a tie is open, of several. */
export const inOrder = (rules: Rules, scored: readonly Scored[], votes: readonly Vote[]): Scored[][][] =>
  split(scored, each => -each.total).map(level => settled(rules, level, votes))

/**
 * The same with one exchanged for another, or for nobody: only the levels that they leave and come to are settled anew, so
 * that a round can be looked at without each of its sheets in turn.
 */
export const exchanged = (
  rules: Rules,
  levels: readonly Scored[][][],
  { leaves, comes }: { leaves: Scored; comes: Scored | undefined },
  votes: readonly Vote[],
): Scored[][][] => {
  const changed = levels.flatMap(level => {
    const isTheirs = totalIn(level) === comes?.total
    if (totalIn(level) !== leaves.total && !isTheirs) return [level]
    const stay = level.flat().filter(({ read }) => read !== leaves.read)
    const members = [...stay.map(undecided), ...(comes && isTheirs ? [comes] : [])]
    return members.length === 0 ? [] : [settled(rules, members, votes)]
  })
  if (!comes || levels.some(level => totalIn(level) === comes.total)) return changed
  const below = changed.findIndex(level => totalIn(level) < comes.total)
  return changed.toSpliced(below < 0 ? changed.length : below, 0, [[comes]])
}

const totalIn = (level: readonly Scored[][]): bigint => level[0]?.[0]?.total ?? 0n
const undecided = ({ decidedBy: _, ...scored }: Scored): Scored => scored

/** Ranks as in a race: of two first ones the next is third. */
export const ranksOf = (groups: readonly (readonly Scored[])[]): { group: readonly Scored[]; rank: number }[] => {
  let before = 0
  return groups.map(group => {
    const rank = before + 1
    before += group.length
    return { group, rank }
  })
}

/** Into groups of equal keys, the lowest key first. */
const split = (group: readonly Scored[], key: (each: Scored) => bigint | number): Scored[][] => {
  const byKey = Map.groupBy(group, key)
  return [...byKey.keys()].sort(compare).map(each => byKey.get(each) as Scored[])
}

/** Those of one total, set apart by the pack's steps in their order: groups of one, or open ties. */
const settled = (rules: Rules, level: readonly Scored[], votes: readonly Vote[]): Scored[][] => {
  let groups: Scored[][] = [[...level]]
  if (level.length === 1) return groups
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
  return (each: Scored) => -meanOf(rules, each.read, at)
}

/** The last vote that put all of them in order. One that lacks somebody decides nothing between the others and them. */
const votedOn = (group: readonly Scored[], votes: readonly Vote[]) => {
  const vote = votes.findLast(({ order }) => group.every(({ read: { proposal } }) => order.includes(proposal)))
  return ({ read: { proposal } }: Scored): number => vote?.order.indexOf(proposal) ?? 0
}
