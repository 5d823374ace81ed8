/** 资助确定后告知申报书: an award is offered, in part or whole, or the proposal waits in reserve, or gets none. */
import { policy, type Sending } from '../../engine/policy.ts'
import type { CompetitionRound } from '../competition-round/data.ts'
import type { Award } from '../competition-round/fields.ts'
import type { CompetitionRoundEvents } from '../competition-round/index.ts'

const tell = (id: string, command: string, input: object): Sending => ({ workflow: 'proposal', id, command, input })

/** From 1, in the order of the reserve list. */
const positionOf = ({ awards }: CompetitionRound, proposal: string): number =>
  awards.filter(({ outcome }) => outcome === 'reserve').findIndex(each => each.proposal === proposal) + 1

const decided = (round: CompetitionRound, { proposal, outcome, amount, why = 'rank' }: Award): Sending => {
  switch (outcome) {
    case 'award':
    case 'partial':
      return tell(proposal, 'offer-award', { amount, partial: outcome === 'partial' })
    case 'reserve':
      return tell(proposal, 'hold-in-reserve', { position: positionOf(round, proposal) })
    case 'declined':
      return tell(proposal, 'decline-award', { why })
  }
}

export const offerAwardWhenDecided = policy<{
  'competition-round': {
    data: CompetitionRound
    events: Pick<CompetitionRoundEvents, 'AwardsDecided' | 'ReserveMovedUp'>
  }
}>()({
  name: 'offer-award-when-decided',
  title: { zh: '资助确定后告知申报书', en: 'Offer an award when it is decided' },
  about: {
    zh: '公示结束、资助确定后，逐一告知申报书：拟予资助、列为候补或不予资助；候补递补时亦同。',
    en: 'When awards are decided, each proposal is told: an award is offered, it waits in reserve, or there is none; also when the reserve list moves up.',
  },
  sends: { proposal: ['offer-award', 'hold-in-reserve', 'decline-award'] },
  when: {
    'competition-round': {
      AwardsDecided: ({ after, event: { awards } }) => awards.map(award => decided(after, award)),
      ReserveMovedUp: ({ event: { offers } }) =>
        offers.map(({ proposal, ...offer }) => tell(proposal, 'offer-award', offer)),
    },
  },
  // Answered while it was being decided anew: the answer is on its way to the round, which takes it as it was given.
  otherwise: (_, __, { code }) =>
    code === 'not-in-this-state'
      ? {
          notNeeded: {
            zh: '申报书已先行答复，或已退出该轮次',
            en: 'it was answered meanwhile, or takes no part any more',
          },
        }
      : undefined,
})
