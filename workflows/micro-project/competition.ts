/**
 * 公益创投 on paper: the proposal goes through a round that runs elsewhere; what the round decides is entered here with its
 * minutes. A round that runs here is followed: see `following.ts`.
 */
import { z } from 'zod'
import { all } from '../../engine/definition.ts'
import { sealed } from '../../engine/sealed.ts'
import { stage } from '../../engine/workflow.ts'
import { amount, choice, count, day, freeText, reason } from '../fields.ts'
import { over } from '../roles.ts'
import { addWorkingDays, unpublished } from '../working-calendar/working-days.ts'
import {
  type Consulted,
  changed,
  isActive,
  lasting,
  type MicroProject,
  nth,
  numbered,
  organisationsChair,
  type ProjectFacts,
  packOf,
} from './data.ts'
import { addUp, because, budgetLines, minutes, nothing, objection, rank, score, share, version } from './fields.ts'

// ── messages ────────────────────────────────────────────────────────────────────────────────────

const proposal = {
  summary: freeText(4000).meta({ zh: '项目方案', en: 'Plan of the project' }),
  lines: budgetLines,
  requested: amount.meta({ zh: '申请金额', en: 'Amount requested', shows: 'fen' }),
  ownShare: share.meta({ zh: '自筹配套金额', en: "Organisation's own share", shows: 'fen', examples: [0] }),
}
const statement = freeText(1000).meta({ zh: '异议内容', en: 'Objection' })
const theVersion = z.strictObject({ version })
const theVersionBecause = z.strictObject({ version, reason })
const submitBy = day.meta({ zh: '申报截止日', en: 'Submit by' })
const findings = {
  rejected: { zh: '异议不成立', en: 'rejected' },
  recheck: { zh: '异议成立，重新审查资格', en: 'upheld, eligibility is checked again' },
  rerank: { zh: '异议成立，重新评审排名', en: 'upheld, the ranking is done again' },
}

const commands = {
  'write-proposal': z.strictObject(proposal).meta({ zh: '编写申报书', en: 'Write the proposal' }),
  'submit-proposal': theVersion.meta({ zh: '提交申报书', en: 'Submit the proposal' }),
  'withdraw-proposal': because.meta({ zh: '撤回申报', en: 'Withdraw the proposal' }),
  'extend-call': z.strictObject({ submitBy, reason }).meta({ zh: '延长申报期', en: 'Extend the call' }),
  'return-proposal': z
    .strictObject({
      version,
      missing: z
        .array(freeText(200))
        .min(1)
        .max(20)
        .meta({ zh: '须补正的内容', en: 'What is missing', examples: [['缺少志愿者安全预案']] }),
      submitBy: submitBy.meta({ zh: '补正截止日', en: 'Complete by' }),
    })
    .meta({ zh: '退回补正', en: 'Return as incomplete' }),
  'pass-eligibility': theVersion.meta({ zh: '资格审查通过', en: 'Pass eligibility' }),
  'fail-eligibility': theVersionBecause.meta({ zh: '资格审查不通过', en: 'Fail eligibility' }),
  'appeal-eligibility': because.meta({ zh: '申请资格复核', en: 'Appeal against the eligibility check' }),
  shortlist: z.strictObject({ minutes }).meta({ zh: '列入入围名单', en: 'Shortlist' }),
  'leave-off-shortlist': z
    .strictObject({ reason, minutes })
    .meta({ zh: '不列入入围名单', en: 'Leave off the shortlist' }),
  'enter-rank': z
    .strictObject({
      rank,
      ranked: count.meta({ zh: '参评项目数', en: 'Projects ranked', examples: [12] }),
      score,
      minutes,
    })
    .meta({ zh: '录入评审结果', en: 'Enter rank and score' }),
  'open-publicity': z
    .strictObject({
      until: day.meta({ zh: '公示截止日', en: 'Until' }),
      where: freeText(200).meta({ zh: '公示位置', en: 'Where', examples: ['社区公示栏和区民政局网站'] }),
    })
    .meta({ zh: '开始公示', en: 'Open publicity' }),
  'note-objection': z.strictObject({ statement }).meta({ zh: '提出异议', en: 'Note an objection' }),
  'settle-objection': z
    .strictObject({ objection, finding: choice(findings, { zh: '处理结论', en: 'Finding' }), reason, minutes })
    .meta({ zh: '处理异议', en: 'Settle an objection' }),
  'close-publicity': nothing.meta({ zh: '结束公示', en: 'Close publicity' }),
  award: z.strictObject({ amount, minutes }).meta({ zh: '确定资助', en: 'Award' }),
  'hold-in-reserve': because.meta({ zh: '列为候补', en: 'Hold in reserve' }),
  decline: because.meta({ zh: '不予资助', en: 'Decline' }),
}

const events = {
  ProposalWritten: z.strictObject({ version, ...proposal }).meta({ zh: '申报书已编写', en: 'proposal written' }),
  ProposalSubmitted: commands['submit-proposal'].meta({ zh: '申报书已提交', en: 'proposal submitted' }),
  ProposalWithdrawn: commands['withdraw-proposal'].meta({ zh: '申报已撤回', en: 'proposal withdrawn' }),
  CallExtended: commands['extend-call'].meta({ zh: '申报期已延长', en: 'call extended' }),
  ProposalReturned: commands['return-proposal'].meta({ zh: '申报书已退回补正', en: 'proposal returned' }),
  EligibilityPassed: commands['pass-eligibility'].meta({ zh: '资格审查已通过', en: 'eligibility passed' }),
  EligibilityFailed: commands['fail-eligibility'].meta({ zh: '资格审查未通过', en: 'eligibility failed' }),
  EligibilityAppealed: commands['appeal-eligibility'].meta({ zh: '已申请资格复核', en: 'eligibility appealed' }),
  Shortlisted: commands.shortlist.meta({ zh: '已入围', en: 'shortlisted' }),
  LeftOffShortlist: commands['leave-off-shortlist'].meta({ zh: '未入围', en: 'left off the shortlist' }),
  RankEntered: commands['enter-rank'].meta({ zh: '评审结果已录入', en: 'rank entered' }),
  PublicityOpened: commands['open-publicity'].meta({ zh: '公示已开始', en: 'publicity opened' }),
  ObjectionNoted: z
    .strictObject({ objection, statement: sealed(statement, { key: 'own' }) })
    .meta({ zh: '异议已提出', en: 'objection noted' }),
  ObjectionSettled: commands['settle-objection'].meta({ zh: '异议已处理', en: 'objection settled' }),
  PublicityClosed: commands['close-publicity'].meta({ zh: '公示已结束', en: 'publicity closed' }),
  Awarded: commands.award.meta({ zh: '已确定资助', en: 'awarded' }),
  HeldInReserve: commands['hold-in-reserve'].meta({ zh: '已列为候补', en: 'held in reserve' }),
  Declined: commands.decline.meta({ zh: '不予资助', en: 'declined' }),
}

// ── rules' words ────────────────────────────────────────────────────────────────────────────────

const isSubmitted = ({ data }: ProjectFacts, { version }: { version: number }): boolean => data.submitted === version
const notSubmitted = {
  zh: '该版本不是最近提交的版本，请审查最近提交的版本',
  en: 'This is not the version submitted last; check the one that is.',
}
/** The first day on which publicity that opens today may end. */
const publicityEnds = (facts: ProjectFacts): string => {
  const { data, consulted, today } = facts
  const { publicity } = packOf(facts).durations
  return addWorkingDays(consulted.calendar ?? unpublished, data.need?.place, today, publicity).day
}

const openObjections = ({ objections }: MicroProject): number => objections.filter(each => each === 'open').length

const callCloses = ({ round }: MicroProject) => round?.submitBy

/** The need stays and may be matched anew; the numbering of objections goes on. */
const withoutProposal = (data: MicroProject): MicroProject => ({
  ...data,
  match: undefined,
  round: undefined,
  proposals: [],
  submitted: undefined,
  appealed: false,
  rank: undefined,
  publicity: undefined,
  objections: data.objections.map(each => (each === 'open' ? 'moot' : each)),
})

const extend = (data: MicroProject, { submitBy }: { submitBy: string }): MicroProject => ({
  ...data,
  round: data.round && { ...data.round, submitBy },
})

export const competition = stage<MicroProject, Consulted>()({
  commands,
  events,
  rules: {
    roundIsOnPaper: {
      of: 'withdraw-proposal',
      zh: '项目在线上轮次中申报，请在申报书上撤回',
      en: 'The project is in a round that is held here; withdraw the proposal itself.',
      holds: ({ data }) => data.following === undefined,
    },
    budgetAddsUp: {
      of: 'write-proposal',
      reads: ['lines', 'requested', 'ownShare'],
      zh: '预算明细合计应等于申请金额加自筹配套金额',
      en: 'The budget lines must add up to the amount requested and the own share.',
      holds: (_, { lines, requested, ownShare }) => addUp(lines) === requested + ownShare,
    },
    versionIsWritten: {
      of: 'submit-proposal',
      reads: ['version'],
      metBy: ['write-proposal'],
      zh: '没有这一版本的申报书，请先编写',
      en: 'There is no such version of the proposal; write it first.',
      holds: ({ data }, { version }) => nth(data.proposals, version) !== undefined,
    },
    versionIsNew: {
      of: 'submit-proposal',
      reads: ['version'],
      metBy: ['write-proposal'],
      zh: '该版本已提交，请先编写新版本',
      en: 'This version is submitted already; write a new one first.',
      holds: ({ data }, { version }) => version > (data.submitted ?? 0),
    },
    callIsOpen: {
      of: 'submit-proposal',
      metBy: ['extend-call'],
      zh: '申报期已过，可请街道办延长申报期',
      en: 'The call is closed; the street may extend it.',
      holds: ({ data, today }) => data.round !== undefined && today <= data.round.submitBy,
    },
    submittingIsActive: {
      of: 'submit-proposal',
      zh: '组织已暂停或注销，恢复后方可申报',
      en: 'The organisation is suspended or dissolved; it may apply once it is reinstated.',
      holds: isActive,
    },
    extendsForward: {
      of: 'extend-call',
      reads: ['submitBy'],
      zh: '新的截止日应不早于今天，且晚于原截止日',
      en: 'The new last day must be today or later, and later than the one before.',
      holds: ({ data, today }, { submitBy }) => submitBy >= today && submitBy > (data.round?.submitBy ?? ''),
    },
    returnsSubmitted: { of: 'return-proposal', reads: ['version'], ...notSubmitted, holds: isSubmitted },
    leavesTimeToComplete: {
      of: 'return-proposal',
      reads: ['submitBy'],
      zh: '补正截止日应晚于今天',
      en: 'The day to complete it by must be after today.',
      holds: ({ today }, { submitBy }) => submitBy > today,
    },
    passesSubmitted: { of: 'pass-eligibility', reads: ['version'], ...notSubmitted, holds: isSubmitted },
    passingIsActive: {
      of: 'pass-eligibility',
      zh: '组织已暂停或注销，资格审查不能通过',
      en: 'The organisation is suspended or dissolved and is not eligible.',
      holds: isActive,
    },
    failsSubmitted: { of: 'fail-eligibility', reads: ['version'], ...notSubmitted, holds: isSubmitted },
    appealsOnce: {
      of: 'appeal-eligibility',
      zh: '资格复核只能申请一次',
      en: 'Eligibility may be appealed once.',
      holds: ({ data }) => !data.appealed,
    },
    rankAmongRanked: {
      of: 'enter-rank',
      reads: ['rank', 'ranked'],
      zh: '名次不能大于参评项目数',
      en: 'The rank cannot be beyond the number of projects ranked.',
      holds: (_, { rank, ranked }) => rank <= ranked,
    },
    publicityIsLongEnough: {
      of: 'open-publicity',
      reads: ['until'],
      zh: '公示期太短：不得少于规则包规定的工作日（一般为五个），放假日不计',
      en: 'Publicity is too short: it lasts as many working days as the rule pack says, usually five; holidays do not count.',
      holds: (facts, { until }) => until >= publicityEnds(facts),
    },
    publicityIsOver: {
      of: 'close-publicity',
      zh: '公示期尚未结束',
      en: 'Publicity is not over yet.',
      holds: ({ data, today }) => data.publicity !== undefined && today > data.publicity.until,
    },
    objectionInTime: {
      of: 'note-objection',
      zh: '公示期已过，不再受理异议',
      en: 'Publicity is over; objections are no longer taken.',
      holds: ({ data, today }) => data.publicity !== undefined && today <= data.publicity.until,
    },
    objectionIsOpen: {
      of: 'settle-objection',
      reads: ['objection'],
      zh: '没有这一异议，或已处理',
      en: 'There is no such objection, or it is settled.',
      holds: ({ data }, { objection }) => nth(data.objections, objection) === 'open',
    },
    findingRejects: {
      of: 'settle-objection',
      reads: ['finding'],
      zh: '结论为异议不成立的，继续公示',
      en: 'If the finding is that it is rejected, publicity goes on.',
      holds: (_, { finding }) => finding === 'rejected',
    },
    findingAsksRecheck: {
      of: 'settle-objection',
      reads: ['finding'],
      zh: '结论为重新审查资格的，退回资格审查',
      en: 'If the finding asks to check eligibility again, the proposal goes back there.',
      holds: (_, { finding }) => finding === 'recheck',
    },
    findingAsksRerank: {
      of: 'settle-objection',
      reads: ['finding'],
      zh: '结论为重新评审排名的，退回评审',
      en: 'If the finding asks to rank again, the proposal goes back there.',
      holds: (_, { finding }) => finding === 'rerank',
    },
    otherObjectionsOpen: {
      of: 'settle-objection',
      zh: '尚有其他异议待处理的，继续处理',
      en: 'While other objections are open, settling goes on.',
      holds: ({ data }) => openObjections(data) > 1,
    },
    otherObjectionsSettled: {
      of: 'settle-objection',
      metBy: ['settle-objection'],
      zh: '请先处理其他异议',
      en: 'Settle the other objections first.',
      holds: ({ data }) => openObjections(data) === 1,
    },
    awardWithinRequest: {
      of: 'award',
      reads: ['amount'],
      zh: '资助金额不得超过申请金额',
      en: 'The award cannot be above the amount requested.',
      holds: ({ data }, { amount }) => amount <= (nth(data.proposals, data.submitted ?? 0)?.requested ?? 0),
    },
    awardedIsActive: {
      of: 'award',
      zh: '组织已暂停或注销，不能确定资助',
      en: 'The organisation is suspended or dissolved and cannot be awarded.',
      holds: isActive,
    },
  },
  records: {
    ProposalWritten: numbered<typeof events.ProposalWritten>('version', data => data.proposals.length),
    ObjectionNoted: numbered<typeof events.ObjectionNoted>('objection', data => data.objections.length),
  },
  evolve: {
    ProposalWritten: (data, { version: _, ...written }, { revision }) => ({
      ...data,
      proposals: [...data.proposals, { revision, ...written }],
    }),
    ProposalSubmitted: (data, { version }) => ({ ...data, submitted: version }),
    ProposalWithdrawn: withoutProposal,
    CallExtended: extend,
    ProposalReturned: extend,
    EligibilityPassed: data => data,
    EligibilityFailed: data => data,
    EligibilityAppealed: data => ({ ...data, appealed: true }),
    Shortlisted: data => data,
    LeftOffShortlist: data => data,
    RankEntered: (data, { rank, ranked, score }) => ({ ...data, rank: { rank, ranked, score }, publicity: undefined }),
    PublicityOpened: (data, { until }, { occurredOn }) => ({ ...data, publicity: { from: occurredOn, until } }),
    ObjectionNoted: (data, { statement }) => ({
      ...data,
      objections: [...data.objections, 'open'],
      statements: [...data.statements, statement.key],
    }),
    ObjectionSettled: (data, { objection, finding }) => ({
      ...data,
      objections: changed(data.objections, objection, () => (finding === 'rejected' ? 'rejected' : 'upheld')),
    }),
    PublicityClosed: data => data,
    Awarded: (data, { amount }) => ({ ...data, award: amount }),
    HeldInReserve: data => data,
    Declined: data => ({ ...data, ended: true }),
  },
  confidential: { ObjectionNoted: over('street', 'bureau') },
  permits: {
    'write-proposal': [organisationsChair],
    'submit-proposal': [organisationsChair],
    'withdraw-proposal': [organisationsChair],
    'extend-call': over('street', 'bureau'),
    'return-proposal': over('street', 'bureau'),
    'pass-eligibility': over('street', 'bureau'),
    'fail-eligibility': over('street', 'bureau'),
    'appeal-eligibility': [organisationsChair],
    shortlist: over('street', 'bureau'),
    'leave-off-shortlist': over('street', 'bureau'),
    'enter-rank': over('street', 'bureau'),
    'open-publicity': over('street', 'bureau'),
    'note-objection': [{ anyone: true }],
    'settle-objection': over('bureau'),
    'close-publicity': [...over('street', 'bureau'), { system: 'deadlines' }],
    award: over('street', 'bureau'),
    'hold-in-reserve': over('street', 'bureau'),
    decline: over('street', 'bureau'),
  },
  apart: [
    {
      zh: '社会组织的人员不得审查本组织的申报资格',
      en: "Who belongs to the organisation does not check its proposal's eligibility.",
      belongsTo: 'organisation',
      mayNot: ['extend-call', 'return-proposal', 'pass-eligibility', 'fail-eligibility'],
    },
    {
      zh: '社会组织的人员不得决定本组织的入围或录入其评审结果',
      en: 'Who belongs to the organisation does not shortlist it or enter its rank.',
      belongsTo: 'organisation',
      mayNot: ['shortlist', 'leave-off-shortlist', 'enter-rank'],
    },
    {
      zh: '社会组织的人员不得办理本组织的公示或处理对其提出的异议',
      en: 'Who belongs to the organisation does not run its publicity or settle objections to it.',
      belongsTo: 'organisation',
      mayNot: ['open-publicity', 'close-publicity', 'settle-objection'],
    },
    {
      zh: '社会组织的人员不得决定对本组织的资助',
      en: 'Who belongs to the organisation does not decide on its award.',
      belongsTo: 'organisation',
      mayNot: ['award', 'hold-in-reserve', 'decline'],
    },
    {
      zh: '提出异议的人不得处理异议',
      en: 'Who objected does not settle objections.',
      did: ['ObjectionNoted'],
      mayNot: ['settle-objection'],
    },
    {
      zh: '提出对接的人不得录入评审结果或决定资助',
      en: 'Who proposed the match does not enter the rank or decide on the award.',
      did: ['MatchProposed'],
      mayNot: ['enter-rank', 'award'],
    },
    {
      zh: '审查资格的人不得处理异议',
      en: 'Who checked eligibility or entered the rank does not settle objections.',
      did: ['EligibilityPassed', 'EligibilityFailed', 'RankEntered'],
      mayNot: ['settle-objection'],
    },
  ],
  deadlines: {
    proposalSubmitted: {
      zh: '提交申报书',
      en: 'the proposal is submitted',
      in: 'running.stage.competition.drafting',
      after: { days: 0, from: callCloses },
      ladder: [
        { at: { before: 3 }, remind: 'chair' },
        { at: 0, remind: 'street' },
      ],
    },
    proposalCompleted: {
      zh: '补正申报书',
      en: 'the proposal is completed',
      in: 'running.stage.competition.returned',
      after: { days: 0, from: callCloses },
      ladder: [
        { at: { before: 2 }, remind: 'chair' },
        { at: 0, remind: 'street' },
      ],
    },
    proposalChecked: {
      zh: '完成资格审查',
      en: 'eligibility is checked',
      in: 'running.stage.competition.submitted',
      after: { workingDays: lasting('checkProposal') },
      ladder: [
        { at: { before: 1 }, remind: 'street' },
        { at: { after: 1 }, escalate: 'bureau' },
      ],
    },
    publicityClosed: {
      zh: '公示期满',
      en: 'publicity ends',
      in: 'running.stage.competition.publicity.open',
      after: { days: 0, from: ({ publicity }) => publicity?.until },
      ladder: [
        { at: 0, act: 'close-publicity' },
        { at: { after: 2 }, remind: 'street' },
        { at: { after: 5 }, escalate: 'bureau' },
      ],
    },
    objectionSettled: {
      zh: '处理异议',
      en: 'the objection is settled',
      in: 'running.stage.competition.publicity.objection',
      after: { workingDays: lasting('settleObjection') },
      ladder: [
        { at: { before: 1 }, remind: 'bureau' },
        { at: 0, remind: 'bureau' },
      ],
    },
  },
  states: {
    competition: {
      id: 'competition',
      meta: { zh: '公益创投', en: 'venture competition' },
      initial: 'drafting',
      on: {
        'withdraw-proposal': { target: '#matchmaking', guard: all('roundIsOnPaper'), actions: 'ProposalWithdrawn' },
      },
      states: {
        drafting: {
          meta: { zh: '申报书编写中', en: 'proposal being written', next: ['chair'] },
          on: {
            'write-proposal': { guard: all('budgetAddsUp'), actions: 'ProposalWritten' },
            'submit-proposal': {
              target: 'submitted',
              guard: all('versionIsWritten', 'versionIsNew', 'callIsOpen', 'submittingIsActive'),
              actions: 'ProposalSubmitted',
            },
            'extend-call': { guard: all('extendsForward'), actions: 'CallExtended' },
          },
        },
        submitted: {
          id: 'submitted',
          meta: { zh: '待资格审查', en: 'submitted', next: ['street', 'bureau'] },
          on: {
            'write-proposal': { guard: all('budgetAddsUp'), actions: 'ProposalWritten' },
            'submit-proposal': {
              guard: all('versionIsWritten', 'versionIsNew', 'callIsOpen', 'submittingIsActive'),
              actions: 'ProposalSubmitted',
            },
            'return-proposal': {
              target: 'returned',
              guard: all('returnsSubmitted', 'leavesTimeToComplete'),
              actions: 'ProposalReturned',
            },
            'pass-eligibility': {
              target: 'eligible',
              guard: all('passesSubmitted', 'passingIsActive'),
              actions: 'EligibilityPassed',
            },
            'fail-eligibility': {
              target: 'ineligible',
              guard: all('failsSubmitted'),
              actions: 'EligibilityFailed',
            },
          },
        },
        returned: {
          meta: { zh: '退回补正', en: 'returned as incomplete', next: ['chair'] },
          on: {
            'write-proposal': { guard: all('budgetAddsUp'), actions: 'ProposalWritten' },
            'submit-proposal': {
              target: 'submitted',
              guard: all('versionIsWritten', 'versionIsNew', 'callIsOpen', 'submittingIsActive'),
              actions: 'ProposalSubmitted',
            },
            'extend-call': { guard: all('extendsForward'), actions: 'CallExtended' },
          },
        },
        ineligible: {
          meta: { zh: '资格审查未通过', en: 'not eligible', next: ['chair', 'street'] },
          on: {
            'appeal-eligibility': {
              target: 'submitted',
              guard: all('appealsOnce'),
              actions: 'EligibilityAppealed',
            },
            decline: { target: '#declined', actions: 'Declined' },
          },
        },
        eligible: {
          meta: { zh: '资格审查通过', en: 'eligible', next: ['street', 'bureau'] },
          on: {
            shortlist: { target: 'shortlisted', actions: 'Shortlisted' },
            'leave-off-shortlist': { target: 'notShortlisted', actions: 'LeftOffShortlist' },
          },
        },
        notShortlisted: {
          meta: { zh: '未入围', en: 'not shortlisted', next: ['street', 'bureau'] },
          on: {
            shortlist: { target: 'shortlisted', actions: 'Shortlisted' },
            decline: { target: '#declined', actions: 'Declined' },
          },
        },
        shortlisted: {
          id: 'shortlisted',
          meta: { zh: '已入围，待评审', en: 'shortlisted, to be ranked', next: ['street', 'bureau'] },
          on: { 'enter-rank': { target: 'ranked', guard: all('rankAmongRanked'), actions: 'RankEntered' } },
        },
        ranked: {
          meta: { zh: '已评审，待公示', en: 'ranked', next: ['street', 'bureau'] },
          on: {
            'open-publicity': {
              target: 'publicity',
              guard: all('publicityIsLongEnough'),
              actions: 'PublicityOpened',
            },
          },
        },
        publicity: {
          meta: { zh: '公示', en: 'publicity' },
          initial: 'open',
          on: { 'note-objection': { target: '.objection', guard: all('objectionInTime'), actions: 'ObjectionNoted' } },
          states: {
            open: {
              meta: { zh: '公示中', en: 'results are public', next: ['street', 'bureau'] },
              on: {
                'close-publicity': {
                  target: '#awardable',
                  guard: all('publicityIsOver'),
                  actions: 'PublicityClosed',
                },
              },
            },
            objection: {
              meta: { zh: '异议处理中', en: 'objection being examined', next: ['bureau'] },
              on: {
                'settle-objection': [
                  {
                    guard: all('objectionIsOpen', 'findingRejects', 'otherObjectionsOpen'),
                    actions: 'ObjectionSettled',
                  },
                  {
                    target: 'open',
                    guard: all('objectionIsOpen', 'findingRejects', 'otherObjectionsSettled'),
                    actions: 'ObjectionSettled',
                  },
                  {
                    target: '#submitted',
                    guard: all('objectionIsOpen', 'findingAsksRecheck', 'otherObjectionsSettled'),
                    actions: 'ObjectionSettled',
                  },
                  {
                    target: '#shortlisted',
                    guard: all('objectionIsOpen', 'findingAsksRerank', 'otherObjectionsSettled'),
                    actions: 'ObjectionSettled',
                  },
                ],
              },
            },
          },
        },
        awardable: {
          id: 'awardable',
          meta: { zh: '公示无异议，待确定资助', en: 'may be awarded', next: ['street', 'bureau'] },
          on: {
            award: { target: '#funding', guard: all('awardWithinRequest', 'awardedIsActive'), actions: 'Awarded' },
            'hold-in-reserve': { target: 'reserve', actions: 'HeldInReserve' },
            decline: { target: '#declined', actions: 'Declined' },
          },
        },
        reserve: {
          meta: { zh: '候补', en: 'in reserve', next: ['street', 'bureau'] },
          on: {
            award: { target: '#funding', guard: all('awardWithinRequest', 'awardedIsActive'), actions: 'Awarded' },
            decline: { target: '#declined', actions: 'Declined' },
          },
        },
      },
    },
  },
})
