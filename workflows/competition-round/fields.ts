/** The fields that several stages of a round speak of. */
import { z } from 'zod'
import type { Title } from '../../engine/definition.ts'
import { amount, choice, day, freeText, organisation, person, reason, text } from '../fields.ts'
import { decimal } from '../judging/decimal.ts'
import { source } from '../micro-project/fields.ts'
import { place } from '../places/place-field.ts'
import { field } from '../vocabulary.ts'

export const nothing = z.strictObject({})
export const because = z.strictObject({ reason })

// ── the round ───────────────────────────────────────────────────────────────────────────────────

export const closesOn = day.meta({ zh: '征集截止日', en: 'Call closes on' })

export const roundFields = {
  title: freeText(80).meta({ zh: '轮次名称', en: 'Round', examples: ['武昌区2026年第一轮公益创投'] }),
  place,
  pack: z.uuid().meta({ zh: '创投规则包', en: 'Rule pack' }),
  fund: amount.meta({ zh: '资金总额', en: 'Fund at hand', shows: 'fen', examples: [60_000_000] }),
  source,
  chair: person.meta({ zh: '评审组长', en: 'Chair of the panel', shows: 'person' }),
  observer: person.meta({ zh: '监督人', en: 'Observer', shows: 'person' }),
  closesOn,
}

/** Hex SHA-256. */
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const SHA256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'
export const digest = sha256.meta({ zh: '校验值', en: 'Digest', examples: [SHA256] })

// ── seeds ───────────────────────────────────────────────────────────────────────────────────────

export const parties = {
  organiser: { zh: '组织方', en: 'who runs the round' },
  observer: { zh: '监督人', en: 'observer' },
} as const satisfies Record<string, Title>
export type Party = keyof typeof parties
export const party = choice(parties, { zh: '种子提交方', en: 'Party' })
export const commitment = sha256.meta({ zh: '种子承诺值', en: 'Commitment to a seed', examples: [SHA256] })
/** One line, so that anybody can hash it again from what is published. */
export const seed = text(200)
  .refine(line => line.length >= 16 && !/\s/.test(line), {
    error: 'is no seed',
    params: {
      code: 'not-a-seed',
      zh: '种子应至少16个字符，且不含空格或换行',
      en: 'a seed has at least 16 characters and neither spaces nor line breaks',
    },
  })
  .meta({ zh: '种子', en: 'Seed', examples: ['7f3c9a52e1b84d06-Wuchang'] })

// ── proposals ───────────────────────────────────────────────────────────────────────────────────

export const proposal = z.uuid().meta({ zh: '申报书', en: 'Proposal' })
export const proposals = z.array(proposal).max(5_000).meta({ zh: '申报书', en: 'Proposals' })
export const counted = z
  .int()
  .min(0)
  .max(5_000)
  .meta({ zh: '申报书份数', en: 'How many proposals', examples: [128] })

/** Money that may be none. */
export const share = z
  .int()
  .min(0)
  .max(10 ** 13)

/** Ids, numbers and hashes alone: what people wrote stays in the proposal. */
export const entryFields = {
  proposal,
  project: z.uuid().optional().meta({ zh: '微项目', en: 'Micro-project' }),
  applicant: organisation.meta({ zh: '申报组织', en: 'Applicant' }),
  coApplicants: z
    .array(organisation)
    .max(10)
    .meta({ zh: '联合申报组织', en: 'Co-applicants', examples: [[]] }),
  version: z
    .int()
    .positive()
    .max(999)
    .meta({ zh: '申报书版本', en: 'Version of the proposal', examples: [1] }),
  requested: amount.meta({ zh: '申请金额', en: 'Amount requested', shows: 'fen' }),
  ownShare: share.meta({ zh: '自筹与配套资金合计', en: 'Own share and matching funds', shows: 'fen', examples: [0] }),
  budget: amount.meta({ zh: '预算总额', en: 'Budget', shows: 'fen' }),
  field,
  place,
  arrivedAt: z.iso.datetime().meta({ zh: '送达时间', en: 'Arrived', shows: 'instant' }),
  digest: sha256.meta({ zh: '申报书校验值', en: 'Digest of the proposal', examples: [SHA256] }),
}

/**
 * A rule that two persons have set aside, and why: the words of an office, written to be published. They stand in the
 * list and in its digest.
 */
export const overridden = z
  .array(
    z.strictObject({ rule: text(60).meta({ zh: '资格条件', en: 'Rule', examples: ['enrolled-long-enough'] }), reason }),
  )
  .max(20)
  .meta({ zh: '破例认定的资格条件', en: 'Rules set aside', examples: [[]] })

export const outs = {
  withdrawn: { zh: '已撤回', en: 'withdrawn' },
  objection: { zh: '异议成立，取消资格', en: 'excluded upon an objection' },
  eligibility: { zh: '资格审查未通过', en: 'not eligible' },
  conflict: { zh: '存在利益冲突，取消资格', en: 'excluded for a conflict of interest' },
} as const satisfies Record<string, Title>
export type Out = keyof typeof outs

// ── judges ──────────────────────────────────────────────────────────────────────────────────────

/** In the order of invitation. Names of people stand nowhere in what is published. */
export const name = z
  .string()
  .regex(/^C\d{2,3}$/)
  .meta({ zh: '评委代号', en: 'Pseudonym of the judge', examples: ['C01'] })
export const judgeLife = z.uuid().meta({ zh: '评委库记录', en: 'Judge in the pool' })
export const outside = z.boolean().meta({ zh: '外部评委', en: 'From outside', examples: [true] })
export const knows = z
  .array(field)
  .max(40)
  .meta({ zh: '熟悉的领域', en: 'Fields of expertise', examples: [['elders-and-orphans']] })
export const until = day.meta({ zh: '截止日', en: 'Until' })

const candidate = z.strictObject({
  name,
  outside,
  fields: knows,
  mayNot: proposals.meta({ zh: '须回避', en: 'May not judge' }),
})
export const matrix = z.array(candidate).min(1).max(999).meta({ zh: '评委回避表', en: 'Who may judge what' })
export type Matrix = z.infer<typeof matrix>

// ── results ─────────────────────────────────────────────────────────────────────────────────────

export const total = decimal.meta({ zh: '总分', en: 'Total', examples: ['86.50'] })
export const rank = z
  .int()
  .positive()
  .max(5_000)
  .meta({ zh: '名次', en: 'Rank', examples: [1] })

const outcomes = {
  award: { zh: '拟资助', en: 'to be awarded' },
  partial: { zh: '拟部分资助', en: 'to be awarded in part' },
  reserve: { zh: '候补', en: 'in reserve' },
  declined: { zh: '不予资助', en: 'not funded' },
} as const satisfies Record<string, Title>

const whys = {
  rank: { zh: '名次靠后', en: 'ranks too low' },
  fund: { zh: '按规则计算不足最低资助额', en: 'the formula gives less than the least award' },
  quorum: { zh: '有效评分不足法定份数', en: 'fewer valid sheets than the quorum' },
  deliberation: { zh: '评审会议决定', en: 'decided in deliberation' },
} as const satisfies Record<string, Title>

export const award = z.strictObject({
  proposal,
  outcome: choice(outcomes, { zh: '结果', en: 'Outcome' }),
  amount: share.meta({ zh: '资助金额', en: 'Award', shows: 'fen', examples: [1_200_000] }),
  why: choice(whys, { zh: '原因', en: 'Why' }).optional(),
})
export type Award = z.infer<typeof award>
export const awards = z.array(award).max(5_000).meta({ zh: '资助方案', en: 'Awards' })
export const left = share.meta({ zh: '资金余额', en: 'Left of the fund', shows: 'fen', examples: [0] })

/** A line of the published list. What is excluded has no rank, and says why. */
export const listed = z.strictObject({
  rank: rank.nullable(),
  proposal,
  applicant: organisation.meta({ zh: '申报组织', en: 'Applicant' }),
  total: total.nullable(),
  outcome: award.shape.outcome,
  amount: award.shape.amount,
  overridden,
  excluded: choice(outs, { zh: '取消资格原因', en: 'Excluded' }).optional(),
})
export const list = z.array(listed).max(5_000).meta({ zh: '公示名单', en: 'List' })
export type Listed = z.infer<typeof listed>
