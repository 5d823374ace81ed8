/** 申报撤回后移出名单: a proposal that is withdrawn leaves the list of its round. */
import { policy } from '../../engine/policy.ts'
import type { Proposal } from '../proposal/data.ts'
import type { ProposalEvents } from '../proposal/index.ts'

export const withdrawEntryWhenProposalWithdrawn = policy<{
  proposal: { data: Proposal; events: Pick<ProposalEvents, 'ProposalWithdrawn'> }
}>()({
  name: 'withdraw-entry-when-proposal-withdrawn',
  title: { zh: '申报撤回后移出轮次名单', en: 'Withdraw the entry when a proposal is withdrawn' },
  about: {
    zh: '已提交的申报书撤回后，移出所报轮次的名单。',
    en: 'A proposal that was handed in and is withdrawn leaves the list of its round.',
  },
  sends: { 'competition-round': ['withdraw-entry'] },
  when: {
    proposal: {
      ProposalWithdrawn: ({ id, before, event: { round } }) =>
        before.submitted === undefined
          ? []
          : [{ workflow: 'competition-round', id: round, command: 'withdraw-entry', input: { proposal: id } }],
    },
  },
  otherwise: () => ({ notNeeded: { zh: '不在名单上', en: 'it is not on the list' } }),
})
