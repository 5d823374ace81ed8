/** 回避、作废或收回后不再向评委开放申报书: who does not judge a proposal any more reads it no more. */
import { type Cause, policy } from '../../engine/policy.ts'
import { type Ballot, stands } from '../ballot/data.ts'
import type { BallotEvents } from '../ballot/index.ts'

/** Sheets that stood before and do not now, or belong to nobody now. */
const closed = ({ before, after }: Cause<Ballot, object>): string[] => {
  const standing = new Set(after.standing === 'over' ? [] : after.sheets.filter(stands).map(({ proposal }) => proposal))
  return before.sheets.filter(stands).flatMap(({ proposal }) => (standing.has(proposal) ? [] : [proposal]))
}

const close = (cause: Cause<Ballot, object>) =>
  closed(cause).map(proposal => ({
    workflow: 'proposal',
    id: proposal,
    command: 'close-to-judge',
    input: { judge: cause.after.person },
  }))

export const closeProposalToJudge = policy<{ ballot: { data: Ballot; events: BallotEvents } }>()({
  name: 'close-proposal-to-judge',
  title: { zh: '不再向评委开放申报书', en: 'Close a proposal to a judge' },
  about: {
    zh: '评委回避、评分作废或评分册收回后，相应的申报书不再向该评委开放。',
    en: 'When a judge recuses themself, a sheet is voided or a ballot is retired, the proposal is closed to that judge.',
  },
  sends: { proposal: ['close-to-judge'] },
  otherwise: () => ({
    notNeeded: { zh: '本就未向该评委开放', en: 'it is not open to the judge' },
  }),
  when: { ballot: { Recused: close, SheetVoided: close, BallotRetired: close } },
})
