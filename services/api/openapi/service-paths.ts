/** The paths that belong to no lifecycle: places, health, metrics, this document. */
import { LOG_STATES } from '../../../engine/log-standing.ts'
import { ROLES } from '../../role.ts'
import { placeQuery } from '../place-routes.ts'
import { READ_PROBLEMS } from './problems.ts'
import { queryParameters } from './query-parameters.ts'
import { json, list, record, schemaRef, text, titled } from './schema-words.ts'

export const SERVICE_TAG = 'service'

const places = list(schemaRef('Place'))

const open = (operationId: string, summary: string, responses: object) => ({
  get: { operationId, tags: [SERVICE_TAG], summary, security: [], responses },
})

const ready = json(
  record({
    status: { enum: ['ready', 'not-ready'] },
    role: { enum: [...ROLES] },
    logInUse: titled(
      '在用的日志',
      'Whether the database still goes with the log that this process works on; unconfirmed: it has not said so for a while.',
      { enum: ['in-use', 'unconfirmed', 'moved'] },
    ),
    log: titled(
      '日志的跟踪状态',
      'First how this process follows the log, then whatever is wrong with the log itself, each since when.',
      list(
        record({
          state: { enum: [...LOG_STATES] },
          since: { type: 'string', format: 'date-time' },
          zh: text,
          en: text,
        }),
      ),
    ),
    followerAgeMs: { type: 'integer' },
    clockSkewMs: { type: ['integer', 'null'] },
    readModels: list(
      record(
        {
          model: text,
          position: schemaRef('Position'),
          stopped: record({ at: schemaRef('Position'), error: text, zh: text, en: text }),
        },
        ['stopped'],
      ),
    ),
    policies: titled(
      '策略',
      'How far the policies have come, and how many commands wait for an operator.',
      record({ position: schemaRef('Position'), parked: { type: 'integer' } }, ['position']),
    ),
  }),
)

export const servicePaths: Record<string, object> = {
  '/v1/places': {
    get: {
      operationId: 'places.find',
      tags: [SERVICE_TAG],
      summary: '按代码或名称查地点 Find a place by code or by name',
      parameters: queryParameters(placeQuery),
      responses: {
        200: {
          description: '找到的地点；有歧义时给出候选 The place found, or the candidates where a name means several.',
          content: json({
            oneOf: [record({ found: schemaRef('Place') }), record({ candidates: places, near: places })],
          }),
        },
        ...READ_PROBLEMS,
      },
    },
  },
  '/healthz': open('service.alive', '进程存活 The process lives', {
    200: { description: 'ok', content: json(record({ status: { const: 'ok' } })) },
  }),
  '/readyz': open('service.ready', '可以接受请求 It may be sent work', {
    200: { description: '就绪 Ready.', content: ready },
    503: { description: '未就绪 Not ready.', content: ready },
  }),
  '/metrics': open('service.metrics', 'Prometheus 指标 Prometheus metrics', {
    200: { description: '指标 Metrics.', content: { 'text/plain': { schema: text } } },
  }),
  '/openapi.json': open('service.openapi', '本文档 This document', {
    200: { description: 'OpenAPI 3.1', content: json({ type: 'object' }) },
  }),
}
