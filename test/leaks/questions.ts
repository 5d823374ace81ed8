/**
 * Every question that can be asked of a service, from its own OpenAPI document and its own log: each address that reads, of
 * each life, now and as of an earlier moment, as JSON and as a list; and a dry run of every command. So a route or a
 * lifecycle that is added is asked without anybody thinking of it here.
 */
import type { z } from 'zod'
import type { Workflow } from '../../engine/definition.ts'
import { exampleOf } from '../../services/api/openapi/example.ts'
import type { Service } from '../support/service.ts'

export type Question = { method: 'GET' | 'POST'; path: string; body?: unknown; accept?: string }
/** A life: its workflow's name and its id. */
export type Life = { workflow: string; id: string }

type Operation = { requestBody?: { content: Record<string, { examples?: Record<string, { value: unknown }> }> } }
type Document = { paths: Record<string, { get?: Operation; post?: Operation }> }

/** What tells of the process and not of what is in it. */
const OF_THE_PROCESS = ['/healthz', '/readyz', '/metrics', '/reference', '/openapi.json']
const SHA256 = 'a'.repeat(64)

export const livesIn = async ({ runtime }: Service): Promise<Life[]> => {
  const names = new Map(runtime.workflows.map(({ category, name }) => [category, name]))
  const streams = new Set((await runtime.store.readAll(undefined, 10_000)).map(({ stream }) => stream))
  const lives = [...streams].flatMap(stream => {
    const at = stream.indexOf('-')
    const workflow = names.get(stream.slice(0, at))
    return workflow === undefined ? [] : [{ workflow, id: stream.slice(at + 1) }]
  })
  return lives.filter((life, n, all) => ALL_OF.has(life.workflow) || isFirst(life, n, all))
}

/** Those that a round is made of; of the others one says what all of them would. */
const ALL_OF: ReadonlySet<string> = new Set(['competition-round', 'ballot', 'proposal', 'objection'])

/** `earlier`: a moment of the past to ask about. */
export const questionsOf = async (s: Service, lives: readonly Life[], earlier: string): Promise<Question[]> => {
  const { paths } = (await s.call(undefined, 'GET', '/openapi.json')).body as unknown as Document
  return Object.entries(paths).flatMap(([path, { get, post }]) => [
    ...(get ? readings(path, lives, earlier) : []),
    ...(post ? tryings(s, path, post, lives) : []),
  ])
}

const readings = (path: string, lives: readonly Life[], earlier: string): Question[] => {
  if (OF_THE_PROCESS.some(own => path.startsWith(own))) return []
  return filled(path, lives).flatMap(each => [
    { method: 'GET' as const, path: each },
    { method: 'GET' as const, path: `${each}?asOf=${earlier}` },
    ...(each.startsWith('/v1/views') ? [{ method: 'GET' as const, path: each, accept: 'text/csv' }] : []),
  ])
}

/** What writes is tried, and what only asks in this way is asked, where a round has a part in it. */
const tryings = ({ runtime }: Service, path: string, post: Operation, lives: readonly Life[]): Question[] => {
  const [, , name = ''] = path.split('/')
  if (path.includes('{id}') && !ALL_OF.has(name)) return []
  if (path === '/v1/files') return []
  return filled(path, lives.filter(isFirst)).map(each => ({
    method: 'POST',
    path: `${each}?dryRun=true`,
    body: bodyFor(runtime.workflows, path) ?? exampleIn(post) ?? {},
  }))
}

/** Of each lifecycle: what is tried on one life is refused or taken on another as well. */
const isFirst = ({ workflow }: Life, n: number, all: readonly Life[]): boolean =>
  all.findIndex(each => each.workflow === workflow) === n

const filled = (path: string, lives: readonly Life[]): string[] => {
  const [, , name = ''] = path.split('/')
  const whole = path.replace('{sha256}', SHA256)
  if (!whole.includes('{id}')) return [whole]
  return lives.filter(({ workflow }) => workflow === name).map(({ id }) => whole.replace('{id}', id))
}

const bodyFor = (workflows: readonly Workflow[], path: string): unknown => {
  const [, , name, , command] = path.split('/')
  const workflow = workflows.find(each => each.name === name)
  const schema = workflow?.commands[command ?? workflow.startCommand] as z.ZodObject | undefined
  return schema && exampleOf(schema, { name: '', extent: 'least' })
}

const exampleIn = ({ requestBody }: Operation): unknown =>
  Object.values(requestBody?.content['application/json']?.examples ?? {})[0]?.value
