/**
 * 创投规则包: every number and choice that a round of the venture competition runs under. Nothing of it is a constant
 * in code; what one figure says about another is checked here, in sentences.
 */
import { z } from 'zod'
import { amount, choice, text } from '../fields.ts'
import { decimal, unitsOf } from '../judging/decimal.ts'
import { OVERALL } from '../judging/overall.ts'
import { tiers } from '../vocabulary.ts'
import { dataRules } from './data-rules.ts'
import { examplePack } from './example.ts'

const id = z
  .string()
  .max(40)
  .refine(name => /^[a-z][a-z0-9-]*$/.test(name), {
    error: 'is no short name',
    params: {
      code: 'not-a-short-name',
      zh: '代号由小写字母、数字和连字符组成，以字母开头，最多40个字符',
      en: 'is made of small letters, digits and hyphens, begins with a letter and has at most 40 characters',
    },
  })
  .meta({ zh: '代号', en: 'Short name', examples: ['need'] })
const zh = text(80).meta({ zh: '中文名称', en: 'Title in Chinese', examples: ['需求契合度'] })
const en = text(160).meta({ zh: '英文名称', en: 'Title in English', examples: ['Fit with the need'] })
const named = { id, zh, en }

const percent = z.int().min(0).max(100)
const few = (least: number, most: number) => z.int().min(least).max(most)
const calendarDays = few(1, 366)
const workingDays = few(1, 120)
const yesOrNo = z.boolean()

const origins = {
  'public-rules': { zh: '公开规则或公告', en: 'public rules and notices' },
  'common-practice': { zh: '行业惯例', en: 'common practice' },
  own: { zh: '本地自定', en: 'our own' },
}
const source = z.strictObject({
  figure: text(80).meta({ zh: '规则项', en: 'Figure', examples: ['panel.size'] }),
  from: choice(origins, { zh: '来源', en: 'Where it comes from' }),
  note: text(200).meta({ zh: '说明', en: 'Note', examples: ['公开评审公告：从评委库抽取5名'] }),
})

const applicants = z
  .strictObject({
    tiers: z
      .array(choice(tiers, { zh: '管理类别', en: 'Tier' }))
      .min(1)
      .max(3)
      .meta({ zh: '可申报的管理类别', en: 'Tiers that may apply' }),
    ownPlaceOnly: yesOrNo.meta({ zh: '仅限本辖区组织', en: 'Only organisations of the round’s place' }),
    enrolledDays: few(0, 3660).meta({ zh: '入册满（日）', en: 'Enrolled for at least (days)', examples: [90] }),
    mostPerApplicant: few(1, 20).meta({ zh: '每个组织最多申报数', en: 'Proposals of one applicant, at most' }),
    rules: z
      .array(z.strictObject(named))
      .max(20)
      .meta({ zh: '由人工认定的资格条件', en: 'Conditions that a person decides' }),
  })
  .meta({ zh: '申报资格', en: 'Who may apply' })

const expenseClass = z.strictObject({
  ...named,
  allowed: yesOrNo.meta({ zh: '允许列支', en: 'Allowed' }),
  most: percent.optional().meta({ zh: '占预算上限（%）', en: 'Share of the budget, at most (%)', examples: [10] }),
})
const money = z
  .strictObject({
    cap: amount.meta({ zh: '单个项目资助上限', en: 'Award, at most', shows: 'fen' }),
    shareOfBudget: few(1, 100).meta({ zh: '资助占总预算上限（%）', en: 'Share of the budget, at most (%)' }),
    matchingMultiple: decimal
      .nullable()
      .meta({ zh: '资助为配套资金的倍数上限', en: 'Times the matching funds, at most', examples: ['2'] }),
    expenseClasses: z.array(expenseClass).min(1).max(40).meta({ zh: '支出类别', en: 'Expense classes' }),
    partial: yesOrNo.meta({ zh: '余额不足时可部分资助', en: 'Awards in part where the fund ends' }),
    leastAward: amount.meta({ zh: '最低资助额', en: 'Award, at least', shows: 'fen' }),
  })
  .meta({ zh: '资金', en: 'Money' })

const criterion = z.strictObject({
  ...named,
  weight: few(1, 100).meta({ zh: '分值', en: 'Points', examples: [25] }),
})
const rubric = z
  .strictObject({
    criteria: z.array(criterion).min(1).max(20).meta({ zh: '评分项', en: 'Criteria' }),
    step: decimal.meta({ zh: '最小计分单位', en: 'Smallest step of a score', examples: ['0.5'] }),
    commentBelow: percent.meta({ zh: '得分低于此比例须写评语（%）', en: 'Comment needed below (%)', examples: [60] }),
    commentAbove: percent
      .nullable()
      .meta({ zh: '得分高于此比例须写评语（%）', en: 'Comment needed above (%)', examples: [95] }),
  })
  .meta({ zh: '评分标准', en: 'Rubric' })

const earnings = {
  matching: { zh: '按配套资金计算', en: 'reckoned from the matching funds' },
  panel: { zh: '由评审会认定', en: 'decided by the panel' },
}
const bonus = z.strictObject({
  ...named,
  most: decimal.meta({ zh: '加分上限', en: 'At most', examples: ['5'] }),
  by: choice(earnings, { zh: '加分方式', en: 'How it is earned' }),
})

const aggregation = z
  .strictObject({
    dropFrom: few(3, 99)
      .nullable()
      .meta({
        zh: '有效评分达此份数时去掉一个最高分和一个最低分',
        en: 'Drop highest and lowest from so many sheets',
        examples: [5],
      }),
    decimals: few(0, 4).meta({ zh: '保留小数位数', en: 'Decimals', examples: [2] }),
  })
  .meta({ zh: '计分方法', en: 'How sheets are put together' })

const tie = z.union([
  z
    .strictObject({ criterion: id.meta({ zh: '评分项', en: 'Criterion' }) })
    .meta({ zh: '该评分项平均分高者在前', en: 'Higher mean of this criterion first' }),
  z.literal('lower-request').meta({ zh: '申请金额低者在前', en: 'Lower request first' }),
  z.literal('vote').meta({ zh: '评审会表决', en: 'Recorded vote' }),
])

const panel = z
  .strictObject({
    size: few(1, 99).meta({ zh: '评委人数', en: 'Judges', examples: [5] }),
    outside: z
      .strictObject({
        of: few(1, 99).meta({ zh: '每（人）', en: 'Of' }),
        least: few(0, 99).meta({ zh: '至少外部（人）', en: 'From outside, at least' }),
      })
      .meta({ zh: '外部评委比例', en: 'Share from outside', examples: [{ of: 3, least: 2 }] }),
    reserves: few(0, 20).meta({ zh: '候补评委人数', en: 'Reserves', examples: [2] }),
    coverFields: yesOrNo.meta({ zh: '覆盖各申报领域', en: 'Every field of the proposals is covered' }),
    yearsApart: few(0, 20).meta({ zh: '任职回避年限', en: 'Years apart from the applicant', examples: [3] }),
    unrevealedSeed: choice(
      {
        'draw-without': { zh: '不计入该种子，照常抽取', en: 'draw without it' },
        'commit-anew': { zh: '各方重新提交种子', en: 'all commit anew' },
      },
      { zh: '种子未公开时', en: 'Where a seed is not revealed' },
    ),
  })
  .meta({ zh: '评审组', en: 'Panel' })

const durations = z
  .strictObject({
    callLeast: calendarDays.meta({ zh: '征集期下限（日）', en: 'Call, at least (days)', examples: [20] }),
    callMost: calendarDays.meta({ zh: '征集期上限（日）', en: 'Call, at most (days)', examples: [42] }),
    judging: calendarDays.meta({ zh: '评审期（日）', en: 'Judging (days)', examples: [20] }),
    complete: calendarDays.meta({ zh: '补正期（日）', en: 'To complete a proposal (days)', examples: [5] }),
    publicity: workingDays.meta({ zh: '公示期（工作日）', en: 'Publicity (working days)', examples: [5] }),
    objectionForm: workingDays.meta({
      zh: '异议形式审查（工作日）',
      en: 'Objection looked at as to form (working days)',
      examples: [2],
    }),
    objectionAnswer: workingDays.meta({ zh: '异议答复（工作日）', en: 'Objection answered (working days)' }),
    answerOffer: workingDays.meta({ zh: '答复拟资助（工作日）', en: 'Offer answered (working days)', examples: [5] }),
  })
  .meta({ zh: '时限', en: 'Durations' })

const objectors = {
  resident: { zh: '居民', en: 'resident' },
  organisation: { zh: '组织', en: 'organisation' },
}
const effects = {
  recheck: { zh: '重新审查资格', en: 'eligibility is checked again' },
  rescore: { zh: '重新评分', en: 'scored again' },
  exclude: { zh: '取消资格', en: 'excluded' },
}
const objection = z
  .strictObject({
    by: z
      .array(choice(objectors, { zh: '提出人', en: 'By' }))
      .min(1)
      .max(2)
      .meta({ zh: '可提出异议的人', en: 'Who may object' }),
    protected: yesOrNo.meta({ zh: '可要求保密身份', en: 'May ask not to be named' }),
    upheld: z
      .array(choice(effects, { zh: '处理方式', en: 'Effect' }))
      .min(1)
      .max(3)
      .meta({ zh: '异议成立时的处理', en: 'What an upheld objection may do' }),
  })
  .meta({ zh: '异议', en: 'Objection' })

const feedback = z
  .strictObject({
    comments: yesOrNo.meta({ zh: '向申报方公开评语', en: 'Comments are given to the applicant' }),
    bands: z
      .array(few(1, 100))
      .min(1)
      .max(10)
      .meta({ zh: '名次分段（%）', en: 'Bands of ranks (%)', examples: [[10, 25, 50, 100]] }),
  })
  .meta({ zh: '反馈', en: 'Feedback' })

const fields = z.strictObject({
  name: text(80).meta({ zh: '名称', en: 'Name', examples: ['武昌区公益创投规则'] }),
  level: choice(
    {
      street: { zh: '街道', en: 'street' },
      district: { zh: '区', en: 'district' },
      city: { zh: '市', en: 'city' },
    },
    { zh: '层级', en: 'Level' },
  ),
  sources: z.array(source).max(100).meta({ zh: '规则来源', en: 'Sources of the figures' }),
  applicants,
  money,
  rubric,
  bonuses: z.array(bonus).max(10).meta({ zh: '加分项', en: 'Bonuses' }),
  aggregation,
  ties: z.array(tie).min(1).max(20).meta({ zh: '同分排序', en: 'How ties are settled, in order' }),
  quorum: few(1, 99).meta({ zh: '有效评分最低份数', en: 'Sheets that a rank needs', examples: [3] }),
  panel,
  blind: yesOrNo.meta({ zh: '匿名评审', en: 'Applicants are not told to the judges' }),
  durations,
  objection,
  feedback,
  tranches: z
    .array(few(1, 100))
    .min(1)
    .max(6)
    .meta({ zh: '拨付比例（%）', en: 'Tranches (%)', examples: [[50, 30, 20]] }),
})
export type RoundPack = z.infer<typeof fields>

// ── what one figure says about another ──────────────────────────────────────────────────────────

/** A sentence, and the field at which it is shown. `holds` sees a pack whose single fields are sound. */
type Check = { at: string; code: string; zh: string; en: string; holds(pack: RoundPack): boolean }

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)
const eachOnce = (names: readonly string[]): boolean => new Set(names).size === names.length
const idsOf = (list: readonly { id: string }[]): string[] => list.map(each => each.id)
const ascends = (numbers: readonly number[]): boolean =>
  numbers.every((each, at) => at === 0 || each > (numbers[at - 1] as number))
const tieNames = ({ ties }: RoundPack): string[] =>
  ties.map(each => (typeof each === 'string' ? each : `criterion ${each.criterion}`))
const divides = (step: bigint, points: number): boolean => step > 0n && unitsOf(String(points)) % step === 0n

/** Whether `panel.size` or `rubric.criteria` is a field here: a source of a figure that is none tells of nothing. */
const hasFigure = (pack: RoundPack, figure: string): boolean => {
  const [group = '', name, ...deeper] = figure.split('.')
  const within = Object.hasOwn(fields.shape, group) ? (pack as Record<string, unknown>)[group] : undefined
  if (within === undefined || deeper.length > 0) return false
  return name === undefined || (typeof within === 'object' && within !== null && Object.hasOwn(within, name))
}

const checks: readonly Check[] = [
  {
    at: 'rubric.criteria',
    code: 'points-are-not-100',
    zh: '各评分项分值合计应为100分',
    en: 'the points of the criteria add up to 100',
    holds: ({ rubric: { criteria } }) => sum(criteria.map(({ weight }) => weight)) === 100,
  },
  {
    at: 'rubric.criteria',
    code: 'named-twice',
    zh: '评分项代号不能重复，也不能用 overall（总评）',
    en: 'each criterion has a short name of its own, other than overall, which is the comment on the whole',
    holds: pack => eachOnce([OVERALL, ...idsOf(pack.rubric.criteria)]),
  },
  {
    at: 'rubric.step',
    code: 'step-does-not-fit',
    zh: '最小计分单位应大于0，且能整除每个评分项的分值',
    en: 'the step is above zero and divides the points of every criterion',
    holds: ({ rubric: { criteria, step } }) => criteria.every(({ weight }) => divides(unitsOf(step), weight)),
  },
  {
    at: 'rubric.commentAbove',
    code: 'marks-cross',
    zh: '须写评语的高分线应高于低分线',
    en: 'the mark above which a comment is needed lies above the one below which it is',
    holds: ({ rubric: { commentAbove, commentBelow } }) => commentAbove === null || commentAbove > commentBelow,
  },
  {
    at: 'bonuses',
    code: 'named-twice',
    zh: '加分项代号不能重复',
    en: 'each bonus has a short name of its own',
    holds: pack => eachOnce(idsOf(pack.bonuses)),
  },
  {
    at: 'applicants.tiers',
    code: 'named-twice',
    zh: '管理类别不能重复',
    en: 'each tier is named once',
    holds: pack => eachOnce(pack.applicants.tiers),
  },
  {
    at: 'applicants.rules',
    code: 'named-twice',
    zh: `资格条件代号不能重复，也不能用系统自动审查项的代号（${dataRules.join('、')}）`,
    en: `each condition has a short name of its own, other than those that data decide (${dataRules.join(', ')})`,
    holds: pack => eachOnce([...dataRules, ...idsOf(pack.applicants.rules)]),
  },
  {
    at: 'money.expenseClasses',
    code: 'named-twice',
    zh: '支出类别代号不能重复',
    en: 'each expense class has a short name of its own',
    holds: pack => eachOnce(idsOf(pack.money.expenseClasses)),
  },
  {
    at: 'money.expenseClasses',
    code: 'nothing-allowed',
    zh: '至少应允许一个支出类别',
    en: 'at least one expense class is allowed',
    holds: pack => pack.money.expenseClasses.some(({ allowed }) => allowed),
  },
  {
    at: 'money.expenseClasses',
    code: 'share-of-the-forbidden',
    zh: '禁止列支的类别不设占比上限',
    en: 'an expense class that is not allowed has no share',
    holds: pack => pack.money.expenseClasses.every(({ allowed, most }) => allowed || most === undefined),
  },
  {
    at: 'money.leastAward',
    code: 'least-above-cap',
    zh: '最低资助额不能高于资助上限',
    en: 'the least award is not above the cap',
    holds: ({ money: { leastAward, cap } }) => leastAward <= cap,
  },
  {
    at: 'money.matchingMultiple',
    code: 'nothing-times-nothing',
    zh: '配套倍数应大于0；不要求配套时请留空',
    en: 'the multiple of the matching funds is above zero; where none are asked for, leave it empty',
    holds: ({ money: { matchingMultiple } }) => matchingMultiple === null || unitsOf(matchingMultiple) > 0n,
  },
  {
    at: 'panel.size',
    code: 'even-panel',
    zh: '评委人数应为单数',
    en: 'the number of judges is odd',
    holds: ({ panel: { size } }) => size % 2 === 1,
  },
  {
    at: 'panel.outside',
    code: 'more-than-all',
    zh: '外部评委人数不能超过所占的总数',
    en: 'no more judges come from outside than there are',
    holds: ({ panel: { outside } }) => outside.least <= outside.of,
  },
  {
    at: 'quorum',
    code: 'quorum-above-panel',
    zh: '有效评分最低份数不能超过评委人数',
    en: 'the quorum is not above the number of judges',
    holds: ({ quorum, panel: { size } }) => quorum <= size,
  },
  {
    at: 'aggregation.dropFrom',
    code: 'never-so-many-sheets',
    zh: '去掉最高最低分所需的份数不能超过评委人数',
    en: 'as many sheets as the highest and lowest are dropped from can be had: no more than there are judges',
    holds: ({ aggregation: { dropFrom }, panel: { size } }) => dropFrom === null || dropFrom <= size,
  },
  {
    at: 'ties',
    code: 'no-such-criterion',
    zh: '同分排序所列评分项应在评分标准中',
    en: 'a tie is settled by a criterion of the rubric',
    holds: ({ ties, rubric: { criteria } }) =>
      ties.every(each => typeof each === 'string' || idsOf(criteria).includes(each.criterion)),
  },
  {
    at: 'ties',
    code: 'named-twice',
    zh: '同分排序的每一步只能出现一次',
    en: 'each step of settling ties is named once',
    holds: pack => eachOnce(tieNames(pack)),
  },
  {
    at: 'ties',
    code: 'no-vote-at-the-end',
    zh: '同分排序最后一步应为评审会表决，否则可能无法排定',
    en: 'the last step of settling ties is a recorded vote; without it a tie may stay open for ever',
    holds: ({ ties }) => ties.at(-1) === 'vote',
  },
  {
    at: 'durations.callMost',
    code: 'least-above-most',
    zh: '征集期下限不能大于上限',
    en: 'the call has a least that is not above its most',
    holds: ({ durations: { callLeast, callMost } }) => callLeast <= callMost,
  },
  {
    at: 'durations.objectionAnswer',
    code: 'answered-before-looked-at',
    zh: '异议答复期限不能短于形式审查期限',
    en: 'an objection is answered no sooner than it is looked at as to form',
    holds: ({ durations: { objectionForm, objectionAnswer } }) => objectionForm <= objectionAnswer,
  },
  {
    at: 'objection.by',
    code: 'named-twice',
    zh: '可提出异议的人不能重复',
    en: 'each of those who may object is named once',
    holds: pack => eachOnce(pack.objection.by),
  },
  {
    at: 'objection.upheld',
    code: 'named-twice',
    zh: '异议处理方式不能重复',
    en: 'each effect of an objection is named once',
    holds: pack => eachOnce(pack.objection.upheld),
  },
  {
    at: 'feedback.bands',
    code: 'bands-out-of-order',
    zh: '名次分段应由小到大，最后一段为100%',
    en: 'the bands ascend, and the last is 100 %',
    holds: ({ feedback: { bands } }) => ascends(bands) && bands.at(-1) === 100,
  },
  {
    at: 'tranches',
    code: 'tranches-are-not-100',
    zh: '各期拨付比例合计应为100%',
    en: 'the tranches add up to 100 %',
    holds: ({ tranches }) => sum(tranches) === 100,
  },
  {
    at: 'sources',
    code: 'no-such-figure',
    zh: '规则来源所指的规则项不存在',
    en: 'each source belongs to a figure of this pack, such as panel.size',
    holds: pack => pack.sources.every(({ figure }) => hasFigure(pack, figure)),
  },
  {
    at: 'sources',
    code: 'named-twice',
    zh: '同一规则项只能注明一个来源',
    en: 'each figure has one source',
    holds: pack => eachOnce(pack.sources.map(({ figure }) => figure)),
  },
]

/** A pack whose figures go together. Every sentence that does not hold is said at once, each at its field. */
export const roundPack = fields
  .check(({ value, issues }) => {
    for (const { at, code, zh, en, holds } of checks)
      if (!holds(value))
        issues.push({ code: 'custom', input: value, path: at.split('.'), message: en, params: { code, zh, en } })
  })
  .meta({ zh: '规则包', en: 'Rule pack', examples: [examplePack] })
