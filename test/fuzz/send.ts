/** Sends a request as it stands: `fetch` would tidy the path and refuse the worse headers. */
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import type { Request } from './request.ts'

export type Answer = { status: number; type: string; text: string; tookMs: number }

/** However an answer fails to come, it is one that took too long. */
const HANGS_AFTER_MS = 15_000

export const sender = (address: string) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const { hostname, port } = new URL(address)
  const send = (request: Request): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const began = performance.now()
      const { method, path, headers, body } = request
      const own = body && !headers['transfer-encoding'] ? { 'content-length': String(body.length) } : {}
      const sent = httpRequest({ agent, hostname, port, method, path, headers: { ...headers, ...own } }, response =>
        collect(response).then(
          text =>
            resolve({
              status: response.statusCode ?? 0,
              type: response.headers['content-type'] ?? '',
              text,
              tookMs: performance.now() - began,
            }),
          reject,
        ),
      )
      sent.setTimeout(HANGS_AFTER_MS, () => sent.destroy(new Error(`no answer in ${HANGS_AFTER_MS} ms`)))
      sent.on('error', reject)
      sent.end(body)
    })
  return { send, close: () => agent.destroy() }
}

const collect = async (response: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
