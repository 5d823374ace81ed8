/** 异议有结论后交轮次处理: an objection that ends leaves its round free to go on; one upheld has the round act. */
import { type Cause, policy } from '../../engine/policy.ts'
import type { Objection } from '../objection/data.ts'
import type { ObjectionEvents } from '../objection/index.ts'

type Decisions = Pick<
  ObjectionEvents,
  'FormRejected' | 'ObjectionWithdrawn' | 'ObjectionUpheld' | 'ObjectionUpheldInPart' | 'ObjectionRejected'
>

const takeUp = ({ id, after: { round, proposal, effect } }: Cause<Objection, object>) => [
  {
    workflow: 'competition-round',
    id: round ?? '',
    command: 'take-up-objection',
    input: { objection: id, effect: effect ?? 'none', proposal },
  },
]

export const takeUpObjectionWhenDecided = policy<{ objection: { data: Objection; events: Decisions } }>()({
  name: 'take-up-objection-when-decided',
  title: { zh: '异议有结论后交轮次处理', en: 'Take up an objection when it is decided' },
  about: {
    zh: '异议不予受理、撤回或有结论后告知轮次；异议成立的，由轮次按处理措施重新审查、重新评审或取消资格。',
    en: 'A round is told how an objection ended; where it is upheld, the round checks again, scores again or excludes, as was found.',
  },
  sends: { 'competition-round': ['take-up-objection'], objection: ['note-round-acted'] },
  when: {
    objection: {
      FormRejected: takeUp,
      ObjectionWithdrawn: takeUp,
      ObjectionUpheld: takeUp,
      ObjectionUpheldInPart: takeUp,
      ObjectionRejected: takeUp,
    },
  },
  otherwise: ({ after: { effect } }) =>
    effect === undefined
      ? { notNeeded: { zh: '该轮次已无须知悉', en: 'the round needs to know it no more' } }
      : {
          command: 'note-round-acted',
          input: { outcome: 'refused' },
          orElse: { notNeeded: { zh: '异议已经了结', en: 'the objection has come to its end' } },
        },
})
