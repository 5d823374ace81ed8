/** What the events of a micro-project add up to, and what its rules ask of that. */
import type { z } from 'zod'
import { noCorrections } from '../../engine/correction.ts'
import type { Corrections, Day, Facts, Permit } from '../../engine/definition.ts'
import type { CompetitionRound } from '../competition-round/data.ts'
import type { Organisation } from '../organisation.ts'
import type { Resource } from '../resource.ts'
import { type Pack, packNamed, type RulePacks } from '../rule-packs/pack.ts'
import type { WorkingCalendar } from '../working-calendar/working-days.ts'
import type { BudgetLines, changeKind, channel, Grade, needFields, source } from './fields.ts'
import type { Step } from './following.ts'

export type Need = z.infer<z.ZodObject<typeof needFields>>
type Proposal = { revision: number; summary: string; lines: BudgetLines; requested: number; ownShare: number }
type Condition = { text: string; checked: boolean }
export type Tranche = {
  /** What the agreement plans. */
  amount: number
  /** What is paid or on its way. */
  paying?: number
  invoice?: string
  conditions: readonly Condition[]
  status: 'planned' | 'prepared' | 'approved' | 'instructed' | 'paid' | 'failed' | 'cancelled'
  reconciled: boolean
}
export type Change = {
  kind: z.infer<typeof changeKind>
  from?: number
  to?: number
  amount?: number
  until?: Day
  status: 'open' | 'approved' | 'rejected'
  endorsed: boolean
}

/** Lists are numbered from 1: what stands first is 1. */
export type MicroProject = {
  need?: Need
  /** The version of the rule pack that it was drafted under. */
  rulePack?: number
  matches: number
  match?: { number: number; organisation: string; resource?: string | undefined }
  /** A round that is held on paper. */
  round?: { name: string; submitBy: Day }
  /** A round that is held here, and the proposal for this project in it, with the step that it has come to. */
  following?: { competition: string; proposal?: string; step?: Step } | undefined
  /** Who judged it in such a round, and who decided there: what they may not do to its money hangs on it. */
  judges?: readonly string[]
  deciders?: readonly string[]
  proposals: readonly Proposal[]
  /** The version handed in last. */
  submitted?: number
  appealed: boolean
  rank?: { rank: number; ranked: number; score: string }
  publicity?: { from: Day; until: Day }
  objections: readonly ('open' | 'rejected' | 'upheld' | 'moot')[]
  /** The key of each objection's statement, or nothing once it is destroyed. */
  statements: readonly (string | null)[]
  award: number
  agreement?: { lines: BudgetLines; matchingShare: number; from: Day; until: Day }
  signedBy: { organisation: boolean; street: boolean }
  /** The day on which the second of them signed. */
  signedOn?: Day
  fund?: { funder: string; source: z.infer<typeof source>; channel: z.infer<typeof channel>; amount: number }
  tranches: readonly Tranche[]
  contributions: readonly { amount: number; checked: boolean }[]
  activities: readonly ('logged' | 'confirmed' | 'unproven')[]
  changes: readonly Change[]
  /** What has moved between budget lines with the street's approval alone. */
  moved: number
  midTerm?: Grade
  delivered: boolean
  rectification?: { until: Day }
  handedIn: { report: boolean; accounts: boolean; satisfaction: boolean }
  finalGrade?: Grade
  accepted: boolean
  settled: boolean
  /** The revisions that need and agreement come from: where a text of theirs is taken back. */
  texts: { need?: number; agreement?: number }
  suspended: boolean
  /** Over: nothing is merged into it any more. */
  ended: boolean
  /** The projects that were merged into this one. */
  duplicates: readonly string[]
  recovery?: { due?: number; by?: Day; receipts: readonly number[]; waived: number }
  corrections: Corrections
}

export const start: MicroProject = {
  matches: 0,
  proposals: [],
  appealed: false,
  objections: [],
  statements: [],
  award: 0,
  signedBy: { organisation: false, street: false },
  tranches: [],
  contributions: [],
  activities: [],
  changes: [],
  moved: 0,
  delivered: false,
  handedIn: { report: false, accounts: false, satisfaction: false },
  accepted: false,
  settled: false,
  texts: {},
  suspended: false,
  ended: false,
  duplicates: [],
  corrections: noCorrections,
}

/** `twin`: the project that a duplicate is merged into; `resource`: what a match would take. */
export type Consulted = {
  organisation: Organisation
  twin: MicroProject
  resource: Resource
  rules: RulePacks
  calendar: WorkingCalendar
  competition: CompetitionRound
}
export type ProjectFacts = Facts<MicroProject, Consulted>

// ── under which rules ───────────────────────────────────────────────────────────────────────────

/** The rule pack that it is pinned to. */
export const packOf = ({ data, consulted }: Pick<ProjectFacts, 'data' | 'consulted'>): Pack =>
  packNamed(consulted.rules, data.rulePack)

type Lasting = (data: MicroProject, consulted: ProjectFacts['consulted']) => number
/** How long its rule pack gives for something, for a deadline. */
export const lasting =
  (what: keyof Pack['durations']): Lasting =>
  (data, consulted) =>
    packOf({ data, consulted }).durations[what]

// ── what rules ask ──────────────────────────────────────────────────────────────────────────────

export const isSigned = ({ signedBy }: MicroProject): boolean => signedBy.organisation && signedBy.street
export const isTerminated = ({ recovery }: MicroProject): boolean => recovery !== undefined
export const isActive = ({ consulted }: ProjectFacts): boolean => consulted.organisation?.standing === 'active'
/** The resource that its match takes, until the project needs it no more. */
export const resourceOf = ({ match, ended, recovery }: MicroProject): string | undefined =>
  ended || recovery !== undefined ? undefined : match?.resource
export const nth = <T>(list: readonly T[], number: number): T | undefined => list[number - 1]
export const changed = <T>(list: readonly T[], number: number, change: (item: T) => T): readonly T[] =>
  list.map((item, index) => (index === number - 1 ? change(item) : item))
export const paidOut = ({ tranches }: MicroProject): number =>
  tranches.reduce((total, { status, paying = 0 }) => (status === 'paid' ? total + paying : total), 0)
/** What came back of what is due, all receipts together. */
export const recovered = ({ recovery }: MicroProject): number =>
  (recovery?.receipts ?? []).reduce((total, amount) => total + amount, 0)
export const hasOpenChange = ({ changes }: MicroProject): boolean => changes.some(({ status }) => status === 'open')
export const underway = ({ tranches }: MicroProject): boolean => tranches.some(({ status }) => status === 'instructed')

// ── how stages are written ──────────────────────────────────────────────────────────────────────

/** An event that is its command and the next number of a list. */
export const numbered =
  <E extends z.ZodObject>(name: keyof z.infer<E> & string, have: (data: MicroProject) => number) =>
  ({ data }: ProjectFacts, command: { data: object }): z.input<E> =>
    ({ [name]: have(data) + 1, ...command.data }) as z.input<E>

export const organisationsChair: Permit = { role: 'chair', in: 'organisation' }
export const organisationsMember: Permit = { role: 'member', in: 'organisation' }
export const ofTheFunder: Permit = { role: 'funder', in: 'funder' }
