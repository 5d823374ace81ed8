/** 名单核定后提示疑似重复申报: what an applicant asks for twice, here or elsewhere, is flagged with what it resembles; a person decides. */
import { type Cause, type Look, policy, type Sending } from '../../engine/policy.ts'
import { applicantsOf, type CompetitionRound, type Entry } from '../competition-round/data.ts'
import type { CompetitionRoundEvents } from '../competition-round/index.ts'
import type { MicroProject } from '../micro-project/data.ts'
import type { Application, Organisation } from '../organisation.ts'
import { type Proposal, versionOf } from '../proposal/data.ts'
import { type Applied, resemblance } from '../resemblance.ts'

type RoundCause<E = unknown> = Cause<CompetitionRound, E>
/** Something that asks for money, and what for. */
type Known = Application & { applied: Applied }

const ofProposal = (data: Proposal): Applied => {
  const { summary = '', activities = [] } = versionOf(data, data.submitted?.version) ?? {}
  const { project, title, place, field } = data
  return { project, title, place, field, what: [...activities, summary].join('\n') }
}

const ofProject = (id: string, { need }: MicroProject): Applied => ({
  project: id,
  title: need?.title ?? '',
  what: need?.detail ?? '',
  place: need?.place ?? '',
  field: need?.field,
})

const knownAs = async ({ life, kind }: Application, look: Look): Promise<Known[]> => {
  const found = await look.life(kind, life)
  if (!found) return []
  const applied = kind === 'proposal' ? ofProposal(found.data as Proposal) : ofProject(life, found.data as MicroProject)
  return [{ life, kind, applied }]
}

/** What these organisations are known to have asked for before, and what else of theirs stands in this round. */
const besides = async (entry: Entry, round: CompetitionRound, look: Look): Promise<Known[]> => {
  const applicants = applicantsOf(entry)
  const registered = await Promise.all(applicants.map(id => look.life('organisation', id)))
  const before = registered.flatMap(found => (found?.data as Organisation | undefined)?.applications ?? [])
  const here = round.entries.filter(
    each => each.out === undefined && applicantsOf(each).some(one => applicants.includes(one)),
  )
  const lives = [...before, ...here.map(({ proposal }): Application => ({ life: proposal, kind: 'proposal' }))]
  const others = new Map(lives.map(each => [each.life, each]))
  // That it is for this project is no second application.
  for (const own of [entry.proposal, entry.project]) if (own) others.delete(own)
  return (await Promise.all([...others.values()].map(each => knownAs(each, look)))).flat()
}

const flags = async (entry: Entry, round: CompetitionRound, look: Look): Promise<Sending[]> => {
  const [own] = await knownAs({ life: entry.proposal, kind: 'proposal' }, look)
  if (!own) return []
  return (await besides(entry, round, look)).flatMap(({ life, kind, applied }) => {
    const aspects = resemblance(own.applied, applied)
    if (aspects.length === 0) return []
    const input = { life, workflow: kind, aspects }
    return [{ workflow: 'proposal', id: entry.proposal, command: 'flag-resemblance', input }]
  })
}

const noted = (entry: Entry): Sending[] =>
  applicantsOf(entry).map(id => ({
    workflow: 'organisation',
    id,
    command: 'note-application',
    input: { life: entry.proposal, kind: 'proposal' },
  }))

/**
 * In the order of the organisations, and not before the list is settled: an entry in the public history of an
 * organisation at the moment in which a proposal came in would tell the judges of a blind round whose it is.
 */
const flagAll = async (entries: readonly Entry[], round: CompetitionRound, look: Look): Promise<Sending[]> => {
  const standing = entries
    .filter(({ out }) => out === undefined)
    .sort((one, other) => (one.applicant < other.applicant ? -1 : 1))
  const found = await Promise.all(standing.map(entry => flags(entry, round, look)))
  return [...found.flat(), ...standing.flatMap(noted)]
}

/** What came in late, or was completed, once the list is settled. */
const flagOne = ({ after, event }: RoundCause<{ proposal: string }>, look: Look) =>
  after.list === undefined
    ? []
    : flagAll(
        after.entries.filter(({ proposal }) => proposal === event.proposal),
        after,
        look,
      )

export const flagProposalThatResemblesAnother = policy<{
  'competition-round': {
    data: CompetitionRound
    events: Pick<CompetitionRoundEvents, 'ListSettled' | 'ProposalEntered' | 'EntryCompleted'>
  }
}>()({
  name: 'flag-proposal-that-resembles-another',
  title: { zh: '提示疑似重复申报', en: 'Flag a proposal that resembles another' },
  about: {
    zh: '名单核定后，将每份申报书与同一组织（含联合申报组织）已知的其他申报和项目比对；相似的，在申报书上提示与何者相似、相似在哪里，由人认定。',
    en: 'When the list is settled each proposal is compared with what its applicants are known to have asked for elsewhere; what resembles it is flagged with reasons, for a person to decide.',
  },
  sends: { proposal: ['flag-resemblance'], organisation: ['note-application'] },
  when: {
    'competition-round': {
      ListSettled: ({ after }, look) => flagAll(after.entries, after, look),
      ProposalEntered: flagOne,
      EntryCompleted: flagOne,
    },
  },
  otherwise: () => ({ notNeeded: { zh: '已经提示或记录过', en: 'it was flagged or noted before' } }),
})
