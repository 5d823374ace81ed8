/** 评审延长或重新评分时开放评分册: what was sealed is open again; what was revealed is scored anew, under another key. */
import { policy } from '../../engine/policy.ts'
import type { CompetitionRound } from '../competition-round/data.ts'
import type { CompetitionRoundEvents } from '../competition-round/index.ts'
import { toBallots } from './to-ballots.ts'

export const reopenBallotsWhenJudgingGoesOn = policy<{
  'competition-round': { data: CompetitionRound; events: CompetitionRoundEvents }
}>()({
  name: 'reopen-ballots-when-judging-goes-on',
  title: { zh: '评审继续时重新开放评分册', en: 'Reopen ballots when judging goes on' },
  about: {
    zh: '评审延长，或因更换评委给出新的期限时，重新开放已封存的评分册；须重新评分的，开放相应申报书的评分，另用密钥封存。',
    en: 'When judging is extended, or gets a new day as a judge was replaced, sealed ballots are open again; for a rescoring the sheets of those proposals are written anew and sealed under another key.',
  },
  sends: { ballot: ['reopen', 'score-anew'] },
  otherwise: () => ({
    notNeeded: { zh: '评分册本就开放，或与之无关', en: 'the ballot is open, or has nothing to do with it' },
  }),
  when: {
    'competition-round': {
      JudgingExtended: ({ event: { until }, after }) => toBallots(after, 'reopen', { until }),
      JudgeReplaced: ({ event: { until }, after }) =>
        until === undefined ? [] : toBallots(after, 'reopen', { until }),
      RescoringOpened: ({ event: { proposals, until }, after }) =>
        toBallots(after, 'score-anew', { proposals, until, sitting: after.sitting }),
    },
  },
})
