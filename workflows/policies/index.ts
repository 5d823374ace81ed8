/** Every policy. A new one is its file and a line here. */
import type { Policy } from '../../engine/policy.ts'
import { assignProposalsWhenConflictsDeclared } from './assign-proposals-when-conflicts-declared.ts'
import { closeBallotsWhenRoundEnds } from './close-ballots-when-round-ends.ts'
import { closeProposalToJudge } from './close-proposal-to-judge.ts'
import { closePublicityWhenObjectionSettled } from './close-publicity-when-objection-settled.ts'
import { confirmProposalWhenEntered } from './confirm-proposal-when-entered.ts'
import { endProposalWhenRoundEnds } from './end-proposal-when-round-ends.ts'
import { enterProposalWhenSubmitted } from './enter-proposal-when-submitted.ts'
import { excludeProposalWhenRoundExcludes } from './exclude-proposal-when-round-excludes.ts'
import { flagProposalThatResemblesAnother } from './flag-proposal-that-resembles-another.ts'
import { giveResultWhenPublicityOpens } from './give-result-when-publicity-opens.ts'
import { lapseObjectionsWhenRoundCancelled } from './lapse-objections-when-round-cancelled.ts'
import { mergeDoubleWhenRecognised } from './merge-double-when-recognised.ts'
import { noteApplicationWhenProjectFunded } from './note-application-when-project-funded.ts'
import { noteChairWhenChairReplaced } from './note-chair-when-chair-replaced.ts'
import { noteEligibilityWhenDecided } from './note-eligibility-when-decided.ts'
import { noteOfferAnswerWhenAnswered } from './note-offer-answer-when-answered.ts'
import { noteOfficersWhenRoundMovesOn } from './note-officers-when-round-moves-on.ts'
import { noteRecheckWhenEligibilityReopened } from './note-recheck-when-eligibility-reopened.ts'
import { noteSealedWhenBallotSealed } from './note-sealed-when-ballot-sealed.ts'
import { offerAwardWhenDecided } from './offer-award-when-decided.ts'
import { openBallotsWhenJudgingOpens } from './open-ballots-when-judging-opens.ts'
import { openProposalToItsJudge } from './open-proposal-to-its-judge.ts'
import { openSheetsWhenRevealed } from './open-sheets-when-revealed.ts'
import { projectFollowsItsProposal } from './project-follows-its-proposal.ts'
import { recheckEligibilityWhenObjectionUpheld } from './recheck-eligibility-when-objection-upheld.ts'
import { recordMatrixWhenScreeningFinished } from './record-matrix-when-screening-finished.ts'
import { recordTallyWhenSheetsOpen } from './record-tally-when-sheets-open.ts'
import { releaseResourceWhenProjectLetsGo } from './release-resource-when-project-lets-go.ts'
import { reopenBallotsWhenJudgingGoesOn } from './reopen-ballots-when-judging-goes-on.ts'
import { reserveResourceWhenMatchProposed } from './reserve-resource-when-match-proposed.ts'
import { retireBallotWhenJudgeReplaced } from './retire-ballot-when-judge-replaced.ts'
import { sealBallotsWhenJudgingCloses } from './seal-ballots-when-judging-closes.ts'
import { takeUpObjectionWhenDecided } from './take-up-objection-when-decided.ts'
import { tellObjectionWhenRoundActed } from './tell-objection-when-round-acted.ts'
import { tellProjectWhenDuplicateMerged } from './tell-project-when-duplicate-merged.ts'
import { tellRoundItsBallot } from './tell-round-its-ballot.ts'
import { tellRoundWhenObjectionFiled } from './tell-round-when-objection-filed.ts'
import { voidSheetsInBallotWhenRoundDoes } from './void-sheets-in-ballot-when-round-does.ts'
import { voidSheetsWhenJudgeRecusesLate } from './void-sheets-when-judge-recuses-late.ts'
import { withdrawEntryWhenProposalWithdrawn } from './withdraw-entry-when-proposal-withdrawn.ts'
import { withdrawProposalWhenProjectEnds } from './withdraw-proposal-when-project-ends.ts'

export const policies: readonly Policy[] = [
  reserveResourceWhenMatchProposed,
  releaseResourceWhenProjectLetsGo,
  tellProjectWhenDuplicateMerged,
  mergeDoubleWhenRecognised,
  // Before whatever the round waits for, so that it is known by then who may not go on with it.
  noteOfficersWhenRoundMovesOn,
  recordMatrixWhenScreeningFinished,
  openBallotsWhenJudgingOpens,
  // Before a proposal learns that it is on the list, from when on the chair sees it.
  noteChairWhenChairReplaced,
  tellRoundItsBallot,
  assignProposalsWhenConflictsDeclared,
  openProposalToItsJudge,
  closeProposalToJudge,
  sealBallotsWhenJudgingCloses,
  reopenBallotsWhenJudgingGoesOn,
  retireBallotWhenJudgeReplaced,
  noteSealedWhenBallotSealed,
  voidSheetsWhenJudgeRecusesLate,
  voidSheetsInBallotWhenRoundDoes,
  openSheetsWhenRevealed,
  recordTallyWhenSheetsOpen,
  closeBallotsWhenRoundEnds,
  enterProposalWhenSubmitted,
  confirmProposalWhenEntered,
  withdrawEntryWhenProposalWithdrawn,
  noteRecheckWhenEligibilityReopened,
  noteEligibilityWhenDecided,
  recheckEligibilityWhenObjectionUpheld,
  giveResultWhenPublicityOpens,
  offerAwardWhenDecided,
  noteOfferAnswerWhenAnswered,
  excludeProposalWhenRoundExcludes,
  endProposalWhenRoundEnds,
  projectFollowsItsProposal,
  withdrawProposalWhenProjectEnds,
  flagProposalThatResemblesAnother,
  noteApplicationWhenProjectFunded,
  closePublicityWhenObjectionSettled,
  tellRoundWhenObjectionFiled,
  takeUpObjectionWhenDecided,
  tellObjectionWhenRoundActed,
  lapseObjectionsWhenRoundCancelled,
]
