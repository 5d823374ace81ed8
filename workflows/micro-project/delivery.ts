/** 实施: activities with evidence, guidance and visits, changes, the mid-term grade and what a poor one leads to. */
import { z } from 'zod'
import { all } from '../../engine/definition.ts'
import { stage } from '../../engine/workflow.ts'
import { amount, choice, count, day, daysFrom, freeText } from '../fields.ts'
import { covers } from '../places/places.ts'
import { over } from '../roles.ts'
import {
  type Change,
  type Consulted,
  changed,
  hasOpenChange,
  type MicroProject,
  nth,
  numbered,
  ofTheFunder,
  organisationsChair,
  organisationsMember,
  type ProjectFacts,
  packOf,
} from './data.ts'
import { activity, type BudgetLines, because, change, changeKind, grade, line, nothing, proofs } from './fields.ts'

// ── messages ────────────────────────────────────────────────────────────────────────────────────

const findings = freeText(2000).meta({ zh: '情况记录', en: 'Findings' })
const done = {
  on: day.meta({ zh: '活动日期', en: 'Day' }),
  what: freeText(500).meta({ zh: '活动内容', en: 'What was done', examples: ['上门探访独居老人二十一户'] }),
  participants: count.meta({ zh: '参加人数', en: 'Participants', examples: [21] }),
  proofs,
}
const proven = {
  confirmed: { zh: '属实', en: 'confirmed' },
  unproven: { zh: '证据不足', en: 'not proven' },
}
const asked = {
  kind: changeKind,
  explanation: freeText(1000).meta({ zh: '变更理由', en: 'Why' }),
  from: line.optional().meta({ zh: '调出科目序号', en: 'From budget line' }),
  to: line.optional().meta({ zh: '调入科目序号', en: 'To budget line' }),
  amount: amount.optional().meta({ zh: '调整金额', en: 'Amount to move', shows: 'fen' }),
  until: day.optional().meta({ zh: '新的实施截止日', en: 'New last day' }),
}
const graded = z.strictObject({ grade, findings, proofs })
const theChange = z.strictObject({ change })

const commands = {
  'log-activity': z.strictObject(done).meta({ zh: '登记活动', en: 'Log an activity' }),
  'check-activity': z
    .strictObject({ activity, finding: choice(proven, { zh: '核实结果', en: 'Finding' }), findings })
    .meta({ zh: '核实活动', en: 'Check an activity' }),
  'visit-site': z
    .strictObject({ on: day.meta({ zh: '走访日期', en: 'Day' }), findings, proofs: proofs.optional() })
    .meta({ zh: '现场走访', en: 'Visit the site' }),
  'give-guidance': z
    .strictObject({
      on: day.meta({ zh: '指导日期', en: 'Day' }),
      advice: freeText(2000).meta({ zh: '指导意见', en: 'Advice' }),
    })
    .meta({ zh: '开展指导', en: 'Give guidance' }),
  'request-change': z.strictObject(asked).meta({ zh: '申请变更', en: 'Request a change' }),
  'endorse-change': theChange.meta({ zh: '初审变更', en: 'Endorse a change' }),
  'approve-change': theChange.meta({ zh: '批准变更', en: 'Approve a change' }),
  'reject-change': z.strictObject({ change, ...because.shape }).meta({ zh: '驳回变更', en: 'Reject a change' }),
  'grade-mid-term': graded.meta({ zh: '中期评估', en: 'Grade at mid-term' }),
  'reopen-mid-term': because.meta({ zh: '撤销中期评估', en: 'Reopen the mid-term evaluation' }),
  'open-rectification': z
    .strictObject({
      until: day.meta({ zh: '整改截止日', en: 'Put right by' }),
      demands: z.array(freeText(300)).min(1).max(20).meta({ zh: '整改要求', en: 'What must be put right' }),
    })
    .meta({ zh: '开始整改', en: 'Open rectification' }),
  'report-rectification': z
    .strictObject({ report: freeText(2000).meta({ zh: '整改情况', en: 'What was put right' }), proofs })
    .meta({ zh: '报告整改情况', en: 'Report rectification' }),
  'close-rectification': graded.meta({ zh: '复核整改', en: 'Close rectification' }),
  'complete-delivery': nothing.meta({ zh: '完成实施', en: 'Complete delivery' }),
}

const events = {
  ActivityLogged: z.strictObject({ activity, ...done }).meta({ zh: '活动已登记', en: 'activity logged' }),
  ActivityChecked: commands['check-activity'].meta({ zh: '活动已核实', en: 'activity checked' }),
  SiteVisited: commands['visit-site'].meta({ zh: '已现场走访', en: 'site visited' }),
  GuidanceGiven: commands['give-guidance'].meta({ zh: '已开展指导', en: 'guidance given' }),
  ChangeRequested: z.strictObject({ change, ...asked }).meta({ zh: '已申请变更', en: 'change requested' }),
  ChangeEndorsed: commands['endorse-change'].meta({ zh: '变更已初审', en: 'change endorsed' }),
  ChangeApproved: commands['approve-change'].meta({ zh: '变更已批准', en: 'change approved' }),
  ChangeRejected: commands['reject-change'].meta({ zh: '变更已驳回', en: 'change rejected' }),
  MidTermGraded: commands['grade-mid-term'].meta({ zh: '中期评估已完成', en: 'graded at mid-term' }),
  MidTermReopened: commands['reopen-mid-term'].meta({ zh: '中期评估已撤销', en: 'mid-term evaluation reopened' }),
  RectificationOpened: commands['open-rectification'].meta({ zh: '整改已开始', en: 'rectification opened' }),
  RectificationReported: commands['report-rectification'].meta({ zh: '整改情况已报告', en: 'rectification reported' }),
  RectificationClosed: commands['close-rectification'].meta({ zh: '整改已复核', en: 'rectification closed' }),
  DeliveryCompleted: commands['complete-delivery'].meta({ zh: '项目实施完成', en: 'delivery completed' }),
}

// ── rules' words ────────────────────────────────────────────────────────────────────────────────

const notAhead = ({ today }: ProjectFacts, { on }: { on: string }): boolean => on <= today
const ahead = { zh: '日期不能晚于今天', en: 'The day cannot be after today.' }

type Named = { change: number }
const isOpen = ({ data }: ProjectFacts, { change }: Named): boolean => nth(data.changes, change)?.status === 'open'
const notOpen = { zh: '没有这一变更申请，或已办结', en: 'There is no such change request, or it is decided.' }
const isOfKind =
  (...kinds: Change['kind'][]) =>
  ({ data }: ProjectFacts, { change }: Named): boolean => {
    const named = nth(data.changes, change)
    return named !== undefined && kinds.includes(named.kind)
  }

/** Small moves add up: many of them are a big one. */
const movesLittle = (facts: ProjectFacts, named: Named): boolean => {
  const { data } = facts
  const moving = data.moved + (nth(data.changes, named.change)?.amount ?? 0)
  return moving * 100 <= data.award * packOf(facts).limits.movedByStreet
}

const actsAs =
  (...offices: string[]) =>
  ({ data, actor }: ProjectFacts): boolean =>
    actor.posts.some(({ role, place }) => offices.includes(role) && covers(place ?? '', data.need?.place ?? ''))
const actsForFunder = ({ data, actor }: ProjectFacts): boolean =>
  actor.posts.some(({ role, organisation }) => role === 'funder' && organisation === data.fund?.funder)

type Asked = z.infer<z.ZodObject<typeof asked>>
/** Says all that its kind needs, and nothing else. */
const isWhole = ({ kind, from, to, amount, until }: Asked): boolean => {
  const moves = [from, to, amount].filter(each => each !== undefined).length
  if (kind === 'budget-line') return moves === 3 && until === undefined && from !== to
  return moves === 0 && (kind === 'schedule') === (until !== undefined)
}
const linesCarry = (lines: BudgetLines, { from, to, amount }: Asked): boolean =>
  from === undefined ||
  to === undefined ||
  ((nth(lines, from)?.amount ?? 0) > (amount ?? 0) && nth(lines, to) !== undefined)

// ── fold ────────────────────────────────────────────────────────────────────────────────────────

const moved = (lines: BudgetLines, { from = 0, to = 0, amount = 0 }: Change): BudgetLines =>
  lines.map((each, index) => {
    if (index === from - 1) return { ...each, amount: each.amount - amount }
    return index === to - 1 ? { ...each, amount: each.amount + amount } : each
  })

const applied = (data: MicroProject, { change: number }: Named): MicroProject => {
  const change = nth(data.changes, number)
  if (!change || !data.agreement) return data
  const { lines, until } = data.agreement
  return {
    ...data,
    agreement: { ...data.agreement, lines: moved(lines, change), until: change.until ?? until },
    moved: data.moved + (change.amount ?? 0),
    changes: changed(data.changes, number, each => ({ ...each, status: 'approved' })),
  }
}

/** Before anything else follows from the grade, it is given anew. */
const reopened = {
  'reopen-mid-term': { target: 'underway', guard: all('midTermNotRectified'), actions: 'MidTermReopened' },
} as const

export const delivery = stage<MicroProject, Consulted>()({
  commands,
  events,
  rules: {
    activityNotAhead: { of: 'log-activity', reads: ['on'], ...ahead, holds: notAhead },
    visitNotAhead: { of: 'visit-site', reads: ['on'], ...ahead, holds: notAhead },
    guidanceNotAhead: { of: 'give-guidance', reads: ['on'], ...ahead, holds: notAhead },
    activityIsUnchecked: {
      of: 'check-activity',
      reads: ['activity'],
      metBy: ['log-activity'],
      zh: '没有这一活动，或已核实',
      en: 'There is no such activity, or it is checked.',
      holds: ({ data }, { activity }) => nth(data.activities, activity) === 'logged',
    },
    changeIsWhole: {
      of: 'request-change',
      reads: ['kind', 'from', 'to', 'amount', 'until'],
      zh: '预算科目调整须填调出、调入科目和金额，进度调整须填新的截止日，不填无关内容',
      en: 'A change between budget lines names both lines and the amount, one of the schedule the new last day, and neither says more.',
      holds: (_, input) => isWhole(input),
    },
    linesCarryChange: {
      of: 'request-change',
      reads: ['from', 'to', 'amount'],
      zh: '没有这一预算科目，或调出科目余额不足',
      en: 'There is no such budget line, or the one to take from is too small.',
      holds: ({ data }, input) => linesCarry(data.agreement?.lines ?? [], input as Asked),
    },
    newEndIsAhead: {
      of: 'request-change',
      reads: ['until'],
      zh: '新的实施截止日不能早于今天',
      en: 'The new last day cannot be before today.',
      holds: ({ today }, { until }) => until === undefined || until >= today,
    },
    endorsedIsOpen: { of: 'endorse-change', reads: ['change'], ...notOpen, holds: isOpen },
    endorsedIsScope: {
      of: 'endorse-change',
      reads: ['change'],
      zh: '只有实施内容调整须先经街道办初审',
      en: 'Only a change of scope is endorsed first.',
      holds: isOfKind('scope'),
    },
    approvedIsOpen: { of: 'approve-change', reads: ['change'], ...notOpen, holds: isOpen },
    changesSchedule: {
      of: 'approve-change',
      reads: ['change'],
      zh: '进度调整由社区或街道办批准',
      en: 'A change of the schedule is approved by community or street.',
      holds: isOfKind('schedule'),
    },
    changesLines: {
      of: 'approve-change',
      reads: ['change'],
      zh: '预算科目调整按金额分级批准',
      en: 'A change between budget lines is approved by its size.',
      holds: isOfKind('budget-line'),
    },
    changesScope: {
      of: 'approve-change',
      reads: ['change'],
      zh: '实施内容调整经街道办初审后由资助方批准',
      en: 'A change of scope is endorsed by the street and approved by the funder.',
      holds: isOfKind('scope'),
    },
    movesWithinStreetShare: {
      of: 'approve-change',
      reads: ['change'],
      zh: '累计调整超过资助金额百分之十的，由资助方批准',
      en: 'Above a tenth of the award, all changes together, the funder approves.',
      holds: movesLittle,
    },
    actsForPlace: {
      of: 'approve-change',
      zh: '由社区或街道办批准',
      en: 'Community or street approves it.',
      holds: actsAs('community', 'street', 'bureau'),
    },
    actsForStreet: {
      of: 'approve-change',
      zh: '由街道办批准',
      en: 'The street approves it.',
      holds: actsAs('street', 'bureau'),
    },
    approverIsFunder: {
      of: 'approve-change',
      zh: '由资助方批准',
      en: 'The funder approves it.',
      holds: actsForFunder,
    },
    changeIsEndorsed: {
      of: 'approve-change',
      reads: ['change'],
      metBy: ['endorse-change'],
      zh: '须先经街道办初审',
      en: 'The street must endorse it first.',
      holds: ({ data }, { change }) => nth(data.changes, change)?.endorsed === true,
    },
    rejectedIsOpen: { of: 'reject-change', reads: ['change'], ...notOpen, holds: isOpen },
    midTermPasses: {
      of: 'grade-mid-term',
      reads: ['grade'],
      zh: '优秀或合格的继续实施',
      en: 'With grade A or B delivery goes on.',
      holds: (_, { grade }) => grade !== 'C',
    },
    midTermFails: {
      of: 'grade-mid-term',
      reads: ['grade'],
      zh: '不合格的进入整改',
      en: 'With grade C the project must be put right.',
      holds: (_, { grade }) => grade === 'C',
    },
    midTermNotRectified: {
      of: 'reopen-mid-term',
      zh: '已按中期评估进行整改，以整改复核结果为准',
      en: 'The project was put right on this grade; the re-check decides.',
      holds: ({ data }) => data.rectification === undefined,
    },
    rectificationLastsRight: {
      of: 'open-rectification',
      reads: ['until'],
      zh: '整改期应在规则包规定的范围内（一般为十五至三十日）',
      en: 'Rectification takes as long as the rule pack lets it, usually 15 to 30 days.',
      holds: (facts, { until }) => {
        const { rectificationLeast, rectificationMost } = packOf(facts).durations
        const days = daysFrom(facts.today, until)
        return rectificationLeast <= days && days <= rectificationMost
      },
    },
    recheckPasses: {
      of: 'close-rectification',
      reads: ['grade'],
      zh: '复核优秀或合格的继续实施',
      en: 'With grade A or B at the re-check delivery goes on.',
      holds: (_, { grade }) => grade !== 'C',
    },
    recheckFails: {
      of: 'close-rectification',
      reads: ['grade'],
      zh: '复核仍不合格的应终止项目',
      en: 'With grade C again the project is to be terminated.',
      holds: (_, { grade }) => grade === 'C',
    },
    rectificationIsDue: {
      of: 'close-rectification',
      zh: '组织尚未报告整改情况，且整改期未满',
      en: 'The organisation has not reported yet, and its time is not over.',
      metBy: ['report-rectification'],
      holds: ({ data, today }) => data.rectification === undefined || today > data.rectification.until,
    },
    noChangeIsOpen: {
      of: 'complete-delivery',
      metBy: ['approve-change', 'reject-change'],
      zh: '尚有未办结的变更申请',
      en: 'A change request is still open.',
      holds: ({ data }) => !hasOpenChange(data),
    },
    anActivityIsConfirmed: {
      of: 'complete-delivery',
      metBy: ['check-activity'],
      zh: '至少一次活动须经核实属实',
      en: 'At least one activity must be checked and confirmed.',
      holds: ({ data }) => data.activities.includes('confirmed'),
    },
    everyActivityIsChecked: {
      of: 'complete-delivery',
      metBy: ['check-activity'],
      zh: '尚有未核实的活动',
      en: 'An activity is not checked yet.',
      holds: ({ data }) => !data.activities.includes('logged'),
    },
  },
  records: {
    ActivityLogged: numbered<typeof events.ActivityLogged>('activity', data => data.activities.length),
    ChangeRequested: numbered<typeof events.ChangeRequested>('change', data => data.changes.length),
  },
  evolve: {
    ActivityLogged: data => ({ ...data, activities: [...data.activities, 'logged'] }),
    ActivityChecked: (data, { activity, finding }) => ({
      ...data,
      activities: changed(data.activities, activity, () => finding),
    }),
    SiteVisited: data => data,
    GuidanceGiven: data => data,
    ChangeRequested: (data, { kind, from, to, amount, until }) => ({
      ...data,
      changes: [...data.changes, { kind, from, to, amount, until, status: 'open', endorsed: false }],
    }),
    ChangeEndorsed: (data, { change }) => ({
      ...data,
      changes: changed(data.changes, change, each => ({ ...each, endorsed: true })),
    }),
    ChangeApproved: applied,
    ChangeRejected: (data, { change }) => ({
      ...data,
      changes: changed(data.changes, change, each => ({ ...each, status: 'rejected' })),
    }),
    MidTermGraded: (data, { grade }) => ({ ...data, midTerm: grade }),
    MidTermReopened: data => ({ ...data, midTerm: undefined }),
    RectificationOpened: (data, { until }) => ({ ...data, rectification: { until } }),
    RectificationReported: data => data,
    RectificationClosed: (data, { grade }) => ({ ...data, midTerm: grade }),
    DeliveryCompleted: data => ({ ...data, delivered: true }),
  },
  permits: {
    'log-activity': [organisationsChair, organisationsMember],
    'check-activity': over('community', 'street'),
    'visit-site': over('community', 'street', 'bureau'),
    'give-guidance': over('community', 'street', 'bureau'),
    'request-change': [organisationsChair],
    'endorse-change': over('street', 'bureau'),
    'approve-change': [...over('community', 'street', 'bureau'), ofTheFunder],
    'reject-change': [...over('street', 'bureau'), ofTheFunder],
    'grade-mid-term': over('street', 'bureau'),
    'reopen-mid-term': over('bureau'),
    'open-rectification': over('street', 'bureau'),
    'report-rectification': [organisationsChair],
    'close-rectification': over('street', 'bureau'),
    'complete-delivery': [organisationsChair],
  },
  apart: [
    {
      zh: '社会组织的人员不得核实本组织的活动',
      en: 'Who belongs to the organisation does not check its activities.',
      belongsTo: 'organisation',
      mayNot: ['check-activity'],
    },
    {
      zh: '社会组织的人员不得代表街道、社区走访和指导本组织的项目',
      en: 'Who belongs to the organisation does not inspect or guide its project.',
      belongsTo: 'organisation',
      mayNot: ['visit-site', 'give-guidance'],
    },
    {
      zh: '社会组织的人员不得决定本组织项目的变更',
      en: 'Who belongs to the organisation does not decide on changes to its project.',
      belongsTo: 'organisation',
      mayNot: ['endorse-change', 'approve-change', 'reject-change'],
    },
    {
      zh: '社会组织的人员不得对本组织的项目进行中期评估或整改复核',
      en: 'Who belongs to the organisation does not grade its project at mid-term or re-check it.',
      belongsTo: 'organisation',
      mayNot: ['grade-mid-term', 'open-rectification', 'close-rectification'],
    },
    {
      zh: '登记活动的人不得核实该活动',
      en: 'Who logged an activity does not check it.',
      did: ['ActivityLogged'],
      same: 'activity',
      mayNot: ['check-activity'],
    },
    {
      zh: '申请变更的人不得决定该变更',
      en: 'Who requested a change does not decide on it.',
      did: ['ChangeRequested'],
      same: 'change',
      mayNot: ['endorse-change', 'approve-change', 'reject-change'],
    },
    {
      zh: '作出中期评估的人不得撤销该评估',
      en: 'Who graded at mid-term does not reopen it.',
      did: ['MidTermGraded'],
      mayNot: ['reopen-mid-term'],
    },
    {
      zh: '初审变更的人不得批准该变更',
      en: 'Who endorsed a change does not approve it.',
      did: ['ChangeEndorsed'],
      same: 'change',
      mayNot: ['approve-change'],
    },
  ],
  corrections: [
    {
      entries: ['MidTermGraded'],
      event: 'MidTermReopened',
      made: 'MidTermReopened',
      commands: ['reopen-mid-term'],
    },
  ],
  deadlines: {
    deliveryCompleted: {
      zh: '按协议期限完成实施',
      en: 'delivery is completed as agreed',
      in: 'running.stage.delivery',
      after: { days: 0, from: ({ agreement }) => agreement?.until },
      ladder: [
        { at: { before: 14 }, remind: 'chair' },
        { at: 0, remind: 'chair' },
        { at: { after: 14 }, escalate: 'street' },
      ],
    },
    rectified: {
      zh: '完成整改',
      en: 'the project is put right',
      in: 'running.stage.delivery.rectifying',
      after: { days: 0, from: ({ rectification }) => rectification?.until },
      ladder: [
        { at: { before: 5 }, remind: 'chair' },
        { at: 0, remind: 'street' },
      ],
    },
  },
  states: {
    delivery: {
      id: 'delivery',
      meta: { zh: '实施', en: 'delivery' },
      initial: 'underway',
      on: {
        'log-activity': { guard: all('activityNotAhead'), actions: 'ActivityLogged' },
        'check-activity': { guard: all('activityIsUnchecked'), actions: 'ActivityChecked' },
        'visit-site': { guard: all('visitNotAhead'), actions: 'SiteVisited' },
        'give-guidance': { guard: all('guidanceNotAhead'), actions: 'GuidanceGiven' },
        'request-change': {
          guard: all('changeIsWhole', 'linesCarryChange', 'newEndIsAhead'),
          actions: 'ChangeRequested',
        },
        'endorse-change': { guard: all('endorsedIsOpen', 'endorsedIsScope'), actions: 'ChangeEndorsed' },
        'approve-change': [
          { guard: all('approvedIsOpen', 'changesSchedule', 'actsForPlace'), actions: 'ChangeApproved' },
          {
            guard: all('approvedIsOpen', 'changesLines', 'movesWithinStreetShare', 'actsForStreet'),
            actions: 'ChangeApproved',
          },
          { guard: all('approvedIsOpen', 'changesLines', 'approverIsFunder'), actions: 'ChangeApproved' },
          {
            guard: all('approvedIsOpen', 'changesScope', 'changeIsEndorsed', 'approverIsFunder'),
            actions: 'ChangeApproved',
          },
        ],
        'reject-change': { guard: all('rejectedIsOpen'), actions: 'ChangeRejected' },
      },
      states: {
        underway: {
          meta: { zh: '实施中，待中期评估', en: 'under way, before mid-term', next: ['chair', 'street'] },
          on: {
            'grade-mid-term': [
              { target: 'pastMidTerm', guard: all('midTermPasses'), actions: 'MidTermGraded' },
              { target: 'poor', guard: all('midTermFails'), actions: 'MidTermGraded' },
            ],
          },
        },
        poor: {
          meta: { zh: '中期评估不合格', en: 'poor at mid-term', next: ['street', 'bureau'] },
          on: {
            'open-rectification': {
              target: 'rectifying',
              guard: all('rectificationLastsRight'),
              actions: 'RectificationOpened',
            },
            ...reopened,
          },
        },
        rectifying: {
          meta: { zh: '整改中', en: 'being put right', next: ['chair'] },
          on: {
            'report-rectification': { target: 'rectified', actions: 'RectificationReported' },
            'close-rectification': {
              target: 'failing',
              guard: all('recheckFails', 'rectificationIsDue'),
              actions: 'RectificationClosed',
            },
          },
        },
        rectified: {
          meta: { zh: '整改待复核', en: 'to be re-checked', next: ['street', 'bureau'] },
          on: {
            'close-rectification': [
              { target: 'pastMidTerm', guard: all('recheckPasses'), actions: 'RectificationClosed' },
              { target: 'failing', guard: all('recheckFails'), actions: 'RectificationClosed' },
            ],
          },
        },
        failing: {
          meta: { zh: '复核不合格，待终止', en: 'poor again, to be terminated', next: ['street', 'bureau'] },
        },
        pastMidTerm: {
          meta: { zh: '实施中，中期评估合格', en: 'under way, past mid-term', next: ['chair'] },
          on: {
            ...reopened,
            'complete-delivery': {
              target: '#evaluation',
              guard: all('noChangeIsOpen', 'anActivityIsConfirmed', 'everyActivityIsChecked'),
              actions: 'DeliveryCompleted',
            },
          },
        },
      },
    },
  },
})
