/** 以奖代补: one call and the grant it leads to, paid milestone by milestone once the results are shown. */
import { z } from 'zod'
import { correcting, noCorrections } from '../../engine/correction.ts'
import { all, type Corrections, type Facts, type Permit } from '../../engine/definition.ts'
import { lifecycle } from '../../engine/workflow.ts'
import { amount, day, evidence, freeText, organisation, reason, text } from '../../workflows/fields.ts'
import { bankReference, minutes, proofs, score } from '../../workflows/micro-project/fields.ts'
import { type Organisation, peopleOf } from '../../workflows/organisation.ts'
import { place } from '../../workflows/places/place-field.ts'
import { roles } from '../../workflows/roles.ts'

// ── messages ────────────────────────────────────────────────────────────────────────────────────

const milestone = z
  .int()
  .positive()
  .max(12)
  .meta({ zh: '节点序号', en: 'Milestone', examples: [1] })
const because = z.strictObject({ reason })
const nothing = z.strictObject({})

const commands = {
  'open-call': z
    .strictObject({
      title: text(80).meta({ zh: '征集名称', en: 'Call', examples: ['水果湖街道2026年邻里创意征集'] }),
      place,
      atMost: amount.meta({ zh: '资助上限', en: 'Grant at most', shows: 'fen' }),
      passMark: score.meta({ zh: '合格分', en: 'Pass mark', examples: ['60.00'] }),
      applyBy: day.meta({ zh: '申报截止日', en: 'Apply by' }),
    })
    .meta({ zh: '发布征集', en: 'Open the call' }),
  'close-call': because.meta({ zh: '结束征集', en: 'Close the call' }),
  apply: z
    .strictObject({
      organisation,
      idea: freeText(2000).meta({ zh: '创意说明', en: 'Idea' }),
      milestones: z
        .array(z.strictObject({ result: freeText(200).meta({ zh: '应达成果', en: 'Result to show' }), amount }))
        .min(1)
        .max(12)
        .meta({ zh: '节点', en: 'Milestones' }),
    })
    .meta({ zh: '申报', en: 'Apply' }),
  'pass-eligibility': nothing.meta({ zh: '资格审查通过', en: 'Pass eligibility' }),
  'fail-eligibility': because.meta({ zh: '资格审查不通过', en: 'Fail eligibility' }),
  'enter-review': z.strictObject({ score, minutes }).meta({ zh: '录入评审结果', en: 'Enter the panel review' }),
  award: nothing.meta({ zh: '确定奖补', en: 'Award' }),
  'sign-agreement': z
    .strictObject({ document: evidence.meta({ zh: '协议文本', en: 'Text of the agreement' }) })
    .meta({ zh: '签订协议', en: 'Sign the agreement' }),
  'show-milestone': z.strictObject({ milestone, proofs }).meta({ zh: '提交节点成果', en: 'Show a milestone' }),
  'approve-milestone': z.strictObject({ milestone }).meta({ zh: '核验节点成果', en: 'Approve a milestone' }),
  'pay-milestone': z.strictObject({ milestone, bankReference }).meta({ zh: '兑付节点奖补', en: 'Pay a milestone' }),
  'submit-report': z.strictObject({ proofs }).meta({ zh: '提交结项报告', en: 'Submit the report' }),
  'return-report': because.meta({ zh: '退回结项报告', en: 'Return the report' }),
  'close-out': nothing.meta({ zh: '结项', en: 'Close out' }),
}

const events = {
  CallOpened: commands['open-call'].meta({ zh: '征集已发布', en: 'call opened' }),
  CallClosed: because.meta({ zh: '征集已结束', en: 'call closed' }),
  ApplicationReceived: commands.apply.meta({ zh: '已申报', en: 'application received' }),
  EligibilityPassed: nothing.meta({ zh: '资格审查已通过', en: 'eligibility passed' }),
  EligibilityFailed: because.meta({ zh: '资格审查未通过', en: 'eligibility failed' }),
  ReviewPassed: commands['enter-review'].meta({ zh: '评审合格', en: 'review passed' }),
  ReviewFailed: commands['enter-review'].meta({ zh: '评审未合格', en: 'review failed' }),
  GrantAwarded: nothing.meta({ zh: '奖补已确定', en: 'grant awarded' }),
  AgreementSigned: commands['sign-agreement'].meta({ zh: '协议已签订', en: 'agreement signed' }),
  MilestoneShown: commands['show-milestone'].meta({ zh: '节点成果已提交', en: 'milestone shown' }),
  MilestoneApproved: commands['approve-milestone'].meta({ zh: '节点成果已核验', en: 'milestone approved' }),
  MilestonePaid: commands['pay-milestone'].meta({ zh: '节点奖补已兑付', en: 'milestone paid' }),
  ReportSubmitted: commands['submit-report'].meta({ zh: '结项报告已提交', en: 'report submitted' }),
  ReportReturned: because.meta({ zh: '结项报告已退回', en: 'report returned' }),
  GrantClosed: nothing.meta({ zh: '已结项', en: 'grant closed' }),
}

// ── data, and what rules ask of it ──────────────────────────────────────────────────────────────

type Milestone = { result: string; amount: number; status: 'ahead' | 'shown' | 'approved' | 'paid' }
type Grant = Omit<z.infer<(typeof commands)['open-call']>, 'place'> & {
  place?: string
  organisation?: string
  milestones: readonly Milestone[]
  corrections: Corrections
}
type Consulted = { organisation: Organisation }
type Now = Facts<Grant, Consulted>

/** An application that failed leaves the call as it was. */
const openAgain = (data: Grant): Grant => ({ ...data, organisation: undefined, milestones: [] })

type Named = { milestone: number }
const stands =
  (status: Milestone['status']) =>
  ({ data }: Now, { milestone }: Named): boolean =>
    data.milestones[milestone - 1]?.status === status
const moveTo =
  (status: Milestone['status']) =>
  (data: Grant, { milestone }: Named): Grant => ({
    ...data,
    milestones: data.milestones.map((each, index) => (index === milestone - 1 ? { ...each, status } : each)),
  })
const wrongMilestone = (zh: string, en: string) => ({
  zh: `没有这一节点，或其状态不是“${zh}”`,
  en: `Either there is no such milestone, or it is not ${en}.`,
})

const over = (...offices: string[]): Permit[] => offices.map(role => ({ role, over: 'place' }))
const chair: Permit = { role: 'chair', in: 'organisation' }

// ── what may be corrected ───────────────────────────────────────────────────────────────────────

const { correct, corrections } = correcting<Grant, Consulted>()(events, reason)

const corrected = corrections(
  correct('correct-payment', {
    zh: '兑付流水',
    en: 'payment of a milestone',
    of: ['MilestonePaid'],
    at: 'milestone',
    fields: ['bankReference'],
    event: 'PaymentCorrected',
    by: over('finance'),
    second: over('finance'),
    rules: {
      correctsPaid: { reads: ['milestone'], ...wrongMilestone('已兑付', 'paid'), holds: stands('paid') },
    },
    apply: data => data,
  }),
)

// ── the lifecycle ───────────────────────────────────────────────────────────────────────────────

export const creativeGrant = lifecycle<Grant, Consulted>()({
  name: 'creative-grant',
  title: { zh: '以奖代补', en: 'Creative grant' },
  about: {
    zh: '一次创意征集及其奖补：征集、申报、资格审查、评审、确定、协议、按节点兑付、报告、结项。',
    en: 'One call and its grant: call, application, eligibility, panel review, award, agreement, payment by milestone, report, closeout.',
  },
  version: 1,
  roles,
  start: { title: '', atMost: 0, passMark: '0.00', applyBy: '', milestones: [], corrections: noCorrections },
  commands,
  events,
  corrected,
  rules: {
    callIsOpen: {
      of: 'apply',
      zh: '申报已截止',
      en: 'The call is over.',
      holds: ({ data, today }) => today <= data.applyBy,
    },
    applicantIsActive: {
      of: 'apply',
      reads: ['organisation'],
      zh: '该组织未入册，或已暂停、注销',
      en: 'The organisation is not on the register, suspended or dissolved.',
      holds: ({ consulted }: Now) => consulted.organisation?.standing === 'active',
    },
    withinTheGrant: {
      of: 'apply',
      reads: ['milestones'],
      zh: '各节点金额合计超过资助上限',
      en: 'The milestones add up to more than the grant.',
      holds: ({ data }, { milestones }) => milestones.reduce((sum, { amount }) => sum + amount, 0) <= data.atMost,
    },
    reachesPassMark: {
      of: 'enter-review',
      reads: ['score'],
      zh: '达到合格分的进入确定奖补',
      en: 'From the pass mark on the application may be awarded.',
      holds: ({ data }, { score }) => Number(score) >= Number(data.passMark),
    },
    missesPassMark: {
      of: 'enter-review',
      reads: ['score'],
      zh: '未达到合格分的重新征集',
      en: 'Below the pass mark the call is open again.',
      holds: ({ data }, { score }) => Number(score) < Number(data.passMark),
    },
    showsAhead: {
      of: 'show-milestone',
      reads: ['milestone'],
      ...wrongMilestone('待提交', 'still ahead'),
      holds: stands('ahead'),
    },
    approvesShown: {
      of: 'approve-milestone',
      reads: ['milestone'],
      metBy: ['show-milestone'],
      ...wrongMilestone('已提交', 'shown'),
      holds: stands('shown'),
    },
    paysApproved: {
      of: 'pay-milestone',
      reads: ['milestone'],
      metBy: ['approve-milestone'],
      ...wrongMilestone('已核验', 'approved'),
      holds: stands('approved'),
    },
    everyMilestoneIsPaid: {
      of: 'submit-report',
      metBy: ['pay-milestone'],
      zh: '各节点奖补兑付后方可提交结项报告',
      en: 'The report follows when every milestone is paid.',
      holds: ({ data }) => data.milestones.every(({ status }) => status === 'paid'),
    },
  },
  consults: {
    organisation: (data, command) => ({
      workflow: 'organisation',
      id: command.type === 'apply' ? command.data.organisation : data.organisation,
    }),
  },
  chart: {
    initial: 'blank',
    states: {
      blank: {
        meta: { zh: '未发布', en: 'not opened' },
        on: { 'open-call': { target: 'open', actions: 'CallOpened' } },
      },
      open: {
        meta: { zh: '征集中', en: 'call open', next: ['chair'] },
        on: {
          apply: {
            target: 'applied',
            guard: all('callIsOpen', 'applicantIsActive', 'withinTheGrant'),
            actions: 'ApplicationReceived',
          },
          'close-call': { target: 'lapsed', actions: 'CallClosed' },
        },
      },
      applied: {
        meta: { zh: '待资格审查', en: 'eligibility to be checked', next: ['street'] },
        on: {
          'pass-eligibility': { target: 'reviewing', actions: 'EligibilityPassed' },
          'fail-eligibility': { target: 'open', actions: 'EligibilityFailed' },
        },
      },
      reviewing: {
        meta: { zh: '评审中', en: 'panel review', next: ['bureau'] },
        on: {
          'enter-review': [
            { target: 'reviewed', guard: all('reachesPassMark'), actions: 'ReviewPassed' },
            { target: 'open', guard: all('missesPassMark'), actions: 'ReviewFailed' },
          ],
        },
      },
      reviewed: {
        meta: { zh: '待确定奖补', en: 'to be awarded', next: ['street'] },
        on: { award: { target: 'awarded', actions: 'GrantAwarded' } },
      },
      awarded: {
        meta: { zh: '待签订协议', en: 'agreement to be signed', next: ['chair'] },
        on: { 'sign-agreement': { target: 'delivering', actions: 'AgreementSigned' } },
      },
      delivering: {
        meta: { zh: '实施并按节点兑付', en: 'delivered and paid by milestone', next: ['chair', 'street', 'finance'] },
        on: {
          ...corrected.on,
          'show-milestone': { guard: all('showsAhead'), actions: 'MilestoneShown' },
          'approve-milestone': { guard: all('approvesShown'), actions: 'MilestoneApproved' },
          'pay-milestone': { guard: all('paysApproved'), actions: 'MilestonePaid' },
          'submit-report': { target: 'reported', guard: all('everyMilestoneIsPaid'), actions: 'ReportSubmitted' },
        },
      },
      reported: {
        meta: { zh: '待结项', en: 'to be closed out', next: ['street'] },
        on: {
          'return-report': { target: 'delivering', actions: 'ReportReturned' },
          'close-out': { target: 'closed', actions: 'GrantClosed' },
        },
      },
      closed: { type: 'final', meta: { zh: '已结项', en: 'closed out' } },
      lapsed: { type: 'final', meta: { zh: '征集已结束', en: 'call closed without a grant' } },
    },
  },
  evolve: {
    CallOpened: (data, call) => ({ ...data, ...call }),
    CallClosed: data => data,
    ApplicationReceived: (data, { organisation, milestones }) => ({
      ...data,
      organisation,
      milestones: milestones.map(each => ({ ...each, status: 'ahead' })),
    }),
    EligibilityPassed: data => data,
    EligibilityFailed: openAgain,
    ReviewPassed: data => data,
    ReviewFailed: openAgain,
    GrantAwarded: data => data,
    AgreementSigned: data => data,
    MilestoneShown: moveTo('shown'),
    MilestoneApproved: moveTo('approved'),
    MilestonePaid: moveTo('paid'),
    ReportSubmitted: data => data,
    ReportReturned: data => data,
    GrantClosed: data => data,
  },
  permits: {
    'open-call': over('street', 'bureau'),
    'close-call': over('street', 'bureau'),
    apply: [chair],
    'pass-eligibility': over('street'),
    'fail-eligibility': over('street'),
    'enter-review': over('bureau'),
    award: over('street', 'bureau'),
    'sign-agreement': [chair],
    'show-milestone': [chair, { role: 'member', in: 'organisation' }],
    'approve-milestone': over('street', 'bureau'),
    'pay-milestone': over('finance'),
    'submit-report': [chair],
    'return-report': over('street', 'bureau'),
    'close-out': over('street', 'bureau'),
  },
  apart: [
    {
      zh: '社会组织的人员不得审查、评定或兑付本组织的奖补',
      en: 'Who belongs to the organisation does not check, award or pay its own grant.',
      belongsTo: 'organisation',
      mayNot: [
        'pass-eligibility',
        'fail-eligibility',
        'enter-review',
        'award',
        'approve-milestone',
        'pay-milestone',
        'return-report',
        'close-out',
      ],
    },
    {
      zh: '录入评审结果的人不得确定奖补',
      en: 'Who entered the review does not award.',
      did: ['ReviewPassed'],
      mayNot: ['award'],
    },
    {
      zh: '核验节点成果的人不得兑付该节点',
      en: 'Who approved a milestone does not pay it.',
      did: ['MilestoneApproved'],
      same: 'milestone',
      mayNot: ['pay-milestone'],
    },
  ],
  deadlines: {
    eligibilityChecked: {
      zh: '完成资格审查',
      en: 'eligibility is checked',
      in: 'applied',
      after: { workingDays: 5 },
      ladder: [
        { at: { before: 1 }, remind: 'street' },
        { at: { after: 1 }, escalate: 'bureau' },
      ],
    },
  },
  place: (data, command) => (command?.type === 'open-call' ? command.data.place : data.place),
  within: {
    organisation: (data, command) => (command?.type === 'apply' ? command.data.organisation : data.organisation),
  },
  members: {
    organisation: ({ consulted, today }) => (consulted.organisation ? peopleOf(consulted.organisation, today) : []),
  },
  intake: { commands: ['apply', 'show-milestone'], by: over('street') },
  sees: [...over('street', 'bureau', 'finance'), chair, { role: 'member', in: 'organisation' }],
  label: ({ title }) => title,
})
