/** 列入名单后告知申报书: a proposal learns that the list of the round has it. */
import { policy } from '../../engine/policy.ts'
import type { CompetitionRound } from '../competition-round/data.ts'
import type { CompetitionRoundEvents } from '../competition-round/index.ts'

type Entered = { event: { proposal: string; version: number } }

const confirm = ({ event: { proposal, version } }: Entered) => [
  { workflow: 'proposal', id: proposal, command: 'confirm-entry', input: { version } },
]

export const confirmProposalWhenEntered = policy<{
  'competition-round': {
    data: CompetitionRound
    events: Pick<CompetitionRoundEvents, 'ProposalEntered' | 'EntryCompleted'>
  }
}>()({
  name: 'confirm-proposal-when-entered',
  title: { zh: '列入名单后告知申报书', en: 'Confirm to a proposal that it is on the list' },
  about: {
    zh: '轮次将申报书列入名单或更新其版本后，在申报书上确认。',
    en: 'When a round has put a proposal on its list, or a later version of it, the proposal says so.',
  },
  sends: { proposal: ['confirm-entry'] },
  when: { 'competition-round': { ProposalEntered: confirm, EntryCompleted: confirm } },
  otherwise: () => ({
    notNeeded: { zh: '申报书已撤回，或已提交新版本', en: 'it was withdrawn, or handed in again' },
  }),
})
