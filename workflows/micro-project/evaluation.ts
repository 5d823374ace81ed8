/** 评估: report, accounts and satisfaction are gathered, the project is graded, accepted and archived. */
import { z } from 'zod'
import { all } from '../../engine/definition.ts'
import { stage } from '../../engine/workflow.ts'
import { count, evidence, freeText } from '../fields.ts'
import { over } from '../roles.ts'
import { type Consulted, lasting, type MicroProject, nth, organisationsChair } from './data.ts'
import { because, grade, line, nothing, proofs, score, share } from './fields.ts'

const commands = {
  'submit-final-report': z
    .strictObject({
      summary: freeText(4000).meta({ zh: '总结', en: 'Summary' }),
      beneficiaries: count.meta({ zh: '实际受益人数', en: 'Beneficiaries reached', examples: [92] }),
      proofs,
    })
    .meta({ zh: '提交结项报告', en: 'Submit the final report' }),
  'return-report': because.meta({ zh: '退回结项报告', en: 'Return the final report' }),
  'submit-accounts': z
    .strictObject({
      spent: z
        .array(
          z.strictObject({
            line,
            amount: share.meta({ zh: '支出金额', en: 'Spent', shows: 'fen' }),
            vouchers: z
              .int()
              .min(0)
              .max(100_000)
              .meta({ zh: '凭证张数', en: 'Vouchers', examples: [6] }),
          }),
        )
        .min(1)
        .max(50)
        .meta({ zh: '各科目支出', en: 'Spent by budget line' }),
      proofs: proofs.meta({ zh: '账目和凭证', en: 'Accounts and vouchers' }),
    })
    .meta({ zh: '提交决算', en: 'Submit the accounts' }),
  'return-accounts': because.meta({ zh: '退回决算', en: 'Return the accounts' }),
  'record-satisfaction': z
    .strictObject({
      respondents: count.meta({ zh: '受访人数', en: 'Respondents', examples: [60] }),
      satisfaction: score.meta({ zh: '满意度（百分制）', en: 'Satisfaction of 100', examples: ['93.50'] }),
      proofs,
    })
    .meta({ zh: '登记满意度', en: 'Record satisfaction' }),
  'grade-final': z
    .strictObject({ grade, findings: freeText(2000).meta({ zh: '评估意见', en: 'Findings' }), proofs })
    .meta({ zh: '结项评估', en: 'Grade finally' }),
  'reopen-evaluation': because.meta({ zh: '重新评估', en: 'Reopen the evaluation' }),
  'accept-project': nothing.meta({ zh: '同意结项', en: 'Accept the project' }),
  'reopen-project': because.meta({ zh: '撤销结项', en: 'Reopen an accepted project' }),
  archive: z
    .strictObject({
      manifest: z.array(evidence).min(1).max(500).meta({ zh: '归档目录', en: 'Manifest' }),
    })
    .meta({ zh: '归档', en: 'Archive' }),
}

const events = {
  FinalReportSubmitted: commands['submit-final-report'].meta({ zh: '结项报告已提交', en: 'final report submitted' }),
  ReportReturned: commands['return-report'].meta({ zh: '结项报告已退回', en: 'final report returned' }),
  AccountsSubmitted: commands['submit-accounts'].meta({ zh: '决算已提交', en: 'accounts submitted' }),
  AccountsReturned: commands['return-accounts'].meta({ zh: '决算已退回', en: 'accounts returned' }),
  SatisfactionRecorded: commands['record-satisfaction'].meta({ zh: '满意度已登记', en: 'satisfaction recorded' }),
  FinallyGraded: commands['grade-final'].meta({ zh: '结项评估已完成', en: 'finally graded' }),
  EvaluationReopened: commands['reopen-evaluation'].meta({ zh: '评估已重新开始', en: 'evaluation reopened' }),
  ProjectAccepted: commands['accept-project'].meta({ zh: '已同意结项', en: 'project accepted' }),
  ProjectReopened: commands['reopen-project'].meta({ zh: '结项已撤销', en: 'project reopened' }),
  ProjectArchived: commands.archive.meta({ zh: '项目已归档', en: 'project archived' }),
}

type Spent = { line: number; amount: number; vouchers: number }
const eachLineOnce = (spent: readonly Spent[]): boolean => new Set(spent.map(({ line }) => line)).size === spent.length
const withinLines = ({ agreement }: MicroProject, spent: readonly Spent[]): boolean =>
  spent.every(({ line, amount }) => amount <= (nth(agreement?.lines ?? [], line)?.amount ?? -1))

const handIn = (data: MicroProject, part: keyof MicroProject['handedIn'], given: boolean): MicroProject => ({
  ...data,
  handedIn: { ...data.handedIn, [part]: given },
})
const matchingShareChecked = ({ contributions }: MicroProject): number =>
  contributions.reduce((total, { amount, checked }) => (checked ? total + amount : total), 0)

export const evaluation = stage<MicroProject, Consulted>()({
  commands,
  events,
  rules: {
    spentPerLine: {
      of: 'submit-accounts',
      reads: ['spent'],
      zh: '每个预算科目只能填一次',
      en: 'Each budget line may stand once.',
      holds: (_, { spent }) => eachLineOnce(spent),
    },
    spentWithinLines: {
      of: 'submit-accounts',
      reads: ['spent'],
      zh: '没有这一预算科目，或支出超过该科目预算，超出部分由组织自行承担，不列入决算',
      en: 'There is no such budget line, or more was spent than it allows; the organisation bears the rest itself.',
      holds: ({ data }, { spent }) => withinLines(data, spent),
    },
    spentHasVouchers: {
      of: 'submit-accounts',
      reads: ['spent'],
      zh: '有支出的科目须有凭证',
      en: 'Where money was spent there must be vouchers.',
      holds: (_, { spent }) => spent.every(({ amount, vouchers }) => amount === 0 || vouchers > 0),
    },
    satisfactionOfHundred: {
      of: 'record-satisfaction',
      reads: ['satisfaction'],
      zh: '满意度不能超过一百',
      en: 'Satisfaction is 100 at most.',
      holds: (_, { satisfaction }) => Number(satisfaction) <= 100,
    },
    reportIsGiven: {
      of: 'grade-final',
      metBy: ['submit-final-report'],
      zh: '尚未提交结项报告',
      en: 'The final report is missing.',
      holds: ({ data }) => data.handedIn.report,
    },
    accountsAreGiven: {
      of: 'grade-final',
      metBy: ['submit-accounts'],
      zh: '尚未提交决算',
      en: 'The accounts are missing.',
      holds: ({ data }) => data.handedIn.accounts,
    },
    satisfactionIsGiven: {
      of: 'grade-final',
      metBy: ['record-satisfaction'],
      zh: '尚未登记满意度',
      en: 'Satisfaction is not recorded.',
      holds: ({ data }) => data.handedIn.satisfaction,
    },
    finalGradePasses: {
      of: 'accept-project',
      metBy: ['reopen-evaluation'],
      zh: '结项评估不合格的不能结项，应终止项目或重新评估',
      en: 'A project graded C is not accepted; terminate it, or evaluate it again.',
      holds: ({ data }) => data.finalGrade !== undefined && data.finalGrade !== 'C',
    },
    matchingShareIsMet: {
      of: 'accept-project',
      metBy: ['check-matching-share'],
      zh: '经核验的配套投入未达到协议约定',
      en: 'The matching share checked is below what the agreement asks.',
      holds: ({ data }) => matchingShareChecked(data) >= (data.agreement?.matchingShare ?? 0),
    },
    everyConditionIsChecked: {
      of: 'accept-project',
      metBy: ['check-condition', 'cancel-tranche'],
      zh: '各期拨付条件须已核验，或已取消该期拨付',
      en: 'The conditions of every tranche must be checked, or the tranche cancelled.',
      holds: ({ data }) =>
        data.tranches.every(
          ({ status, conditions }) => status === 'cancelled' || conditions.every(({ checked }) => checked),
        ),
    },
    paymentsAreSettled: {
      of: 'archive',
      metBy: ['settle-payments'],
      zh: '拨付办结后方可归档',
      en: 'The payments must be settled first.',
      holds: ({ data }) => data.settled,
    },
  },
  evolve: {
    FinalReportSubmitted: data => handIn(data, 'report', true),
    ReportReturned: data => handIn(data, 'report', false),
    AccountsSubmitted: data => handIn(data, 'accounts', true),
    AccountsReturned: data => handIn(data, 'accounts', false),
    SatisfactionRecorded: data => handIn(data, 'satisfaction', true),
    FinallyGraded: (data, { grade }) => ({ ...data, finalGrade: grade }),
    EvaluationReopened: data => ({
      ...data,
      finalGrade: undefined,
      handedIn: { report: false, accounts: false, satisfaction: false },
    }),
    // Reopened, it does not ask for the resource again.
    ProjectAccepted: data => ({ ...data, accepted: true, match: data.match && { ...data.match, resource: undefined } }),
    ProjectReopened: data => ({ ...data, accepted: false }),
    ProjectArchived: data => ({ ...data, ended: true }),
  },
  permits: {
    'submit-final-report': [organisationsChair],
    'return-report': over('street', 'bureau'),
    'submit-accounts': [organisationsChair],
    'return-accounts': over('street', 'bureau', 'finance'),
    'record-satisfaction': over('community', 'street'),
    'grade-final': over('street', 'bureau'),
    'reopen-evaluation': over('bureau'),
    'accept-project': over('street', 'bureau'),
    'reopen-project': over('bureau'),
    archive: over('street', 'bureau'),
  },
  apart: [
    {
      zh: '社会组织的人员不得审核本组织的报告和决算，不得登记其满意度',
      en: 'Who belongs to the organisation does not examine its report or accounts, or record its satisfaction.',
      belongsTo: 'organisation',
      mayNot: ['return-report', 'return-accounts', 'record-satisfaction'],
    },
    {
      zh: '社会组织的人员不得评定本组织项目的结项等次',
      en: "Who belongs to the organisation does not give its project's final grade.",
      belongsTo: 'organisation',
      mayNot: ['grade-final', 'reopen-evaluation'],
    },
    {
      zh: '社会组织的人员不得决定本组织项目结项或归档',
      en: 'Who belongs to the organisation does not accept or archive its project.',
      belongsTo: 'organisation',
      mayNot: ['accept-project', 'archive'],
    },
    {
      zh: '评定结项等次的人不得决定结项',
      en: 'Who gave the final grade does not accept the project.',
      did: ['FinallyGraded'],
      mayNot: ['accept-project'],
    },
    {
      zh: '同意结项的人不得撤销结项',
      en: 'Who accepted the project does not reopen it.',
      did: ['ProjectAccepted'],
      mayNot: ['reopen-project'],
    },
  ],
  corrections: [
    {
      entries: ['ProjectAccepted'],
      event: 'ProjectReopened',
      made: 'ProjectReopened',
      commands: ['reopen-project'],
    },
  ],
  deadlines: {
    reported: {
      zh: '提交结项报告',
      en: 'the final report is submitted',
      in: 'running.stage.evaluation.gathering.report.missing',
      after: { days: lasting('report') },
      ladder: [
        { at: { before: 7 }, remind: 'chair' },
        { at: 0, remind: 'chair' },
        { at: { after: 15 }, escalate: 'street' },
      ],
    },
    accounted: {
      zh: '提交决算',
      en: 'the accounts are submitted',
      in: 'running.stage.evaluation.gathering.accounts.missing',
      after: { days: lasting('report') },
      ladder: [
        { at: { before: 7 }, remind: 'chair' },
        { at: 0, remind: 'chair' },
        { at: { after: 15 }, escalate: 'street' },
      ],
    },
  },
  states: {
    evaluation: {
      id: 'evaluation',
      meta: { zh: '评估', en: 'evaluation' },
      initial: 'gathering',
      states: {
        gathering: {
          meta: { zh: '结项材料收集中', en: 'report, accounts and satisfaction being gathered' },
          type: 'parallel',
          on: {
            'grade-final': {
              target: 'graded',
              guard: all('reportIsGiven', 'accountsAreGiven', 'satisfactionIsGiven'),
              actions: 'FinallyGraded',
            },
          },
          states: {
            report: {
              meta: { zh: '结项报告', en: 'final report' },
              initial: 'missing',
              states: {
                missing: {
                  meta: { zh: '待提交结项报告', en: 'final report due', next: ['chair'] },
                  on: { 'submit-final-report': { target: 'given', actions: 'FinalReportSubmitted' } },
                },
                given: {
                  meta: { zh: '结项报告已提交', en: 'final report given', next: ['street', 'bureau'] },
                  on: { 'return-report': { target: 'missing', actions: 'ReportReturned' } },
                },
              },
            },
            accounts: {
              meta: { zh: '决算', en: 'accounts' },
              initial: 'missing',
              states: {
                missing: {
                  meta: { zh: '待提交决算', en: 'accounts due', next: ['chair'] },
                  on: {
                    'submit-accounts': {
                      target: 'given',
                      guard: all('spentPerLine', 'spentWithinLines', 'spentHasVouchers'),
                      actions: 'AccountsSubmitted',
                    },
                  },
                },
                given: {
                  meta: { zh: '决算已提交', en: 'accounts given', next: ['street', 'bureau'] },
                  on: { 'return-accounts': { target: 'missing', actions: 'AccountsReturned' } },
                },
              },
            },
            satisfaction: {
              meta: { zh: '满意度', en: 'satisfaction' },
              initial: 'missing',
              states: {
                missing: {
                  meta: { zh: '待登记满意度', en: 'satisfaction to be recorded', next: ['community', 'street'] },
                  on: {
                    'record-satisfaction': {
                      target: 'given',
                      guard: all('satisfactionOfHundred'),
                      actions: 'SatisfactionRecorded',
                    },
                  },
                },
                given: { meta: { zh: '满意度已登记', en: 'satisfaction recorded', next: ['street', 'bureau'] } },
              },
            },
          },
        },
        graded: {
          meta: { zh: '已评定等次，待结项', en: 'graded, to be accepted', next: ['street', 'bureau'] },
          on: {
            'reopen-evaluation': { target: 'gathering', actions: 'EvaluationReopened' },
            'accept-project': {
              target: 'accepted',
              guard: all('finalGradePasses', 'matchingShareIsMet', 'everyConditionIsChecked'),
              actions: 'ProjectAccepted',
            },
          },
        },
        accepted: {
          meta: { zh: '已结项，待归档', en: 'accepted, to be archived', next: ['street', 'bureau'] },
          on: {
            'reopen-project': { target: 'graded', actions: 'ProjectReopened' },
            archive: { target: '#archived', guard: all('paymentsAreSettled'), actions: 'ProjectArchived' },
          },
        },
      },
    },
  },
})
