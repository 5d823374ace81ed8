/** 更换评审组长后告知各方: ballots, proposals and objections of a round are seen by who chairs it now, and no more by who did. */
import { type Cause, type Look, policy, type Sending } from '../../engine/policy.ts'
import type { CompetitionRound } from '../competition-round/data.ts'
import type { CompetitionRoundEvents } from '../competition-round/index.ts'

type RoundCause<E = object> = Cause<CompetitionRound, E>
type Life = Pick<Sending, 'workflow'> & { id: string }

const noting =
  ({ id: round, after: { chair }, meta: { revision } }: RoundCause) =>
  (life: Life): Sending => ({ ...life, command: 'note-chair', input: { round, chair, revision } })

/** All that the round knows of by now, of judges who left too. */
const livesOf = ({ panel, entries, objections }: CompetitionRound): Life[] => [
  ...panel.flatMap(({ ballot }) => (ballot === undefined ? [] : [{ workflow: 'ballot', id: ballot }])),
  ...entries.map(({ proposal }) => ({ workflow: 'proposal', id: proposal })),
  ...objections.map(({ objection }) => ({ workflow: 'objection', id: objection })),
]

type Chaired = { chair?: string; panelChair?: string }
const chairIn = ({ chair, panelChair = chair }: Chaired): string | undefined => panelChair

/** One that was begun under somebody who was replaced before the round had heard of it. */
const late =
  <E extends object>(lifeIn: (event: E) => Life) =>
  async (cause: RoundCause<E>, look: Look): Promise<Sending[]> => {
    if (cause.after.formerChairs === undefined) return []
    const life = lifeIn(cause.event)
    const found = await look.life(life.workflow, life.id)
    return found && chairIn(found.data as Chaired) !== cause.after.chair ? [noting(cause)(life)] : []
  }

export const noteChairWhenChairReplaced = policy<{
  'competition-round': { data: CompetitionRound; events: CompetitionRoundEvents }
}>()({
  name: 'note-chair-when-chair-replaced',
  title: { zh: '更换评审组长后告知各方', en: 'Note the new chair where the old one was' },
  about: {
    zh: '更换评审组长后，该轮次的评分册、申报书和异议改由新任组长查看，原组长不再能查看；其后列入的同样如此。',
    en: 'When the chair of a round is replaced, its ballots, proposals and objections are seen by the new one and no more by the old; so are those that the round hears of later.',
  },
  sends: { ballot: ['note-chair'], proposal: ['note-chair'], objection: ['note-chair'] },
  otherwise: () => ({
    notNeeded: { zh: '已知悉更晚的更换，或已不属于该轮次', en: 'a later one is known there, or it left the round' },
  }),
  when: {
    'competition-round': {
      ChairReplaced: cause => livesOf(cause.after).map(noting(cause)),
      BallotNoted: late(({ ballot }) => ({ workflow: 'ballot', id: ballot })),
      ProposalEntered: late(({ proposal }) => ({ workflow: 'proposal', id: proposal })),
      ObjectionNoted: late(({ objection }) => ({ workflow: 'objection', id: objection })),
    },
  },
})
