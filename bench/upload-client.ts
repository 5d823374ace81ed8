/** A worker thread that sends a file of 16 MiB again and again; a few that differ, so that the disk does not fill. */
import { randomFillSync } from 'node:crypto'
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { parentPort } from 'node:worker_threads'

export type Sending = { url: string; token: string; milliseconds: number }
export type Report = { sent: number } | { failed: string }

const BYTES = 16 * 1024 * 1024

const large = (): Buffer => {
  const bytes = randomFillSync(Buffer.allocUnsafe(BYTES))
  bytes.write('%PDF-1.7\n')
  bytes.write('%%EOF\n', BYTES - 6)
  return bytes
}

const files = Array.from({ length: 4 }, large)
const agent = new Agent({ keepAlive: true })

const send = async ({ url, token }: Sending, bytes: Buffer): Promise<void> => {
  const headers = { authorization: `Bearer ${token}`, 'content-length': BYTES }
  const line = request(url, { method: 'POST', agent, headers })
  line.end(bytes)
  const [answer] = (await once(line, 'response')) as [IncomingMessage]
  const said = Buffer.concat(await answer.toArray()).toString()
  if ((answer.statusCode ?? 0) > 201) throw new Error(`${url}: ${answer.statusCode} ${said}`)
}

const run = async (sending: Sending): Promise<Report> => {
  const until = performance.now() + sending.milliseconds
  let sent = 0
  try {
    for (; performance.now() < until; sent++) await send(sending, files[sent % files.length] as Buffer)
    return { sent }
  } catch (error) {
    return { failed: String(error) }
  }
}

parentPort?.on('message', async (sending: Sending) => parentPort?.postMessage(await run(sending)))
