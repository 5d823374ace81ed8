/** The paths of one lifecycle: start, each command, list, instance, history, and who looked where that is recorded. */
import { isDeepStrictEqual } from 'node:util'
import type { z } from 'zod'
import { homesOf } from '../../../engine/chart.ts'
import { CLAIM_LAPSED } from '../../../engine/claim.ts'
import { DEADLINE_EVENTS } from '../../../engine/deadline.ts'
import type { Workflow } from '../../../engine/definition.ts'
import { accessQuery } from '../../access.ts'
import { listQuery } from '../lives-list.ts'
import { pageParameters } from '../page.ts'
import { CREATED, ETAG } from './components.ts'
import { exampleOf } from './example.ts'
import { both, type JsonSchema, jsonSchema } from './json-schema.ts'
import { AFTER, ARRIVING, ID, LANGUAGE, READING, SHA256, WRITING } from './parameters.ts'
import { READ_PROBLEMS, WRITE_PROBLEMS } from './problems.ts'
import { queryParameters } from './query-parameters.ts'
import { json, list, record, schemaRef } from './schema-words.ts'
import { commandDescription, commandTitle, eventTitle, permitText } from './words.ts'

/** Command schemas are components, so that a generated client names them. */
export const commandSchemas = (workflow: Workflow): Record<string, JsonSchema> =>
  Object.fromEntries(
    Object.entries(workflow.commands).map(([command, schema]) => {
      const body = jsonSchema(schema, 'input')
      return [schemaName(workflow, command), workflow.intake.commands.includes(command) ? forOthers(body) : body]
    }),
  )

/** Beside the command's fields may stand for whom it is sent. */
const forOthers = (body: JsonSchema): JsonSchema => ({
  ...body,
  properties: { ...(body.properties as object), onBehalf: schemaRef('OnBehalf') },
})

const schemaName = (workflow: Workflow, command: string): string => `${workflow.name}.${command}`

export const workflowPaths = (workflow: Workflow): Record<string, object> => {
  const at = `/v1/${workflow.name}`
  return {
    [at]: { get: listOperation(workflow), post: startOperation(workflow) },
    [`${at}/{id}`]: { get: instanceOperation(workflow) },
    [`${at}/{id}/history`]: { get: historyOperation(workflow) },
    ...(workflow.seesAccess.length > 0 && { [`${at}/{id}/access`]: { get: accessOperation(workflow) } }),
    [`${at}/{id}/history/proof`]: { get: proofOperation(workflow) },
    [`${at}/{id}/files/{sha256}`]: { get: linkOperation(workflow) },
    ...Object.fromEntries(
      sentById(workflow).map(command => [`${at}/{id}/${command}`, { post: commandOperation(workflow, command) }]),
    ),
  }
}

/** The start has an address of its own; below an instance stands what an instance can be sent. */
const sentById = (workflow: Workflow): string[] =>
  Object.keys(workflow.commands).filter(
    command => command !== workflow.startCommand || homesOf(workflow.chart, command).length > 1,
  )

const writeOperation = (workflow: Workflow, command: string) => ({
  tags: [workflow.name],
  summary: both(commandTitle(workflow, command)),
  description: commandDescription(workflow, command),
  requestBody: {
    required: true,
    content: {
      'application/json': {
        schema: schemaRef(schemaName(workflow, command)),
        examples: bodyExamples(workflow.commands[command] as z.ZodObject),
      },
    },
  },
})

const writing = ({ arrivalCounts }: Workflow, command: string) =>
  arrivalCounts.includes(command) ? [...WRITING, ...ARRIVING] : WRITING

const startOperation = (workflow: Workflow) => ({
  operationId: `${workflow.name}.start`,
  ...writeOperation(workflow, workflow.startCommand),
  parameters: writing(workflow, workflow.startCommand),
  responses: {
    201: { description: '已开始 Started.', headers: CREATED, content: json(schemaRef('Answer')) },
    200: { description: '试算结果（dryRun） The outcome of a dry run.', content: json(schemaRef('DryRun')) },
    ...WRITE_PROBLEMS,
  },
})

const commandOperation = (workflow: Workflow, command: string) => ({
  operationId: schemaName(workflow, command),
  ...writeOperation(workflow, command),
  parameters: [ID, ...writing(workflow, command)],
  responses: {
    200: {
      description: '已办理，或试算结果（dryRun） Done, or the outcome of a dry run.',
      headers: ETAG,
      content: json({ oneOf: [schemaRef('Answer'), schemaRef('DryRun')] }),
    },
    ...WRITE_PROBLEMS,
  },
})

/** A command's own examples where it has some: only its author knows which fields go together. */
export const bodyExamples = (schema: z.ZodObject): Record<string, { summary: string; value: unknown }> => {
  const own = (schema.meta()?.examples ?? []) as unknown[]
  if (own.length > 0)
    return Object.fromEntries(
      own.map((value, index) => [`example${index + 1}`, { summary: `示例 example ${index + 1}`, value }]),
    )
  const full = exampleOf(schema, { name: '', extent: 'full' })
  const least = exampleOf(schema, { name: '', extent: 'least' })
  return {
    ...(full !== undefined && { full: { summary: '全部字段 every field', value: full } }),
    ...(least !== undefined &&
      !isDeepStrictEqual(least, full) && { least: { summary: '必填字段 required fields only', value: least } }),
  }
}

// ── reading ─────────────────────────────────────────────────────────────────────────────────────

const seenBy = (workflow: Workflow, permits = workflow.sees): string => {
  const lines = permits.map(permit => `- ${permitText(workflow, permit, 'zh')} ${permitText(workflow, permit, 'en')}`)
  return ['**谁可以查看 Who may look**', '', ...new Set(lines)].join('\n')
}

const instanceOf = (workflow: Workflow): JsonSchema => ({
  allOf: [schemaRef('Instance')],
  properties: { workflow: { const: workflow.name } },
})

const listOperation = (workflow: Workflow) => ({
  operationId: `${workflow.name}.list`,
  tags: [workflow.name],
  summary: `${workflow.title.zh}列表 List: ${workflow.title.en}`,
  description: seenBy(workflow),
  // The address names the workflow already.
  parameters: [...queryParameters(pageParameters(listQuery).omit({ workflow: true })), LANGUAGE],
  responses: {
    200: {
      description: '一页 A page.',
      content: json(record({ items: list(instanceOf(workflow)), next: schemaRef('Next') })),
    },
    ...READ_PROBLEMS,
  },
})

const instanceOperation = (workflow: Workflow) => ({
  operationId: `${workflow.name}.get`,
  tags: [workflow.name],
  summary: `查看${workflow.title.zh} Look at: ${workflow.title.en}`,
  description: seenBy(workflow),
  parameters: [ID, ...READING],
  responses: {
    200: { description: workflow.title.zh, headers: ETAG, content: json(instanceOf(workflow)) },
    ...READ_PROBLEMS,
  },
})

const historyOperation = (workflow: Workflow) => ({
  operationId: `${workflow.name}.history`,
  tags: [workflow.name],
  summary: `${workflow.title.zh}的经过 History: ${workflow.title.en}`,
  description: seenBy(workflow),
  parameters: [ID, ...READING],
  responses: {
    200: { description: '时间线 The timeline.', content: json(historyOf(workflow)) },
    ...READ_PROBLEMS,
  },
})

const accessOperation = (workflow: Workflow) => ({
  operationId: `${workflow.name}.access`,
  tags: [workflow.name],
  summary: `谁查看过其个人信息 Who looked at personal data in clear: ${workflow.title.en}`,
  description: seenBy(workflow, workflow.seesAccess),
  // The address names whose it is already.
  parameters: [ID, ...queryParameters(pageParameters(accessQuery).omit({ subject: true, after: true })), LANGUAGE],
  responses: {
    200: {
      description: '一页，从早到晚 A page, the earliest first.',
      content: json(record({ items: list(schemaRef('Access')), next: schemaRef('Next') })),
    },
    ...READ_PROBLEMS,
  },
})

const proofOperation = (workflow: Workflow) => ({
  operationId: `${workflow.name}.historyProof`,
  tags: [workflow.name],
  summary: `${workflow.title.zh}的经过，附证明，可离线查验 History with proofs, to be checked offline: ${workflow.title.en}`,
  description: seenBy(workflow),
  parameters: [ID, AFTER],
  responses: {
    200: {
      description: '用 `npx gongchuang verify-history` 查验 To be checked by `npx gongchuang verify-history`.',
      content: json(schemaRef('ProvenHistory')),
    },
    ...READ_PROBLEMS,
  },
})

const linkOperation = (workflow: Workflow) => ({
  operationId: `${workflow.name}.file`,
  tags: [workflow.name],
  summary: `${workflow.title.zh}所引用文件的下载链接 A link to a file of: ${workflow.title.en}`,
  description: seenBy(workflow),
  parameters: [ID, SHA256, ...READING],
  responses: {
    200: { description: '几分钟内有效的链接 A link, good for some minutes.', content: json(schemaRef('FileLink')) },
    ...READ_PROBLEMS,
  },
})

const historyOf = (workflow: Workflow): JsonSchema =>
  record({
    id: { type: 'string', format: 'uuid' },
    workflow: { const: workflow.name },
    events: list({
      oneOf: [
        { allOf: [schemaRef('HistoryEntry')], properties: { event: eventNames(workflow) } },
        schemaRef('ConfidentialEntry'),
      ],
    }),
  })

/** What the engine may add to a life of this workflow. */
const enginesOwn = ({ claims, deadlines }: Workflow): string[] => [
  ...(Object.keys(claims).length > 0 ? [CLAIM_LAPSED] : []),
  ...(Object.keys(deadlines).length > 0 ? DEADLINE_EVENTS : []),
]

const eventNames = (workflow: Workflow): JsonSchema => {
  const names = [...Object.keys(workflow.events), ...enginesOwn(workflow)]
  return {
    enum: names,
    description: names.map(name => `- \`${name}\`: ${both(eventTitle(workflow, name))}`).join('\n'),
  }
}
