/** 答复资助后告知轮次: accepted, declined, left unanswered, or withdrawn before it was offered; what is free then, the reserve list takes. */
import { policy } from '../../engine/policy.ts'
import type { Proposal } from '../proposal/data.ts'
import type { ProposalEvents } from '../proposal/index.ts'

type Answers = Pick<ProposalEvents, 'OfferAccepted' | 'OfferDeclined' | 'OfferLapsed' | 'ProposalWithdrawn'>
type Answer = { accepted: true; amount: number } | { accepted: false }
const answer = (round: string, proposal: string, answered: Answer) => [
  { workflow: 'competition-round', id: round, command: 'note-offer-answer', input: { proposal, ...answered } },
]
const no = ({ id, event: { round } }: { id: string; event: { round: string } }) =>
  answer(round, id, { accepted: false })

export const noteOfferAnswerWhenAnswered = policy<{
  proposal: { data: Proposal; events: Answers }
}>()({
  name: 'note-offer-answer-when-answered',
  title: { zh: '答复资助后告知轮次', en: 'Note in the round how an offer was answered' },
  about: {
    zh: '申报方接受、放弃或逾期未答复资助，或在资助送达前撤回申报后，在轮次上记录，由候补递补。',
    en: 'When an applicant accepts or declines an offer, does not answer, or withdraws before it is told of it, the round notes it, so that its reserve list moves up.',
  },
  sends: { 'competition-round': ['note-offer-answer'] },
  when: {
    proposal: {
      OfferAccepted: ({ id, event: { round, amount } }) => answer(round, id, { accepted: true, amount }),
      OfferDeclined: no,
      OfferLapsed: no,
      // Of one that is eligible an award may be decided at this moment: nobody would answer it any more.
      ProposalWithdrawn: cause => (cause.before.check === undefined ? [] : no(cause)),
    },
  },
  // Who had no offer withdrew: where the round has decided none either, there is nothing to note.
  otherwise: ({ before: { offer } }) =>
    offer === undefined ? { notNeeded: { zh: '轮次未向其提出资助', en: 'the round offers it nothing' } } : undefined,
})
