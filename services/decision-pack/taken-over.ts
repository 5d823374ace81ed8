/**
 * What the round took over from other lives is what those recorded, in their order: who stands on its list and with what,
 * how each was checked, how an offer was answered, how an objection ended. Of what a reader is not shown nothing is said.
 */
import type { Flaw } from '../../engine/proven-history.ts'
import { canonicalJson } from '../../workflows/judging/list.ts'
import type { Decision, Life, Told } from './decision.ts'
import { firstOf } from './integrity.ts'
import { DECIDING } from './shown.ts'

type Data = Record<string, unknown>
type Kept = { [event: string]: (data: Data) => object }
type Taking = {
  of: 'proposals' | 'objections'
  /** The field in which the round's event names the life. */
  names: 'proposal' | 'objection'
  /** The round's events, and the life's: what each says of the same thing. */
  into: Kept
  from: Kept
}

const entry = ({ proposal: _, round: __, blind: ___, ...said }: Data) => said
const refused = () => ({ accepted: false })
const withoutEffect = () => ({ effect: 'none' })

/** Each check and each rule set aside is taken over before a list is published. */
const CHECKS: Taking = {
  of: 'proposals',
  names: 'proposal',
  into: { EligibilityNoted: ({ eligible, overridden }) => ({ eligible, overridden }) },
  from: {
    EligibilityChecked: ({ eligible }) => ({ eligible, overridden: [] }),
    OverrideConfirmed: ({ eligible, overridden }) => ({ eligible, overridden }),
  },
}

const FINDINGS: Taking = {
  of: 'objections',
  names: 'objection',
  into: { ObjectionTakenUp: ({ effect }) => ({ effect }) },
  from: {
    ObjectionUpheld: ({ effect }) => ({ effect }),
    ObjectionUpheldInPart: ({ effect = 'none' }) => ({ effect }),
    ObjectionRejected: withoutEffect,
    FormRejected: withoutEffect,
    ObjectionWithdrawn: withoutEffect,
  },
}

const TAKINGS: readonly Taking[] = [
  CHECKS,
  {
    of: 'proposals',
    names: 'proposal',
    into: { ProposalEntered: entry, EntryCompleted: entry },
    from: { ProposalSubmitted: entry, ProposalCompleted: entry },
  },
  {
    of: 'proposals',
    names: 'proposal',
    into: { OfferAnswered: ({ accepted, amount }) => ({ accepted, amount }) },
    from: {
      OfferAccepted: ({ amount }) => ({ accepted: true, amount }),
      OfferDeclined: refused,
      OfferLapsed: refused,
    },
  },
  FINDINGS,
]

export const notTakenOver = (decision: Decision): Flaw | undefined =>
  firstOf(TAKINGS, taking => {
    const heard = hearing(taking, decision.round)
    return firstOf(decision[taking.of].values(), life =>
      isShown(taking, life) ? unlikeItsLife(heard, life) : undefined,
    )
  }) ?? publishedPast(decision)

const publishedPast = ({ round, proposals }: Decision): Flaw | undefined => {
  const heard = hearing(CHECKS, round)
  return firstOf(proposals.values(), life => passedOver(heard, life))
}

/** Nothing of what is asked about is kept from this reader. */
const isShown = ({ from }: Taking, { told, withheld }: Life): boolean =>
  told.length > 0 && !withheld.some(type => Object.hasOwn(from, type))

/** All of a proposal that its place in the round hangs on is there to be compared. */
export const isCheckable = ({ told, withheld }: Life): boolean =>
  told.length > 0 && !withheld.some(type => DECIDING.test(type))
export const isFindingShown = (life: Life): boolean => isShown(FINDINGS, life)

const saidIn = (kept: Kept, { type, data }: Told): string => canonicalJson(kept[type]?.(data as Data) ?? {})

/** A taking as a round has it: what it took over, by the life. */
type Hearing = { taking: Taking; round: Life; into: ReadonlyMap<unknown, readonly Told[]> }
const hearing = (taking: Taking, round: Life): Hearing => {
  const taken = round.told.filter(({ type }) => Object.hasOwn(taking.into, type))
  return { taking, round, into: Map.groupBy(taken, ({ data }) => (data as Data)[taking.names]) }
}

/** A proposal may have been in another round before. */
const fromLife = ({ taking: { from }, round }: Hearing, { told }: Life): Told[] =>
  told.filter(({ type, data }) => {
    const { round: its = round.id } = data as Data
    return Object.hasOwn(from, type) && its === round.id
  })

type Match = { taken: Told; said: Told | undefined }

/** For each that the round took over, the first in the life that says so, after the one before it and recorded earlier. */
const matched = (heard: Hearing, life: Life): Match[] => {
  const { taking, into } = heard
  const left = fromLife(heard, life)
  return (into.get(life.id) ?? []).map(taken => {
    const at = left.findIndex(
      each => each.leaf < taken.leaf && saidIn(taking.from, each) === saidIn(taking.into, taken),
    )
    const said = left[at]
    left.splice(0, at + 1)
    return { taken, said }
  })
}

const unlikeItsLife = (heard: Hearing, life: Life): Flaw | undefined => {
  const unlike = matched(heard, life).find(({ said }) => said === undefined)
  return (
    unlike && {
      at: unlike.taken.at,
      zh: `轮次所载与${life.at}的记录不符，或该记录不在文件中`,
      en: `the round says what ${life.at} does not: it recorded otherwise, or the file ends before it`,
    }
  )
}

/** A check that the round never heard of, though it published the proposal afterwards. */
const passedOver = (checks: Hearing, life: Life): Flaw | undefined => {
  if (!isShown(CHECKS, life)) return undefined
  const heard = new Set(matched(checks, life).map(({ said }) => said))
  const published = checks.round.told.findLast(
    ({ type, data }) => /^Publi(cityOpened|shedAgain)$/.test(type) && lists(data, life),
  )
  const before = ({ leaf }: Told): boolean => leaf < (published?.leaf ?? 0)
  const unheard = fromLife(checks, life).find(each => !heard.has(each) && before(each)) ?? takenUpAgain(life, before)
  return (
    unheard && {
      at: unheard.at,
      zh: `此审查结论未为轮次所载，而其后的公示（${published?.at}）列有该申报书`,
      en: `the round took no notice of this check, and yet published the proposal afterwards (${published?.at})`,
    }
  )
}

/** Whoever is being checked again has no verdict, and is published only once there is another. */
const takenUpAgain = ({ told }: Life, before: (each: Told) => boolean): Told | undefined => {
  const last = told.findLast(each => before(each) && (isReopening(each) || Object.hasOwn(CHECKS.from, each.type)))
  return last && isReopening(last) ? last : undefined
}
const isReopening = ({ type }: Told): boolean => type === 'EligibilityReopened' || type === 'EligibilityAppealed'

const lists = (data: unknown, { id }: Life): boolean =>
  ((data as { list?: { proposal: string }[] }).list ?? []).some(({ proposal }) => proposal === id)
