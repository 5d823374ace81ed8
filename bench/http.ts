/** The application over real HTTP, and a bare fastify route that parses the same body with the same schema. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import fastify from 'fastify'
import type { z } from 'zod'
import { buildApp } from '../services/api/app.ts'
import type { CommandBench } from './command.ts'
import type { Errand, Report } from './http-client.ts'
import { resourceInput } from './resource-input.ts'
import { LANES, logger, type Measure, type Stops } from './support.ts'

/** The one client, sent to any port. */
export type AskPort = (where: Pick<Errand, 'port' | 'paths' | 'milliseconds'>) => Promise<number>
export type HttpBench = { app: Measure; bare: Measure; ask: AskPort }

const YEAR_SECONDS = 365 * 86_400

export const httpBench = async (service: CommandBench, stops: Stops): Promise<HttpBench> => {
  const { runtime, issuer, person, lives, settle } = service
  const app = await buildApp(runtime, logger)
  const bare = bareApp(runtime.handler.workflow('resource').commands['revise-resource'] as z.ZodType)
  const client = new Worker(new URL('./http-client.ts', import.meta.url))
  stops.push(app.close, bare.close, () => client.terminate())
  const token = await issuer.sign(person, runtime.clock.now(), YEAR_SECONDS)
  const errand = { token, body: JSON.stringify(resourceInput) }
  const revise = { ...errand, port: await listen(app), paths: lives.map(id => `/v1/resource/${id}/revise-resource`) }
  const parse = { ...errand, port: await listen(bare), paths: Array<string>(LANES).fill('/revise-resource') }
  return {
    app: milliseconds => rateOf(client, { ...revise, milliseconds }, settle),
    bare: milliseconds => rateOf(client, { ...parse, milliseconds }),
    ask: where => rateOf(client, { ...errand, ...where }),
  }
}

const bareApp = (schema: z.ZodType) => {
  const bare = fastify()
  bare.post('/revise-resource', async request => ({ title: (schema.parse(request.body) as { title: string }).title }))
  return bare
}

const listen = async (app: ReturnType<typeof fastify>): Promise<number> =>
  Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port)

const rateOf = async (client: Worker, errand: Errand, settle?: () => Promise<void>): Promise<number> => {
  const start = performance.now()
  client.postMessage(errand)
  const [report] = (await once(client, 'message')) as [Report]
  if ('failed' in report) throw new Error(report.failed)
  await settle?.()
  return (report.answers / (performance.now() - start)) * 1_000
}
