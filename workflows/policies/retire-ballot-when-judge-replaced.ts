/** 更换评委后收回评分册: what a judge who left wrote counts for nothing, and is not opened. */
import { policy, type Sending } from '../../engine/policy.ts'
import type { CompetitionRound } from '../competition-round/data.ts'
import type { CompetitionRoundEvents } from '../competition-round/index.ts'
import { ballotNamed } from './to-ballots.ts'

const retire = (id: string | undefined): Sending[] =>
  id === undefined ? [] : [{ workflow: 'ballot', id, command: 'retire', input: {} }]

export const retireBallotWhenJudgeReplaced = policy<{
  'competition-round': { data: CompetitionRound; events: CompetitionRoundEvents }
}>()({
  name: 'retire-ballot-when-judge-replaced',
  title: { zh: '更换评委后收回评分册', en: 'Retire the ballot when a judge is replaced' },
  about: {
    zh: '更换评委后，收回退出评委的评分册，其评分不启封、不计票。',
    en: 'When a judge is replaced, their ballot is retired; what stands in it is neither opened nor counted.',
  },
  sends: { ballot: ['retire'] },
  otherwise: () => ({ notNeeded: { zh: '评分册已收回或已结束', en: 'the ballot is retired or closed' } }),
  when: {
    'competition-round': {
      JudgeReplaced: ({ event, after }) => retire(ballotNamed(after, event.out)),
      // Replaced before the round had heard which ballot is theirs.
      BallotNoted: ({ event: { name, ballot }, after }) =>
        retire(after.panel.some(each => each.name === name && each.replaced) ? ballot : undefined),
    },
  },
})
