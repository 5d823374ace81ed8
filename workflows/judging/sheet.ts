/** 评分表: what one judge says of one proposal, and what is wrong with it. */
import type { Title } from '../../engine/definition.ts'
import type { RoundPack } from '../round-pack/pack.ts'
import { type Decimal, isDecimal, unitsOf } from './decimal.ts'
import { OVERALL } from './overall.ts'

/** Points by criterion. */
export type Scores = { readonly [criterion: string]: Decimal }
export type Sheet = { scores: Scores; comments?: { readonly [criterion: string]: string | undefined } }

export type SheetProblem = Title & {
  criterion?: string
  code: 'missing-score' | 'unknown-criterion' | 'out-of-range' | 'off-step' | 'comment-needed'
}

type Criterion = RoundPack['rubric']['criteria'][number]

/** All that keeps a sheet from being submitted, in the order of the rubric; none: it may be. */
export const sheetProblems = (pack: RoundPack, sheet: Sheet): SheetProblem[] => [
  ...pack.rubric.criteria.flatMap(criterion => criterionProblems(pack, criterion, sheet)),
  ...strangers(pack, sheet),
]

/** A draft may lack scores and comments; what stands in it is sound. */
export const draftProblems = (pack: RoundPack, sheet: Sheet): SheetProblem[] =>
  sheetProblems(pack, sheet).filter(({ code }) => code !== 'missing-score' && code !== 'comment-needed')

const criterionProblems = (pack: RoundPack, criterion: Criterion, { scores, comments }: Sheet): SheetProblem[] => {
  const score = Object.hasOwn(scores, criterion.id) ? scores[criterion.id] : undefined
  const about = { criterion: criterion.id }
  if (score === undefined)
    return [{ ...about, code: 'missing-score', zh: `“${criterion.zh}”未评分`, en: `“${criterion.en}” has no score.` }]
  if (!isDecimal(score))
    return [
      {
        ...about,
        code: 'out-of-range',
        zh: `“${criterion.zh}”的分数不是数字`,
        en: `“${criterion.en}” has a score that is no number.`,
      },
    ]
  const unsound = scoreProblems(pack, criterion, unitsOf(score))
  return unsound.length > 0 ? unsound : commentProblems(pack, criterion, unitsOf(score), comments?.[criterion.id])
}

const scoreProblems = (
  { rubric: { step } }: RoundPack,
  { id, zh, en, weight }: Criterion,
  score: bigint,
): SheetProblem[] => {
  if (score > unitsOf(String(weight)))
    return [
      {
        criterion: id,
        code: 'out-of-range',
        zh: `“${zh}”最高${weight}分`,
        en: `“${en}” has at most ${weight} points.`,
      },
    ]
  if (score % unitsOf(step) !== 0n)
    return [
      {
        criterion: id,
        code: 'off-step',
        zh: `“${zh}”的分数应为${step}的倍数`,
        en: `“${en}” is scored in steps of ${step}.`,
      },
    ]
  return []
}

/** A mark far from the middle is worth a word: to the applicant, and to whoever doubts it. */
const commentProblems = (
  { rubric: { commentBelow, commentAbove } }: RoundPack,
  { id, zh, en, weight }: Criterion,
  score: bigint,
  comment: string | undefined,
): SheetProblem[] => {
  const hundredfold = score * 100n
  const mark = (percent: number) => unitsOf(String(weight)) * BigInt(percent)
  if (comment !== undefined && comment.trim() !== '') return []
  if (hundredfold < mark(commentBelow))
    return [
      {
        criterion: id,
        code: 'comment-needed',
        zh: `“${zh}”得分低于${commentBelow}%，请写明理由`,
        en: `“${en}” is below ${commentBelow} %: say why.`,
      },
    ]
  if (commentAbove !== null && hundredfold > mark(commentAbove))
    return [
      {
        criterion: id,
        code: 'comment-needed',
        zh: `“${zh}”得分高于${commentAbove}%，请写明理由`,
        en: `“${en}” is above ${commentAbove} %: say why.`,
      },
    ]
  return []
}

const strangers = ({ rubric: { criteria } }: RoundPack, { scores, comments = {} }: Sheet): SheetProblem[] => {
  const known = new Set(criteria.map(({ id }) => id))
  const commented = Object.keys(comments).filter(name => name !== OVERALL)
  return [...new Set([...Object.keys(scores), ...commented])]
    .filter(criterion => !known.has(criterion))
    .map(criterion => ({
      criterion,
      code: 'unknown-criterion',
      zh: `评分标准中没有“${criterion}”`,
      en: `The rubric has no criterion “${criterion}”.`,
    }))
}
