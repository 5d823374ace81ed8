/** 轮次取消后终止异议: what is objected to is there no more. */
import { policy } from '../../engine/policy.ts'

type Objected = { objections: readonly { objection: string }[] }

export const lapseObjectionsWhenRoundCancelled = policy<{
  'competition-round': { data: Objected; events: { RoundCancelled: object } }
}>()({
  name: 'lapse-objections-when-round-cancelled',
  title: { zh: '轮次取消后终止异议', en: 'Let objections lapse when the round is cancelled' },
  about: {
    zh: '轮次取消后，尚未了结的异议随之终止。',
    en: 'When a round is cancelled, the objections that are still open lapse with it.',
  },
  sends: { objection: ['lapse-objection'] },
  otherwise: () => ({ notNeeded: { zh: '异议已经了结', en: 'the objection has come to its end' } }),
  when: {
    'competition-round': {
      RoundCancelled: ({ after }) =>
        after.objections.map(({ objection }) => ({
          workflow: 'objection',
          id: objection,
          command: 'lapse-objection',
          input: { why: 'round-cancelled' },
        })),
    },
  },
})
