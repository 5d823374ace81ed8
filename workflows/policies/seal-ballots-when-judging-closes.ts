/** 评分截止时封存评分册: from then on nobody writes in one, whatever was decided a moment before from what the round said. */
import { policy } from '../../engine/policy.ts'
import type { CompetitionRound } from '../competition-round/data.ts'
import type { CompetitionRoundEvents } from '../competition-round/index.ts'
import { toBallots } from './to-ballots.ts'

export const sealBallotsWhenJudgingCloses = policy<{
  'competition-round': { data: CompetitionRound; events: CompetitionRoundEvents }
}>()({
  name: 'seal-ballots-when-judging-closes',
  title: { zh: '评分截止时封存评分册', en: 'Seal ballots when judging closes' },
  about: {
    zh: '评分截止时，封存评审组全部评分册；封存后不能再改。',
    en: 'When judging closes, all ballots of the panel are sealed; nothing is changed in them any more.',
  },
  sends: { ballot: ['seal'] },
  otherwise: () => ({ notNeeded: { zh: '评分册已封存或已收回', en: 'the ballot is sealed or retired' } }),
  when: { 'competition-round': { JudgingClosed: ({ after }) => toBallots(after, 'seal', {}) } },
})
