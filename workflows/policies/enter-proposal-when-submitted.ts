/** 提交后列入申报名单: a proposal that is handed in, or completed, goes on the list of its round; where it does not, it is told why. */
import { policy, type Refusal } from '../../engine/policy.ts'
import type { Entry, Proposal } from '../proposal/data.ts'
import type { ProposalEvents } from '../proposal/index.ts'

const enter = ({ id, event: { round, blind: _, ...entry } }: { id: string; event: Entry }) => [
  { workflow: 'competition-round', id: round, command: 'enter-proposal', input: { proposal: id, ...entry } },
]

/** In the order in which they weigh: what came too late was late, whatever else it was. */
const WHYS = { arrivedInTime: 'late', applicantHasRoom: 'too-many' } as const

const whyNot = ({ code, reasons }: Refusal): string => {
  if (code === 'not-in-this-state') return 'list-settled'
  const unmet = reasons.map(({ rule }) => rule)
  return Object.entries(WHYS).find(([rule]) => unmet.includes(rule))?.[1] ?? 'refused'
}

export const enterProposalWhenSubmitted = policy<{
  proposal: { data: Proposal; events: Pick<ProposalEvents, 'ProposalSubmitted' | 'ProposalCompleted'> }
}>()({
  name: 'enter-proposal-when-submitted',
  title: { zh: '申报书提交后列入轮次名单', en: 'Enter a proposal in its round when it is submitted' },
  about: {
    zh: '申报书提交或补正后列入所报轮次的名单；不能列入的，告知申报书原因。',
    en: 'A proposal that is handed in or completed goes on the list of its round; where the round refuses it, the proposal is told why.',
  },
  sends: { 'competition-round': ['enter-proposal'], proposal: ['note-not-entered'] },
  when: { proposal: { ProposalSubmitted: enter, ProposalCompleted: enter } },
  otherwise: ({ event: { version } }, _, refusal) => ({
    command: 'note-not-entered',
    input: { version, why: whyNot(refusal) },
    orElse: { notNeeded: { zh: '申报书已撤回', en: 'the proposal has been withdrawn' } },
  }),
})
