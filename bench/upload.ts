/** A file of 16 MiB into the store, and piped to a file by a bare fastify route, with the same fsync before the answer. */
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Worker } from 'node:worker_threads'
import fastify, { type FastifyInstance } from 'fastify'
import { buildApp } from '../services/api/app.ts'
import type { CommandBench } from './command.ts'
import { logger, type Measure, type Stops } from './support.ts'
import type { Report, Sending } from './upload-client.ts'

export type UploadBench = { app: Measure; bare: Measure }

const DAY_SECONDS = 86_400

export const uploadBench = async (service: CommandBench, folder: string, stops: Stops): Promise<UploadBench> => {
  const { runtime, issuer, person } = service
  const app = await buildApp(runtime, logger)
  const bare = bareApp(join(folder, 'bare-upload'))
  const client = new Worker(new URL('./upload-client.ts', import.meta.url))
  stops.push(app.close, bare.close, () => client.terminate())
  const token = await issuer.sign(person, runtime.clock.now(), DAY_SECONDS)
  const [kept, piped] = [await addressOf(app), await addressOf(bare)]
  return {
    app: milliseconds => rateOf(client, { url: `${kept}/v1/files?name=large.pdf`, token, milliseconds }),
    bare: milliseconds => rateOf(client, { url: `${piped}/`, token, milliseconds }),
  }
}

const bareApp = (file: string): FastifyInstance => {
  const bare = fastify()
  bare.removeAllContentTypeParsers()
  bare.addContentTypeParser('*', (_, body, done) => done(null, body))
  bare.post('/', async request => {
    await pipeline(request.raw, createWriteStream(file))
    const handle = await open(file)
    await handle.sync().finally(() => handle.close())
    return {}
  })
  return bare
}

const addressOf = (app: FastifyInstance): Promise<string> => app.listen({ host: '127.0.0.1', port: 0 })

const rateOf = async (client: Worker, sending: Sending): Promise<number> => {
  const start = performance.now()
  client.postMessage(sending)
  const [report] = (await once(client, 'message')) as [Report]
  if ('failed' in report) throw new Error(report.failed)
  return (report.sent / (performance.now() - start)) * 1_000
}
