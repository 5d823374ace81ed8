/** Which sheets of the panel's ballots count: opened, neither recused nor void, there or in the round. */
import { type Ballot, stands } from '../ballot/data.ts'
import { type CompetitionRound, isCandidate, isVoid } from '../competition-round/data.ts'
import type { CountedSheet } from '../judging/tally.ts'

export const countedSheets = (round: CompetitionRound, ballots: readonly Ballot[]): CountedSheet[] => {
  const candidates = new Set(round.entries.filter(isCandidate).map(({ proposal }) => proposal))
  return ballots.flatMap(({ name, sheets }) =>
    sheets.flatMap(sheet =>
      stands(sheet) && sheet.opened && candidates.has(sheet.proposal) && !isVoid(round, name, sheet.proposal)
        ? [{ judge: name, proposal: sheet.proposal, scores: sheet.opened }]
        : [],
    ),
  )
}
