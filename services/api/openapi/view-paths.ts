/** The paths of the read models: each query as JSON pages and as CSV. */
import type { Query, ReadModel } from '../../../engine/projection.ts'
import { pageParameters } from '../page.ts'
import { both, type JsonSchema, jsonSchema } from './json-schema.ts'
import { LANGUAGE } from './parameters.ts'
import { READ_PROBLEMS } from './problems.ts'
import { queryParameters } from './query-parameters.ts'
import { json, list, record, schemaRef, text, titled } from './schema-words.ts'
import { permitRoles } from './words.ts'

export const VIEWS_TAG = 'views'

export const viewPaths = (readModels: readonly ReadModel[]): Record<string, object> => ({
  '/v1/views': { get: catalogue },
  ...Object.fromEntries(
    readModels.flatMap(model => Object.entries(model.queries).map(entry => viewPath(model, entry))),
  ),
})

const viewPath = (model: ReadModel, [name, query]: [string, Query]): [string, object] => [
  name === '' ? `/v1/views/${model.name}` : `/v1/views/${model.name}/${name}`,
  { get: queryOperation(model, name, query) },
]

const titledPath = record({ path: text, title: text })
const view = record({ view: text, title: text, about: text, queries: list(titledPath) })

const catalogue = {
  operationId: 'views.list',
  tags: [VIEWS_TAG],
  summary: '全部报表 All read models',
  parameters: [LANGUAGE],
  responses: {
    200: {
      description: '报表及其查询 The read models and their queries.',
      content: json(record({ views: list(view) })),
    },
    ...READ_PROBLEMS,
  },
}

const queryOperation = (model: ReadModel, name: string, query: Query) => ({
  operationId: ['views', model.name, name].filter(Boolean).join('.'),
  tags: [VIEWS_TAG],
  summary: both(query.title),
  description: [
    model.about.zh,
    model.about.en,
    `**谁可以查看 Who may look**\n\n${permitRoles(model.sees)
      .map(role => `- ${both(role)}`)
      .join('\n')}`,
  ].join('\n\n'),
  parameters: [...queryParameters(pageParameters(query)), LANGUAGE],
  responses: {
    200: {
      description: '一页（JSON），或全部（CSV） A page as JSON, or everything as CSV.',
      content: {
        ...json(pageOf(model, query)),
        'text/csv': { schema: { ...text, description: '带表头，UTF-8 BOM With headers and a UTF-8 BOM.' } },
      },
    },
    ...READ_PROBLEMS,
  },
})

const pageOf = (model: ReadModel, query: Query): JsonSchema =>
  record(
    {
      view: { const: model.name },
      position: titled('报表已包含到此位置', 'The read model includes the log up to here.', text),
      columns: list(record({ name: text, title: text })),
      rows: list(withTexts(jsonSchema(query.row, 'output'))),
      next: schemaRef('Next'),
    },
    ['position'],
  )

/** Beside the values stands what people read, where that differs. */
const withTexts = (row: JsonSchema): JsonSchema => ({
  ...row,
  properties: {
    ...(row.properties as object),
    text: {
      type: 'object',
      additionalProperties: text,
      description: '人读的文字，与值不同时才有 What people read, where it differs from the value.',
    },
  },
  required: [...((row.required as string[] | undefined) ?? []), 'text'],
})
