/** 轮次结束后办结申报书: archived with its round; of a round that is cancelled, a draft again. */
import type { Cause } from '../../engine/policy.ts'
import { policy } from '../../engine/policy.ts'
import type { CompetitionRound } from '../competition-round/data.ts'
import type { CompetitionRoundEvents } from '../competition-round/index.ts'

const end =
  (why: 'cancelled' | 'archived') =>
  ({ after }: Cause<CompetitionRound, object>) =>
    after.entries.map(({ proposal }) => ({
      workflow: 'proposal',
      id: proposal,
      command: 'end-with-round',
      input: { why },
    }))

export const endProposalWhenRoundEnds = policy<{
  'competition-round': {
    data: CompetitionRound
    events: Pick<CompetitionRoundEvents, 'RoundCancelled' | 'RoundArchived'>
  }
}>()({
  name: 'end-proposal-when-round-ends',
  title: { zh: '轮次结束后办结申报书', en: 'End a proposal when its round ends' },
  about: {
    zh: '轮次归档后申报书办结；轮次取消的，申报书退回编写，可改报其他轮次。',
    en: 'A proposal ends with its round when that is archived; when it is cancelled, the proposal is a draft again and may be taken to another.',
  },
  sends: { proposal: ['end-with-round'] },
  when: { 'competition-round': { RoundCancelled: end('cancelled'), RoundArchived: end('archived') } },
  otherwise: () => ({
    notNeeded: { zh: '申报书已退出该轮次', en: 'the proposal takes no part in the round any more' },
  }),
})
