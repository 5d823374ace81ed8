/** 微项目跟进其申报书: each step of a proposal in its round is a line in the history of its project; an award leads on to funding. */
import { type Cause, type Look, type LookedAt, policy, type Sending } from '../../engine/policy.ts'
import type { CompetitionRound } from '../competition-round/data.ts'
import type { Step } from '../micro-project/following.ts'
import type { Proposal } from '../proposal/data.ts'
import type { ProposalEvents } from '../proposal/index.ts'

type Of<E extends keyof ProposalEvents = keyof ProposalEvents> = Cause<Proposal, ProposalEvents[E]>

const tell = ({ after: { project } }: Of, command: string, input: object): Sending[] =>
  project === undefined ? [] : [{ workflow: 'micro-project', id: project, command, input }]

const take = (cause: Of, step: Step, more: { amount?: number } = {}): Sending[] =>
  tell(cause, 'follow-round', { competition: cause.after.round, proposal: cause.id, step, ...more })

const comesTo =
  (step: Step) =>
  (cause: Of): Sending[] =>
    take(cause, step)

// ── who may not handle its money ────────────────────────────────────────────────────────────────

const people = (ids: readonly string[]): string[] => [...new Set(ids)].filter(id => !id.startsWith('system:'))

const didIn = (life: LookedAt | undefined, ...events: string[]): string[] =>
  events.flatMap(event => life?.did(event) ?? [])

/** First who judged and decided, then the award: no money can be prepared before it is known who must not. */
const accepted = async (cause: Of<'OfferAccepted'>, look: Look): Promise<Sending[]> => {
  if (cause.after.project === undefined) return []
  const competition = cause.after.round
  const [round, proposal] = await Promise.all([
    look.life('competition-round', competition),
    look.life('proposal', cause.id),
  ])
  const { panel = [] } = (round?.data ?? {}) as Partial<CompetitionRound>
  const judges = people(panel.map(({ person }) => person))
  const deciders = people([
    ...didIn(round, 'RankingSettled', 'Deliberated', 'VoteRecorded'),
    ...didIn(proposal, 'EligibilityChecked', 'OverrideConfirmed'),
  ])
  return [
    ...tell(cause, 'note-judges', { competition, judges, deciders }),
    ...take(cause, 'accepted', { amount: cause.event.amount }),
  ]
}

export const projectFollowsItsProposal = policy<{ proposal: { data: Proposal; events: ProposalEvents } }>()({
  name: 'project-follows-its-proposal',
  title: { zh: '微项目跟进其申报书', en: 'A project follows its proposal' },
  about: {
    zh: '申报书在轮次中的每一步记入所申报的微项目；接受资助的转入资助阶段，并记录不得经办其资金的评委和决定人。',
    en: 'Each step of a proposal in its round is told to its project; an accepted award leads on to funding, and the project learns who judged and decided, so that they do not handle its money.',
  },
  sends: { 'micro-project': ['follow-round', 'note-judges'] },
  when: {
    proposal: {
      ProposalDrafted: comesTo('drafted'),
      TakenToAnotherRound: comesTo('drafted'),
      ProposalSubmitted: comesTo('submitted'),
      EntryConfirmed: comesTo('entered'),
      NotEntered: comesTo('not-entered'),
      ReturnedForCompletion: comesTo('returned'),
      ProposalCompleted: comesTo('completed'),
      EligibilityChecked: cause => take(cause, cause.event.eligible ? 'eligible' : 'ineligible'),
      OverrideConfirmed: cause => (cause.event.eligible ? take(cause, 'eligible') : []),
      ResultTaken: comesTo('result'),
      AwardOffered: comesTo('offered'),
      HeldInReserve: comesTo('reserve'),
      AwardDeclined: comesTo('declined'),
      OfferAccepted: accepted,
      OfferDeclined: comesTo('offer-refused'),
      OfferLapsed: comesTo('offer-refused'),
      ProposalExcluded: comesTo('excluded'),
      ProposalWithdrawn: comesTo('withdrawn'),
      RoundEnded: cause => take(cause, cause.event.why === 'cancelled' ? 'cancelled' : 'over'),
    },
  },
  otherwise: (_, { command }) =>
    command === 'follow-round'
      ? { notNeeded: { zh: '项目已离开该轮次', en: 'the project is not in this round any more' } }
      : undefined,
})
