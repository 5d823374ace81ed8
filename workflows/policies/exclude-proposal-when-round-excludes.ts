/** 轮次取消其资格后告知申报书: what the round has excluded says so itself, and why. */
import { policy } from '../../engine/policy.ts'
import type { CompetitionRound } from '../competition-round/data.ts'
import type { CompetitionRoundEvents } from '../competition-round/index.ts'

export const excludeProposalWhenRoundExcludes = policy<{
  'competition-round': { data: CompetitionRound; events: Pick<CompetitionRoundEvents, 'ProposalExcluded'> }
}>()({
  name: 'exclude-proposal-when-round-excludes',
  title: { zh: '轮次取消资格后告知申报书', en: 'Exclude a proposal when its round does' },
  about: {
    zh: '轮次因异议、资格或利益冲突取消申报资格后，在申报书上记录。',
    en: 'When a round excludes a proposal, for an objection, its eligibility or a conflict of interest, the proposal records it.',
  },
  sends: { proposal: ['exclude'] },
  when: {
    'competition-round': {
      ProposalExcluded: ({ event: { proposal, why } }) => [
        { workflow: 'proposal', id: proposal, command: 'exclude', input: { why } },
      ],
    },
  },
  otherwise: () => ({ notNeeded: { zh: '申报书已经结束', en: 'the proposal has come to its end' } }),
})
