/** What follows from a tally: who is awarded what, the list that is published, who moves up. Pure; whoever holds the data finds the same. */
import { allocate, type Ranked } from '../judging/awards.ts'
import { digestOf } from '../judging/list.ts'
import type { Result } from '../judging/tally.ts'
import type { RoundPack } from '../round-pack/pack.ts'
import type { Change, Changes, CompetitionRound, Decision, Entry } from './data.ts'
import { isCandidate } from './data.ts'
import type { Award, Listed } from './fields.ts'

const decisionOn = ({ decisions }: CompetitionRound, proposal: string): Decision | undefined =>
  decisions.find(each => each.proposal === proposal)?.decision

type Standing = { entry: Entry; result: Result }

/** Those that are ranked and take part, in the order of the tally; a round may have a thousand. */
const standingIn = (data: CompetitionRound): Standing[] => {
  const entries = new Map(data.entries.map(entry => [entry.proposal, entry]))
  return (data.tally?.results ?? []).flatMap(result => {
    const entry = entries.get(result.proposal)
    return entry !== undefined && isCandidate(entry) ? [{ entry, result }] : []
  })
}

const hasDeclined = ({ offer }: Entry): boolean => offer?.answer === 'declined'

const wants = ({ entry: { proposal, requested, budget, ownShare }, result: { rank } }: Standing): Ranked => ({
  proposal,
  rank,
  requested,
  budget,
  ownShare,
})

// ── awards ──────────────────────────────────────────────────────────────────────────────────────

/**
 * What was accepted stands, whatever a later count says, and comes off the fund first: an agreement may be signed on it.
 * Only a recorded decision withholds it.
 */
export const awardsOf = (pack: RoundPack, data: CompetitionRound): Award[] => {
  const accepted = acceptedIn(data)
  const stand = new Map(accepted.map(award => [award.proposal, award]))
  const ranked = placesOf(data).filter(({ proposal }) => !stand.has(proposal))
  const rest = awardsWithin(pack, data, { fund: data.fund - amountOf(accepted), ranked })
  return rest.map(award => stand.get(award.proposal) ?? award)
}

/** What rank and decisions alone would give, as if nobody had answered yes. */
const awardsByRank = (pack: RoundPack, data: CompetitionRound): Award[] =>
  awardsWithin(pack, data, { fund: data.fund, ranked: placesOf(data) })

/**
 * What a recorded decision changes is the outcome: withheld, put in reserve, or awarded before the others. Rank and
 * total stay what the sheets say.
 */
const awardsWithin = (pack: RoundPack, data: CompetitionRound, given: { fund: number; ranked: Ranked[] }): Award[] => {
  const allocated = new Map(allocate(pack, given).map(each => [each.proposal, each]))
  return [
    ...standingIn(data).map(({ entry: { proposal } }): Award => {
      const award = allocated.get(proposal)
      if (award === undefined) return withoutMoney(data, proposal)
      const { outcome, amount } = award
      return outcome === 'none'
        ? { proposal, outcome: 'declined', amount: 0, why: 'fund' }
        : { proposal, outcome, amount }
    }),
    ...(data.tally?.blocked ?? []).map(
      ({ proposal }): Award => ({ proposal, outcome: 'declined', amount: 0, why: 'quorum' }),
    ),
  ]
}

const acceptedIn = (data: CompetitionRound): Award[] =>
  data.entries.flatMap(entry => {
    const { proposal, offer } = entry
    const stands = offer?.answer === 'accepted' && isCandidate(entry) && decisionOn(data, proposal) !== 'withhold'
    return stands ? [{ proposal, outcome: offer.partial ? 'partial' : 'award', amount: offer.amount }] : []
  })

const amountOf = (awards: readonly Pick<Award, 'amount'>[]): number =>
  awards.reduce((total, { amount }) => total + amount, 0)

/** In the order in which the fund is given out. */
const placesOf = (data: CompetitionRound): Ranked[] => {
  const standing = standingIn(data)
  return standing.flatMap(each => {
    const decision = decisionOn(data, each.entry.proposal)
    if (hasDeclined(each.entry) || decision === 'withhold' || decision === 'reserve') return []
    const place = wants(each)
    // Before all that are ranked, and among themselves as they rank.
    return [{ ...place, rank: decision === 'prefer' ? place.rank - standing.length : place.rank }]
  })
}

const withoutMoney = (data: CompetitionRound, proposal: string): Award =>
  decisionOn(data, proposal) === 'reserve'
    ? { proposal, outcome: 'reserve', amount: 0 }
    : {
        proposal,
        outcome: 'declined',
        amount: 0,
        ...(decisionOn(data, proposal) === 'withhold' && { why: 'deliberation' as const }),
      }

export const leftOf = ({ fund }: CompetitionRound, awards: readonly Award[]): number => fund - amountOf(awards)

/** What is not what stands: the first time all of them, later what a new list changed. */
export const newAwards = (data: CompetitionRound): Award[] => {
  const before = new Map(data.awards.map(each => [each.proposal, each]))
  return (data.settled ?? []).filter(({ proposal, outcome, amount }) => {
    const stood = before.get(proposal)
    return stood?.outcome !== outcome || stood.amount !== amount
  })
}

// ── the list ────────────────────────────────────────────────────────────────────────────────────

/** In rank order; who was excluded comes after, with the reason. Who withdrew stands in no list. */
export const listedIn = (data: CompetitionRound): Listed[] => {
  const awards = new Map((data.settled ?? []).map(each => [each.proposal, each]))
  const row = ({ proposal, applicant, overridden }: Entry, result?: Result): Listed => ({
    rank: result?.rank ?? null,
    proposal,
    applicant,
    total: result?.total ?? null,
    outcome: awards.get(proposal)?.outcome ?? 'declined',
    amount: awards.get(proposal)?.amount ?? 0,
    overridden,
  })
  const ranked = standingIn(data).map(({ entry, result }) => row(entry, result))
  const named = new Set(ranked.map(({ proposal }) => proposal))
  const others = data.entries.filter(({ proposal, out }) => out !== 'withdrawn' && !named.has(proposal))
  return [...ranked, ...others.map(entry => ({ ...row(entry), ...excludedFor(entry) }))]
}

const excludedFor = ({ out, eligible }: Entry): Pick<Listed, 'excluded'> => {
  if (out !== undefined) return { excluded: out }
  return eligible === true ? {} : { excluded: 'eligibility' }
}

/** The round and the number of the list stand in it, so that one list is never taken for another. */
export const listDigest = (round: string, number: number, list: readonly Listed[]): string =>
  digestOf({ round, number, list })

export const sameList = (one: readonly Listed[], other: readonly Listed[]): boolean => digestOf(one) === digestOf(other)

// ── what a new tally changes ────────────────────────────────────────────────────────────────────

export const changesBetween = (
  pack: RoundPack,
  before: CompetitionRound,
  after: CompetitionRound,
  paid: Changes['paid'],
): Changes => {
  if (!before.tally) return { ranks: [], awards: [], paid: [] }
  const ranks = changed(
    new Map(before.tally.results.map(({ proposal, rank }) => [proposal, rank])),
    new Map(after.tally?.results.map(({ proposal, rank }) => [proposal, rank])),
    null,
  )
  const stood = before.settled ?? before.awards
  const awards = stood.length === 0 ? [] : changed(amountsIn(stood), amountsIn(awardsByRank(pack, after)), 0)
  const concerned = new Set([...ranks, ...awards].map(({ proposal }) => proposal))
  return { ranks, awards, paid: paid.filter(({ proposal }) => concerned.has(proposal)) }
}

const amountsIn = (awards: readonly Award[]): Map<string, number> =>
  new Map(awards.map(({ proposal, amount }) => [proposal, amount]))

const changed = <T>(before: Map<string, T>, after: Map<string, T>, none: T): Change<T>[] =>
  [...new Set([...before.keys(), ...after.keys()])].sort().flatMap(proposal => {
    const [was, is] = [before.get(proposal) ?? none, after.get(proposal) ?? none]
    return was === is ? [] : [{ proposal, before: was, after: is }]
  })

// ── the reserve list ────────────────────────────────────────────────────────────────────────────

export type Offered = { proposal: string; amount: number; partial: boolean }

/**
 * Whom the free money reaches. Down the ranks once more, but for what is accepted or declined: who was offered a part
 * comes before the reserve list, and whoever was put there by a decision comes last.
 */
export const movingUp = (pack: RoundPack, data: CompetitionRound): Offered[] => {
  const offers = new Map(data.entries.map(({ proposal, offer }) => [proposal, offer]))
  const accepted = acceptedIn(data)
  const stands = new Set(accepted.map(({ proposal }) => proposal))
  const ranked = [...placesOf(data), ...heldBack(data)].filter(({ proposal }) => !stands.has(proposal))
  return allocate(pack, { fund: data.fund - amountOf(accepted), ranked }).flatMap(({ proposal, outcome, amount }) =>
    amount > (offers.get(proposal)?.amount ?? 0) ? [{ proposal, amount, partial: outcome === 'partial' }] : [],
  )
}

const heldBack = (data: CompetitionRound): Ranked[] => {
  const standing = standingIn(data)
  return standing
    .filter(({ entry }) => decisionOn(data, entry.proposal) === 'reserve' && !hasDeclined(entry))
    .map(wants)
    .map(place => ({ ...place, rank: place.rank + standing.length }))
}
