/** The OpenAPI 3.1 document, derived wholly from the definitions: a new lifecycle changes nothing here. */
import type { Workflow } from '../../engine/definition.ts'
import type { ReadModel } from '../../engine/projection.ts'
import { sharedComponents, sharedSchemas } from './openapi/components.ts'
import { decisionPaths } from './openapi/decision-paths.ts'
import { FILES_TAG, filePaths } from './openapi/file-paths.ts'
import { info } from './openapi/info.ts'
import { both } from './openapi/json-schema.ts'
import { LOG_TAG, logPaths } from './openapi/log-paths.ts'
import { roundPaths } from './openapi/round-paths.ts'
import { SERVICE_TAG, servicePaths } from './openapi/service-paths.ts'
import { VIEWS_TAG, viewPaths } from './openapi/view-paths.ts'
import { commandSchemas, workflowPaths } from './openapi/workflow-paths.ts'

export const openApiDocument = (workflows: readonly Workflow[], readModels: readonly ReadModel[]): object => ({
  openapi: '3.1.0',
  info,
  servers: [{ url: '/' }],
  security: [{ token: [] }],
  tags: [
    ...workflows.map(tagOf),
    { name: VIEWS_TAG, description: '报表：由事件得出，只读 Read models: folded from the events, read only' },
    {
      name: LOG_TAG,
      description: '日志头与证明：查验日志未被改动 Heads and proofs: to check that the log was not changed',
    },
    { name: FILES_TAG, description: '文件：先上传，再由命令引用 Files: sent first, then named by commands' },
    { name: SERVICE_TAG, description: '地点、健康、指标 Places, health, metrics' },
  ],
  paths: Object.assign(
    {},
    ...workflows.map(workflowPaths),
    workflows.some(({ name }) => name === ROUND) ? { ...decisionPaths, ...roundPaths } : {},
    viewPaths(readModels),
    filePaths,
    logPaths,
    servicePaths,
  ),
  components: { ...sharedComponents, schemas: Object.assign({}, sharedSchemas, ...workflows.map(commandSchemas)) },
})

/** The routes that one lifecycle has beside those of all. */
const ROUND = 'competition-round'

const tagOf = ({ name, title, about }: Workflow) => ({
  name,
  description: `**${both(title)}**\n\n${about.zh}\n\n${about.en}`,
})
