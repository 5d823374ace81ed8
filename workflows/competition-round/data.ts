/** What the events of a round add up to, and what its rules and policies ask of that. */
import type { z } from 'zod'
import type { Actor, Day, Facts, Permit } from '../../engine/definition.ts'
import { bonusesOf } from '../judging/bonuses.ts'
import type { Decimal } from '../judging/decimal.ts'
import { digestOf } from '../judging/list.ts'
import type { Candidate, Tally } from '../judging/tally.ts'
import type { source } from '../micro-project/fields.ts'
import type { Person } from '../person/data.ts'
import type { RoundPackLife } from '../round-pack/data.ts'
import type { RoundPack } from '../round-pack/pack.ts'
import type { Field } from '../vocabulary.ts'
import type { WorkingCalendar } from '../working-calendar/working-days.ts'
import type { Award, entryFields, Listed, Matrix, Out, overridden, Party } from './fields.ts'

export type Standing =
  | 'draft'
  | 'open'
  | 'closed'
  | 'screening'
  | 'judging'
  | 'tally'
  | 'publicity'
  | 'awarded'
  | 'archived'
  | 'cancelled'

/** `forfeited`: not revealed in time, and left out of the draw. */
export type Seed = { party: Party; person: string; commitment: string; seed?: string; forfeited?: true }

/** An award offered to a proposal, and the answer. */
export type Offer = { amount: number; partial: boolean; answer?: 'accepted' | 'declined' }

/** A proposal in the list. `eligible`: undefined until it is checked. `out`: why it takes no part any more. */
export type Entry = z.infer<z.ZodObject<typeof entryFields>> & {
  eligible?: boolean
  overridden: z.infer<typeof overridden>
  bonuses?: { readonly [id: string]: Decimal }
  out?: Out
  offer?: Offer
}

/** Somebody invited to judge, under a pseudonym. `accepts`: undefined until they answer. */
export type Judge = {
  name: string
  judge: string
  person: string
  outside: boolean
  fields: readonly Field[]
  accepts?: boolean
}
export type Panellist = Pick<Judge, 'name' | 'judge' | 'person'> & { ballot?: string; replaced?: true }

export type Drawn = {
  seeds: readonly { party: Party; commitment: string; seed?: string }[]
  listDigest: string
  candidates: Matrix
  proposals: readonly { id: string; field: Field }[]
  order: readonly { name: string; ticket: string }[]
  panel: readonly string[]
  reserves: readonly string[]
}

/** What a ballot held when it was sealed: which proposals were this judge's to score, and which they did. */
export type Seal = { name: string; assigned: readonly string[]; submitted: readonly string[]; digest: string }
/** A sheet that does not count, or all of a judge's. `late`: voided after the reveal. */
export type Void = { name: string; proposal?: string; late: boolean }

export type Counted = { name: string; ballot: string; revision: number }
export type Change<T> = { proposal: string; before: T; after: T }
/** What a new tally changed of the one before, and money that had been paid on it. */
export type Changes = {
  ranks: readonly Change<number | null>[]
  awards: readonly Change<number>[]
  paid: readonly { proposal: string; amount: number }[]
}
export type Decision = 'withhold' | 'reserve' | 'prefer'

export type Publication = { number: number; from: Day; until: Day; list: readonly Listed[]; digest: string }

export type CompetitionRound = {
  standing: Standing
  title: string
  place: string
  /** The life of the rule pack, and the hash that it was pinned with. */
  pack: string
  packDigest?: string
  /** Fen. */
  fund: number
  source?: z.infer<typeof source>
  chair: string
  /** Who chaired it before, where somebody was replaced; what they saw they saw. */
  formerChairs?: readonly string[]
  observer: string
  closesOn?: Day
  openedOn?: Day
  seeds: readonly Seed[]
  /** In the order in which they were entered. */
  entries: readonly Entry[]
  /** Who stands, or lately stood, on the register as an officer of somebody who applies; whoever was noted once stays. */
  officers?: readonly string[]
  /** The closed list: its hash, and how many stand in it. */
  list?: { digest: string; proposals: number }
  judges: readonly Judge[]
  matrix?: Matrix
  /** The day on which it was recorded: from then on seeds are revealed. */
  comparedOn?: Day
  /** What the panel is drawn for, as it stood when the first seed was revealed: a withdrawal since changes no draw. */
  drawnFor?: Drawn['proposals']
  draw?: Drawn
  panel: readonly Panellist[]
  /** The next comes first. */
  reserves: readonly string[]
  judging?: { from: Day; until: Day }
  /** Scored once more, it is sealed under another key. */
  sitting: number
  rescoring: readonly string[]
  seals: readonly Seal[]
  voids: readonly Void[]
  tally?: Tally & { number: number; counted: readonly Counted[]; changes: Changes }
  /** What stands was changed since it was counted last. */
  tallyDue: boolean
  votes: readonly { order: readonly string[] }[]
  decisions: readonly { proposal: string; decision: Decision }[]
  /** As the ranking was settled last; they are decided when publicity is over. */
  settled?: readonly Award[]
  awards: readonly Award[]
  publications: readonly Publication[]
  objections: readonly { objection: string; open: boolean }[]
}

export const start: CompetitionRound = {
  standing: 'draft',
  title: '',
  place: '',
  pack: '',
  fund: 0,
  chair: '',
  observer: '',
  seeds: [],
  entries: [],
  judges: [],
  panel: [],
  reserves: [],
  sitting: 1,
  rescoring: [],
  seals: [],
  voids: [],
  tallyDue: false,
  votes: [],
  decisions: [],
  awards: [],
  publications: [],
  objections: [],
}

/** What a round asks of a judge in the pool. */
export type PooledJudge = { person: string; standing: string; outside: boolean; fields: readonly Field[] }

/** `chair`: also whoever is to become it. */
export type Consulted = {
  pack: RoundPackLife
  judge: PooledJudge
  calendar: WorkingCalendar
  chair: Person
  observer: Person
}
export type RoundFacts = Facts<CompetitionRound, Consulted>

// ── who ─────────────────────────────────────────────────────────────────────────────────────────

export const panelChair: Permit = { named: 'panelChair' }
export const observer: Permit = { named: 'observer' }
export const invited: Permit = { named: 'invited' }

const isOneOf = ({ person, doubles }: Actor, who: string): boolean => person === who || doubles.includes(who)

/** For whom somebody commits a seed: the observer for themself, everybody else for the office that runs the round. */
export const partyOf = ({ data, actor }: Pick<RoundFacts, 'data' | 'actor'>): Party =>
  isOneOf(actor, data.observer) ? 'observer' : 'organiser'

export const isSelf = isOneOf

// ── under which rules ───────────────────────────────────────────────────────────────────────────

/** The rule pack that the round is pinned to. */
export const packIn = (consulted: { pack?: RoundPackLife | undefined }): RoundPack => {
  const pack = consulted.pack?.pack
  if (!pack) throw new Error('a round was opened without a rule pack')
  return pack
}

type Lasting = (data: CompetitionRound, consulted: RoundFacts['consulted']) => number
/** How long its pack gives for something, for a deadline. */
export const lasting =
  (what: keyof RoundPack['durations']): Lasting =>
  (_, consulted) =>
    packIn(consulted).durations[what]

// ── proposals ───────────────────────────────────────────────────────────────────────────────────

export const entryOf = ({ entries }: CompetitionRound, proposal: string): Entry | undefined =>
  entries.find(each => each.proposal === proposal)

/** Who applies, and who together with them. */
export const applicantsOf = ({ applicant, coApplicants = [] }: Applying): string[] => [
  ...new Set([applicant, ...coApplicants]),
]
type Applying = { applicant: string; coApplicants?: readonly string[] | undefined }

/** By the register alone, under any of these ids; who holds a post is seen by that. */
export const isApplicantsOfficer = (
  { officers = [] }: { officers?: readonly string[] | undefined },
  selves: readonly string[],
): boolean => officers.some(person => selves.includes(person))

export const withEntry = (
  data: CompetitionRound,
  proposal: string,
  change: (entry: Entry) => Entry,
): CompetitionRound => ({
  ...data,
  entries: data.entries.map(entry => (entry.proposal === proposal ? change(entry) : entry)),
})

/** A new version takes the place of the one before; whatever was found about that one is to be found anew. */
export const entered = (data: CompetitionRound, entry: Entry): CompetitionRound =>
  entryOf(data, entry.proposal)
    ? withEntry(data, entry.proposal, () => entry)
    : { ...data, entries: [...data.entries, entry] }

export const takesPart = ({ out }: Entry): boolean => out === undefined
/** The organisations of what takes part, and of what stood in a list for everybody to read, whatever became of it. */
export const concerned = ({ entries, publications }: CompetitionRound): string[] => {
  const listed = new Set(publications.flatMap(({ list }) => list.map(({ proposal }) => proposal)))
  return entries.filter(each => takesPart(each) || listed.has(each.proposal)).flatMap(applicantsOf)
}

export const isCandidate = (entry: Entry): boolean => takesPart(entry) && entry.eligible === true

/** Those that are ranked, as the tally takes them. */
export const candidatesOf = (pack: RoundPack, { entries }: CompetitionRound): Candidate[] =>
  entries.filter(isCandidate).map(entry => ({
    proposal: entry.proposal,
    requested: entry.requested,
    bonuses: bonusesOf(pack, entry, entry.bonuses),
  }))

/** What stands in the list and with what content: whoever holds the proposals finds the same hash. */
export const listOf = ({ entries }: CompetitionRound): { digest: string; proposals: number } => {
  const standing = entries
    .filter(takesPart)
    .map(({ proposal, version, digest }) => ({ proposal, version, digest }))
    .sort((one, other) => (one.proposal < other.proposal ? -1 : 1))
  return { digest: digestOf(standing), proposals: standing.length }
}

// ── judges ──────────────────────────────────────────────────────────────────────────────────────

export const judgeNamed = ({ judges }: CompetitionRound, name: string): Judge | undefined =>
  judges.find(each => each.name === name)
export const acceptedJudges = ({ judges }: CompetitionRound): Judge[] => judges.filter(({ accepts }) => accepts)
export const activePanel = ({ panel }: CompetitionRound): Panellist[] => panel.filter(({ replaced }) => !replaced)
export const sitsOnPanel = (data: CompetitionRound, name: string): boolean =>
  activePanel(data).some(each => each.name === name)

export const lastPublication = ({ publications }: CompetitionRound): Publication | undefined => publications.at(-1)
export const wasPublished = ({ publications }: CompetitionRound): boolean => publications.length > 0

// ── sheets ──────────────────────────────────────────────────────────────────────────────────────

export const isVoid = ({ voids }: CompetitionRound, name: string, proposal: string): boolean =>
  voids.some(each => each.name === name && (each.proposal === undefined || each.proposal === proposal))

/**
 * Where judging goes on before the reveal, what was declared void for want of a sheet is to be scored again. Who recused
 * themself is not asked: their own ballot keeps that.
 */
export const withoutEarlyVoids = (data: CompetitionRound): readonly Void[] =>
  data.voids.filter(
    ({ late, proposal }) => late || (data.sitting > 1 && proposal !== undefined && !data.rescoring.includes(proposal)),
  )

export type Missing = { name: string; proposal: string }
/** Sheets of candidates that their judges owe: neither submitted nor declared void. */
export const missingSheets = (data: CompetitionRound): Missing[] => {
  const candidates = new Set(data.entries.filter(isCandidate).map(({ proposal }) => proposal))
  return data.seals.flatMap(({ name, assigned, submitted }) => {
    const done = new Set(submitted)
    return assigned
      .filter(proposal => candidates.has(proposal) && !done.has(proposal) && !isVoid(data, name, proposal))
      .map(proposal => ({ name, proposal }))
  })
}

/** How many valid sheets each candidate has. */
export const validSheets = (data: CompetitionRound): Map<string, number> => {
  const counts = new Map(data.entries.filter(isCandidate).map(({ proposal }) => [proposal, 0]))
  for (const { name, submitted } of data.seals)
    for (const proposal of submitted) {
      const count = counts.get(proposal)
      if (count !== undefined && !isVoid(data, name, proposal)) counts.set(proposal, count + 1)
    }
  return counts
}
