/** The same command to the ballots of all who sit on a round's panel. */
import type { Sending } from '../../engine/policy.ts'
import { activePanel, type CompetitionRound } from '../competition-round/data.ts'

export const toBallots = (round: CompetitionRound, command: string, input: object): Sending[] =>
  activePanel(round).flatMap(({ ballot }) =>
    ballot === undefined ? [] : [{ workflow: 'ballot', id: ballot, command, input }],
  )

/** Of whoever sits or sat on the panel under this pseudonym. */
export const ballotNamed = ({ panel }: CompetitionRound, name: string): string | undefined =>
  panel.find(each => each.name === name)?.ballot
