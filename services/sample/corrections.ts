/** What people of the sample got wrong, and how it was put right. */
import * as told from './chapters.ts'
import { paper } from './papers.ts'
import { type Chapter, type Scene, step, type Told } from './step.ts'

type Change = (scene: Scene) => object
const corrects = (by: Told['by'], what: string, reason: string, change: Change): Told =>
  step(1, by, `correct-${what}`, scene => ({ ...change(scene), reason }))
const approves = (by: Told['by'], what: string, correction = 1, entry: object = {}): Told =>
  step(1, by, `approve-${what}-correction`, () => ({ correction, ...entry }))

// ── at once ─────────────────────────────────────────────────────────────────────────────────────

/** A nought was missing at five o'clock. */
export const paymentMistyped = (tranche: number): Chapter => [
  ...told.conditionsMet(tranche),
  step(1, 'street', 'prepare-payment', ({ tranches }) => ({ tranche, amount: (tranches[tranche - 1] ?? 0) / 10 })),
  corrects('street', 'payment', '金额少录一个零', ({ tranches }) => ({ tranche, amount: tranches[tranche - 1] })),
]
export const ownShareMistyped: Chapter = [
  step(3, 'chair', 'record-matching-share', scene => ({
    amount: scene.own * 10,
    evidence: paper(scene, '配套投入凭证'),
  })),
  corrects('chair', 'matching-share', '金额多录一个零', ({ own }) => ({ contribution: 1, amount: own })),
  step(2, 'street', 'check-matching-share', () => ({ contribution: 1 })),
]
export const activityRecounted: Chapter = [
  corrects('chair', 'activity', '签到表有两人重复签名', () => ({ activity: 1, participants: 16 })),
  step(2, 'community', 'check-activity', () => ({
    activity: 1,
    finding: 'unproven',
    findings: '与更正后的签到表相符',
  })),
  corrects('community', 'activity-check', '核实结果误选', () => ({ activity: 1, finding: 'confirmed' })),
]
export const surveyMistyped: Chapter = [
  step(2, 'community', 'record-satisfaction', scene => ({
    respondents: 60,
    satisfaction: '39.50',
    proofs: [paper(scene, '满意度问卷汇总')],
  })),
  corrects('community', 'satisfaction', '录入时颠倒了两位数字', () => ({ satisfaction: '93.50' })),
]
export const midTermAnew = (wrong: 'C', right: 'A' | 'B'): Chapter => [
  ...told.midTerm(wrong),
  step(2, 'bureau', 'reopen-mid-term', () => ({ reason: '误把另一项目的评估表录入本项目' })),
  ...told.midTerm(right),
]
export const acceptedAnew: Chapter = [
  ...told.accepted,
  step(1, 'secondBureau', 'reopen-project', () => ({ reason: '结项公文文号有误，撤销后重新办理' })),
  ...told.accepted,
]

// ── with a second person ────────────────────────────────────────────────────────────────────────

export const rankMistyped = (score: string): Chapter => [
  corrects('secondBureau', 'rank', '得分录错一位', () => ({ score })),
  approves('bureau', 'rank'),
]
/** The first proposal is wrong itself. */
export const awardMistyped = (hundredths: number): Chapter => [
  corrects('secondBureau', 'award', '金额与会议纪要不符', ({ award }) => ({ amount: award / 10 })),
  step(1, 'bureau', 'reject-correction', () => ({ correction: 1, reason: '更正后的金额也与会议纪要不符' })),
  corrects('secondBureau', 'award', '以会议纪要为准', ({ award }) => ({ amount: (award * hundredths) / 100 })),
  approves('bureau', 'award', 2),
]
export const commitmentMistyped: Chapter = [
  corrects('bureau', 'commitment', '预算科目编码录入有误', () => ({ budgetCode: '2120299' })),
  approves('funder', 'commitment'),
]
export const confirmationMistyped = (tranche: number): Chapter => [
  corrects('secondFinance', 'confirmation', '流水号录错一位', ({ day }) => ({
    tranche,
    bankReference: `${day(-3).replaceAll('-', '')}800001`,
  })),
  approves('finance', 'confirmation', 1, { tranche }),
  step(1, 'finance', 'reconcile-payment', scene => ({ tranche, statement: paper(scene, `第${tranche}期银行对账单`) })),
]
export const gradeMistyped = (grade: 'A' | 'B'): Chapter => [
  corrects('street', 'final-grade', '评估表等次抄录有误', () => ({ grade })),
  approves('secondBureau', 'final-grade'),
]
export const recoveryMistyped = (due: number, returned: number): Chapter => [
  corrects('street', 'demand', '清算表漏计一笔支出', () => ({ due: due * 100 })),
  approves('bureau', 'demand'),
  corrects('finance', 'receipt', '到账金额录入有误', () => ({ receipt: 1, amount: returned * 100 })),
  approves('secondFinance', 'receipt', 2, { receipt: 1 }),
]
