/** 评分册封存后告知轮次: the round learns which sheets there are, never what they say; what is missing it tells from that. */
import { policy } from '../../engine/policy.ts'
import type { Ballot } from '../ballot/data.ts'
import type { BallotEvents } from '../ballot/index.ts'

export const noteSealedWhenBallotSealed = policy<{ ballot: { data: Ballot; events: BallotEvents } }>()({
  name: 'note-sealed-when-ballot-sealed',
  title: { zh: '评分册封存后告知轮次', en: 'Tell the round that a ballot is sealed' },
  about: {
    zh: '评分册封存后，在轮次上记录应评和已提交的申报书及封存内容的校验值。',
    en: 'When a ballot is sealed, its round records which proposals were to be scored, which were, and the digest of what is sealed.',
  },
  sends: { 'competition-round': ['note-sealed'] },
  // Reopened or replaced meanwhile: the next seal tells.
  otherwise: () => ({
    notNeeded: { zh: '评审已继续，或评委已更换', en: 'judging goes on, or the judge was replaced' },
  }),
  when: {
    ballot: {
      BallotSealed: ({ event, after: { round, name } }) => [
        { workflow: 'competition-round', id: round, command: 'note-sealed', input: { name, ...event } },
      ],
    },
  },
})
