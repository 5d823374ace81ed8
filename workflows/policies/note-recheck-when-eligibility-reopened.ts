/** 重新审查资格时告知轮次: a verdict that is looked at again does not stand meanwhile; the round waits for the next one. */
import { type Cause, policy } from '../../engine/policy.ts'
import type { Proposal } from '../proposal/data.ts'
import type { ProposalEvents } from '../proposal/index.ts'

/** What an objection asked for was the round's own decision: it waits already. */
const note = ({ id, after: { round }, meta: { person } }: Cause<Proposal>) =>
  person.startsWith('system:')
    ? []
    : [{ workflow: 'competition-round', id: round, command: 'note-recheck', input: { proposal: id } }]

export const noteRecheckWhenEligibilityReopened = policy<{
  proposal: { data: Proposal; events: Pick<ProposalEvents, 'EligibilityReopened' | 'EligibilityAppealed'> }
}>()({
  name: 'note-recheck-when-eligibility-reopened',
  title: { zh: '重新审查资格时告知轮次', en: 'Note in the round that eligibility is checked again' },
  about: {
    zh: '资格重新审查或经申请复核时，轮次上原有的审查结果不再作数；在新结果记录之前，轮次不能结束资格审查。',
    en: 'When eligibility is checked again, or appealed, the verdict that the round has stands no more; until there is another, the round does not finish screening.',
  },
  sends: { 'competition-round': ['note-recheck'] },
  when: { proposal: { EligibilityReopened: note, EligibilityAppealed: note } },
  otherwise: (_, __, { reasons }) => {
    const unmet = reasons.map(({ rule }) => rule)
    if (unmet.includes('recheckedStandsInTheList'))
      return { notNeeded: { zh: '申报书已退出该轮次', en: 'the proposal takes no part in the round any more' } }
    if (unmet.includes('verdictWasNoted'))
      return { notNeeded: { zh: '轮次已在等待审查结果', en: 'the round waits for its verdict already' } }
    // The round went on in the same moment: what was decided there and here has to be looked at.
    return undefined
  },
})
