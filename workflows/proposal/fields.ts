/** The fields that the stages of a proposal speak of. */
import { z } from 'zod'
import type { Title } from '../../engine/definition.ts'
import { CO_APPLICANTS } from '../co-applicants.ts'
import { amount, choice, day, evidence, freeText, organisation, person, reason, text } from '../fields.ts'
import { place } from '../places/place-field.ts'
import type { Aspect } from '../resemblance.ts'
import { field, tier } from '../vocabulary.ts'

export const round = z.uuid().meta({ zh: '创投轮次', en: 'Round' })
export const project = z.uuid().meta({ zh: '微项目', en: 'Micro-project' })
export const version = z
  .int()
  .positive()
  .max(999)
  .meta({ zh: '申报书版本', en: 'Version of the proposal', examples: [1] })
export const title = freeText(80).meta({ zh: '项目名称', en: 'Title', examples: ['独居老人敲门探访'] })
export const because = z.strictObject({ reason })
export const nothing = z.strictObject({})

/** Money that may be none. */
const share = z
  .int()
  .min(0)
  .max(10 ** 13)

// ── a version ───────────────────────────────────────────────────────────────────────────────────

/** What a pack calls one of its own classes, rules or criteria. */
const shortName = z.string().regex(/^[a-z][a-z0-9-]{0,59}$/)
const expenseClass = shortName.meta({ zh: '支出类别', en: 'Expense class', examples: ['volunteers'] })

const line = z.strictObject({
  item: freeText(80).meta({ zh: '支出内容', en: 'Item', examples: ['志愿者交通补贴'] }),
  class: expenseClass,
  amount,
})

const match = z.strictObject({
  from: freeText(80).meta({ zh: '配套资金来源', en: 'Who gives it', examples: ['驻区单位赞助'] }),
  amount,
  promise: evidence.optional().meta({ zh: '配套承诺书', en: 'Promise of it', shows: 'file' }),
})

/** In a blind round, what goes to the judges must not say whose proposal it is. */
const attachment = z.strictObject({
  file: evidence.meta({ zh: '附件', en: 'File', shows: 'file' }),
  forJudges: z.boolean().meta({ zh: '供评委查看', en: 'For the judges', examples: [true] }),
})

export const written = {
  summary: freeText(4000).meta({ zh: '项目方案', en: 'Plan of the project' }),
  activities: z
    .array(freeText(200))
    .min(1)
    .max(20)
    .meta({ zh: '活动安排', en: 'Activities', examples: [['每周两次上门探访独居老人']] }),
  team: freeText(2000)
    .optional()
    .meta({ zh: '团队情况', en: 'Team', examples: ['骨干志愿者八人，两人持社工证'] }),
  lines: z
    .array(line)
    .min(1)
    .max(50)
    .meta({
      zh: '预算明细',
      en: 'Budget lines',
      examples: [[{ item: '志愿者交通补贴', class: 'volunteers', amount: 1_200_000 }]],
    }),
  requested: amount.meta({ zh: '申请金额', en: 'Amount requested', shows: 'fen' }),
  ownShare: share.meta({ zh: '自筹金额', en: "Applicant's own share", shows: 'fen', examples: [0] }),
  matching: z
    .array(match)
    .max(10)
    .meta({ zh: '其他配套资金', en: 'Other matching funds', examples: [[]] }),
  coApplicants: z
    .array(organisation)
    .max(CO_APPLICANTS.length)
    .meta({ zh: '联合申报组织', en: 'Co-applicants', examples: [[]] }),
  contact: person.optional().meta({ zh: '联系人', en: 'Contact', shows: 'person' }),
  attachments: z
    .array(attachment)
    .max(20)
    .meta({ zh: '附件', en: 'Attachments', examples: [[]] }),
}
export type Written = z.infer<z.ZodObject<typeof written>>

export const criterion = shortName.meta({ zh: '评分项', en: 'Criterion', examples: ['need'] })

// ── what the round is told of it ────────────────────────────────────────────────────────────────

/** Hex SHA-256. */
const digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .meta({
    zh: '申报书校验值',
    en: 'Digest of the proposal',
    examples: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
  })

/** Ids, numbers and a hash: no text of people goes to another life. */
export const entry = {
  round,
  version,
  project: project.optional(),
  applicant: organisation.meta({ zh: '申报组织', en: 'Applicant' }),
  coApplicants: written.coApplicants,
  field,
  place,
  requested: written.requested,
  ownShare: share.meta({
    zh: '自筹与配套资金合计',
    en: 'Own share and other matching funds',
    shows: 'fen',
    examples: [0],
  }),
  budget: amount.meta({ zh: '预算总额', en: 'Budget', shows: 'fen' }),
  blind: z.boolean().meta({ zh: '匿名评审', en: 'Judged blind', examples: [true] }),
  arrivedAt: z.iso.datetime().meta({ zh: '送达时间', en: 'Arrived', shows: 'instant' }),
  digest,
}

export const until = day.meta({ zh: '补正截止日', en: 'Complete by', shows: 'day' })

// ── eligibility ─────────────────────────────────────────────────────────────────────────────────

export const rule = shortName.meta({ zh: '资格条件', en: 'Rule', examples: ['enrolled'] })
export const met = z.boolean().meta({ zh: '是否符合', en: 'Met', examples: [true] })
const deciders = {
  data: { zh: '按数据判定', en: 'from the data' },
  person: { zh: '人工判定', en: 'by a person' },
} as const satisfies Record<string, Title>
/** `zh` and `en`: what was found, in the words of the rule. */
export const verdict = z.strictObject({
  rule,
  by: choice(deciders, { zh: '判定方式', en: 'Decided' }),
  met,
  zh: text(1000).meta({ zh: '判定依据', en: 'Finding in Chinese' }),
  en: text(1000).meta({ zh: '判定依据（英文）', en: 'Finding' }),
  reason: reason.optional(),
})
export type Verdict = z.infer<typeof verdict>

/** All that the verdicts from the data hang on: whoever holds the pack finds them again from here. */
export const eligibilityFacts = z
  .strictObject({
    organisation: z
      .strictObject({
        tier,
        standing: choice(
          {
            active: { zh: '正常', en: 'active' },
            suspended: { zh: '暂停', en: 'suspended' },
            dissolved: { zh: '已注销', en: 'dissolved' },
          },
          { zh: '状态', en: 'Standing' },
        ),
        place,
        enrolledOn: day.optional().meta({ zh: '入册日期', en: 'Enrolled on', shows: 'day' }),
      })
      .meta({ zh: '申报组织', en: 'Applicant' }),
    round: z.strictObject({ place }).meta({ zh: '轮次', en: 'Round' }),
    today: day.meta({ zh: '审查日期', en: 'Day of the check' }),
    proposal: z
      .strictObject({
        requested: written.requested,
        ownShare: entry.ownShare,
        lines: z
          .array(z.strictObject({ class: expenseClass, amount }))
          .max(50)
          .meta({ zh: '预算', en: 'Budget' }),
      })
      .meta({ zh: '申报', en: 'Proposal' }),
    others: z.int().min(0).meta({ zh: '本轮次其他申报数', en: 'Other proposals in the round' }),
  })
  .meta({ zh: '判定所据', en: 'What it was decided from' })

// ── what resembles it ───────────────────────────────────────────────────────────────────────────

export const life = z.uuid().meta({ zh: '相似的申报或项目', en: 'What it resembles' })
const kinds = {
  proposal: { zh: '申报书', en: 'proposal' },
  'micro-project': { zh: '微项目', en: 'micro-project' },
} as const satisfies Record<string, Title>
export const kind = choice(kinds, { zh: '类型', en: 'Kind' })
const aspects = {
  project: { zh: '同一微项目', en: 'the same micro-project' },
  title: { zh: '项目名称', en: 'title' },
  activities: { zh: '活动安排', en: 'activities' },
  place: { zh: '实施地点', en: 'place' },
  field: { zh: '领域', en: 'field' },
} as const satisfies Record<Aspect, Title>
export const alike = z.strictObject({
  aspect: choice(aspects, { zh: '相似之处', en: 'In what' }),
  alike: z
    .int()
    .min(0)
    .max(100)
    .meta({ zh: '相似度（%）', en: 'How much (%)', examples: [82] }),
})
export const findings = {
  distinct: { zh: '不是重复申报', en: 'not the same' },
  same: { zh: '重复申报', en: 'the same' },
} as const satisfies Record<string, Title>
