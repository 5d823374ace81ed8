/** The fields that several stages of a micro-project speak of. */
import { z } from 'zod'
import { amount, choice, count, day, evidence, freeText, reason, text } from '../fields.ts'
import { place } from '../places/place-field.ts'
import { category, field } from '../vocabulary.ts'

export const needFields = {
  title: freeText(80).meta({ zh: '需求名称', en: 'Need', examples: ['独居老人敲门探访'] }),
  category,
  field,
  place,
  beneficiaries: count.meta({ zh: '受益人数', en: 'Beneficiaries', examples: [86] }),
  budget: amount.optional().meta({ zh: '预算', en: 'Budget', shows: 'fen' }),
  detail: freeText(2000).meta({
    zh: '需求说明',
    en: 'What is needed',
    examples: ['每周两次上门探访独居老人，并记录居家安全'],
  }),
  neededBy: day.optional().meta({ zh: '期望完成日期', en: 'Needed by', shows: 'day' }),
}

/** What a life counts from 1: versions, matches, objections, tranches, activities, changes. */
const number = z.int().positive().max(9999)
export const match = number.meta({ zh: '对接编号', en: 'Match', examples: [1] })
export const version = number.meta({ zh: '申报书版本', en: 'Version of the proposal', examples: [1] })
export const objection = number.meta({ zh: '异议编号', en: 'Objection', examples: [1] })
export const competition = z.uuid().meta({ zh: '公益创投轮次', en: 'Round' })
export const tranche = number.meta({ zh: '拨付期次', en: 'Tranche', examples: [1] })
export const condition = number.meta({ zh: '拨付条件序号', en: 'Condition', examples: [1] })
export const contribution = number.meta({ zh: '配套投入编号', en: 'Contribution', examples: [1] })
export const activity = number.meta({ zh: '活动编号', en: 'Activity', examples: [1] })
export const change = number.meta({ zh: '变更编号', en: 'Change', examples: [1] })
export const receipt = number.meta({ zh: '退款编号', en: 'Receipt', examples: [1] })
export const line = number.meta({ zh: '预算科目序号', en: 'Budget line', examples: [1] })
export const rank = number.meta({ zh: '名次', en: 'Rank', examples: [1] })
/** Decimal, two places, as text: a binary fraction would round it. */
export const score = z
  .string()
  .regex(/^(0|[1-9]\d{0,2})\.\d{2}$/)
  .meta({ zh: '得分', en: 'Score', examples: ['86.50'] })

/** Money that may be none. */
export const share = z
  .int()
  .min(0)
  .max(10 ** 13)

export const minutes = evidence.meta({ zh: '会议纪要', en: 'Minutes' })
export const proofs = z.array(evidence).min(1).max(50).meta({ zh: '证明材料', en: 'Evidence' })
export const bankReference = text(60).meta({ zh: '银行流水号', en: 'Bank reference', examples: ['20260318000127'] })
export const because = z.strictObject({ reason })
export const rulePack = number.meta({ zh: '适用规则包版本', en: 'Version of the rule pack', examples: [1] })
export const nothing = z.strictObject({})

export const budgetLines = z
  .array(
    z.strictObject({
      item: freeText(80).meta({ zh: '支出内容', en: 'Item', examples: ['志愿者交通补贴'] }),
      amount,
    }),
  )
  .min(1)
  .max(50)
  .meta({ zh: '预算明细', en: 'Budget lines' })
export type BudgetLines = z.infer<typeof budgetLines>

export const grades = {
  A: { zh: '优秀', en: 'excellent' },
  B: { zh: '合格', en: 'sound' },
  C: { zh: '不合格', en: 'poor' },
}
export const grade = choice(grades, { zh: '等次', en: 'Grade' })
export type Grade = keyof typeof grades

export const sources = {
  'government-purchase': { zh: '政府购买服务资金', en: 'government purchase of services' },
  'community-benefit': { zh: '社区惠民资金', en: 'community benefit fund' },
  subsidy: { zh: '专项补贴和活动经费', en: 'subsidies and activity money' },
  'special-fund': { zh: '专项基金', en: 'special fund' },
  'charity-fund': { zh: '社区公益慈善基金', en: 'community charity fund' },
  'incubation-fund': { zh: '财政培育孵化专项资金', en: 'public incubation fund' },
  'welfare-lottery': { zh: '福彩公益金', en: 'welfare lottery fund' },
  'social-support': { zh: '社会支持', en: 'social support' },
}
export const channels = {
  commission: { zh: '购买服务和委托', en: 'purchase or commission' },
  'venture-competition': { zh: '公益创投', en: 'venture competition' },
  'reward-for-results': { zh: '以奖代补', en: 'reward for results' },
  subsidy: { zh: '专项补贴', en: 'subsidy' },
  donation: { zh: '社会捐赠', en: 'donation' },
}
export const source = choice(sources, { zh: '资金来源', en: 'Source' })
export const channel = choice(channels, { zh: '资助渠道', en: 'Channel' })

const changeKinds = {
  'budget-line': { zh: '预算科目调整', en: 'between budget lines' },
  schedule: { zh: '进度调整', en: 'of the schedule' },
  scope: { zh: '实施内容调整', en: 'of the scope' },
}
export const changeKind = choice(changeKinds, { zh: '变更类型', en: 'Kind of change' })

export const addUp = (parts: readonly { amount: number }[]): number =>
  parts.reduce((total, { amount }) => total + amount, 0)
