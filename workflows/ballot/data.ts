/** What the events of a ballot add up to, and what its rules ask of that. No sheet is opened in here: not by the fold, not by a rule. */
import type { Day, Facts, Permit } from '../../engine/definition.ts'
import type { Sealed } from '../../engine/sealed.ts'
import { CO_APPLICANTS, type CoApplicant } from '../co-applicants.ts'
import { digestOf } from '../judging/list.ts'
import type { Scores } from '../judging/sheet.ts'
import type { MicroProject } from '../micro-project/data.ts'
import type { Organisation } from '../organisation.ts'
import type { RoundPackLife } from '../round-pack/data.ts'

/** Scores under the key that all sheets of the sitting share, comments under one of their own. */
export type Written = { scores: Sealed; comments: Sealed }

/**
 * One judge's sheet of one proposal. `submitted` stands until it is submitted anew, whatever is drafted meanwhile;
 * `opened`: its scores, once the round has revealed them.
 */
export type BallotSheet = {
  proposal: string
  /** Seen by rules alone: in a blind round the judge does not know whose proposal it is. */
  project?: string
  applicants: readonly string[]
  standing: 'open' | 'recused' | 'void'
  draft?: Written
  submitted?: Written
  opened?: Scores
}

export type Ballot = {
  round: string
  /** The life of the rule pack that the round is pinned to. */
  pack: string
  /** Who chairs the panel. */
  chair: string
  /** At which revision of the round, where somebody was replaced. */
  chairAsOf?: number
  /** The judge: the pseudonym in the round, the life in the pool, the person. */
  name: string
  judge: string
  person: string
  until: Day
  /** After a reveal what is scored anew is sealed under another key. */
  sitting: number
  /** All organisations that apply in the round, in no order that tells of proposals. */
  applicants: readonly string[]
  /** To which of them the judge declared a tie; undefined until they did. */
  declared?: readonly string[]
  sheets: readonly BallotSheet[]
  assigned: boolean
  standing: 'open' | 'sealed' | 'opened' | 'over'
}

export const start: Ballot = {
  round: '',
  pack: '',
  chair: '',
  name: '',
  judge: '',
  person: '',
  until: '',
  sitting: 1,
  applicants: [],
  sheets: [],
  assigned: false,
  standing: 'open',
}

/** What a ballot asks of its round. */
type JudgedRound = { standing: string; judging?: { until: Day } }

export type Consulted = {
  round: JudgedRound
  pack: RoundPackLife
  /** Of the proposal that a command names. */
  applicant: Organisation
  project: MicroProject
} & { [C in CoApplicant]: Organisation }
export type BallotFacts = Facts<Ballot, Consulted>

export const itsJudge: Permit = { named: 'itsJudge' }

// ── sheets ──────────────────────────────────────────────────────────────────────────────────────

export const sheetOf = ({ sheets }: Ballot, proposal: string): BallotSheet | undefined =>
  sheets.find(each => each.proposal === proposal)

/** The sheet of the proposal that a command names, if it names one. */
export const sheetAsked = (data: Ballot, command: { data: object } | undefined): BallotSheet | undefined =>
  command && 'proposal' in command.data ? sheetOf(data, String(command.data.proposal)) : undefined

/** Who applies together with the applicant of the proposal that a command names. */
export const coApplicantAsked = (
  data: Ballot,
  command: { data: object } | undefined,
  name: CoApplicant,
): string | undefined => sheetAsked(data, command)?.applicants[1 + CO_APPLICANTS.indexOf(name)]

export const withSheet = (data: Ballot, proposal: string, change: (sheet: BallotSheet) => BallotSheet): Ballot => ({
  ...data,
  sheets: data.sheets.map(sheet => (sheet.proposal === proposal ? change(sheet) : sheet)),
})

export const stands = ({ standing }: BallotSheet): boolean => standing === 'open'

/** May still be written: this sitting's, not recused, not void. */
export const isWritable = (sheet: BallotSheet): boolean => stands(sheet) && sheet.opened === undefined

/** Submitted, and sealed until the reveal. */
export const isUnopened = (sheet: BallotSheet): boolean => isWritable(sheet) && sheet.submitted !== undefined

/** What the seal holds: which proposals are this judge's to score, which of them they did, and the hash of it as it was sealed. */
export const sealOf = ({ sheets }: Ballot) => {
  const submitted = sheets.filter(sheet => stands(sheet) && sheet.submitted !== undefined)
  return {
    assigned: sheets.filter(stands).map(({ proposal }) => proposal),
    submitted: submitted.map(({ proposal }) => proposal),
    digest: digestOf(submitted.map(({ proposal, submitted: written }) => ({ proposal, scores: written?.scores }))),
  }
}
