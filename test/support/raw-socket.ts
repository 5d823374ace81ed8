/** Bytes over a bare connection: what no HTTP client would send. */
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** After this a connection that is still open counts as one that nobody ends. */
const GIVEN_UP_AFTER_MS = 8_000

export type Heard = { text: string; status: number; ended: boolean }

/** Sends the parts, one after the other, and gives all that is heard until the other side ends or time is up. */
export const conversation = async (
  address: string,
  parts: Iterable<string | Buffer>,
  { pauseMs = 0, waitMs = GIVEN_UP_AFTER_MS } = {},
): Promise<Heard> => {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(address).port), noDelay: true })
  const hearing = hear(socket)
  await sendSlowly(socket, parts, pauseMs)
  const ended = await Promise.race([hearing.ended.then(() => true), sleep(waitMs, false, { ref: false })])
  socket.destroy()
  const text = hearing.text()
  return { text, ended, status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0) }
}

const hear = (socket: Socket) => {
  let text = ''
  socket.on('data', chunk => {
    text += chunk
  })
  // That the other side breaks off is an end like any other.
  socket.on('error', () => undefined)
  return { text: () => text, ended: new Promise<void>(resolve => socket.on('close', () => resolve())) }
}

const sendSlowly = async (socket: Socket, parts: Iterable<string | Buffer>, pauseMs: number): Promise<void> => {
  for (const part of parts) {
    if (socket.destroyed) return
    socket.write(part)
    if (pauseMs > 0) await sleep(pauseMs)
  }
}

/** A request line with headers, as text. */
export const head = (line: string, ...headers: string[]): string =>
  [`${line} HTTP/1.1`, 'Host: 127.0.0.1', ...headers, '', ''].join('\r\n')
