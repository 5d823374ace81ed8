/**
 * 拟资助: who is awarded what, within the fund at hand, in rank order.
 *
 * Nobody is overtaken: where the fund does not reach for one, whoever ranks after them waits too, also for less. The
 * one at whom it ends is offered what is left where the pack awards in part; then comes the reserve list.
 */
import type { RoundPack } from '../round-pack/pack.ts'
import { percentDown, timesDown } from './decimal.ts'

export type Ranked = { proposal: string; rank: number; requested: number; budget: number; ownShare: number }

export type Award = {
  proposal: string
  /** `none`: the formula gives less than the least award; it waits for nothing and holds nobody up. */
  outcome: 'award' | 'partial' | 'reserve' | 'none'
  /** Fen. */
  amount: number
  /** What each limit allowed, in fen; `left`: of the fund, when its turn came. No matching asked for: null. */
  parts: { requested: number; shareOfBudget: number; matching: number | null; cap: number; left: number }
}

export type AwardInput = {
  /** Fen. */
  fund: number
  ranked: readonly Ranked[]
  /** Who wants nothing any more: their money goes on down the list. */
  declined?: readonly string[]
  /** Leaves out whom the fund does not reach: for whoever asks for amounts alone. */
  reachedAlone?: boolean
}

export const allocate = (pack: RoundPack, { fund, ranked, declined = [], reachedAlone }: AwardInput): Award[] => {
  const awards: Award[] = []
  let left = fund
  let reached = true
  for (const group of sharingRanks(ranked.filter(({ proposal }) => !declined.includes(proposal)))) {
    if (!reached && reachedAlone) break
    const given: Award[] = reached ? awardsOf(pack, group, left) : waiting(pack, group, left)
    awards.push(...given)
    reached = reached && given.every(({ outcome }) => outcome === 'award' || outcome === 'none')
    left -= given.reduce((total, { amount }) => total + amount, 0)
  }
  return awards
}

const sharingRanks = (ranked: readonly Ranked[]): Ranked[][] => {
  const byRank = Map.groupBy(ranked, ({ rank }) => rank)
  return [...byRank.keys()].sort((one, other) => one - other).map(rank => byName(byRank.get(rank) ?? []))
}

const byName = (group: Ranked[]): Ranked[] =>
  group.length === 1 ? group : group.toSorted((one, other) => (one.proposal < other.proposal ? -1 : 1))

const partsOf = ({ money }: RoundPack, { requested, budget, ownShare }: Ranked, left: number): Award['parts'] => ({
  requested,
  shareOfBudget: percentDown(budget, money.shareOfBudget),
  matching: money.matchingMultiple === null ? null : timesDown(ownShare, money.matchingMultiple),
  cap: money.cap,
  left,
})

/** By the formula alone, whatever is left. */
const dueBy = ({ requested, shareOfBudget, matching, cap }: Award['parts']): number =>
  Math.min(requested, shareOfBudget, matching ?? requested, cap)

const held = (pack: RoundPack, parts: Award['parts']): Award['outcome'] =>
  dueBy(parts) < pack.money.leastAward ? 'none' : 'reserve'

/** Who shares a rank is awarded together or not at all: only a vote may prefer one of them. */
const awardsOf = (pack: RoundPack, group: readonly Ranked[], left: number): Award[] => {
  const [only, second] = group
  if (only && !second) return [awardOf(pack, only, left)]
  const due = group.map(each => dueBy(partsOf(pack, each, left))).filter(amount => amount >= pack.money.leastAward)
  if (due.reduce((total, each) => total + each, 0) > left) return waiting(pack, group, left)
  let rest = left
  return group.map(each => {
    const award = awardOf(pack, each, rest)
    rest -= award.amount
    return award
  })
}

const awardOf = (pack: RoundPack, one: Ranked, left: number): Award => {
  const { partial, leastAward } = pack.money
  const parts = partsOf(pack, one, left)
  const due = dueBy(parts)
  if (due >= leastAward && due <= left) return { proposal: one.proposal, outcome: 'award', amount: due, parts }
  if (due > left && partial && left >= leastAward)
    return { proposal: one.proposal, outcome: 'partial', amount: left, parts }
  return { proposal: one.proposal, outcome: held(pack, parts), amount: 0, parts }
}

const waiting = (pack: RoundPack, group: readonly Ranked[], left: number): Award[] =>
  group.map(each => {
    const parts = partsOf(pack, each, left)
    return { proposal: each.proposal, outcome: held(pack, parts), amount: 0, parts }
  })
