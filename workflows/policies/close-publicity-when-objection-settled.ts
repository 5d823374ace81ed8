/** 异议了结后结束公示: publicity whose days were over waited for an objection, and closes once nothing is open any more. */
import { policy } from '../../engine/policy.ts'
import type { CompetitionRound } from '../competition-round/data.ts'
import type { CompetitionRoundEvents } from '../competition-round/index.ts'

const close = ({ id }: { id: string }) => [{ workflow: 'competition-round', id, command: 'close-publicity', input: {} }]

export const closePublicityWhenObjectionSettled = policy<{
  'competition-round': {
    data: CompetitionRound
    events: Pick<CompetitionRoundEvents, 'ObjectionTakenUp' | 'ListUpheld'>
  }
}>()({
  name: 'close-publicity-when-objection-settled',
  title: { zh: '异议了结后结束公示', en: 'Close publicity once its objections are settled' },
  about: {
    zh: '公示期已满、仅因异议未结而未结束的，异议了结后即结束公示并确定资助。',
    en: 'Where the days of publicity were over and only an objection was open, publicity closes once that is settled, and awards are decided.',
  },
  sends: { 'competition-round': ['close-publicity'] },
  // Refused while its days run, another objection is open, or the list is being done again.
  otherwise: () => ({ notNeeded: { zh: '公示尚未到期或另有待办', en: 'publicity goes on' } }),
  when: { 'competition-round': { ObjectionTakenUp: close, ListUpheld: close } },
})
