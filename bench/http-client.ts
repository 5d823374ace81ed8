/**
 * A worker thread that sends POSTs over kept connections, one path each, as fast as they are answered. It writes
 * bytes and looks for the end of the answer, no more: a full client costs more than the bare route, and would be
 * what is measured.
 */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { parentPort } from 'node:worker_threads'

export type Errand = { port: number; paths: string[]; token: string; body: string; milliseconds: number }
export type Report = { answers: number } | { failed: string }

const requestFor = (path: string, { token, body }: Errand): string =>
  [
    `POST ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    `authorization: Bearer ${token}`,
    `idempotency-key: ${randomUUID()}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n')

const HEAD_END = '\r\n\r\n'

/** True when the answer is whole: all that these servers send has a length. */
const isWhole = (answer: Buffer): boolean => {
  const head = answer.indexOf(HEAD_END)
  if (head < 0) return false
  const length = /\r\ncontent-length: (\d+)/i.exec(answer.toString('latin1', 0, head))?.[1]
  return answer.length >= head + HEAD_END.length + Number(length)
}

const answerOn = (socket: Socket): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    let answer: Buffer = Buffer.alloc(0)
    const hear = (chunk: Buffer) => {
      answer = answer.length === 0 ? chunk : Buffer.concat([answer, chunk])
      if (!isWhole(answer)) return
      socket.off('data', hear)
      socket.off('error', reject)
      resolve(answer)
    }
    socket.on('data', hear)
    socket.once('error', reject)
  })

const askAgainAndAgain = async (path: string, errand: Errand): Promise<number> => {
  const socket = connect({ host: '127.0.0.1', port: errand.port, noDelay: true })
  await once(socket, 'connect')
  const until = performance.now() + errand.milliseconds
  let answers = 0
  while (performance.now() < until) {
    const answer = answerOn(socket)
    socket.write(requestFor(path, errand))
    const said = await answer
    if (!said.toString('latin1', 0, 12).startsWith('HTTP/1.1 20')) throw new Error(`${path}: ${said}`)
    answers++
  }
  socket.destroy()
  return answers
}

const run = async (errand: Errand): Promise<Report> => {
  try {
    const answers = await Promise.all(errand.paths.map(path => askAgainAndAgain(path, errand)))
    return { answers: answers.reduce((sum, each) => sum + each, 0) }
  } catch (error) {
    return { failed: String(error) }
  }
}

parentPort?.on('message', async (errand: Errand) => parentPort?.postMessage(await run(errand)))
