/** What is of a round is there once: whatever was sent twice, followed twice, or fell due in two processes. */
import { type Check, type Kept, where } from './evidence.ts'

type Data = Record<string, unknown>
/** By what an event of this kind would be known again, in its own life; nothing where it may come twice. */
type Known = (data: Data) => unknown

const ofProposal: Known = ({ proposal }) => proposal
const alone: Known = () => 'once'

/** By category and type. */
export const once: Readonly<Record<string, Known>> = {
  'competitionRound SeedCommitted': ({ party }) => party,
  'competitionRound SeedRevealed': ({ party }) => party,
  'competitionRound RoundOpened': alone,
  'competitionRound CallClosed': alone,
  'competitionRound ListSettled': alone,
  'competitionRound ProposalEntered': ofProposal,
  'competitionRound EligibilityNoted': ofProposal,
  'competitionRound JudgeInvited': ({ judge }) => judge,
  'competitionRound InvitationAnswered': ({ name }) => name,
  'competitionRound ScreeningFinished': alone,
  'competitionRound PanelDrawn': alone,
  'competitionRound JudgingOpened': alone,
  'competitionRound BallotNoted': ({ name }) => name,
  'competitionRound JudgingClosed': alone,
  'competitionRound SealNoted': ({ name }) => name,
  'competitionRound MissingVoided': ({ name, proposal }) => `${name} ${proposal}`,
  'competitionRound SheetsVoided': ({ name, proposal }) => `${name} ${proposal}`,
  'competitionRound SheetsRevealed': alone,
  // The tally itself may be recorded again after something has changed: then it is another one.
  'competitionRound TallyRecorded': ({ results, counted }) => JSON.stringify([results, counted]),
  'competitionRound PublicityOpened': alone,
  'competitionRound PublishedAgain': ({ digest }) => digest,
  'competitionRound ObjectionNoted': ({ objection }) => objection,
  'competitionRound ObjectionTakenUp': ({ objection }) => objection,
  'competitionRound ProposalExcluded': ofProposal,
  'competitionRound AwardsDecided': alone,
  'competitionRound OfferAnswered': ofProposal,
  'competitionRound ReserveMovedUp': ({ offers }) => JSON.stringify(offers),
  'competitionRound RoundArchived': alone,
  'proposal ProposalSubmitted': ({ version }) => version,
  'proposal EntryConfirmed': ({ version }) => version,
  'proposal EligibilityChecked': ({ version }) => version,
  'proposal OpenedToJudge': ({ judge }) => judge,
  'proposal ClosedToJudge': ({ judge }) => judge,
  'proposal ResultTaken': ({ total, rank, of, objectUntil }) => JSON.stringify([total, rank, of, objectUntil]),
  'proposal AwardOffered': ({ amount }) => amount,
  'proposal OfferAccepted': alone,
  'proposal OfferDeclined': alone,
  'proposal RoundEnded': alone,
  'ballot BallotOpened': alone,
  'ballot ConflictsDeclared': alone,
  'ballot ProposalsAssigned': alone,
  'ballot BallotSealed': alone,
  'ballot Recused': ofProposal,
  'ballot SheetVoided': ofProposal,
  'ballot SheetsOpened': alone,
  'ballot BallotClosed': alone,
  'objection FormAccepted': alone,
  'objection ObjectionUpheld': alone,
  'objection ObjectionRejected': alone,
  'objection RoundActed': alone,
}

const categoryOf = ({ stream }: Kept): string => stream.slice(0, stream.indexOf('-'))

export const roundOnce: Check = {
  name: 'once in a round',
  promise: 'no entry, ballot, sheet, seal, tally, publication, offer or answer of a round is there twice',
  find: ({ events }) => {
    const known = new Map<string, Kept>()
    return events.flatMap(event => {
      const knownBy = once[`${categoryOf(event)} ${event.type}`]
      if (!knownBy) return []
      const key = [event.stream, event.type, knownBy(JSON.parse(event.data) as Data)].join(' ')
      const before = known.get(key)
      known.set(key, before ?? event)
      return before ? [`${where(event)} says again what ${where(before)} says`] : []
    })
  },
}

/** One ballot for each seat, however often it was asked for: each is a life of its own. */
export const oneBallotASeat: Check = {
  name: 'one ballot a seat',
  promise: 'no judge of a round has two ballots',
  find: ({ events }) => {
    const seats = new Map<string, Kept>()
    return events.flatMap(event => {
      if (event.type !== 'BallotOpened') return []
      const { round, name } = JSON.parse(event.data) as Data
      const before = seats.get(`${round} ${name}`)
      seats.set(`${round} ${name}`, event)
      return before ? [`${where(event)}: ${name} has a ballot, ${before.stream}`] : []
    })
  },
}

/** Whatever a policy could not send is settled with a reason, or nobody knows of it. */
export const nothingParked: Check = {
  name: 'nothing parked',
  promise: 'no command of a policy waits for an operator',
  find: async ({ query }) =>
    (
      await query<{ key: string; error: object }>(
        'SELECT key, error FROM engine.parked WHERE settled IS NULL ORDER BY id',
      )
    ).map(({ key, error }) => `${key}: ${JSON.stringify(error)}`),
}
