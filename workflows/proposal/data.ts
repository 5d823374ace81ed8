/** What the events of a proposal add up to, and what its rules ask of that. */
import type { z } from 'zod'
import type { Day, Facts, Permit } from '../../engine/definition.ts'
import type { Sealed } from '../../engine/sealed.ts'
import { CO_APPLICANTS, type CoApplicant } from '../co-applicants.ts'
import type { CompetitionRound } from '../competition-round/data.ts'
import type { MicroProject } from '../micro-project/data.ts'
import type { Organisation } from '../organisation.ts'
import type { Alike } from '../resemblance.ts'
import { over } from '../roles.ts'
import type { RoundPackLife } from '../round-pack/data.ts'
import type { RoundPack } from '../round-pack/pack.ts'
import type { Field } from '../vocabulary.ts'
import type { entry, Verdict, Written } from './fields.ts'

/** `revision`: that of the event, by which its texts are taken back. */
export type Version = Written & { version: number; writtenOn: Day; revision: number }
export type Entry = z.infer<z.ZodObject<typeof entry>>

/** What the check of a version came to. `overridden`: rules that two persons have set aside, each with the reason. */
export type Check = {
  version: number
  verdicts: readonly Verdict[]
  overridden: readonly Overridden[]
}
export type Overridden = { rule: string; reason: string }

/** Another life that asks for money for the same, as far as can be seen; a person decides. */
export type Resemblance = {
  life: string
  workflow: 'proposal' | 'micro-project'
  aspects: readonly Alike[]
  finding?: 'distinct' | 'same'
}

/** Own scores by criterion, with the titles and weights that the pack had. */
export type Mean = { criterion: string; zh: string; en: string; weight: number; mean: string }
export type Result = {
  total: string
  rank: number
  of: number
  /** Among the first so many in a hundred. */
  band: number
  means: readonly Mean[]
  comments: readonly Sealed[]
  objectUntil?: Day | undefined
}

export type Offer = { amount: number; partial: boolean }

export type Proposal = {
  round: string
  /** The life of the pack that the round runs under. */
  pack: string
  /** The person who chairs the round. */
  panelChair: string
  /** At which revision of the round, where somebody was replaced. */
  chairAsOf?: number | undefined
  project?: string | undefined
  organisation: string
  title: string
  field?: Field
  place: string
  /** The revisions at which what it holds of other texts was said. */
  texts: { title?: number; missing?: number; verdicts?: number; override?: number; overridden?: number }
  /** Known once it is handed in. */
  blind: boolean
  versions: readonly Version[]
  /** The co-applicants that have agreed, for this round and until they leave or are taken out of it. */
  agreed?: readonly string[] | undefined
  /** What was handed in last, and what of it stands in the round's list. */
  submitted?: Entry | undefined
  entered?: Entry | undefined
  /** Why the last that was handed in does not stand there. */
  notEntered?: string | undefined
  completion?: { missing: readonly string[]; until: Day } | undefined
  check?: Check | undefined
  override?: Overridden | undefined
  appealed: boolean
  resemblances: readonly Resemblance[]
  /** The people who judge it. */
  judges: readonly string[]
  result?: Result | undefined
  offer?: Offer | undefined
}

export const start: Proposal = {
  round: '',
  pack: '',
  panelChair: '',
  organisation: '',
  title: '',
  place: '',
  texts: {},
  blind: false,
  versions: [],
  appealed: false,
  resemblances: [],
  judges: [],
}

/** Named in a draft: they may read it and agree, and are kept from nothing by what somebody else wrote. */
export const INVITED = ['invited1', 'invited2', 'invited3'] as const
type Invited = (typeof INVITED)[number]

/** Of the version on the list: all of them agreed before it was handed in. */
export const coApplicantOf = ({ entered }: Proposal, name: CoApplicant): string | undefined =>
  entered?.coApplicants[CO_APPLICANTS.indexOf(name)]

/** Of the last version and not of the one on the list, until that one is checked: what else was written is nothing then. */
const invitedTo = ({ entered, versions, check }: Proposal): string[] =>
  (check ? [] : (versions.at(-1)?.coApplicants ?? [])).filter(id => !entered?.coApplicants.includes(id))
export const invitedOf = (data: Proposal, name: Invited): string | undefined => invitedTo(data)[INVITED.indexOf(name)]

/** Everybody who is named beside the applicant and may read it. */
export const namedIn = (data: Proposal): string[] => [...(data.entered?.coApplicants ?? []), ...invitedTo(data)]

/** Of the version that is handed in, or else of the one on the list. */
export const coApplicantAsked = (
  data: Proposal,
  command: { type: string; data: object },
  name: CoApplicant,
): string | undefined =>
  command.type === 'submit-version' || command.type === 'complete-version'
    ? versionOf(data, (command.data as { version: number }).version)?.coApplicants[CO_APPLICANTS.indexOf(name)]
    : coApplicantOf(data, name)

export type Consulted = {
  round: CompetitionRound
  pack: RoundPackLife
  organisation: Organisation
  project: MicroProject
} & { [C in CoApplicant]: Organisation }
export type ProposalFacts = Facts<Proposal, Consulted>

// ── who ─────────────────────────────────────────────────────────────────────────────────────────

export const chair: Permit = { role: 'chair', in: 'organisation' }
const member: Permit = { role: 'member', in: 'organisation' }
const beside = (role: string): Permit[] => [...CO_APPLICANTS, ...INVITED].map(name => ({ role, in: name }))
export const chairsBeside: readonly Permit[] = beside('chair')
/** The people of the applicant, of who applies with it, and those who run the round: they know whose proposal it is. */
export const insiders: readonly Permit[] = [
  ...over('street', 'bureau'),
  chair,
  member,
  ...chairsBeside,
  ...beside('member'),
  { named: 'panelChair' },
]

// ── what rules ask ──────────────────────────────────────────────────────────────────────────────

type UnderPack = Pick<ProposalFacts, 'consulted'>
export const packOf = ({ consulted }: UnderPack): RoundPack | undefined => consulted.pack?.pack

/** The pack of a round that has begun: a proposal in it cannot be without. */
export const pinned = (facts: UnderPack): RoundPack => {
  const pack = packOf(facts)
  if (!pack) throw new Error('a proposal is in a round without a rule pack')
  return pack
}

export const versionOf = ({ versions }: Proposal, number: number | undefined): Version | undefined =>
  versions.find(({ version }) => version === number)

export const isActive = ({ consulted }: ProposalFacts): boolean => consulted.organisation?.standing === 'active'

type Amounts = readonly { amount: number }[]
export const addUp = (parts: Amounts): number => parts.reduce((total, { amount }) => total + amount, 0)
export const matchingOf = ({ ownShare, matching }: Pick<Written, 'ownShare' | 'matching'>): number =>
  ownShare + addUp(matching)

/** Its versions stay; what a round made of them does not go along. */
export const leftRound = (data: Proposal): Proposal => ({
  ...data,
  // Who agreed did so for that round: in another one others judge, and other people would be kept apart.
  agreed: undefined,
  submitted: undefined,
  entered: undefined,
  notEntered: undefined,
  completion: undefined,
  check: undefined,
  override: undefined,
  appealed: false,
  judges: [],
  result: undefined,
  offer: undefined,
})
