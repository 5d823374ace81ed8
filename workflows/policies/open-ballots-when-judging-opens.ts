/** 评审开始时发放评分册: each judge of the panel gets a ballot; so does who comes in for somebody. */
import { type Cause, policy, type Sending } from '../../engine/policy.ts'
import {
  activePanel,
  applicantsOf,
  type CompetitionRound,
  isCandidate,
  type Panellist,
} from '../competition-round/data.ts'
import type { CompetitionRoundEvents } from '../competition-round/index.ts'

type Round = Pick<Cause<CompetitionRound>, 'id' | 'after'>

/** Sorted: in the order of the list they would say whose a proposal is. */
const applicantsIn = ({ entries }: CompetitionRound): string[] => [
  ...new Set(entries.filter(isCandidate).flatMap(applicantsOf).sort()),
]

const openBallots = ({ id, after }: Round, panel: readonly Panellist[]): Sending[] => {
  const { pack, chair, sitting, judging } = after
  if (!judging) return []
  const applicants = applicantsIn(after)
  return panel.map(({ name, judge, person }) => ({
    workflow: 'ballot',
    command: 'open-ballot',
    input: { round: id, pack, chair, name, judge, person, until: judging.until, sitting, applicants },
  }))
}

export const openBallotsWhenJudgingOpens = policy<{
  'competition-round': { data: CompetitionRound; events: CompetitionRoundEvents }
}>()({
  name: 'open-ballots-when-judging-opens',
  title: { zh: '评审开始时发放评分册', en: 'Open ballots when judging opens' },
  about: {
    zh: '评审开始时，为评审组每名评委发放评分册；评审期间递补的评委同样发放。',
    en: 'When judging opens, every judge of the panel gets a ballot; so does who comes in for somebody while it goes on.',
  },
  sends: { ballot: ['open-ballot'] },
  when: {
    'competition-round': {
      JudgingOpened: cause => openBallots(cause, activePanel(cause.after)),
      JudgeReplaced: cause =>
        openBallots(
          cause,
          activePanel(cause.after).filter(({ name }) => name === cause.event.in),
        ),
    },
  },
})
