/** The ways out beside the main one: withdrawn, rejected, merged, suspended and resumed, terminated and recovered. */
import { z } from 'zod'
import { all } from '../../engine/definition.ts'
import { stage } from '../../engine/workflow.ts'
import { amount, day, evidence, reason } from '../fields.ts'
import { over } from '../roles.ts'
import {
  type Consulted,
  isSigned,
  isTerminated,
  type MicroProject,
  numbered,
  type ProjectFacts,
  paidOut,
  recovered,
  underway,
} from './data.ts'
import { bankReference, because, nothing, proofs, receipt, share } from './fields.ts'

const commands = {
  withdraw: because.meta({ zh: '撤回项目', en: 'Withdraw' }),
  reject: because.meta({ zh: '驳回项目', en: 'Reject' }),
  merge: z
    .strictObject({
      into: z.uuid().meta({ zh: '并入的项目', en: 'Project it is merged into' }),
      reason,
    })
    .meta({ zh: '合并重复项目', en: 'Merge a duplicate' }),
  suspend: because.meta({ zh: '暂停项目', en: 'Suspend' }),
  resume: because.meta({ zh: '恢复项目', en: 'Resume' }),
  terminate: z.strictObject({ reason, proofs }).meta({ zh: '终止项目', en: 'Terminate' }),
  'demand-recovery': z
    .strictObject({
      due: share.meta({ zh: '应追回金额', en: 'Amount due back', shows: 'fen', examples: [600_000] }),
      by: day.meta({ zh: '退还截止日', en: 'Due by' }),
      reason,
      calculation: evidence.meta({ zh: '清算依据', en: 'Calculation' }),
    })
    .meta({ zh: '确定应追回金额', en: 'Demand recovery' }),
  'record-recovery': z
    .strictObject({ amount, receivedOn: day.meta({ zh: '到账日期', en: 'Received on' }), bankReference })
    .meta({ zh: '登记退回资金', en: 'Record money returned' }),
  'waive-recovery': z
    .strictObject({ amount, reason, decision: evidence.meta({ zh: '核销决定', en: 'Decision' }) })
    .meta({ zh: '核销应追回资金', en: 'Waive recovery' }),
  'close-recovery': nothing.meta({ zh: '办结追回', en: 'Close the recovery' }),
}

const events = {
  ProjectWithdrawn: commands.withdraw.meta({ zh: '项目已撤回', en: 'project withdrawn' }),
  ProjectRejected: commands.reject.meta({ zh: '项目已驳回', en: 'project rejected' }),
  ProjectMerged: commands.merge.meta({ zh: '项目已合并', en: 'project merged' }),
  ProjectSuspended: commands.suspend.meta({ zh: '项目已暂停', en: 'project suspended' }),
  ProjectResumed: commands.resume.meta({ zh: '项目已恢复', en: 'project resumed' }),
  ProjectTerminated: commands.terminate.meta({ zh: '项目已终止', en: 'project terminated' }),
  RecoveryDemanded: commands['demand-recovery'].meta({ zh: '应追回金额已确定', en: 'recovery demanded' }),
  MoneyReturned: z
    .strictObject({ receipt, ...commands['record-recovery'].shape })
    .meta({ zh: '退回资金已登记', en: 'money returned' }),
  RecoveryWaived: commands['waive-recovery'].meta({ zh: '应追回资金已核销', en: 'recovery waived' }),
  RecoveryClosed: commands['close-recovery'].meta({ zh: '追回已办结', en: 'recovery closed' }),
}

const stillDue = (data: MicroProject): number =>
  data.recovery ? (data.recovery.due ?? 0) - recovered(data) - data.recovery.waived : 0

type Recovery = NonNullable<MicroProject['recovery']>
const recover = (data: MicroProject, change: (recovery: Recovery) => Partial<Recovery>): MicroProject => ({
  ...data,
  recovery: data.recovery && { ...data.recovery, ...change(data.recovery) },
})

const aboveDue = { zh: '金额超过尚未追回的金额', en: 'The amount is above what is still due.' }

export const sideExits = stage<MicroProject, Consulted>()({
  commands,
  events,
  rules: {
    /** Stands on every transition but the ways out; see `index.ts`. */
    notSuspended: {
      of: '*',
      metBy: ['resume'],
      zh: '项目已暂停，恢复后方可办理',
      en: 'The project is suspended; resume it first.',
      holds: ({ data }) => !data.suspended,
    },
    notYetSigned: {
      of: ['withdraw', 'reject'],
      zh: '协议已签订，不能撤回或驳回，应办理终止',
      en: 'The agreement is signed; the project can only be terminated.',
      holds: ({ data }) => !isSigned(data),
    },
    notYetMatched: {
      of: 'merge',
      metBy: ['withdraw-match', 'withdraw-proposal'],
      zh: '已有组织对接的项目不能合并，请先撤回对接',
      en: 'A project that an organisation is matched to is not merged; withdraw the match first.',
      holds: ({ data }) => data.match === undefined,
    },
    mergesIntoAnother: {
      of: 'merge',
      reads: ['into'],
      zh: '不能并入本项目',
      en: 'A project is not merged into itself.',
      holds: ({ id }, { into }) => into !== id,
    },
    twinExists: {
      of: 'merge',
      reads: ['into'],
      zh: '没有这一项目，或该项目已结束',
      en: 'There is no such project, or it is over.',
      holds: ({ consulted }: ProjectFacts) => consulted.twin?.need !== undefined && !consulted.twin.ended,
    },
    signedBefore: {
      of: 'terminate',
      zh: '协议尚未签订，应办理撤回或驳回',
      en: 'The agreement is not signed; withdraw or reject the project instead.',
      holds: ({ data }) => isSigned(data),
    },
    notTerminatedYet: {
      of: 'terminate',
      zh: '项目已终止',
      en: 'The project is terminated already.',
      holds: ({ data }) => !isTerminated(data),
    },
    noPaymentUnderWay: {
      of: 'demand-recovery',
      metBy: ['confirm-payment', 'fail-payment'],
      zh: '尚有支付中的资金，确认到账或登记失败后方可清算',
      en: 'A payment is under way; record whether it arrived before reckoning up.',
      holds: ({ data }) => !underway(data),
    },
    dueWithinPaid: {
      of: 'demand-recovery',
      reads: ['due'],
      zh: '应追回金额不得超过已拨付金额',
      en: 'What is due back cannot be above what was paid.',
      holds: ({ data }, { due }) => due <= paidOut(data),
    },
    recoveredWithinDue: {
      of: 'record-recovery',
      reads: ['amount'],
      ...aboveDue,
      holds: ({ data }, { amount }) => amount <= stillDue(data),
    },
    receivedByToday: {
      of: 'record-recovery',
      reads: ['receivedOn'],
      zh: '到账日期不能晚于今天',
      en: 'The day it was received cannot be after today.',
      holds: ({ today }, { receivedOn }) => receivedOn <= today,
    },
    waivedWithinDue: {
      of: 'waive-recovery',
      reads: ['amount'],
      ...aboveDue,
      holds: ({ data }, { amount }) => amount <= stillDue(data),
    },
    nothingIsDue: {
      of: 'close-recovery',
      metBy: ['record-recovery', 'waive-recovery'],
      zh: '应追回资金尚未全部退回或核销',
      en: 'What is due is neither returned nor waived in full.',
      holds: ({ data }) => stillDue(data) === 0,
    },
  },
  records: {
    MoneyReturned: numbered<typeof events.MoneyReturned>('receipt', data => data.recovery?.receipts.length ?? 0),
  },
  evolve: {
    ProjectWithdrawn: data => ({ ...data, ended: true }),
    ProjectRejected: data => ({ ...data, ended: true }),
    ProjectMerged: data => ({ ...data, ended: true }),
    ProjectSuspended: data => ({ ...data, suspended: true }),
    ProjectResumed: data => ({ ...data, suspended: false }),
    ProjectTerminated: data => ({ ...data, recovery: { receipts: [], waived: 0 } }),
    RecoveryDemanded: (data, { due, by }) => ({ ...data, recovery: { receipts: [], waived: 0, due, by } }),
    MoneyReturned: (data, { amount }) => recover(data, ({ receipts }) => ({ receipts: [...receipts, amount] })),
    RecoveryWaived: (data, { amount }) => recover(data, ({ waived }) => ({ waived: waived + amount })),
    RecoveryClosed: data => ({ ...data, ended: true }),
  },
  permits: {
    withdraw: over('community', 'street'),
    reject: over('street', 'bureau'),
    merge: over('street', 'bureau'),
    suspend: over('street', 'bureau'),
    resume: over('street', 'bureau'),
    terminate: over('street', 'bureau'),
    'demand-recovery': over('street', 'bureau'),
    'record-recovery': over('finance'),
    'waive-recovery': over('bureau'),
    'close-recovery': over('bureau', 'finance'),
  },
  apart: [
    {
      zh: '社会组织的人员不得决定本组织项目的驳回、暂停、恢复或终止',
      en: 'Who belongs to the organisation does not reject, suspend, resume or terminate its project.',
      belongsTo: 'organisation',
      mayNot: ['withdraw', 'reject', 'suspend', 'resume', 'terminate'],
    },
    {
      zh: '社会组织的人员不得办理本组织应退资金的追回和核销',
      en: 'Who belongs to the organisation does not handle the recovery of money from it.',
      belongsTo: 'organisation',
      mayNot: ['demand-recovery', 'record-recovery', 'waive-recovery', 'close-recovery'],
    },
    {
      zh: '确定应追回金额的人不得核销',
      en: 'Who demanded the recovery does not waive it.',
      did: ['RecoveryDemanded'],
      mayNot: ['waive-recovery'],
    },
    {
      zh: '登记退回资金或核销的人不得办结追回',
      en: 'Who recorded money returned or waived it does not close the recovery.',
      did: ['MoneyReturned', 'RecoveryWaived'],
      mayNot: ['close-recovery'],
    },
  ],
  deadlines: {
    moneyReturned: {
      zh: '退还应追回资金',
      en: 'the money is returned',
      in: 'running.stage.recovery.collecting',
      after: { days: 0, from: ({ recovery }) => recovery?.by },
      ladder: [
        { at: { before: 5 }, remind: 'chair' },
        { at: 0, remind: 'finance' },
        { at: { after: 7 }, escalate: 'bureau' },
      ],
    },
  },
  /** On the region of the stages: the same ways out of each of them, told apart by how far the project is. */
  on: {
    withdraw: { target: '#withdrawn', guard: all('notYetSigned'), actions: 'ProjectWithdrawn' },
    reject: { target: '#rejected', guard: all('notYetSigned'), actions: 'ProjectRejected' },
    merge: {
      target: '#merged',
      guard: all('notYetMatched', 'mergesIntoAnother', 'twinExists'),
      actions: 'ProjectMerged',
    },
    terminate: {
      target: '.recovery',
      guard: all('signedBefore', 'notTerminatedYet'),
      actions: 'ProjectTerminated',
    },
  },
  states: {
    recovery: {
      meta: { zh: '资金追回', en: 'recovery' },
      initial: 'reckoning',
      states: {
        reckoning: {
          meta: { zh: '清算中', en: 'being reckoned up', next: ['street', 'bureau'] },
          on: {
            'demand-recovery': {
              target: 'collecting',
              guard: all('noPaymentUnderWay', 'dueWithinPaid'),
              actions: 'RecoveryDemanded',
            },
          },
        },
        collecting: {
          meta: { zh: '追回中', en: 'money being recovered', next: ['finance', 'bureau'] },
          on: {
            'record-recovery': { guard: all('recoveredWithinDue', 'receivedByToday'), actions: 'MoneyReturned' },
            'waive-recovery': { guard: all('waivedWithinDue'), actions: 'RecoveryWaived' },
            'close-recovery': { target: '#terminated', guard: all('nothingIsDue'), actions: 'RecoveryClosed' },
          },
        },
      },
    },
  },
})

export const standing = {
  meta: { zh: '项目状态', en: 'standing' },
  initial: 'active',
  states: {
    active: {
      meta: { zh: '正常', en: 'active', next: [] },
      on: { suspend: { target: 'suspended', actions: 'ProjectSuspended' } },
    },
    suspended: {
      meta: { zh: '已暂停', en: 'suspended', next: ['street', 'bureau'] },
      on: { resume: { target: 'active', actions: 'ProjectResumed' } },
    },
  },
} as const
