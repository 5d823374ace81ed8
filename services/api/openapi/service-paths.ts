/** The paths that belong to no lifecycle: places, health, metrics, this document. */
import { placeQuery } from '../place-routes.ts'
import { json, READ_PROBLEMS, schemaRef } from './components.ts'
import { queryParameters } from './query-parameters.ts'

export const SERVICE_TAG = 'service'

const text = { type: 'string' }
const places = { type: 'array', items: schemaRef('Place') }

const open = (operationId: string, summary: string, responses: object) => ({
  get: { operationId, tags: [SERVICE_TAG], summary, security: [], responses },
})

const ready = json({
  type: 'object',
  required: ['status', 'followerAgeMs', 'readModels'],
  properties: {
    status: { enum: ['ready', 'not-ready'] },
    followerAgeMs: { type: 'integer' },
    readModels: {
      type: 'array',
      items: {
        type: 'object',
        required: ['model', 'position'],
        properties: {
          model: text,
          position: schemaRef('Position'),
          stopped: { type: 'object', properties: { at: schemaRef('Position'), error: text } },
        },
      },
    },
  },
})

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
            oneOf: [
              { type: 'object', required: ['found'], properties: { found: schemaRef('Place') } },
              { type: 'object', required: ['candidates', 'near'], properties: { candidates: places, near: places } },
            ],
          }),
        },
        ...READ_PROBLEMS,
      },
    },
  },
  '/healthz': open('service.alive', '进程存活 The process lives', {
    200: { description: 'ok', content: json({ type: 'object', properties: { status: { const: 'ok' } } }) },
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
