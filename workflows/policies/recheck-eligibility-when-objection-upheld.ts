/** 异议成立后重新审查资格: an objection that was upheld so sends the proposal back to be checked. */
import { policy } from '../../engine/policy.ts'
import type { CompetitionRound } from '../competition-round/data.ts'
import type { CompetitionRoundEvents } from '../competition-round/index.ts'

export const recheckEligibilityWhenObjectionUpheld = policy<{
  'competition-round': { data: CompetitionRound; events: Pick<CompetitionRoundEvents, 'ObjectionTakenUp'> }
}>()({
  name: 'recheck-eligibility-when-objection-upheld',
  title: { zh: '异议成立后重新审查资格', en: 'Check eligibility again when an objection is upheld' },
  about: {
    zh: '异议成立、须重新审查资格的，将申报书退回资格审查。',
    en: 'Where an upheld objection asks for it, the eligibility of the proposal is checked again.',
  },
  sends: { proposal: ['recheck-eligibility'] },
  when: {
    'competition-round': {
      ObjectionTakenUp: ({ event: { effect, proposal } }) =>
        effect !== 'recheck' || proposal === undefined
          ? []
          : [
              {
                workflow: 'proposal',
                id: proposal,
                command: 'recheck-eligibility',
                input: { reason: '异议成立，重新审查资格' },
              },
            ],
    },
  },
  otherwise: (_, __, { code }) =>
    code === 'not-in-this-state'
      ? { notNeeded: { zh: '资格正在审查，或申报书已退出', en: 'it is being checked, or takes no part any more' } }
      : undefined,
})
