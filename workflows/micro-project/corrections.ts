/** 更正: what may be said anew when it was entered wrong, by whom and until when; and the way that remains afterwards. */
import { correcting } from '../../engine/correction.ts'
import { reason } from '../fields.ts'
import { over } from '../roles.ts'
import { competition } from './competition.ts'
import {
  type Consulted,
  changed,
  isSigned,
  type MicroProject,
  nth,
  ofTheFunder,
  organisationsChair,
  organisationsMember,
  packOf,
  paidOut,
  recovered,
  underway,
} from './data.ts'
import { delivery } from './delivery.ts'
import { evaluation } from './evaluation.ts'
import { boundBeside, funding, paidOnOneInvoice, stands, usedBeside } from './funding.ts'
import { matchmaking } from './matchmaking.ts'
import { sideExits } from './side-exits.ts'

const { correct, corrections } = correcting<MicroProject, Consulted>()(
  {
    ...matchmaking.events,
    ...competition.events,
    ...funding.events,
    ...delivery.events,
    ...evaluation.events,
    ...sideExits.events,
  },
  reason,
)

const notAhead = { zh: '日期不能晚于今天', en: 'The day cannot be after today.' }
const delivering = {
  zh: '项目实施已完成，请在结项报告中说明',
  en: 'Delivery is complete; say it in the final report.',
  holds: ({ data }: { data: MicroProject }) => !data.delivered,
}

// ── at once: somebody else checks or decides afterwards ─────────────────────────────────────────

const payment = correct('correct-payment', {
  zh: '待审批的拨付',
  en: 'payment prepared',
  of: ['PaymentPrepared'],
  at: 'tranche',
  fields: ['amount', 'invoice'],
  event: 'PaymentCorrected',
  by: over('street', 'bureau'),
  rules: {
    correctsPrepared: {
      reads: ['tranche'],
      metBy: ['return-payment'],
      zh: '该期拨付不在待审批状态：已审批的须由财务退回后重新经办，已支付的通过追回处理',
      en: 'The payment does not wait for approval: once approved, finance returns it to be prepared anew; once paid, money comes back by recovery.',
      holds: stands('prepared'),
    },
    correctedWithinTheTranche: {
      reads: ['tranche', 'amount'],
      zh: '拨付金额不得超过该期金额',
      en: 'The amount cannot be above that of the tranche.',
      holds: ({ data }, { tranche, amount = 0 }) => amount <= (nth(data.tranches, tranche)?.amount ?? 0),
    },
    correctedWithinTheCommitment: {
      reads: ['tranche', 'amount'],
      zh: '已拨付和在途金额合计不得超过已落实金额',
      en: 'What is paid and under way cannot be above what is committed.',
      holds: ({ data }, { tranche, amount = 0 }) => boundBeside(data, tranche) + amount <= (data.fund?.amount ?? 0),
    },
    correctedInvoiceIsNew: {
      reads: ['tranche', 'invoice'],
      ...paidOnOneInvoice,
      holds: ({ data }, { tranche, invoice }) => invoice === undefined || !usedBeside(data, tranche, invoice),
    },
  },
  apply: (data, { tranche, amount, invoice }) => ({
    ...data,
    tranches: changed(data.tranches, tranche, each => ({
      ...each,
      paying: amount ?? each.paying,
      invoice: invoice ?? each.invoice,
    })),
  }),
})

const matchingShare = correct('correct-matching-share', {
  zh: '配套投入',
  en: 'matching share',
  of: ['MatchingShareRecorded'],
  at: 'contribution',
  fields: ['amount', 'evidence'],
  event: 'MatchingShareCorrected',
  by: [organisationsChair],
  rules: {
    correctsRecorded: {
      reads: ['contribution'],
      metBy: ['record-matching-share'],
      zh: '没有这一配套投入',
      en: 'There is no such contribution.',
      holds: ({ data }, { contribution }) => nth(data.contributions, contribution) !== undefined,
    },
    shareNotAccepted: {
      metBy: ['reopen-project'],
      zh: '项目已结项，撤销结项后方可更正',
      en: 'The project is accepted; it must be reopened first.',
      holds: ({ data }) => !data.accepted,
    },
  },
  /** Checked anew: what was checked is not what it says now. */
  apply: (data, { contribution, amount }) => ({
    ...data,
    contributions: changed(data.contributions, contribution, each => ({
      amount: amount ?? each.amount,
      checked: false,
    })),
  }),
})

const activity = correct('correct-activity', {
  zh: '活动',
  en: 'activity',
  of: ['ActivityLogged'],
  at: 'activity',
  fields: ['on', 'what', 'participants', 'proofs'],
  event: 'ActivityCorrected',
  by: [organisationsChair, organisationsMember],
  rules: {
    correctsLogged: {
      reads: ['activity'],
      metBy: ['log-activity'],
      zh: '没有这一活动',
      en: 'There is no such activity.',
      holds: ({ data }, { activity }) => nth(data.activities, activity) !== undefined,
    },
    correctedNotAhead: { reads: ['on'], ...notAhead, holds: ({ today }, { on }) => on === undefined || on <= today },
    activityIsUnderway: delivering,
  },
  /** Checked anew. */
  apply: (data, { activity }) => ({ ...data, activities: changed(data.activities, activity, () => 'logged') }),
})

const activityCheck = correct('correct-activity-check', {
  zh: '活动核实结果',
  en: 'check of an activity',
  of: ['ActivityChecked'],
  at: 'activity',
  fields: ['finding', 'findings'],
  event: 'ActivityCheckCorrected',
  by: over('community', 'street'),
  rules: {
    correctsChecked: {
      reads: ['activity'],
      metBy: ['check-activity'],
      zh: '没有这一活动，或尚未核实',
      en: 'There is no such activity, or it is not checked.',
      holds: ({ data }, { activity }) => (nth(data.activities, activity) ?? 'logged') !== 'logged',
    },
    checkIsUnderway: delivering,
  },
  apply: (data, { activity, finding }) => ({
    ...data,
    activities: changed(data.activities, activity, before => finding ?? before),
  }),
})

const satisfaction = correct('correct-satisfaction', {
  zh: '满意度',
  en: 'satisfaction',
  of: ['SatisfactionRecorded'],
  fields: ['respondents', 'satisfaction', 'proofs'],
  event: 'SatisfactionCorrected',
  by: over('community', 'street'),
  rules: {
    satisfactionIsUngraded: {
      metBy: ['reopen-evaluation'],
      zh: '满意度尚未登记，或结项等次已经评定，须重新评估',
      en: 'Satisfaction is not recorded, or the project is graded on it and must be evaluated again.',
      holds: ({ data }) => data.handedIn.satisfaction && data.finalGrade === undefined,
    },
    correctedOfHundred: {
      reads: ['satisfaction'],
      zh: '满意度不能超过一百',
      en: 'Satisfaction is 100 at most.',
      holds: (_, { satisfaction = '0' }) => Number(satisfaction) <= 100,
    },
  },
  apply: data => data,
})

// ── with a second person: rank or money hangs on it ─────────────────────────────────────────────

const rank = correct('correct-rank', {
  zh: '评审结果',
  en: 'rank',
  of: ['RankEntered'],
  fields: ['rank', 'ranked', 'score', 'minutes'],
  event: 'RankCorrected',
  by: over('street', 'bureau'),
  second: over('bureau'),
  rules: {
    rankIsEntered: {
      metBy: ['enter-rank'],
      zh: '评审结果尚未录入',
      en: 'No rank is entered.',
      holds: ({ data }) => data.rank !== undefined,
    },
    rankIsNotPublic: {
      metBy: ['note-objection'],
      zh: '评审结果已经公示，只能通过异议程序更正',
      en: 'The rank is public; an objection is the way to change it.',
      holds: ({ data }) => data.publicity === undefined,
    },
    correctedAmongRanked: {
      reads: ['rank', 'ranked'],
      zh: '名次不能大于参评项目数',
      en: 'The rank cannot be beyond the number of projects ranked.',
      holds: ({ data }, { rank = data.rank?.rank ?? 1, ranked = data.rank?.ranked ?? 1 }) => rank <= ranked,
    },
  },
  apply: (data, { rank, ranked, score }) => ({
    ...data,
    rank: data.rank && {
      rank: rank ?? data.rank.rank,
      ranked: ranked ?? data.rank.ranked,
      score: score ?? data.rank.score,
    },
  }),
})

const award = correct('correct-award', {
  zh: '资助金额',
  en: 'award',
  of: ['Awarded', 'Commissioned'],
  fields: ['amount'],
  event: 'AwardCorrected',
  by: over('street', 'bureau'),
  second: over('bureau'),
  rules: {
    isAwarded: {
      metBy: ['award', 'commission'],
      zh: '尚未确定资助',
      en: 'Nothing is awarded.',
      holds: ({ data }) => data.award > 0,
    },
    awardIsNotAgreed: {
      metBy: ['reopen-agreement'],
      zh: '协议已按此金额拟定，重新商定协议后方可更正；已签订的，通过取消拨付或终止追回处理',
      en: 'The agreement is drawn up on this amount; reopen it first. Once signed, cancel tranches, or terminate and recover.',
      holds: ({ data }) => data.agreement === undefined && !isSigned(data),
    },
    correctedWithinRequest: {
      reads: ['amount'],
      zh: '金额超过申请金额或直接委托限额',
      en: 'The amount is above what was requested, or above what may be commissioned directly.',
      holds: (facts, { amount = 0 }) => {
        const requested = nth(facts.data.proposals, facts.data.submitted ?? 0)?.requested
        return amount <= (requested ?? packOf(facts).limits.commissionAtMost)
      },
    },
  },
  apply: (data, { amount }) => ({ ...data, award: amount ?? data.award }),
})

/** Its amount is the award, and stands with it. */
const commitment = correct('correct-commitment', {
  zh: '资金落实信息',
  en: 'commitment of the fund',
  of: ['FundCommitted'],
  fields: ['source', 'channel', 'budgetCode'],
  event: 'CommitmentCorrected',
  by: [ofTheFunder, ...over('bureau')],
  second: [ofTheFunder, ...over('bureau')],
  rules: {
    isCommitted: {
      metBy: ['commit-fund'],
      zh: '资金尚未落实',
      en: 'No fund is committed.',
      holds: ({ data }) => data.fund !== undefined,
    },
    nothingIsPaid: {
      zh: '已有资金支付或支付中，不能更改来源，只能终止追回后另行资助',
      en: 'Money is paid or under way from it; it can only be recovered, and given anew from another source.',
      holds: ({ data }) => paidOut(data) === 0 && !underway(data),
    },
  },
  apply: (data, { source, channel }) => ({
    ...data,
    fund: data.fund && { ...data.fund, source: source ?? data.fund.source, channel: channel ?? data.fund.channel },
  }),
})

/** When it was paid and by which transfer; never whether, how much or to whom. */
const confirmation = correct('correct-confirmation', {
  zh: '到账信息',
  en: 'confirmation of a payment',
  of: ['PaymentConfirmed'],
  at: 'tranche',
  fields: ['paidOn', 'bankReference'],
  event: 'ConfirmationCorrected',
  by: over('finance'),
  second: over('finance'),
  rules: {
    correctsPaid: {
      reads: ['tranche'],
      metBy: ['confirm-payment'],
      zh: '没有这一期拨付，或尚未到账',
      en: 'There is no such tranche, or it is not paid.',
      holds: stands('paid'),
    },
    correctedByToday: {
      reads: ['paidOn'],
      ...notAhead,
      holds: ({ today }, { paidOn }) => paidOn === undefined || paidOn <= today,
    },
    paymentsAreOpen: {
      zh: '拨付已办结，不再更正；有出入的记入下一年度对账',
      en: 'The payments are settled; what differs is cleared in the reconciliation of the year.',
      holds: ({ data }) => !data.settled,
    },
  },
  /** Reconciled anew: the statement was held against what it said before. */
  apply: (data, { tranche }) => ({
    ...data,
    tranches: changed(data.tranches, tranche, each => ({ ...each, reconciled: false })),
  }),
})

const finalGrade = correct('correct-final-grade', {
  zh: '结项等次',
  en: 'final grade',
  of: ['FinallyGraded'],
  fields: ['grade', 'findings', 'proofs'],
  event: 'FinalGradeCorrected',
  by: over('street', 'bureau'),
  second: over('bureau'),
  rules: {
    isGraded: {
      metBy: ['grade-final'],
      zh: '结项等次尚未评定',
      en: 'No final grade is given.',
      holds: ({ data }) => data.finalGrade !== undefined,
    },
    gradeIsNotAccepted: {
      metBy: ['reopen-project'],
      zh: '项目已按此等次结项，撤销结项后方可更正',
      en: 'The project was accepted on this grade; it must be reopened first.',
      holds: ({ data }) => !data.accepted,
    },
  },
  apply: (data, { grade }) => ({ ...data, finalGrade: grade ?? data.finalGrade }),
})

const demand = correct('correct-demand', {
  zh: '应追回金额',
  en: 'demand of recovery',
  of: ['RecoveryDemanded'],
  fields: ['due', 'by', 'calculation'],
  event: 'DemandCorrected',
  by: over('street', 'bureau'),
  second: over('bureau'),
  rules: {
    isDemanded: {
      metBy: ['demand-recovery'],
      zh: '应追回金额尚未确定',
      en: 'Nothing is demanded back.',
      holds: ({ data }) => data.recovery?.due !== undefined,
    },
    correctedWithinPaid: {
      reads: ['due'],
      zh: '应追回金额不得超过已拨付金额，也不得少于已退回和核销的金额',
      en: 'What is due back cannot be above what was paid, nor below what is returned and waived already.',
      holds: (facts, { due }) => {
        const over = recovered(facts.data) + (facts.data.recovery?.waived ?? 0)
        return due === undefined || (over <= due && due <= paidOut(facts.data))
      },
    },
  },
  apply: (data, { due, by }) => ({
    ...data,
    recovery: data.recovery && {
      ...data.recovery,
      due: due ?? data.recovery.due,
      by: by ?? data.recovery.by,
    },
  }),
})

const receipt = correct('correct-receipt', {
  zh: '退回资金',
  en: 'money returned',
  of: ['MoneyReturned'],
  at: 'receipt',
  fields: ['amount', 'receivedOn', 'bankReference'],
  event: 'ReceiptCorrected',
  by: over('finance'),
  second: over('finance', 'bureau'),
  rules: {
    correctsReturned: {
      reads: ['receipt'],
      metBy: ['record-recovery'],
      zh: '没有这一笔退款',
      en: 'There is no such receipt.',
      holds: ({ data }, { receipt }) => nth(data.recovery?.receipts ?? [], receipt) !== undefined,
    },
    correctedWithinDue: {
      reads: ['receipt', 'amount'],
      zh: '金额超过尚未追回的金额',
      en: 'The amount is above what is still due.',
      holds: ({ data }, { receipt, amount = 0 }) => {
        const { due = 0, waived = 0, receipts = [] } = data.recovery ?? {}
        return recovered(data) - (nth(receipts, receipt) ?? 0) + waived + amount <= due
      },
    },
    correctedReceivedByToday: {
      reads: ['receivedOn'],
      ...notAhead,
      holds: ({ today }, { receivedOn }) => receivedOn === undefined || receivedOn <= today,
    },
  },
  apply: (data, { receipt, amount }) => ({
    ...data,
    recovery: data.recovery && {
      ...data.recovery,
      receipts: changed(data.recovery.receipts, receipt, before => amount ?? before),
    },
  }),
})

export const corrected = corrections(
  payment,
  matchingShare,
  activity,
  activityCheck,
  satisfaction,
  rank,
  award,
  commitment,
  confirmation,
  finalGrade,
  demand,
  receipt,
)
