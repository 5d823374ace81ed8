/** What collects spans: a small HTTP server that takes OTLP as JSON, as a collector does. */
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Ending } from './postgres.ts'

type Value = { stringValue?: string; intValue?: number; boolValue?: boolean; doubleValue?: number }
type Attributes = { key: string; value: Value }[]
type Sent = {
  resourceSpans: {
    resource: { attributes: Attributes }
    scopeSpans: {
      spans: (Omit<Collected, 'attributes' | 'instance' | 'links'> & {
        attributes: Attributes
        links?: { traceId: string; spanId: string }[]
      })[]
    }[]
  }[]
}

export type Collected = {
  name: string
  kind: number
  traceId: string
  spanId: string
  parentSpanId?: string
  attributes: Record<string, string | number | boolean | undefined>
  links: { traceId: string; spanId: string }[]
  status: { code?: number; message?: string }
  /** Of the process that made it. */
  instance: string
}

export type Receiver = {
  url: string
  /** All that came, as it came. */
  text(): string
  spans(): Collected[]
  /** The spans, once among them is what was waited for. */
  until(found: (spans: Collected[]) => boolean): Promise<Collected[]>
  requests: { path: string; type: string | undefined }[]
}

const WITHIN_MS = 30_000

export const otlpReceiver = async (t: Ending, status = 200): Promise<Receiver> => {
  const bodies: string[] = []
  const requests: Receiver['requests'] = []
  const server = createServer(async (request, response) => {
    requests.push({ path: request.url ?? '', type: request.headers['content-type'] })
    bodies.push(await bodyOf(request))
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const spans = () => bodies.flatMap(collectedIn)
  const until: Receiver['until'] = async found => {
    const since = performance.now()
    while (!found(spans()) && performance.now() - since < WITHIN_MS) await sleep(20)
    return spans()
  }
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, requests, spans, until, text: () => bodies.join('\n') }
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

const collectedIn = (body: string): Collected[] =>
  (JSON.parse(body) as Sent).resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const instance = String(valuesOf(resource.attributes)['service.instance.id'])
    return scopeSpans
      .flatMap(({ spans }) => spans)
      .map(({ attributes, links = [], ...span }) => ({ ...span, attributes: valuesOf(attributes), links, instance }))
  })

const valuesOf = (attributes: Attributes): Collected['attributes'] =>
  Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.stringValue ?? value.intValue ?? value.boolValue ?? value.doubleValue,
    ]),
  )
