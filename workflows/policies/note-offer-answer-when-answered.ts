/** 答复资助后告知轮次: accepted, declined or left unanswered; what is free then, the reserve list takes. */
import { policy } from '../../engine/policy.ts'
import type { Proposal } from '../proposal/data.ts'
import type { ProposalEvents } from '../proposal/index.ts'

type Answer = { accepted: true; amount: number } | { accepted: false }
const answer = (round: string, proposal: string, answered: Answer) => [
  { workflow: 'competition-round', id: round, command: 'note-offer-answer', input: { proposal, ...answered } },
]
const no = ({ id, event: { round } }: { id: string; event: { round: string } }) =>
  answer(round, id, { accepted: false })

export const noteOfferAnswerWhenAnswered = policy<{
  proposal: { data: Proposal; events: Pick<ProposalEvents, 'OfferAccepted' | 'OfferDeclined' | 'OfferLapsed'> }
}>()({
  name: 'note-offer-answer-when-answered',
  title: { zh: '答复资助后告知轮次', en: 'Note in the round how an offer was answered' },
  about: {
    zh: '申报方接受、放弃或逾期未答复资助后，在轮次上记录，由候补递补。',
    en: 'When an applicant accepts or declines an offer, or does not answer, the round notes it, so that its reserve list moves up.',
  },
  sends: { 'competition-round': ['note-offer-answer'] },
  when: {
    proposal: {
      OfferAccepted: ({ id, event: { round, amount } }) => answer(round, id, { accepted: true, amount }),
      OfferDeclined: no,
      OfferLapsed: no,
    },
  },
})
