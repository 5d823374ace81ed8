/** The fields that several parts of a ballot speak of. */
import { z } from 'zod'
import { sealed } from '../../engine/sealed.ts'
import { day, freeText } from '../fields.ts'
import { decimal } from '../judging/decimal.ts'
import { canonicalJson } from '../judging/list.ts'

export const nothing = z.strictObject({})

export const proposal = z.uuid().meta({ zh: '申报书', en: 'Proposal' })
export const proposals = z.array(proposal).max(5_000).meta({ zh: '申报书', en: 'Proposals' })
export const until = day.meta({ zh: '评分截止日', en: 'Last day to score' })
export const sitting = z
  .int()
  .min(1)
  .max(99)
  .meta({ zh: '评审场次', en: 'Sitting', examples: [1] })

// ── what is sealed ──────────────────────────────────────────────────────────────────────────────

/** A rubric has at most twenty criteria, each of at most 40 characters: of whatever sheet, this is more. In bytes. */
const SCORES_SIZE = 1_280
/** Some 1,300 Chinese characters, all comments of a sheet together. In bytes. */
const COMMENTS_SIZE = 4_096

const criterion = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/)
const bytesOf = (value: unknown): number => new TextEncoder().encode(canonicalJson(value)).length

const scores = z
  .record(criterion, decimal)
  .refine(given => bytesOf(given) <= SCORES_SIZE, {
    error: 'has too many scores',
    params: { code: 'too-many-scores', zh: '评分项过多', en: 'has more scores than any rubric has criteria' },
  })
  .meta({ zh: '各项得分', en: 'Scores', examples: [{ need: '21.5', feasibility: '20' }] })

const comments = z
  .record(criterion, freeText(1_300))
  .refine(given => bytesOf(given) <= COMMENTS_SIZE, {
    error: 'is too long',
    params: {
      code: 'comments-too-long',
      zh: '一份评分的评语合计约1300个汉字以内，请缩短',
      en: 'the comments of a sheet have room for some 4,000 letters or 1,300 Chinese characters together; shorten them',
    },
  })
  .meta({ zh: '评语', en: 'Comments', examples: [{ overall: '需求摸底扎实，志愿者安排偏紧。' }] })

/** A sheet as its judge writes it. */
export const written = { proposal, scores, comments }

/** A sheet as it is kept: padded, so that its size says nothing of what was thought of a proposal. */
export const keptWritten = {
  proposal,
  scores: sealed(scores, { key: { named: 'scores' }, size: SCORES_SIZE }),
  comments: sealed(comments, { key: 'own', size: COMMENTS_SIZE }),
}

/** Scores that were revealed. */
export const openedSheets = z
  .array(z.strictObject({ proposal, scores }))
  .max(5_000)
  .meta({ zh: '启封的评分', en: 'Sheets opened' })
