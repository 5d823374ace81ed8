/**
 * 稳健性: how little would have to be otherwise for an award to be otherwise. For each award line the smallest number of
 * points that, moved from one criterion to another, changes it, and the single sheets without which it would change.
 */
import type { RoundPack } from '../round-pack/pack.ts'
import type { Award } from './awards.ts'
import type { Decimal } from './decimal.ts'
import { awardsFor, type JudgedRound } from './outcome.ts'
import {
  exchanged,
  hasQuorum,
  inOrder,
  type Read,
  type Rules,
  ranksOf,
  type Scored,
  scoredBy,
  type Vote,
} from './ranking.ts'
import { read, rulesOf, tallyOf } from './tally.ts'
import { weighedBy } from './what-if.ts'

export type Shift = { points: number; from: string; to: string }
export type Line = {
  proposal: string
  rank: number
  total: Decimal
  outcome: Award['outcome'] | 'aside'
  amount: number
  /** None up to the points that were tried: null. */
  weights: Shift | null
  /** Sheets of which one alone, left out, changes this award; the proposal whose sheet it is, and the judge. */
  sheets: { proposal: string; judge: string }[]
}
export type Sensitivity = {
  /** How many points were tried. */
  most: number
  /** The smallest shift that changes any award, and how many single sheets do. */
  weights: Shift | null
  sheets: number
  lines: Line[]
}

/** What is looked into for one round: made ready once. */
type Study = {
  pack: RoundPack
  round: JudgedRound
  rules: Rules
  proposals: readonly Read[]
  awards: ReadonlyMap<string, Award>
}

/**
 * Stops after each trial, so that whoever asks can let others go first: a round of a thousand proposals is ranked some
 * hundred times. The result is what the generator returns.
 */
export function* sensitivityOf(pack: RoundPack, round: JudgedRound, most: number): Generator<void, Sensitivity> {
  const study = studyOf(pack, round)
  const weights = yield* shifts(study, most)
  const sheets = yield* removals(study)
  const { results } = tallyOf(study.rules, study.proposals, votesOf(round))
  return {
    most,
    weights: smallest([...weights.values()]),
    sheets: new Set([...sheets.values()].flat().map(({ proposal, judge }) => `${proposal} ${judge}`)).size,
    lines: results.map(({ proposal, rank, total }) => ({
      proposal,
      rank,
      total,
      outcome: study.awards.get(proposal)?.outcome ?? 'aside',
      amount: study.awards.get(proposal)?.amount ?? 0,
      weights: weights.get(proposal) ?? null,
      sheets: sheets.get(proposal) ?? [],
    })),
  }
}

const smallest = (found: readonly Shift[]): Shift | null =>
  found.reduce<Shift | null>((least, each) => (least && least.points <= each.points ? least : each), null)

const studyOf = (pack: RoundPack, round: JudgedRound): Study => {
  const [rules, proposals] = [rulesOf(pack), read(pack, round)]
  const scored = proposals.filter(each => hasQuorum(rules, each)).map(scoredBy(rules))
  return { pack, round, rules, proposals, awards: awardsOf({ pack, round }, inOrder(rules, scored, votesOf(round))) }
}

const votesOf = ({ votes = [] }: JudgedRound): readonly Vote[] => votes

/** `levels`: as they are in order. */
const awardsOf = (
  { pack, round }: Pick<Study, 'pack' | 'round'>,
  levels: readonly Scored[][][],
  reachedAlone = false,
): ReadonlyMap<string, Award> => {
  const ranks = new Map<string, number>()
  for (const { group, rank } of ranksOf(levels.flat())) for (const each of group) ranks.set(each.read.proposal, rank)
  return awardsFor(pack, round, proposal => ranks.get(proposal), reachedAlone)
}

const changedFrom = ({ awards, round }: Study, then: ReadonlyMap<string, Award>): string[] =>
  round.candidates
    .map(({ proposal }) => proposal)
    .filter(proposal => (awards.get(proposal)?.amount ?? 0) !== (then.get(proposal)?.amount ?? 0))

// ── points moved from one criterion to another ──────────────────────────────────────────────────

/** The fewest points first, so that what is found first is the smallest. */
function* shifts(study: Study, most: number): Generator<void, Map<string, Shift>> {
  const found = new Map<string, Shift>()
  const scoredUnder = (rules: Rules) => study.proposals.filter(each => hasQuorum(rules, each)).map(scoredBy(rules))
  for (const { weights, ...shift } of shiftsUpTo(study.pack, most)) {
    const rules = weighedBy(study.pack, weights)
    const then = awardsOf(study, inOrder(rules, scoredUnder(rules), votesOf(study.round)), true)
    for (const proposal of changedFrom(study, then)) if (!found.has(proposal)) found.set(proposal, shift)
    yield
  }
  return found
}

/** Every criterion keeps a point: without it the rubric would be another. */
function* shiftsUpTo({ rubric: { criteria } }: RoundPack, most: number): Generator<Shift & { weights: number[] }> {
  for (let points = 1; points <= most; points++)
    for (const from of criteria)
      for (const to of criteria) {
        if (from === to || from.weight <= points) continue
        const moved = (id: string) => (id === from.id ? -points : id === to.id ? points : 0)
        yield { points, from: from.id, to: to.id, weights: criteria.map(({ id, weight }) => weight + moved(id)) }
      }
}

// ── one sheet left out ──────────────────────────────────────────────────────────────────────────

type Removed = { proposal: string; judge: string }

function* removals(study: Study): Generator<void, Map<string, Removed[]>> {
  const found = new Map<string, Removed[]>()
  const { rules, proposals } = study
  const scored = proposals.filter(each => hasQuorum(rules, each)).map(scoredBy(rules))
  const [edge, votes] = [edgeOf(study, scored), votesOf(study.round)]
  const levels = inOrder(rules, scored, votes)
  for (const each of scored) {
    for (const { judge } of each.read.sheets) {
      const comes = scoredWithout(rules, each, judge)
      if (!mayMatter(edge, each, comes)) continue
      const then = awardsOf(study, exchanged(rules, levels, { leaves: each, comes }, votes), true)
      const removed = { proposal: each.read.proposal, judge }
      for (const proposal of changedFrom(study, then)) found.set(proposal, [...(found.get(proposal) ?? []), removed])
    }
    yield
  }
  return found
}

const scoredWithout = (rules: Rules, { read: one }: Scored, judge: string): Scored | undefined => {
  const rest = { ...one, sheets: one.sheets.filter(each => each.judge !== judge) }
  return hasQuorum(rules, rest) ? scoredBy(rules)(rest) : undefined
}

/** The highest total of one for whom the fund did not reach in full, and whether any award was decided otherwise than by rank. */
type Edge = { total: bigint | undefined; byRankAlone: boolean }

const edgeOf = ({ awards, round }: Study, scored: readonly Scored[]): Edge => {
  const short = scored.filter(({ read: { proposal } }) => {
    const outcome = awards.get(proposal)?.outcome
    return outcome === 'partial' || outcome === 'reserve'
  })
  return {
    total: short.reduce<bigint | undefined>((most, { total }) => (most && most > total ? most : total), undefined),
    byRankAlone: (round.preferred ?? []).length === 0,
  }
}

/**
 * Whether leaving out a sheet can change an award at all. Who stays above the one at whom the fund ends is awarded in
 * full wherever they stand there, and who stays below waits; so only who comes to that edge, leaves it or crosses it is
 * tried, and a thousand proposals are looked through in no time.
 */
const mayMatter = ({ total: edge, byRankAlone }: Edge, before: Scored, without: Scored | undefined): boolean => {
  if (!without || !byRankAlone) return true
  if (edge === undefined) return false
  const staysAbove = before.total > edge && without.total > edge
  const staysBelow = before.total < edge && without.total < edge
  return !staysAbove && !staysBelow
}
