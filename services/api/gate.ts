/**
 * Before anything of a request is read: who cannot be let in is told so for the price of a few headers. Under a load
 * of many times what can be done, the time must go into what is done, and not into saying no.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Admission } from '../admission.ts'
import type { Language } from './language.ts'
import { PROBES } from './probes.ts'
import { comeAgainIn, sentence } from './problem.ts'
import { turnedAwayBecause } from './turned-away.ts'

export const gated =
  (admission: Admission, listener: RequestListener): RequestListener =>
  (request, response) => {
    const why = admission.closedFor('requests')
    if (why === undefined || PROBES.has(request.url)) return listener(request, response)
    admission.count(why)
    const { code, detail } = turnedAwayBecause(why, admission.limits)
    answer(
      request,
      response,
      { ...sentence(code, detail, languageAsked(request)), ...detail },
      admission.closed() !== undefined,
    )
  }

const answer = (
  request: IncomingMessage,
  response: ServerResponse,
  problem: ReturnType<typeof sentence>,
  last: boolean,
): void => {
  const body = JSON.stringify({ ...problem, instance: request.url })
  const headers = {
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'retry-after': comeAgainIn(problem.code),
    ...(last && { connection: 'close' }),
  }
  response.writeHead(problem.status, headers).end(body)
}

/** A good guess: that it is weighed exactly would cost more than everything else here. */
const languageAsked = ({ headers }: IncomingMessage): Language => {
  const asked = headers['accept-language'] ?? ''
  return /^en\b/i.test(asked) || (/\ben\b/i.test(asked) && !/\bzh\b/i.test(asked)) ? 'en' : 'zh'
}
