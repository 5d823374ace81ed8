/** `GET /v1/person/{id}/access`: who looked at this person's data in clear, for whom it is about and who supervises. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Title } from '../../engine/definition.ts'
import { EngineError } from '../../engine/engine-error.ts'
import { grantedBy } from '../../engine/permission.ts'
import { ACCESS_SCHEMA, type AccessRow, accessQuery } from '../access.ts'
import { actorView, idsIn } from './instance-view.ts'
import { knownLife } from './known-life.ts'
import { namesFor } from './names.ts'
import { askedOf, pageOf } from './page.ts'
import { EdgeError, pathOf } from './problem.ts'
import { readingOf } from './request.ts'
import { UNSCOPED } from './scope.ts'
import type { Services } from './services.ts'

const TITLES: Record<string, Title> = {
  name: { zh: '姓名', en: 'name' },
  phone: { zh: '联系电话', en: 'phone' },
  mail: { zh: '电子邮箱', en: 'mail' },
  'id-number': { zh: '身份证号', en: 'id number' },
  account: { zh: '银行账号', en: 'bank account' },
}

type Params = { workflow: string; id: string }

export const accessRoutes = (app: FastifyInstance, services: Services): void => {
  app.get<{ Params: Params }>('/v1/:workflow/:id/access', async request => {
    const { id } = await asked(services, request)
    const page = askedOf(accessQuery, request)
    const filters = { subject: id } as never
    const { rows, next } = await pageOf(services, ACCESS_SCHEMA, accessQuery, UNSCOPED, { ...page, filters })
    return { items: await viewOf(services, request, rows as never), next }
  })
}

/** The life asked about, if this person may know who looked at it. */
const asked = async (services: Services, request: FastifyRequest<{ Params: Params }>) => {
  const { handler } = services
  const workflow = handler.workflow(request.params.workflow)
  if (workflow.seesAccess.length === 0) throw new EdgeError('not-found', { path: pathOf(request) })
  const life = await knownLife(services, workflow, request.params.id)
  const actor = await handler.actor(request.person)
  if (!grantedBy(life, workflow.seesAccess, actor))
    throw new EngineError('not-visible', { workflow: workflow.name, id: life.id })
  return life
}

const viewOf = async (services: Services, request: FastifyRequest, rows: readonly AccessRow[]) => {
  const reading = readingOf(request)
  const names = await namesFor(services, reading, idsIn(rows.map(({ reader, post }) => [reader, post])))
  return rows.map(({ at, reader, post, fields, route, request }) => ({
    at,
    by: actorView({ person: reader, ...(post && { post }) }, { language: reading.language, names }),
    fields: fields.map(field => ({ field, title: TITLES[field]?.[reading.language] ?? field })),
    route,
    request,
  }))
}
