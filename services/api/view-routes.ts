/** Read models over HTTP: JSON pages and CSV of the same query, limited to the viewer's places and organisations. */
import { Readable } from 'node:stream'
import { stringify } from 'csv-stringify'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { rolesIn } from '../../engine/permission.ts'
import { type Query, type ReadModel, type Scope, schemaOf } from '../../engine/projection.ts'
import { idsIn } from './instance-view.ts'
import { type Language, languageOf, say } from './language.ts'
import { namesFor } from './names.ts'
import { openAnswer, type Reading } from './opening.ts'
import { type Asked, askedOf, cursorAfter, pageOf, type Row } from './page.ts'
import { EdgeError, pathOf } from './problem.ts'
import { readingOf } from './request.ts'
import { scopeOf } from './scope.ts'
import type { Services } from './services.ts'
import { fieldText, fieldTitle, metaOf, yuanDecimal } from './text.ts'
import { waitForModel } from './wait-for-model.ts'

type Params = { model: string; query?: string }

export const viewRoutes = (app: FastifyInstance, services: Services): void => {
  const answer = async (request: FastifyRequest<{ Params: Params }>, reply: FastifyReply) => {
    const { model, query } = found(services, request)
    const actor = await services.handler.actor(request.person)
    const scope = scopeOf(model.sees, actor)
    if (!scope) throw new EdgeError('view-not-yours', { model: model.name, who: rolesIn(model.sees) })
    const asked = askedOf(query, request)
    await waitForModel(services, model, asked.after)
    const looking = { services, model, query, scope, asked, reading: readingOf(request) }
    return request.type(['json', 'csv']) === 'csv' ? sendCsv(reply, looking) : jsonPage(looking)
  }
  app.get<{ Params: Params }>('/v1/views/:model', answer)
  app.get<{ Params: Params }>('/v1/views/:model/:query', answer)

  app.get('/v1/views', request => ({
    views: services.readModels.filter(isAsked).map(model => modelView(model, languageOf(request))),
  }))
}

/** Some are for the service alone. */
const isAsked = ({ queries }: ReadModel): boolean => Object.keys(queries).length > 0

const modelView = (model: ReadModel, language: Language) => ({
  view: model.name,
  title: say(model.title, language),
  about: say(model.about, language),
  queries: Object.entries(model.queries).map(([name, query]) => ({
    path: name === '' ? `/v1/views/${model.name}` : `/v1/views/${model.name}/${name}`,
    title: say(query.title, language),
  })),
})

const found = ({ readModels }: Services, request: FastifyRequest<{ Params: Params }>) => {
  const model = readModels.find(each => each.name === request.params.model)
  const name = request.params.query ?? ''
  const query = model && Object.hasOwn(model.queries, name) ? model.queries[name] : undefined
  if (!model || !query) throw new EdgeError('not-found', { path: pathOf(request) })
  return { model, query }
}

type Looking = {
  services: Services
  model: ReadModel
  query: Query
  scope: Scope
  asked: Asked
  reading: Reading
}

const jsonPage = async (looking: Looking) => {
  const { services, model, query, scope, asked, reading } = looking
  const position = (await services.standing(model))?.position
  const page = await pageOf(services, schemaOf(model), query, scope, asked)
  const rows = await openAnswer(services, reading, page.rows)
  const columns = columnsOf(query).map(([name, schema]) => ({
    name,
    title: fieldTitle(schema, name, reading.language),
  }))
  return { view: model.name, position, columns, rows: await withTexts(looking, rows), next: page.next }
}

/** Each row's columns as they are, and beside them what people read where that differs. */
const withTexts = async (looking: Looking, rows: Row[]) => {
  const reader = await readerOf(looking, rows)
  return rows.map(row => ({
    ...Object.fromEntries(columnsOf(looking.query).map(([name]) => [name, row[name]])),
    text: Object.fromEntries(
      columnsOf(looking.query)
        .map(([name, schema]) => [name, fieldText(schema, row[name], reader)] as const)
        .filter(([name, text]) => text !== '' && text !== String(row[name])),
    ),
  }))
}

const columnsOf = (query: Query): [string, z.ZodType][] => Object.entries(query.row.shape) as [string, z.ZodType][]

/** Whose lives a column names, by what it shows. `most`: a name costs a life in memory, and a list of a thousand is read by nobody. */
const NAMES: readonly { shows: readonly string[]; workflows: readonly string[]; most?: number }[] = [
  { shows: ['person', 'organisation'], workflows: ['person', 'organisation'] },
  { shows: ['round'], workflows: ['competition-round'] },
  { shows: ['proposal'], workflows: ['proposal'], most: 200 },
]

/** Only columns that show somebody are looked up: a project's id names nobody, and asking costs a read of the log. */
const readerOf = async ({ services, reading, query }: Looking, rows: Row[]) => {
  const each = NAMES.map(async ({ shows, workflows, most }) => {
    const named = columnsOf(query).filter(([, schema]) => shows.includes(metaOf(schema).shows ?? ''))
    const ids = [...idsIn(rows.map(row => named.map(([column]) => row[column])))].slice(0, most)
    return [...(await namesFor(services, reading, ids, workflows))]
  })
  const names = new Map((await Promise.all(each)).flat())
  return { language: reading.language, names, workflows: services.workflows }
}

const CSV_PAGE = 500

/** The whole answer, page by page: an export never stops at a page. */
const sendCsv = (reply: FastifyReply, looking: Looking) => {
  const { query, model, reading } = looking
  const header = columnsOf(query).map(([name, schema]) => fieldTitle(schema, name, reading.language))
  const csv = stringify({
    bom: true,
    header: true,
    columns: header,
    escape_formulas: true,
    record_delimiter: 'windows',
  })
  const rows = Readable.from(csvRows(looking))
  rows.on('error', error => csv.destroy(error))
  reply.header('content-disposition', `attachment; filename="${model.name}.csv"`)
  return reply.type('text/csv; charset=utf-8').send(rows.pipe(csv))
}

async function* csvRows(looking: Looking): AsyncGenerator<string[]> {
  const { services, model, query, scope, reading } = looking
  let asked: Asked = { ...looking.asked, limit: CSV_PAGE }
  for (;;) {
    const page = await pageOf(services, schemaOf(model), query, scope, asked)
    const rows = await openAnswer(services, reading, page.rows)
    const reader = await readerOf(looking, rows)
    for (const row of rows) yield columnsOf(query).map(([name, schema]) => csvCell(schema, row[name], reader))
    const last = page.rows.at(-1)
    if (page.next === null || !last) return
    asked = { ...asked, cursor: cursorAfter(query, last) }
  }
}

/** Money as a plain decimal, so that a spreadsheet can add it up. */
const csvCell = (schema: z.ZodType, value: unknown, reader: Parameters<typeof fieldText>[2]): string =>
  typeof value === 'number' && metaOf(schema).shows === 'fen' ? yuanDecimal(value) : fieldText(schema, value, reader)
