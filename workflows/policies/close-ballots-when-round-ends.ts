/** 轮次结束后结束评分册: what is archived or cancelled is written in no more. */
import { type Cause, policy } from '../../engine/policy.ts'
import type { CompetitionRound } from '../competition-round/data.ts'
import type { CompetitionRoundEvents } from '../competition-round/index.ts'
import { toBallots } from './to-ballots.ts'

const close = ({ after }: Cause<CompetitionRound, object>) => toBallots(after, 'close', {})

export const closeBallotsWhenRoundEnds = policy<{
  'competition-round': { data: CompetitionRound; events: CompetitionRoundEvents }
}>()({
  name: 'close-ballots-when-round-ends',
  title: { zh: '轮次结束后结束评分册', en: 'Close ballots when the round ends' },
  about: {
    zh: '轮次归档或取消后，评审组全部评分册随之结束。',
    en: 'When a round is archived or cancelled, all ballots of its panel end with it.',
  },
  sends: { ballot: ['close'] },
  otherwise: () => ({ notNeeded: { zh: '评分册已收回', en: 'the ballot was retired' } }),
  when: { 'competition-round': { RoundCancelled: close, RoundArchived: close } },
})
