/** 加分: lines beside the score, never part of a sheet. */
import type { RoundPack } from '../round-pack/pack.ts'
import { type Decimal, rounded, unitsOf, written } from './decimal.ts'

type Bonus = RoundPack['bonuses'][number]

/**
 * What a proposal earns: by its matching funds as many of the bonus' points as they are of the request (all, where
 * they reach it), and what the panel has recorded.
 */
export const bonusesOf = (
  pack: RoundPack,
  { requested, ownShare }: { requested: number; ownShare: number },
  byPanel: { readonly [id: string]: Decimal } = {},
): { [id: string]: Decimal } =>
  Object.fromEntries(
    pack.bonuses.flatMap(bonus => {
      const earned = bonus.by === 'panel' ? byPanel[bonus.id] : byMatching(pack, bonus, requested, ownShare)
      return earned === undefined ? [] : [[bonus.id, earned]]
    }),
  )

const byMatching = ({ aggregation: { decimals } }: RoundPack, { most }: Bonus, requested: number, ownShare: number) => {
  const counted = BigInt(Math.min(ownShare, requested))
  return written(rounded(unitsOf(most) * counted, BigInt(requested), decimals), decimals)
}
