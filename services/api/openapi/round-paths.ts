/** The paths of a round whose sheets are open: what if, sensitivity, judges' statistics. */
import { whatIf } from '../../../workflows/judging/what-if.ts'
import { ROUND } from '../judged-round.ts'
import { sensitivityQuery } from '../round-routes.ts'
import { exampleOf } from './example.ts'
import { type JsonSchema, jsonSchema } from './json-schema.ts'
import { ID, LANGUAGE } from './parameters.ts'
import { QUERY_PROBLEMS } from './problems.ts'
import { queryParameters } from './query-parameters.ts'
import { json, list, record, text, titled } from './schema-words.ts'

const at = `/v1/${ROUND}/{id}`

const integer = { type: 'integer' }
const uuid = { type: 'string', format: 'uuid' }
const orNull = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] })
const fen = titled('金额（分）', 'In fen.', integer)
const OUTCOMES = ['award', 'partial', 'reserve', 'none', 'blocked', 'aside']
const outcome = titled(
  '结果：拟资助、部分资助、候补、低于最低资助额、评分不足、不参与分配',
  'blocked: too few sheets for a rank; aside: takes no money whatever its rank.',
  { enum: OUTCOMES },
)

const answered = (answer: string, schema: JsonSchema) => ({
  responses: { 200: { description: answer, content: json(schema) }, ...QUERY_PROBLEMS },
})

const WHO =
  '仅限评审组组长和本地民政局，启封之后；不作任何记录。For the chair of the panel and the bureau over its place, after the reveal; nothing is written.'

const place = record({ rank: orNull(integer), total: orNull(text), outcome, amount: fen })
const why = record({ code: text, text, proposals: list(uuid) }, ['proposals'])

const whatIfPath = {
  post: {
    operationId: `${ROUND}.whatIf`,
    tags: [ROUND],
    summary: '假设推演：另一套规则下的名次，与实际名次并列 What if: the ranking under other rules beside the real one',
    description: WHO,
    parameters: [ID, LANGUAGE],
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: jsonSchema(whatIf, 'input'),
          example: exampleOf(whatIf, { name: '', extent: 'least' }),
        },
      },
    },
    ...answered(
      '推演结果 What would be.',
      record({
        moved: titled('名次有变动的数量', 'How many have another rank.', integer),
        awardsChanged: titled('资助有变动的数量', 'How many have another award.', integer),
        left: record({ real: fen, supposed: fen }),
        openTies: titled('须表决的同分', 'Ties that only a vote could settle.', list(list(uuid))),
        proposals: list(record({ proposal: uuid, real: place, supposed: place, why: list(why) })),
      }),
    ),
  },
}

const shift = orNull(record({ points: integer, from: text, to: text }))

const sensitivityPath = {
  get: {
    operationId: `${ROUND}.sensitivity`,
    tags: [ROUND],
    summary: '稳健性：改变资助结果所需的最小变动 Sensitivity: how little would change an award',
    description: WHO,
    parameters: [ID, LANGUAGE, ...queryParameters(sensitivityQuery)],
    ...answered(
      '每个申报一行 A line for each proposal.',
      record({
        most: titled('试移到多少分', 'How many points were tried.', integer),
        weights: titled('最小的分值移动', 'The smallest shift of points that changes any award.', shift),
        sheets: titled('单独去掉即改变结果的评分数', 'How many single sheets would, left out.', integer),
        lines: list(
          record({
            proposal: uuid,
            rank: integer,
            total: text,
            outcome,
            amount: fen,
            weights: titled('使其结果改变的最小分值移动', 'The smallest shift that changes this one.', shift),
            sheets: list(record({ proposal: uuid, judge: text })),
          }),
        ),
      }),
    ),
  },
}

const drift = record({ early: text, late: text, perHour: orNull(text) })

const statisticsPath = {
  get: {
    operationId: `${ROUND}.judgeStatistics`,
    tags: [ROUND],
    summary:
      '评委统计：离散、与评审组的相关、一天之中的漂移 Judges: spread, correlation with the panel, drift over the day',
    description: WHO,
    parameters: [ID, LANGUAGE],
    ...answered(
      '每位评委（代号）一行 A line for each judge, by pseudonym.',
      record({
        judges: list(
          record({
            judge: text,
            sheets: integer,
            mean: text,
            lowest: text,
            highest: text,
            spread: titled('标准差', 'Standard deviation of the totals.', text),
            beside: titled(
              '比其他评委平均高（+）或低（-）多少分',
              'Above or below the mean of the others.',
              orNull(text),
            ),
            correlation: titled('与其他评委平均的相关系数', 'With the mean of the others.', orNull(text)),
            dropped: record({ lowest: integer, highest: integer }),
            drift: titled('先后三分之一之间和每小时的变化', 'First third, last third, points an hour.', orNull(drift)),
          }),
        ),
      }),
    ),
  },
}

export const roundPaths: Record<string, object> = {
  [`${at}/what-if`]: whatIfPath,
  [`${at}/sensitivity`]: sensitivityPath,
  [`${at}/judge-statistics`]: statisticsPath,
}
