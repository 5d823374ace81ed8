/** 资助: the agreement is signed and the fund committed; tranches are paid beside delivery and evaluation. */
import { z } from 'zod'
import { all, type EventMeta } from '../../engine/definition.ts'
import { stage } from '../../engine/workflow.ts'
import { amount, day, evidence, freeText, organisation, reason, text, typedAlike } from '../fields.ts'
import { over } from '../roles.ts'
import {
  type Consulted,
  changed,
  isActive,
  isSigned,
  isTerminated,
  lasting,
  type MicroProject,
  nth,
  numbered,
  ofTheFunder,
  organisationsChair,
  type ProjectFacts,
  type Tranche,
} from './data.ts'
import {
  addUp,
  bankReference,
  because,
  budgetLines,
  channel,
  condition,
  contribution,
  nothing,
  share,
  source,
  tranche,
} from './fields.ts'

// ── messages ────────────────────────────────────────────────────────────────────────────────────

const agreement = {
  lines: budgetLines,
  matchingShare: share.meta({ zh: '配套金额', en: 'Matching share', shows: 'fen', examples: [0] }),
  tranches: z
    .array(
      z.strictObject({
        amount,
        conditions: z
          .array(freeText(200))
          .min(1)
          .max(10)
          .meta({ zh: '拨付条件', en: 'Conditions', examples: [['协议已签订']] }),
      }),
    )
    .min(1)
    .max(12)
    .meta({ zh: '拨付安排', en: 'Tranches' }),
  from: day.meta({ zh: '实施起始日', en: 'First day' }),
  until: day.meta({ zh: '实施截止日', en: 'Last day' }),
  document: evidence.meta({ zh: '协议文本', en: 'Text of the agreement' }),
}
const signed = z.strictObject({ document: evidence.meta({ zh: '签字页', en: 'Signed page' }) })
const theTranche = z.strictObject({ tranche })
const theTrancheBecause = z.strictObject({ tranche, reason })

const commands = {
  'draw-up-agreement': z.strictObject(agreement).meta({ zh: '拟定协议', en: 'Draw up the agreement' }),
  'renounce-award': because.meta({ zh: '放弃资助', en: 'Renounce the award' }),
  'reopen-agreement': because.meta({ zh: '重新商定协议', en: 'Reopen the agreement' }),
  'sign-agreement-as-organisation': signed.meta({ zh: '组织签订协议', en: 'Sign the agreement as organisation' }),
  'sign-agreement-as-street': signed.meta({ zh: '街道签订协议', en: 'Sign the agreement for the street' }),
  'start-delivery': nothing.meta({ zh: '启动实施', en: 'Start delivery' }),
  'commit-fund': z
    .strictObject({
      funder: organisation.meta({ zh: '资助方', en: 'Funder', shows: 'organisation' }),
      source,
      channel,
      amount,
      budgetCode: text(40).optional().meta({ zh: '预算科目编码', en: 'Budget code' }),
    })
    .meta({ zh: '落实资金', en: 'Commit the fund' }),
  'check-condition': z
    .strictObject({ tranche, condition, evidence })
    .meta({ zh: '核验拨付条件', en: 'Check a condition' }),
  'prepare-payment': z
    .strictObject({
      tranche,
      amount: amount.meta({ zh: '拨付金额', en: 'Amount to pay', shows: 'fen' }),
      invoice: text(40).optional().meta({ zh: '发票号码', en: 'Invoice' }),
    })
    .meta({ zh: '经办拨付', en: 'Prepare a payment' }),
  'return-payment': theTrancheBecause.meta({ zh: '退回拨付申请', en: 'Return a payment' }),
  /** Says the amount again: what somebody corrected since the approver looked is not approved unseen. */
  'approve-payment': z
    .strictObject({ tranche, amount: amount.meta({ zh: '审批金额', en: 'Amount approved', shows: 'fen' }) })
    .meta({ zh: '审批拨付', en: 'Approve a payment' }),
  'instruct-payment': theTranche.meta({ zh: '下达支付指令', en: 'Instruct the bank' }),
  'confirm-payment': z
    .strictObject({ tranche, paidOn: day.meta({ zh: '到账日期', en: 'Paid on' }), bankReference })
    .meta({ zh: '确认到账', en: 'Confirm a payment' }),
  'fail-payment': theTrancheBecause.meta({ zh: '登记支付失败', en: 'Record that a payment failed' }),
  'reconcile-payment': z
    .strictObject({ tranche, statement: evidence.meta({ zh: '银行对账单', en: 'Bank statement' }) })
    .meta({ zh: '对账', en: 'Reconcile a payment' }),
  'cancel-tranche': theTrancheBecause.meta({ zh: '取消拨付', en: 'Cancel a tranche' }),
  'record-matching-share': z
    .strictObject({ amount, evidence })
    .meta({ zh: '登记配套投入', en: 'Record matching share' }),
  'check-matching-share': z.strictObject({ contribution }).meta({ zh: '核验配套投入', en: 'Check matching share' }),
  'settle-payments': nothing.meta({ zh: '办结拨付', en: 'Settle the payments' }),
}

const events = {
  AgreementDrawnUp: commands['draw-up-agreement'].meta({ zh: '协议已拟定', en: 'agreement drawn up' }),
  AwardRenounced: commands['renounce-award'].meta({ zh: '资助已放弃', en: 'award renounced' }),
  AgreementReopened: commands['reopen-agreement'].meta({ zh: '协议重新商定', en: 'agreement reopened' }),
  AgreementSignedByOrganisation: signed.meta({ zh: '组织已签订协议', en: 'agreement signed by the organisation' }),
  AgreementSignedByStreet: signed.meta({ zh: '街道已签订协议', en: 'agreement signed by the street' }),
  DeliveryStarted: commands['start-delivery'].meta({ zh: '项目已启动实施', en: 'delivery started' }),
  FundCommitted: commands['commit-fund'].meta({ zh: '资金已落实', en: 'fund committed' }),
  ConditionChecked: commands['check-condition'].meta({ zh: '拨付条件已核验', en: 'condition checked' }),
  PaymentPrepared: commands['prepare-payment'].meta({ zh: '拨付已经办', en: 'payment prepared' }),
  PaymentReturned: commands['return-payment'].meta({ zh: '拨付申请已退回', en: 'payment returned' }),
  PaymentApproved: commands['approve-payment'].meta({ zh: '拨付已审批', en: 'payment approved' }),
  PaymentInstructed: commands['instruct-payment'].meta({ zh: '支付指令已下达', en: 'payment instructed' }),
  PaymentConfirmed: commands['confirm-payment'].meta({ zh: '资金已到账', en: 'payment confirmed' }),
  PaymentFailed: commands['fail-payment'].meta({ zh: '支付失败', en: 'payment failed' }),
  PaymentReconciled: commands['reconcile-payment'].meta({ zh: '已对账', en: 'payment reconciled' }),
  TrancheCancelled: commands['cancel-tranche'].meta({ zh: '拨付已取消', en: 'tranche cancelled' }),
  MatchingShareRecorded: z
    .strictObject({ contribution, ...commands['record-matching-share'].shape })
    .meta({ zh: '配套投入已登记', en: 'matching share recorded' }),
  MatchingShareChecked: commands['check-matching-share'].meta({ zh: '配套投入已核验', en: 'matching share checked' }),
  PaymentsSettled: commands['settle-payments'].meta({ zh: '拨付已办结', en: 'payments settled' }),
}

// ── rules' words ────────────────────────────────────────────────────────────────────────────────

type Named = { tranche: number }
/** Whether the tranche named stands in one of these states; an unknown one stands in none. */
export const stands =
  (...states: Tranche['status'][]) =>
  ({ data }: ProjectFacts, { tranche }: Named): boolean => {
    const named = nth(data.tranches, tranche)
    return named !== undefined && states.includes(named.status)
  }
const isOver = ({ status }: Tranche): boolean => status === 'paid' || status === 'cancelled'

/** Paid and on the way, but for the tranche named. */
export const boundBeside = ({ tranches }: MicroProject, named: number): number =>
  addUp(tranches.filter((_, index) => index !== named - 1).map(({ paying = 0 }) => ({ amount: paying })))

export const paidOnOneInvoice = {
  zh: '该发票已用于本项目另一期拨付',
  en: 'Another tranche of this project is paid on this invoice.',
}

/** Whether another tranche of this project is paid on the same invoice. */
export const usedBeside = ({ tranches }: MicroProject, named: number, invoice: string): boolean =>
  tranches.some(
    (each, index) => index !== named - 1 && each.invoice && typedAlike(each.invoice) === typedAlike(invoice),
  )

const moveTo =
  (status: Tranche['status']) =>
  (data: MicroProject, { tranche }: Named): MicroProject => ({
    ...data,
    tranches: changed(data.tranches, tranche, each => ({ ...each, status })),
  })

/** What was to be paid is free again. */
const release =
  (status: Tranche['status']) =>
  (data: MicroProject, { tranche }: Named): MicroProject => ({
    ...data,
    tranches: changed(data.tranches, tranche, each => ({ ...each, status, paying: undefined, invoice: undefined })),
  })

const planned = ({ amount, conditions }: z.infer<typeof agreement.tranches>[number]): Tranche => ({
  amount,
  conditions: conditions.map(text => ({ text, checked: false })),
  status: 'planned',
  reconciled: false,
})

const noSuchTranche = { zh: '没有这一期拨付', en: 'there is no such tranche' }
const wrongStatus = (zh: string, en: string) => ({
  zh: `${noSuchTranche.zh}，或其状态不是“${zh}”`,
  en: `Either ${noSuchTranche.en}, or it is not ${en}.`,
})

const signature =
  (by: 'organisation' | 'street') =>
  (data: MicroProject, _: unknown, { occurredOn }: EventMeta): MicroProject => ({
    ...data,
    signedBy: { ...data.signedBy, [by]: true },
    signedOn: occurredOn,
  })

const officesAndFinance = over('street', 'bureau', 'finance')

export const funding = stage<MicroProject, Consulted>()({
  commands,
  events,
  rules: {
    tranchesAddUp: {
      of: 'draw-up-agreement',
      reads: ['tranches'],
      zh: '各期拨付金额合计应等于资助金额',
      en: 'The tranches must add up to the award.',
      holds: ({ data }, { tranches }) => addUp(tranches) === data.award,
    },
    agreedLinesAddUp: {
      of: 'draw-up-agreement',
      reads: ['lines', 'matchingShare'],
      zh: '预算明细合计应等于资助金额加配套金额',
      en: 'The budget lines must add up to the award and the matching share.',
      holds: ({ data }, { lines, matchingShare }) => addUp(lines) === data.award + matchingShare,
    },
    periodRunsForward: {
      of: 'draw-up-agreement',
      reads: ['from', 'until'],
      zh: '实施截止日应晚于起始日',
      en: 'The last day must be after the first.',
      holds: (_, { from, until }) => from < until,
    },
    signingIsActive: {
      of: ['sign-agreement-as-organisation', 'sign-agreement-as-street'],
      zh: '组织已暂停或注销，不能签订协议',
      en: 'The organisation is suspended or dissolved; the agreement cannot be signed.',
      holds: isActive,
    },
    agreementIsSigned: {
      of: 'commit-fund',
      metBy: ['sign-agreement-as-organisation', 'sign-agreement-as-street'],
      zh: '双方签订协议后方可落实资金',
      en: 'The fund is committed once both sides have signed the agreement.',
      holds: ({ data }) => isSigned(data),
    },
    commitsTheAward: {
      of: 'commit-fund',
      reads: ['amount'],
      zh: '落实金额应等于资助金额',
      en: 'The amount committed must be the award.',
      holds: ({ data }, { amount }) => amount === data.award,
    },
    fundIsCommitted: {
      of: 'start-delivery',
      metBy: ['commit-fund'],
      zh: '资金落实后方可启动实施',
      en: 'Delivery starts once the fund is committed.',
      holds: ({ data }) => data.fund !== undefined,
    },
    notTerminated: {
      of: ['commit-fund', 'check-condition', 'prepare-payment', 'approve-payment', 'instruct-payment'],
      zh: '项目已终止，不再拨付',
      en: 'The project is terminated; nothing more is paid.',
      holds: ({ data }) => !isTerminated(data),
    },
    conditionIsKnown: {
      of: 'check-condition',
      reads: ['tranche', 'condition'],
      zh: '该期拨付没有这一条件',
      en: 'The tranche has no such condition.',
      holds: ({ data }, { tranche, condition }) => {
        const conditions = nth(data.tranches, tranche)?.conditions ?? []
        return nth(conditions, condition) !== undefined
      },
    },
    checkedBeforePrepared: {
      of: 'check-condition',
      reads: ['tranche'],
      ...wrongStatus('待经办', 'waiting to be prepared'),
      holds: stands('planned', 'failed'),
    },
    mayBePrepared: {
      of: 'prepare-payment',
      reads: ['tranche'],
      ...wrongStatus('待经办', 'waiting to be prepared'),
      holds: stands('planned', 'failed'),
    },
    conditionsAreChecked: {
      of: 'prepare-payment',
      reads: ['tranche'],
      metBy: ['check-condition'],
      zh: '该期拨付条件须逐项核验并附证明材料',
      en: 'Every condition of the tranche must be checked and name its evidence.',
      holds: ({ data }, { tranche }) =>
        nth(data.tranches, tranche)?.conditions.every(({ checked }) => checked) ?? false,
    },
    earlierAreOver: {
      of: 'prepare-payment',
      reads: ['tranche'],
      metBy: ['confirm-payment', 'cancel-tranche'],
      zh: '前期拨付尚未到账或取消',
      en: 'An earlier tranche is neither paid nor cancelled.',
      holds: ({ data }, { tranche }) => data.tranches.slice(0, tranche - 1).every(isOver),
    },
    withinTheTranche: {
      of: 'prepare-payment',
      reads: ['tranche', 'amount'],
      zh: '拨付金额不得超过该期金额',
      en: 'The amount cannot be above that of the tranche.',
      holds: ({ data }, { tranche, amount }) => amount <= (nth(data.tranches, tranche)?.amount ?? 0),
    },
    withinTheCommitment: {
      of: 'prepare-payment',
      reads: ['tranche', 'amount'],
      zh: '已拨付和在途金额合计不得超过已落实金额',
      en: 'What is paid and under way cannot be above what is committed.',
      holds: ({ data }, { tranche, amount }) => boundBeside(data, tranche) + amount <= (data.fund?.amount ?? 0),
    },
    invoiceIsNew: {
      of: 'prepare-payment',
      reads: ['tranche', 'invoice'],
      ...paidOnOneInvoice,
      holds: ({ data }, { tranche, invoice }) => invoice === undefined || !usedBeside(data, tranche, invoice),
    },
    notWhileRectifying: {
      of: ['prepare-payment', 'approve-payment', 'instruct-payment'],
      metBy: ['close-rectification'],
      zh: '项目整改期间暂停拨付',
      en: 'Nothing is paid while the project is being put right.',
      holds: ({ data }) => data.midTerm !== 'C',
    },
    returnsPrepared: {
      of: 'return-payment',
      reads: ['tranche'],
      ...wrongStatus('待审批或待支付', 'prepared or approved'),
      holds: stands('prepared', 'approved'),
    },
    approvesPrepared: {
      of: 'approve-payment',
      reads: ['tranche'],
      metBy: ['prepare-payment'],
      ...wrongStatus('待审批', 'prepared'),
      holds: stands('prepared'),
    },
    approvesTheAmount: {
      of: 'approve-payment',
      reads: ['tranche', 'amount'],
      metBy: ['correct-payment', 'return-payment'],
      zh: '审批金额与经办金额不一致，请核对最新的经办金额，或退回重新经办',
      en: 'This is not the amount that is prepared: look at it again, or return the payment.',
      holds: ({ data }, { tranche, amount }) => nth(data.tranches, tranche)?.paying === amount,
    },
    instructsApproved: {
      of: 'instruct-payment',
      reads: ['tranche'],
      metBy: ['approve-payment'],
      ...wrongStatus('待支付', 'approved'),
      holds: stands('approved'),
    },
    confirmsInstructed: {
      of: 'confirm-payment',
      reads: ['tranche'],
      metBy: ['instruct-payment'],
      ...wrongStatus('支付中', 'instructed'),
      holds: stands('instructed'),
    },
    paidByToday: {
      of: 'confirm-payment',
      reads: ['paidOn'],
      zh: '到账日期不能晚于今天',
      en: 'The day of payment cannot be after today.',
      holds: ({ today }, { paidOn }) => paidOn <= today,
    },
    failsInstructed: {
      of: 'fail-payment',
      reads: ['tranche'],
      metBy: ['instruct-payment'],
      ...wrongStatus('支付中', 'instructed'),
      holds: stands('instructed'),
    },
    reconcilesPaid: {
      of: 'reconcile-payment',
      reads: ['tranche'],
      metBy: ['confirm-payment'],
      ...wrongStatus('已到账、未对账', 'paid and not yet reconciled'),
      holds: (facts, named) => stands('paid')(facts, named) && !nth(facts.data.tranches, named.tranche)?.reconciled,
    },
    cancelsUnprepared: {
      of: 'cancel-tranche',
      reads: ['tranche'],
      metBy: ['return-payment', 'fail-payment'],
      ...wrongStatus('待经办', 'waiting to be prepared'),
      holds: stands('planned', 'failed'),
    },
    contributionIsUnchecked: {
      of: 'check-matching-share',
      reads: ['contribution'],
      metBy: ['record-matching-share'],
      zh: '没有这一配套投入，或已核验',
      en: 'There is no such contribution, or it is checked.',
      holds: ({ data }, { contribution }) => nth(data.contributions, contribution)?.checked === false,
    },
    everyTrancheIsOver: {
      of: 'settle-payments',
      metBy: ['reconcile-payment', 'cancel-tranche'],
      zh: '各期拨付须已到账并对账，或已取消',
      en: 'Every tranche must be paid and reconciled, or cancelled.',
      holds: ({ data }) => data.tranches.every(each => each.status === 'cancelled' || each.reconciled),
    },
  },
  records: {
    MatchingShareRecorded: numbered<typeof events.MatchingShareRecorded>('contribution', d => d.contributions.length),
  },
  evolve: {
    AgreementDrawnUp: (data, { lines, matchingShare, tranches, from, until }, { revision }) => ({
      ...data,
      texts: { ...data.texts, agreement: revision },
      agreement: { lines, matchingShare, from, until },
      tranches: tranches.map(planned),
    }),
    AwardRenounced: data => ({ ...data, ended: true }),
    AgreementReopened: data => ({
      ...data,
      agreement: undefined,
      signedBy: { organisation: false, street: false },
      signedOn: undefined,
    }),
    AgreementSignedByOrganisation: signature('organisation'),
    AgreementSignedByStreet: signature('street'),
    DeliveryStarted: data => data,
    FundCommitted: (data, { funder, source, channel, amount }) => ({
      ...data,
      fund: { funder, source, channel, amount },
    }),
    ConditionChecked: (data, { tranche, condition }) => ({
      ...data,
      tranches: changed(data.tranches, tranche, each => ({
        ...each,
        conditions: changed(each.conditions, condition, one => ({ ...one, checked: true })),
      })),
    }),
    PaymentPrepared: (data, { tranche, amount, invoice }) => ({
      ...data,
      tranches: changed(data.tranches, tranche, each => ({ ...each, paying: amount, invoice, status: 'prepared' })),
    }),
    PaymentReturned: release('planned'),
    PaymentApproved: moveTo('approved'),
    PaymentInstructed: moveTo('instructed'),
    PaymentConfirmed: moveTo('paid'),
    PaymentFailed: release('failed'),
    PaymentReconciled: (data, { tranche }) => ({
      ...data,
      tranches: changed(data.tranches, tranche, each => ({ ...each, reconciled: true })),
    }),
    TrancheCancelled: moveTo('cancelled'),
    MatchingShareRecorded: (data, { amount }) => ({
      ...data,
      contributions: [...data.contributions, { amount, checked: false }],
    }),
    MatchingShareChecked: (data, { contribution }) => ({
      ...data,
      contributions: changed(data.contributions, contribution, each => ({ ...each, checked: true })),
    }),
    PaymentsSettled: data => ({ ...data, settled: true }),
  },
  permits: {
    'draw-up-agreement': over('street', 'bureau'),
    'renounce-award': [organisationsChair],
    'reopen-agreement': [organisationsChair, ...over('street', 'bureau')],
    'sign-agreement-as-organisation': [organisationsChair],
    'sign-agreement-as-street': over('street', 'bureau'),
    'start-delivery': [organisationsChair, ...over('street')],
    'commit-fund': [ofTheFunder, ...over('bureau')],
    'check-condition': over('street', 'bureau'),
    'prepare-payment': over('street', 'bureau'),
    'return-payment': over('finance'),
    'approve-payment': over('finance'),
    'instruct-payment': over('finance'),
    'confirm-payment': over('finance'),
    'fail-payment': over('finance'),
    'reconcile-payment': over('finance'),
    'cancel-tranche': over('street', 'bureau'),
    'record-matching-share': [organisationsChair],
    'check-matching-share': over('street', 'bureau'),
    'settle-payments': officesAndFinance,
  },
  apart: [
    {
      zh: '社会组织的人员不得代表街道签订协议或落实资金',
      en: 'Who belongs to the organisation does not sign for the street or commit the fund.',
      belongsTo: 'organisation',
      mayNot: ['draw-up-agreement', 'sign-agreement-as-street', 'commit-fund'],
    },
    {
      zh: '社会组织的人员不得核验本组织的拨付条件和配套投入',
      en: "Who belongs to the organisation does not check its tranches' conditions or its matching share.",
      belongsTo: 'organisation',
      mayNot: ['check-condition', 'check-matching-share'],
    },
    {
      zh: '社会组织的人员不得办理对本组织的拨付',
      en: 'Who belongs to the organisation does not handle payments to it.',
      belongsTo: 'organisation',
      mayNot: [
        'prepare-payment',
        'return-payment',
        'approve-payment',
        'instruct-payment',
        'confirm-payment',
        'fail-payment',
        'reconcile-payment',
        'cancel-tranche',
        'settle-payments',
      ],
    },
    {
      zh: '经办一期拨付的人不得审批或支付该期',
      en: 'Who prepared a payment does not approve or instruct it.',
      did: ['PaymentPrepared'],
      same: 'tranche',
      mayNot: ['approve-payment', 'instruct-payment'],
    },
    {
      zh: '核验一期拨付条件的人不得审批该期拨付',
      en: 'Who checked the conditions of a payment does not approve it.',
      did: ['ConditionChecked'],
      same: 'tranche',
      mayNot: ['approve-payment'],
    },
    {
      zh: '下达支付指令或确认到账的人不得对该期拨付对账',
      en: 'Who instructed or confirmed a payment does not reconcile it.',
      did: ['PaymentInstructed', 'PaymentConfirmed'],
      same: 'tranche',
      mayNot: ['reconcile-payment'],
    },
    {
      zh: '登记配套投入的人不得核验该项投入',
      en: 'Who recorded a matching share does not check it.',
      did: ['MatchingShareRecorded'],
      same: 'contribution',
      mayNot: ['check-matching-share'],
    },
    {
      zh: '发布需求、提出对接、录入评审结果或决定资助的人不得审批拨付',
      en: 'Who posted, matched or ranked the project, awarded or commissioned it, does not approve its payments.',
      did: ['NeedPosted', 'MatchProposed', 'RankEntered', 'Awarded', 'Commissioned'],
      mayNot: ['approve-payment'],
    },
    {
      zh: '项目所在轮次的评委不得落实资金、经办、审批或支付拨付',
      en: 'Who judged in the round of the project does not commit its fund, or prepare, approve or instruct its payments.',
      among: 'judges',
      mayNot: ['commit-fund', 'prepare-payment', 'approve-payment', 'instruct-payment'],
    },
    {
      zh: '在轮次中审查资格、排定名次或决定资助的人不得审批拨付',
      en: 'Who checked the proposal, settled the ranking or decided in its round does not approve its payments.',
      among: 'deciders',
      mayNot: ['approve-payment'],
    },
    {
      zh: '核实、走访或评估项目的人不得审批拨付',
      en: 'Who checked, visited or graded the project does not approve its payments.',
      did: ['ActivityChecked', 'SiteVisited', 'MidTermGraded', 'RectificationClosed', 'FinallyGraded'],
      mayNot: ['approve-payment'],
    },
  ],
  deadlines: {
    fundCommitted: {
      zh: '落实资金',
      en: 'the fund is committed',
      in: 'running.stage.funding.signed',
      after: { workingDays: lasting('commitFund') },
      ladder: [
        { at: { before: 1 }, remind: 'funder' },
        { at: { after: 1 }, escalate: 'bureau' },
      ],
    },
    firstPayment: {
      zh: '拨付首期资金',
      en: 'the first money is paid',
      in: 'running.payments.open.awaitingFirst',
      after: { workingDays: lasting('firstPayment'), from: ({ signedOn }) => signedOn },
      ladder: [
        { at: { before: 5 }, remind: 'finance' },
        { at: { before: 1 }, remind: 'finance' },
        { at: { after: 1 }, escalate: 'bureau' },
      ],
    },
  },
  states: {
    funding: {
      id: 'funding',
      meta: { zh: '资助', en: 'funding' },
      initial: 'agreement',
      states: {
        agreement: {
          meta: { zh: '协议商定中', en: 'agreement to be drawn up', next: ['street'] },
          on: {
            'draw-up-agreement': {
              target: 'signing',
              guard: all('tranchesAddUp', 'agreedLinesAddUp', 'periodRunsForward'),
              actions: 'AgreementDrawnUp',
            },
            'renounce-award': { target: '#declined', actions: 'AwardRenounced' },
          },
        },
        signing: {
          meta: { zh: '协议待签订', en: 'agreement to be signed by both sides' },
          type: 'parallel',
          on: {
            'reopen-agreement': { target: 'agreement', actions: 'AgreementReopened' },
            'renounce-award': { target: '#declined', actions: 'AwardRenounced' },
          },
          onDone: { target: 'signed' },
          states: {
            organisationSide: {
              meta: { zh: '组织方', en: "organisation's side" },
              initial: 'asked',
              states: {
                asked: {
                  meta: { zh: '待组织签订', en: 'organisation to sign', next: ['chair'] },
                  on: {
                    'sign-agreement-as-organisation': {
                      target: 'signed',
                      guard: all('signingIsActive'),
                      actions: 'AgreementSignedByOrganisation',
                    },
                  },
                },
                signed: { type: 'final', meta: { zh: '组织已签订', en: 'organisation signed' } },
              },
            },
            streetSide: {
              meta: { zh: '街道方', en: "street's side" },
              initial: 'asked',
              states: {
                asked: {
                  meta: { zh: '待街道签订', en: 'street to sign', next: ['street'] },
                  on: {
                    'sign-agreement-as-street': {
                      target: 'signed',
                      guard: all('signingIsActive'),
                      actions: 'AgreementSignedByStreet',
                    },
                  },
                },
                signed: { type: 'final', meta: { zh: '街道已签订', en: 'street signed' } },
              },
            },
          },
        },
        signed: {
          meta: { zh: '协议已签订', en: 'agreement signed', next: ['funder', 'chair'] },
          on: {
            'start-delivery': { target: '#delivery', guard: all('fundIsCommitted'), actions: 'DeliveryStarted' },
          },
        },
      },
    },
  },
})

/** Comes in on its own time, also after the last tranche. */
const matchingShare = {
  'record-matching-share': { actions: 'MatchingShareRecorded' },
  'check-matching-share': { guard: all('contributionIsUnchecked'), actions: 'MatchingShareChecked' },
} as const

/** The region beside the stages: later tranches are paid while delivery and evaluation run. */
export const payments = {
  meta: { zh: '资金拨付', en: 'payments' },
  initial: 'closed',
  states: {
    closed: {
      meta: { zh: '资金未落实', en: 'no fund committed', next: [] },
      on: {
        'commit-fund': {
          target: 'open',
          guard: all('agreementIsSigned', 'commitsTheAward', 'notTerminated'),
          actions: 'FundCommitted',
        },
      },
    },
    open: {
      meta: { zh: '拨付中', en: 'fund committed, tranches to be paid' },
      initial: 'awaitingFirst',
      on: {
        'check-condition': {
          guard: all('conditionIsKnown', 'checkedBeforePrepared', 'notTerminated'),
          actions: 'ConditionChecked',
        },
        'prepare-payment': {
          guard: all(
            'mayBePrepared',
            'conditionsAreChecked',
            'earlierAreOver',
            'withinTheTranche',
            'withinTheCommitment',
            'invoiceIsNew',
            'notWhileRectifying',
            'notTerminated',
          ),
          actions: 'PaymentPrepared',
        },
        'return-payment': { guard: all('returnsPrepared'), actions: 'PaymentReturned' },
        'approve-payment': {
          guard: all('approvesPrepared', 'approvesTheAmount', 'notWhileRectifying', 'notTerminated'),
          actions: 'PaymentApproved',
        },
        'instruct-payment': {
          guard: all('instructsApproved', 'notWhileRectifying', 'notTerminated'),
          actions: 'PaymentInstructed',
        },
        'fail-payment': { guard: all('failsInstructed'), actions: 'PaymentFailed' },
        'reconcile-payment': { guard: all('reconcilesPaid'), actions: 'PaymentReconciled' },
        'cancel-tranche': { guard: all('cancelsUnprepared'), actions: 'TrancheCancelled' },
        ...matchingShare,
        'settle-payments': { target: 'settled', guard: all('everyTrancheIsOver'), actions: 'PaymentsSettled' },
      },
      states: {
        awaitingFirst: {
          meta: { zh: '待拨付首期', en: 'first money to be paid', next: ['street', 'finance'] },
          on: {
            'confirm-payment': {
              target: 'begun',
              guard: all('confirmsInstructed', 'paidByToday'),
              actions: 'PaymentConfirmed',
            },
          },
        },
        begun: {
          meta: { zh: '已拨付首期', en: 'first money paid', next: ['street', 'finance'] },
          on: {
            'confirm-payment': { guard: all('confirmsInstructed', 'paidByToday'), actions: 'PaymentConfirmed' },
          },
        },
      },
    },
    settled: {
      meta: { zh: '拨付已办结', en: 'payments settled', next: [] },
      on: matchingShare,
    },
  },
} as const
