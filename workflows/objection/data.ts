/** What the events of an objection add up to, and what its rules ask of the round that it is about. */
import { type Day, type Facts, heldSince } from '../../engine/definition.ts'
import type { Sealed } from '../../engine/sealed.ts'
import { applicantsOf, isApplicantsOfficer } from '../competition-round/data.ts'
import type { Organisation } from '../organisation.ts'

export type Effect = 'recheck' | 'rescore' | 'exclude'
export type Finding = 'upheld' | 'partly' | 'rejected'
type Evidence = { name: string; sha256: string }

export type Objection = {
  round?: string
  /** The pack under which the round runs: how long, by whom, to which effect. */
  pack?: string
  publication?: number
  proposal?: string
  /** Whom the proposal is of. */
  applicant?: string
  place?: string
  /** Who objects, and the organisation for which they do. */
  filer?: string
  organisation?: string
  protected: boolean
  /** Who chairs the panel that is objected against; a protected objection is not for them. */
  panelChair?: string
  /** At which revision of the round, where somebody was replaced. */
  chairAsOf?: number
  statement?: Sealed
  evidence: readonly Evidence[]
  investigator?: string
  finding?: Finding
  effect?: Effect
  /** What the round made of it. */
  roundActed?: 'published-again' | 'list-upheld' | 'refused'
}

export const start: Objection = { protected: false, evidence: [] }

// ── what is consulted ───────────────────────────────────────────────────────────────────────────

/** Of a round, what an objection to its list asks. */
type PublishedRound = {
  standing: string
  /** Told since it opened; whoever belonged to an applicant from then on is kept apart. */
  openedOn?: Day
  place: string
  pack: string
  chair: string
  formerChairs?: readonly string[]
  observer: string
  panel: readonly { person: string }[]
  publications: readonly { number: number; until: Day }[]
  entries: readonly { proposal: string; applicant: string; coApplicants?: readonly string[] }[]
  /** Of anybody who applies, by the register. */
  officers?: readonly string[]
}
type ObjectionRules = {
  durations: { objectionForm: number; objectionAnswer: number }
  objection: { by: readonly ('resident' | 'organisation')[]; protected: boolean; upheld: readonly Effect[] }
}
export type Consulted = {
  round: PublishedRound
  proposal: object
  organisation: Organisation
  /** For which somebody objects. */
  objecting: Organisation
  pack: { pack: ObjectionRules }
}
export type ObjectionFacts = Facts<Objection, Consulted>

export const rulesOf = ({ consulted }: Pick<ObjectionFacts, 'consulted'>): ObjectionRules | undefined =>
  consulted.pack?.pack

/** The list as it was published last. */
export const publicationOf = ({ consulted: { round } }: ObjectionFacts) => round?.publications.at(-1)

export const entryOf = ({ consulted: { round } }: ObjectionFacts, proposal: string | undefined) =>
  round?.entries.find(entry => entry.proposal === proposal)

/** Whoever sits in the panel or chairs it, or did, and who watches over its draw. */
export const peopleOfRound = ({ consulted: { round } }: ObjectionFacts): string[] =>
  round ? [round.chair, ...(round.formerChairs ?? []), round.observer, ...round.panel.map(each => each.person)] : []

/** Who asks, where they hold or have held a post, since the round opened, in one of these organisations. */
const heldIn = ({ actor, consulted: { round } }: ObjectionFacts, organisations: readonly string[]): string[] => {
  if (!round) return []
  return heldSince(actor, new Set(organisations), round.openedOn ?? '') ? [actor.person] : []
}

/** Who asks, where they belong to anybody who applies in the round: what is found of one proposal moves all the others. */
export const ofAnApplicant = (facts: ObjectionFacts): string[] => {
  const { actor, consulted } = facts
  const { entries = [], officers } = consulted.round ?? {}
  return isApplicantsOfficer({ officers }, [actor.person, ...actor.doubles])
    ? [actor.person]
    : heldIn(facts, entries.flatMap(applicantsOf))
}

/** Who asks, where they belong to the organisation for which the objection is. */
export const ofObjecting = (facts: ObjectionFacts): string[] =>
  facts.data.organisation === undefined ? [] : heldIn(facts, [facts.data.organisation])
