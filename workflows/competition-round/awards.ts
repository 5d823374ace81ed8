/** 资助: offers are answered; what is declined, or comes free, goes to the reserve list by itself, until the round is archived. */
import { z } from 'zod'
import { stage } from '../../engine/workflow.ts'
import { amount, reason } from '../fields.ts'
import { over } from '../roles.ts'
import { type CompetitionRound, type Consulted, entryOf, packIn, type RoundFacts, withEntry } from './data.ts'
import { nothing, proposal } from './fields.ts'
import { movingUp, type Offered } from './results.ts'

// ── messages ────────────────────────────────────────────────────────────────────────────────────

const offer = z.strictObject({
  proposal,
  amount: amount.meta({ zh: '资助金额', en: 'Award', shows: 'fen' }),
  partial: z.boolean().meta({ zh: '部分资助', en: 'In part', examples: [false] }),
})

const commands = {
  'note-offer-answer': z
    .strictObject({
      proposal,
      accepted: z.boolean().meta({ zh: '接受资助', en: 'Accepted', examples: [true] }),
      amount: amount.optional().meta({ zh: '资助金额', en: 'Award', shows: 'fen' }),
    })
    .meta({ zh: '记录资助答复', en: 'Note the answer to an offer' }),
  'add-to-fund': z
    .strictObject({ amount: amount.meta({ zh: '追加金额', en: 'Added', shows: 'fen' }), reason })
    .meta({ zh: '追加资金', en: 'Add to the fund' }),
  archive: nothing.meta({ zh: '归档', en: 'Archive the round' }),
}

const events = {
  OfferAnswered: commands['note-offer-answer'].meta({ zh: '资助已答复', en: 'offer answered' }),
  FundAdded: commands['add-to-fund'].meta({ zh: '资金已追加', en: 'fund added to' }),
  ReserveMovedUp: z
    .strictObject({ offers: z.array(offer).min(1).max(5_000).meta({ zh: '递补资助', en: 'Offers' }) })
    .meta({ zh: '候补已递补', en: 'reserve moved up' }),
  RoundArchived: commands.archive.meta({ zh: '轮次已归档', en: 'round archived' }),
}

// ── rules' words ────────────────────────────────────────────────────────────────────────────────

type Answer = z.infer<(typeof commands)['note-offer-answer']>
type Added = z.infer<(typeof commands)['add-to-fund']>

/** Accepted is the amount that the applicant saw: a raise that was on its way comes too late. */
const answered = (data: CompetitionRound, { proposal: which, accepted, amount: given }: Answer): CompetitionRound => {
  const after = withEntry(data, which, entry => {
    if (!entry.offer) return entry
    const answer = accepted ? 'accepted' : 'declined'
    return { ...entry, offer: { ...entry.offer, amount: given ?? entry.offer.amount, answer } }
  })
  return accepted ? after : withAward(after, which, { outcome: 'declined', amount: 0 })
}

const withAward = (
  data: CompetitionRound,
  which: string,
  change: { outcome: 'award' | 'partial' | 'declined'; amount: number },
): CompetitionRound => ({
  ...data,
  awards: data.awards.map(each => (each.proposal === which ? { ...each, ...change } : each)),
})

const withFund = (data: CompetitionRound, { amount: added }: Added): CompetitionRound => ({
  ...data,
  fund: data.fund + added,
})

const moved = (data: CompetitionRound, { offers }: { offers: readonly Offered[] }): CompetitionRound =>
  offers.reduce(
    (after, { proposal: which, amount: given, partial }) =>
      withAward(
        withEntry(after, which, entry => ({ ...entry, offer: { amount: given, partial } })),
        which,
        { outcome: partial ? 'partial' : 'award', amount: given },
      ),
    data,
  )

const movesAfter = ({ consulted }: RoundFacts, after: CompetitionRound): Offered[] => movingUp(packIn(consulted), after)

/** Less may be accepted than is offered by now: what was to raise it came too late, and is free again. */
const frees = ({ data }: RoundFacts, { proposal: which, accepted, amount: given }: Answer): boolean => {
  const offered = entryOf(data, which)?.offer?.amount ?? 0
  return !accepted || (given ?? offered) < offered
}

/** The data once the command has freed its money. */
const freed = ({ data }: RoundFacts, command: { type: string; data: object }): CompetitionRound =>
  command.type === 'add-to-fund' ? withFund(data, command.data as Added) : answered(data, command.data as Answer)

export const awarding = stage<CompetitionRound, Consulted>()({
  commands,
  events,
  rules: {
    offerStands: {
      of: 'note-offer-answer',
      reads: ['proposal', 'accepted'],
      zh: '没有向该申报书提出资助，或已如此答复，或已谢绝',
      en: 'No award is offered to the proposal, or this was answered, or it was declined.',
      holds: ({ data }, { proposal: which, accepted }) => {
        const made = entryOf(data, which)?.offer
        return made !== undefined && made.answer !== 'declined' && !(accepted && made.answer === 'accepted')
      },
    },
    isAccepted: {
      of: 'note-offer-answer',
      reads: ['proposal', 'accepted', 'amount'],
      zh: '按拟资助金额接受的，记录答复',
      en: 'An offer that is accepted as it stands is noted.',
      holds: (facts, given) => !frees(facts, given),
    },
    freesMoneyForReserve: {
      of: 'note-offer-answer',
      reads: ['proposal', 'accepted', 'amount'],
      zh: '谢绝资助，或接受的少于拟资助金额的，余款由候补递补',
      en: 'Where an offer is declined, or less is accepted than is offered by now, the reserve list moves up.',
      holds: (facts, given) => frees(facts, given) && movesAfter(facts, answered(facts.data, given)).length > 0,
    },
    nobodyMovesUp: {
      of: 'note-offer-answer',
      reads: ['proposal', 'accepted', 'amount'],
      zh: '余款没有候补可以递补的，记录答复',
      en: 'Where nobody in reserve can be offered the money that is free the answer is noted.',
      holds: (facts, given) => frees(facts, given) && movesAfter(facts, answered(facts.data, given)).length === 0,
    },
    fundReachesReserve: {
      of: 'add-to-fund',
      reads: ['amount', 'reason'],
      zh: '追加资金后可递补的，由候补递补',
      en: 'Where the added money reaches somebody in reserve the list moves up.',
      holds: (facts, given) => movesAfter(facts, withFund(facts.data, given)).length > 0,
    },
    fundReachesNobody: {
      of: 'add-to-fund',
      reads: ['amount', 'reason'],
      zh: '追加资金后没有候补可以递补的，记录追加',
      en: 'Where the added money reaches nobody in reserve it is noted.',
      holds: (facts, given) => movesAfter(facts, withFund(facts.data, given)).length === 0,
    },
    everyOfferIsAnswered: {
      of: 'archive',
      zh: '尚有资助未答复',
      en: 'An offer has not been answered yet.',
      holds: ({ data }) => data.entries.every(({ offer: made }) => made === undefined || made.answer !== undefined),
    },
  },
  records: { ReserveMovedUp: (facts, command) => ({ offers: movesAfter(facts, freed(facts, command)) }) },
  evolve: {
    OfferAnswered: answered,
    FundAdded: withFund,
    ReserveMovedUp: moved,
    RoundArchived: data => ({ ...data, standing: 'archived' }),
  },
  confidential: { OfferAnswered: over('street', 'bureau') },
  permits: {
    'note-offer-answer': [{ system: 'note-offer-answer-when-answered' }],
    'add-to-fund': over('bureau'),
    archive: over('street', 'bureau'),
  },
})
