/** 封存后回避的，评分作废: a recusal after the seal is told to the round, which counts anew without the sheet. */
import { policy } from '../../engine/policy.ts'
import type { Ballot } from '../ballot/data.ts'
import type { BallotEvents } from '../ballot/index.ts'

/** The judge's own words stay in the ballot: they may say too much of somebody. */
const REASON = '评委在封存后申请回避'

export const voidSheetsWhenJudgeRecusesLate = policy<{ ballot: { data: Ballot; events: BallotEvents } }>()({
  name: 'void-sheets-when-judge-recuses-late',
  title: { zh: '封存后回避的，评分作废', en: 'Void the sheet when a judge recuses late' },
  about: {
    zh: '评委在评分册封存后申请回避的，轮次认定其评分无效，已计票的重新计票；封存前回避的，评分册封存时即不再列入应评。',
    en: 'When a judge recuses themself after the seal, the round voids the sheet and counts again where it had counted; before the seal it is left out when the ballot is sealed.',
  },
  sends: { 'competition-round': ['void-sheets'] },
  otherwise: () => ({
    notNeeded: { zh: '轮次中没有这份有效评分，或轮次已经结束', en: 'the round counts no such sheet, or is over' },
  }),
  when: {
    ballot: {
      Recused: ({ event: { proposal }, before: { standing, round, name } }) =>
        standing === 'open'
          ? []
          : [
              {
                workflow: 'competition-round',
                id: round,
                command: 'void-sheets',
                input: { name, proposal, reason: REASON },
              },
            ],
    },
  },
})
