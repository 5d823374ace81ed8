/** What a budget must keep to: it adds up, and spends on what the pack lets it. */
import type { RoundPack } from '../round-pack/pack.ts'
import { addUp, matchingOf } from './data.ts'
import type { Written } from './fields.ts'

type Budget = Pick<Written, 'lines' | 'requested' | 'ownShare' | 'matching'>
type Lines = Written['lines']

export const addsUp = ({ lines, requested, ownShare, matching }: Budget): boolean =>
  addUp(lines) === requested + matchingOf({ ownShare, matching })

/** A class that the pack does not know is none that it allows. */
export const spendsOnAllowed = ({ money }: RoundPack, lines: Lines): boolean => {
  const allowed = money.expenseClasses.filter(each => each.allowed).map(({ id }) => id)
  return lines.every(line => allowed.includes(line.class))
}

/** No class takes a larger share of the whole than the pack gives it; reckoned in whole fen, so that nothing is rounded. */
export const keepsShares = ({ money }: RoundPack, lines: Lines): boolean => {
  const budget = addUp(lines)
  const spentOn = (id: string) => addUp(lines.filter(line => line.class === id))
  return money.expenseClasses.every(({ id, most }) => most === undefined || spentOn(id) * 100 <= most * budget)
}
