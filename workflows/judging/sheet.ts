/** 评分表: what one judge says of one proposal, and what is wrong with it. */
import type { Title, Wrong } from '../../engine/definition.ts'
import type { RoundPack } from '../round-pack/pack.ts'
import { type Decimal, isDecimal, unitsOf, written } from './decimal.ts'
import { OVERALL } from './overall.ts'

/** Points by criterion. */
export type Scores = { readonly [criterion: string]: Decimal }
export type Sheet = { scores: Scores; comments?: { readonly [criterion: string]: string | undefined } }

/** `path`: where in the sheet it is mended. */
export type SheetProblem = Wrong & {
  criterion: string
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
  const { id, zh, en } = criterion
  const score = Object.hasOwn(scores, id) ? scores[id] : undefined
  if (score === undefined) return [at(id, 'missing-score', `“${zh}”未评分`, `“${en}” has no score`)]
  if (!isDecimal(score))
    return [at(id, 'out-of-range', `“${zh}”的得分不是数字`, `“${en}” has a score that is no number`)]
  const unsound = scoreProblems(pack, criterion, score)
  return unsound.length > 0 ? unsound : commentProblems(pack, criterion, score, comments?.[id])
}

const at = (criterion: string, code: SheetProblem['code'], zh: string, en: string): SheetProblem => ({
  path: [code === 'comment-needed' ? 'comments' : 'scores', criterion],
  criterion,
  code,
  zh,
  en,
})

const scoreProblems = (
  { rubric: { step } }: RoundPack,
  { id, zh, en, weight }: Criterion,
  score: Decimal,
): SheetProblem[] => {
  const [wrote, scored] = [`“${zh}”得${score}分`, `“${en}” has ${score} points`]
  if (unitsOf(score) > unitsOf(String(weight)))
    return [at(id, 'out-of-range', `${wrote}，最多${weight}分`, `${scored}, of at most ${weight}`)]
  if (unitsOf(score) % unitsOf(step) !== 0n)
    return [at(id, 'off-step', `${wrote}，应为${step}分的倍数`, `${scored}, which is off the steps of ${step}`)]
  return []
}

/** A mark far from the middle is worth a word: to the applicant, and to whoever doubts it. */
const commentProblems = (
  { rubric: { commentBelow, commentAbove } }: RoundPack,
  { id, zh, en, weight }: Criterion,
  score: Decimal,
  comment: string | undefined,
): SheetProblem[] => {
  if (comment !== undefined && comment.trim() !== '') return []
  const hundredfold = unitsOf(score) * 100n
  const mark = (percent: number) => unitsOf(String(weight)) * BigInt(percent)
  const needed = (percent: number, beyond: Title): SheetProblem[] => {
    const points = markIn(weight, percent)
    const wrote = `“${zh}”得${score}分，${beyond.zh}${percent}%（${points}分），须写评语`
    return [
      at(id, 'comment-needed', wrote, `“${en}” has ${score} points, ${beyond.en} ${percent} % (${points}): say why`),
    ]
  }
  if (hundredfold < mark(commentBelow)) return needed(commentBelow, { zh: '低于', en: 'below' })
  if (commentAbove !== null && hundredfold > mark(commentAbove))
    return needed(commentAbove, { zh: '高于', en: 'above' })
  return []
}

/** In points, without zeros that say nothing: 60 % of 25 is 15. */
const markIn = (weight: number, percent: number): Decimal => written(BigInt(weight * percent), 2).replace(/\.?0+$/, '')

const strangers = ({ rubric: { criteria } }: RoundPack, { scores, comments = {} }: Sheet): SheetProblem[] => {
  const known = new Set(criteria.map(({ id }) => id))
  const commented = Object.keys(comments).filter(name => name !== OVERALL)
  return [...new Set([...Object.keys(scores), ...commented])]
    .filter(criterion => !known.has(criterion))
    .map(criterion => ({
      path: [Object.hasOwn(scores, criterion) ? 'scores' : 'comments', criterion],
      criterion,
      code: 'unknown-criterion',
      zh: `评分标准中没有“${criterion}”`,
      en: `the rubric has no criterion “${criterion}”`,
    }))
}
