/** 评分册封存后告知轮次: the round learns which sheets there are, never what they say; what is missing it tells from that. */
import { type Cause, type Look, policy } from '../../engine/policy.ts'
import type { Ballot } from '../ballot/data.ts'
import type { BallotEvents } from '../ballot/index.ts'
import { applicantsOf, type CompetitionRound, isCandidate } from '../competition-round/data.ts'
import { dataOf } from './data-of.ts'

/** Sealed before anything was assigned: whatever nothing published or declared keeps them from. Silence frees no judge. */
const owed = ({ entries, matrix }: CompetitionRound, { name, declared = [] }: Ballot): string[] => {
  const barred = matrix?.find(each => each.name === name)?.mayNot ?? []
  return entries
    .filter(entry => isCandidate(entry) && !barred.includes(entry.proposal))
    .filter(entry => !applicantsOf(entry).some(each => declared.includes(each)))
    .map(({ proposal }) => proposal)
}

const noteSealed = async ({ event, after }: Cause<Ballot, BallotEvents['BallotSealed']>, look: Look) => {
  const assigned = after.assigned
    ? event.assigned
    : owed(await dataOf<CompetitionRound>(look, 'competition-round', after.round), after)
  const input = { name: after.name, ...event, assigned }
  return [{ workflow: 'competition-round', id: after.round, command: 'note-sealed', input }]
}

export const noteSealedWhenBallotSealed = policy<{ ballot: { data: Ballot; events: BallotEvents } }>()({
  name: 'note-sealed-when-ballot-sealed',
  title: { zh: '评分册封存后告知轮次', en: 'Tell the round that a ballot is sealed' },
  about: {
    zh: '评分册封存后，在轮次上记录应评和已提交的申报书及封存内容的校验值；未申报回避的评委，凡无须回避的申报书均为应评。',
    en: 'When a ballot is sealed, its round records which proposals were to be scored, which were, and the digest of what is sealed; a judge who never declared conflicts owes every proposal that they are not barred from.',
  },
  sends: { 'competition-round': ['note-sealed'] },
  // Reopened or replaced meanwhile: the next seal tells.
  otherwise: () => ({
    notNeeded: { zh: '评审已继续，或评委已更换', en: 'judging goes on, or the judge was replaced' },
  }),
  when: { ballot: { BallotSealed: noteSealed } },
})
