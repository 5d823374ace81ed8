/** 项目结束后撤回申报: what a project that is over applied for is applied for no more. */
import { type Cause, policy } from '../../engine/policy.ts'
import type { MicroProject } from '../micro-project/data.ts'
import type { MicroProjectEvents } from '../micro-project/index.ts'

const withdraw = ({ before: { following } }: Cause<MicroProject, object>) =>
  following?.proposal === undefined
    ? []
    : [
        {
          workflow: 'proposal',
          id: following.proposal,
          command: 'withdraw',
          input: { reason: '所申报的微项目已撤回或驳回' },
        },
      ]

export const withdrawProposalWhenProjectEnds = policy<{
  'micro-project': { data: MicroProject; events: Pick<MicroProjectEvents, 'ProjectWithdrawn' | 'ProjectRejected'> }
}>()({
  name: 'withdraw-proposal-when-project-ends',
  title: { zh: '项目撤回或驳回后撤回申报', en: 'Withdraw the proposal when its project ends' },
  about: {
    zh: '在轮次中的微项目撤回或驳回后，撤回其申报书。',
    en: 'When a project that is in a round is withdrawn or rejected, its proposal is withdrawn.',
  },
  sends: { proposal: ['withdraw'] },
  when: { 'micro-project': { ProjectWithdrawn: withdraw, ProjectRejected: withdraw } },
  // One whose award is offered is not withdrawn: without its project the offer cannot be accepted, and lapses.
  otherwise: () => ({ notNeeded: { zh: '申报书已有结果', en: 'the proposal has had its result' } }),
})
