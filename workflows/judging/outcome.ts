/** A round as it was judged, and what comes of it under rules: the ranking and the awards that follow from it. */
import type { RoundPack } from '../round-pack/pack.ts'
import { type Award, allocate, type Ranked } from './awards.ts'
import type { Read, Rules } from './ranking.ts'
import { type Candidate, type Result, read, rulesOf, type Tally, type TallyInput, tallyOf } from './tally.ts'

export type JudgedRound = Omit<TallyInput, 'candidates'> & {
  candidates: readonly (Candidate & { budget: number; ownShare: number })[]
  /** Fen. */
  fund: number
  /** Who takes no money of it: it was declined, or withheld by a recorded decision. */
  aside?: readonly string[]
  /** Who by a recorded decision is awarded before all others. */
  preferred?: readonly string[]
}

export type Outcome = { tally: Tally; results: ReadonlyMap<string, Result>; awards: ReadonlyMap<string, Award> }

export const outcomeOf = (pack: RoundPack, round: JudgedRound): Outcome =>
  outcomeUnder(pack, round, rulesOf(pack), read(pack, round))

/** Under other rules than the pack's own; `proposals`: those of the round, read under the pack. */
export const outcomeUnder = (
  pack: RoundPack,
  round: JudgedRound,
  rules: Rules,
  proposals: readonly Read[],
): Outcome => {
  const tally = tallyOf(rules, proposals, round.votes ?? [])
  const results = new Map(tally.results.map(each => [each.proposal, each]))
  return { tally, results, awards: awardsFor(pack, round, proposal => results.get(proposal)?.rank) }
}

/** `rankOf`: undefined where a proposal has none. `reachedAlone`: without whom the fund does not reach. */
export const awardsFor = (
  pack: RoundPack,
  round: JudgedRound,
  rankOf: (proposal: string) => number | undefined,
  reachedAlone = false,
): Map<string, Award> => {
  const [aside, preferred] = [new Set(round.aside), new Set(round.preferred)]
  const first = round.candidates.length
  const ranked = round.candidates.flatMap(({ proposal, requested, budget, ownShare }): Ranked[] => {
    const rank = rankOf(proposal)
    if (rank === undefined || aside.has(proposal)) return []
    return [{ proposal, requested, budget, ownShare, rank: preferred.has(proposal) ? rank - first : rank }]
  })
  return new Map(allocate(pack, { fund: round.fund, ranked, reachedAlone }).map(award => [award.proposal, award]))
}

export const totalOf = (awards: ReadonlyMap<string, Award>): number =>
  [...awards.values()].reduce((total, { amount }) => total + amount, 0)
