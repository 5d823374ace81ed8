/** 资格审定后告知轮次: the round learns what the check of a proposal came to, and which rules were set aside. */
import { policy } from '../../engine/policy.ts'
import type { Proposal } from '../proposal/data.ts'
import type { ProposalEvents } from '../proposal/index.ts'

type Noted = { eligible: boolean; overridden: readonly object[] }
const note = (round: string, proposal: string, noted: Noted) => [
  { workflow: 'competition-round', id: round, command: 'note-eligibility', input: { proposal, ...noted } },
]

export const noteEligibilityWhenDecided = policy<{
  proposal: { data: Proposal; events: Pick<ProposalEvents, 'EligibilityChecked' | 'OverrideConfirmed'> }
}>()({
  name: 'note-eligibility-when-decided',
  title: { zh: '资格审定后告知轮次', en: 'Note eligibility in the round when it is decided' },
  about: {
    zh: '申报资格审查或放宽确认后，在轮次上记录结果；放宽的条件和理由随公示名单公开，故一并送达。',
    en: 'When eligibility is checked, or a rule set aside, the round notes it; rules set aside go along with their reasons, which stand in the list that is published.',
  },
  sends: { 'competition-round': ['note-eligibility'] },
  when: {
    proposal: {
      EligibilityChecked: ({ id, event: { round, eligible } }) => note(round, id, { eligible, overridden: [] }),
      OverrideConfirmed: ({ id, event: { round, eligible, overridden } }) => note(round, id, { eligible, overridden }),
    },
  },
  // Where it stands in the list and the round takes no verdict any more, the two disagree: somebody has to look.
  otherwise: (_, __, { reasons }) =>
    reasons.some(({ rule }) => rule === 'checkedStandsInTheList')
      ? { notNeeded: { zh: '申报书已退出该轮次', en: 'the proposal takes no part in the round any more' } }
      : undefined,
})
