/** 评审延长或重新评分时开放评分册: what was sealed is open again; what was revealed is scored anew, under another key. */
import { type Cause, policy } from '../../engine/policy.ts'
import { activePanel, type CompetitionRound, isVoid } from '../competition-round/data.ts'
import type { CompetitionRoundEvents } from '../competition-round/index.ts'
import { toBallots } from './to-ballots.ts'

/** Of whose ballot, the sheets that were void and are not any more. */
const again = ({ before, after }: Cause<CompetitionRound, object>, name: string): string[] => {
  const assigned = before.seals.find(seal => seal.name === name)?.assigned ?? []
  return assigned.filter(proposal => isVoid(before, name, proposal) && !isVoid(after, name, proposal))
}

const reopened = (cause: Cause<CompetitionRound, object>, until: string) =>
  activePanel(cause.after).flatMap(({ name, ballot }) => {
    const proposals = again(cause, name)
    const input = { until, ...(proposals.length > 0 && { again: proposals }) }
    return ballot === undefined ? [] : [{ workflow: 'ballot', id: ballot, command: 'reopen', input }]
  })

export const reopenBallotsWhenJudgingGoesOn = policy<{
  'competition-round': { data: CompetitionRound; events: CompetitionRoundEvents }
}>()({
  name: 'reopen-ballots-when-judging-goes-on',
  title: { zh: '评审继续时重新开放评分册', en: 'Reopen ballots when judging goes on' },
  about: {
    zh: '评审延长，或因更换评委给出新的期限时，重新开放已封存的评分册，已认定无效的缺评可再评；须重新评分的，开放相应申报书的评分，另用密钥封存。',
    en: 'When judging is extended, or gets a new day as a judge was replaced, sealed ballots are open again, with the missing sheets that were declared void; for a rescoring the sheets of those proposals are written anew and sealed under another key.',
  },
  sends: { ballot: ['reopen', 'score-anew'] },
  otherwise: () => ({
    notNeeded: { zh: '评分册本就开放，或与之无关', en: 'the ballot is open, or has nothing to do with it' },
  }),
  when: {
    'competition-round': {
      JudgingExtended: cause => reopened(cause, cause.event.until),
      JudgeReplaced: cause => (cause.event.until === undefined ? [] : reopened(cause, cause.event.until)),
      RescoringOpened: ({ event: { proposals, until }, after }) =>
        toBallots(after, 'score-anew', { proposals, until, sitting: after.sitting }),
    },
  },
})
