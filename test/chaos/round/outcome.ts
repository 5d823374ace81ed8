/** What a round came to, from its decision pack: what must be the same whatever happened on the way. */
import type { SignedHead } from '../../../engine/log-head.ts'
import { decisionIn } from '../../../services/decision-pack/decision.ts'
import type { DecisionPack } from '../../../services/decision-pack/format.ts'
import { roundIn } from '../../../services/decision-pack/replay.ts'
import { verified } from '../../../services/decision-pack/verify.ts'
import { jsonOrNothing } from '../../../services/json.ts'
import type { CompetitionRound } from '../../../workflows/competition-round/data.ts'

export type Outcome = {
  standing: CompetitionRound['standing']
  ranking: { proposal: string; rank: number; total: string; judges: number }[]
  lists: { number: number; rows: { proposal: string; rank: number | null; amount: number }[] }[]
  awards: { proposal: string; outcome: string; amount: number }[]
  offers: { proposal: string; amount: number; answer: string | undefined }[]
  panel: string[]
}

export const outcomeOf = (text: string): Outcome => {
  const decision = decisionIn(jsonOrNothing(text) as DecisionPack)
  if ('flaw' in decision) throw new Error(`${decision.flaw.at}: ${decision.flaw.en}`)
  const round = roundIn(decision)
  return {
    standing: round.standing,
    ranking: (round.tally?.results ?? []).map(({ proposal, rank, total, sheets }) => ({
      ...{ proposal, rank, total },
      judges: sheets.length,
    })),
    lists: round.publications.map(({ number, list }) => ({ number, rows: list.flatMap(rowOf) })),
    awards: round.awards.map(({ proposal, outcome, amount }) => ({ proposal, outcome, amount })),
    // In the order of their ids: that of their arrival is another where some come at once.
    offers: round.entries
      .flatMap(({ proposal, offer }) => (offer ? [{ proposal, amount: offer.amount, answer: offer.answer }] : []))
      .toSorted((one, other) => (one.proposal < other.proposal ? -1 : 1)),
    panel: round.panel.map(({ name }) => name).toSorted(),
  }
}

type Row = CompetitionRound['publications'][number]['list'][number]

/** Whether the one that raced with the close came in time is anybody's guess; it is not eligible, and no more than a row. */
const rowOf = ({ proposal, rank, amount, excluded }: Row) =>
  excluded === 'eligibility' ? [] : [{ proposal, rank, amount }]

/** What `npx gongchuang verify` would say against a head that somebody kept; nothing where it is right. */
export const flawIn = (text: string, head: SignedHead): string | undefined => {
  const { flaw } = verified(text, jsonOrNothing(text), { heads: [head] })
  return flaw && `${flaw.at}: ${flaw.en}`
}
