/** The receipt of a request that is not let in: its body is read through, and nobody keeps it. */
import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { pathIn, receiptIn } from './arrivals.ts'
import { keyIn } from './request.ts'
import type { Services } from './services.ts'

export type AtGate = Pick<Services, 'arrivals' | 'checkToken' | 'clock'>
/** How large a body may be, and how long it may take. */
export type GatePatience = { mostBytes: number; withinMs: number }

/** None for who does not say who they are, or brings what would be refused anyway: that is told when there is time for it. */
export const receiptAtGate = async (
  { arrivals, checkToken, clock }: AtGate,
  request: IncomingMessage,
  patience: GatePatience,
): Promise<string | undefined> => {
  const { headers, url = '' } = request
  const key = keyIn(headers)
  if (key === undefined) return undefined
  try {
    const body = await digestOf(request, patience)
    const came = clock.now()
    const person = await checkToken(headers.authorization)
    return arrivals.of({ person, path: pathIn(url), key, body }, came, receiptIn(headers)).receipt
  } catch {
    return undefined
  }
}

/** Throws where the body breaks off, is too large or comes too slowly. */
const digestOf = async (request: IncomingMessage, { mostBytes, withinMs }: GatePatience): Promise<string> => {
  const timer = setTimeout(() => request.destroy(new Error('the body did not come in time')), withinMs).unref()
  const digest = createHash('sha256')
  let bytes = 0
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      bytes += (chunk as Buffer).length
      if (bytes > mostBytes) throw new Error('the body is too large')
      digest.update(chunk as Buffer)
    }
    return digest.digest('hex')
  } finally {
    clearTimeout(timer)
  }
}
