/** The document is valid, its examples are accepted, and it and the application have the same routes. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { Validator } from '@seriousme/openapi-schema-validator'
import type { FastifyInstance } from 'fastify'
import pino from 'pino'
import t from 'tap'
import { z } from 'zod'
import type { Workflow } from '../engine/definition.ts'
import type { Query, ReadModel } from '../engine/projection.ts'
import { systemRandomness } from '../engine/randomness.ts'
import { silent } from '../engine/telemetry.ts'
import { readModels } from '../projections/index.ts'
import { livesModel } from '../projections/lives.ts'
import { openAdmission } from '../services/admission.ts'
import { buildApp } from '../services/api/app.ts'
import { exampleOf } from '../services/api/openapi/example.ts'
import { bodyExamples } from '../services/api/openapi/workflow-paths.ts'
import { openApiDocument } from '../services/api/openapi.ts'
import { EdgeError, STATUS } from '../services/api/problem.ts'
import type { Services } from '../services/api/services.ts'
import { LIMITS } from '../services/limits.ts'
import { workflows } from '../workflows/index.ts'
import { grant } from './grant-fixture.ts'

type Operation = {
  operationId: string
  tags: string[]
  description?: string
  responses: Record<string, unknown>
  requestBody?: { content: { 'application/json': { schema: { $ref: string }; examples: object } } }
}
type Document = {
  tags: { name: string; description: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Record<string, never>>; responses: Record<string, unknown> }
}

const lives = livesModel.queries[''] as Query
/** A read model with a question beside its first. */
const boardModel: ReadModel = { ...livesModel, name: 'board', queries: { '': lives, open: lives } }

const every = [...workflows, grant]
const models = [...readModels, boardModel]
const document = JSON.parse(JSON.stringify(openApiDocument(every, models))) as Document
const operations = Object.values(document.paths).flatMap(Object.values<Operation>)
const commandsOf = (workflow: Workflow) => Object.entries(workflow.commands)

t.test('the document', async t => {
  t.test('is valid OpenAPI 3.1', async t => {
    const { valid, errors } = await new Validator().validate(structuredClone(document))
    t.equal(valid, true, JSON.stringify(errors))
  })

  t.test('names every operation once, under a tag that is explained', async t => {
    const ids = operations.map(({ operationId }) => operationId)
    t.equal(new Set(ids).size, ids.length)
    const tags = new Set(document.tags.map(({ name }) => name))
    t.ok(operations.every(({ tags: own }) => own.every(tag => tags.has(tag))))
  })

  t.test('refers only to what it holds', async t => {
    const refs = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+)\/([^"]+)"/g)
    for (const [ref, kind, name] of refs)
      t.ok(Object.hasOwn((document.components as Record<string, object>)[kind as string] ?? {}, name as string), ref)
  })

  t.test('lists every code of a refusal under its status', async t => {
    for (const [code, status] of Object.entries(STATUS)) {
      const { properties } = document.components.schemas[`Problem${status}`] as unknown as {
        properties: { code: { enum: string[] } }
      }
      t.ok(properties.code.enum.includes(code), code)
    }
  })
})

t.test('a command', async t => {
  const pay = document.paths['/v1/creative-grant/{id}/pay']?.post
  t.test('says who, where, when, under which rules, who is kept apart, and what it records', async t => {
    for (const words of [
      '财务（辖区覆盖所在地点）',
      'finance (whose place covers its place)',
      'money · due',
      '`withinBudget`: Above the budget.',
      '满足其中一组即可：[notSuspended, restPaid] 或 [notSuspended, withinBudget]',
      'Who applied does not pay.',
      'of the same amount',
      '`Paid` paid',
    ])
      t.match(pay?.description, words)
  })

  t.test('has its schema, with titles and the meaning of its values', async t => {
    t.match(document.components.schemas['creative-grant.pay'], {
      title: '拨付 Pay',
      additionalProperties: false,
      required: ['amount'],
      properties: { amount: { title: '金额 Amount', type: 'integer', 'x-shows': 'fen' } },
    })
  })

  t.test('that only starts a life has no address below an instance', async t => {
    t.notOk(document.paths['/v1/creative-grant/{id}/submit'])
    t.equal(document.paths['/v1/creative-grant']?.post?.operationId, 'creative-grant.start')
  })

  t.test('shows its own examples where it has some', async t => {
    const schema = z.strictObject({ first: z.int().optional(), other: z.int().optional() })
    t.same(bodyExamples(schema.meta({ examples: [{ first: 7 }] })), {
      example1: { summary: '示例 example 1', value: { first: 7 } },
    })
  })

  for (const workflow of every)
    t.test(`of ${workflow.name} has an example that its schema accepts`, async t => {
      for (const [command, schema] of commandsOf(workflow)) {
        const examples = Object.values(bodyExamples(schema))
        t.ok(examples.length > 0, `${command}: no example is accepted, give its fields .meta({ examples })`)
        for (const { value } of examples) t.equal(schema.safeParse(value).success, true, command)
      }
    })
})

t.test('a read model', async t => {
  const { get } = document.paths['/v1/views/board/open'] ?? {}
  t.test('answers each of its questions as JSON and as CSV', async t => {
    t.match(get?.responses[200], { content: { 'application/json': {}, 'text/csv': {} } })
    t.equal(get?.operationId, 'views.board.open')
  })
  t.test('names its filters and how to page', async t => {
    const names = (get as unknown as { parameters: { name?: string }[] }).parameters.map(({ name }) => name)
    t.match(names, [
      'workflow',
      'state',
      'place',
      'organisation',
      'next',
      'reminded',
      'late',
      'limit',
      'cursor',
      'after',
    ])
  })
})

t.test('an example', async t => {
  const of = (schema: z.ZodType, extent: 'full' | 'least' = 'full') => exampleOf(schema, { name: 'field', extent })
  const told = z.string().meta({ zh: '编号', en: 'Number', examples: ['refused', 'A-1'] })

  t.test('is taken from the field', async t => t.equal(of(told), 'refused'))
  t.test('skips what the schema refuses', async t => t.equal(of(told.refine(value => value !== 'refused')), 'A-1'))
  t.test('leaves optional fields out where the least is wanted', async t => {
    const schema = z.strictObject({ wanted: z.boolean(), spare: z.boolean().optional() })
    t.same(of(schema), { wanted: true, spare: true })
    t.same(of(schema, 'least'), { wanted: true })
  })
  t.test('tries one optional field where none is not enough', async t => {
    const either = z.strictObject({ one: z.boolean().optional(), other: z.boolean().optional() })
    t.same(of(either.refine(({ one, other }) => (one === undefined) !== (other === undefined))), { one: true })
  })
  t.test('gives ids that differ, the same each time', async t => {
    const ids = z.array(z.uuid()).refine(list => new Set(list).size > 1)
    t.same(of(ids), of(ids))
    t.equal(new Set(of(ids) as string[]).size, 2)
  })
  t.test('fits bounds, choices, unions and records', async t => {
    for (const schema of [
      z.int().min(77).max(77),
      z.enum(['left', 'right']),
      z.union([z.never(), z.literal('x')]),
      z.record(z.string(), z.int()),
      z.tuple([z.int(), z.boolean()]),
      z.iso.date().nullable(),
      z.boolean().default(false),
    ])
      t.ok(schema.safeParse(of(schema)).success, schema.def.type)
  })
  t.test('is missing where nothing fits', async t => t.equal(of(z.string().regex(/^never so$/)), undefined))
})

t.test('the application', async t => {
  const services = {
    workflows: every,
    readModels: models,
    instances: { age: () => 0, size: () => 0 },
    files: { limit: 1 },
    random: systemRandomness,
    telemetry: silent,
    metrics: [],
    admission: openAdmission(LIMITS),
    checkToken: async () => {
      throw new EdgeError('no-token', {})
    },
  } as unknown as Services
  const routes: string[] = []
  const collect = (message: unknown) =>
    (message as { fastify: FastifyInstance }).fastify.addHook('onRoute', ({ method, url }) => {
      routes.push(...[method].flat().map(each => `${each} ${url}`))
    })
  subscribe('fastify.initialization', collect)
  t.teardown(() => unsubscribe('fastify.initialization', collect))
  const app = await buildApp(services, pino({ level: 'silent' }))
  t.teardown(() => app.close())

  t.test('answers at every address of the document', async t => {
    for (const [path, methods] of Object.entries(document.paths))
      for (const method of Object.keys(methods)) {
        const url = path.replaceAll('{id}', '0197f3a2-0000-4000-8000-000000000000')
        const { statusCode } = await app.inject({ method: method.toUpperCase() as 'GET', url })
        t.not(statusCode, 404, `${method} ${path}`)
      }
  })

  t.test('has no address that the document does not have', async t => {
    const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map(method => `${method.toUpperCase()} ${path}`),
    )
    t.ok(routes.includes('POST /v1/:workflow/:id/:command'))
    for (const route of routes.filter(isForPrograms))
      t.ok(
        documented.some(each => matcher(route).test(each)),
        route,
      )
  })
})

/** The reference's page and its assets are for browsers; HEAD comes with every GET. */
const isForPrograms = (route: string): boolean => !/^HEAD|\/reference/.test(route)

/** `GET /v1/:workflow` fits `GET /v1/person`. */
const matcher = (route: string): RegExp => new RegExp(`^${route.replaceAll(/:\w+/g, '[^/]+')}$`)
