/** What is refused before it has become a request: told like every other refusal, in Chinese, for no header was read. */
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { sentence } from './problem.ts'
import type { Code } from './sentences.ts'

const CODES: Record<string, Code> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-too-slow',
}

export const refuseConnection = (error: NodeJS.ErrnoException, socket: Socket): void => {
  if (!socket.writable) return void socket.destroy()
  socket.write(answerWith(CODES[error.code ?? ''] ?? 'malformed-request'))
  // Whoever does not read does not keep the connection either.
  socket.destroySoon()
}

const answerWith = (code: Code): string => {
  const problem = sentence(code, {}, 'zh')
  const body = JSON.stringify(problem)
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n')
}
