/** 评分册发放后告知轮次: the round learns which ballot is whose, to seal, reopen and open it. */
import { policy } from '../../engine/policy.ts'
import type { Ballot } from '../ballot/data.ts'
import type { BallotEvents } from '../ballot/index.ts'

export const tellRoundItsBallot = policy<{ ballot: { data: Ballot; events: BallotEvents } }>()({
  name: 'tell-round-its-ballot',
  title: { zh: '评分册发放后告知轮次', en: 'Tell the round its ballot' },
  about: {
    zh: '评分册发放后，在轮次上记录该评委代号的评分册编号；轮次已取消的，结束该评分册。',
    en: 'When a ballot is opened, its round records under the pseudonym which one it is; where the round was cancelled meanwhile, the ballot is closed.',
  },
  sends: { 'competition-round': ['note-ballot'], ballot: ['close'] },
  // Cancelled before it had heard of the ballot, the round closes those alone that it knows.
  otherwise: (_, __, { code }) =>
    code === 'not-in-this-state'
      ? {
          command: 'close',
          input: {},
          orElse: { notNeeded: { zh: '评分册已收回或已结束', en: 'the ballot is retired or closed' } },
        }
      : undefined,
  when: {
    ballot: {
      BallotOpened: ({ id, event: { round, name } }) => [
        { workflow: 'competition-round', id: round, command: 'note-ballot', input: { name, ballot: id } },
      ],
    },
  },
})
