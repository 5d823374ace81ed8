/** 提出异议后告知轮次: publicity does not close while an objection is open; one that came too late for the round lapses. */
import { policy } from '../../engine/policy.ts'
import type { Objection } from '../objection/data.ts'
import type { ObjectionEvents } from '../objection/index.ts'

export const tellRoundWhenObjectionFiled = policy<{
  objection: { data: Objection; events: Pick<ObjectionEvents, 'ObjectionFiled'> }
}>()({
  name: 'tell-round-when-objection-filed',
  title: { zh: '提出异议后告知轮次', en: 'Tell the round when an objection is filed' },
  about: {
    zh: '提出异议后在该轮次上登记，异议处理完毕前公示不结束；公示恰已结束的，终止该异议。',
    en: 'An objection is noted in its round, whose publicity does not close before it is dealt with; where that was just over, the objection lapses.',
  },
  sends: { 'competition-round': ['note-objection'], objection: ['lapse-objection'] },
  when: {
    objection: {
      ObjectionFiled: ({ id, event: { round } }) => [
        { workflow: 'competition-round', id: round, command: 'note-objection', input: { objection: id } },
      ],
    },
  },
  otherwise: () => ({
    command: 'lapse-objection',
    input: { why: 'publicity-over' },
    orElse: { notNeeded: { zh: '异议已经了结', en: 'the objection has come to its end' } },
  }),
})
