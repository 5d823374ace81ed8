/** The list of a workflow's lives, as far as its definition lets this person see them. */
import type { FastifyRequest } from 'fastify'
import type { Actor, Workflow } from '../../engine/definition.ts'
import { EngineError } from '../../engine/engine-error.ts'
import { type Query, schemaOf } from '../../engine/projection.ts'
import { livesModel } from '../../projections/lives.ts'
import { askedOf, pageOf } from './page.ts'
import { scopeOf } from './scope.ts'
import type { Services } from './services.ts'
import { waitForModel } from './wait-for-model.ts'

export const listQuery = livesModel.queries[''] as Query

export const livesOf = async (services: Services, workflow: Workflow, actor: Actor, request: FastifyRequest) => {
  const scope = scopeOf(workflow.sees, actor)
  if (!scope) throw new EngineError('not-visible', { workflow: workflow.name, id: '' })
  const asked = askedOf(listQuery, request)
  await waitForModel(services, livesModel, asked.after)
  const filters = { ...(asked.filters as object), workflow: workflow.name } as never
  const page = await pageOf(services, schemaOf(livesModel), listQuery, scope, { ...asked, filters })
  return { rows: page.rows as { id: string }[], next: page.next }
}
