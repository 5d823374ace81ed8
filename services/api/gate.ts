/**
 * Before anything of a request is read: who cannot be let in is told so for the price of a few headers. Under a load
 * of many times what can be done, the time must go into what is done, and not into saying no. Only of what is in time by
 * its arrival the body is read through, for the receipt of it.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Admission } from '../admission.ts'
import { RECEIPT } from './arrivals.ts'
import { type AtGate, type GatePatience, receiptAtGate } from './gate-receipt.ts'
import type { Language } from './language.ts'
import { PROBES } from './probes.ts'
import { comeAgainIn, sentence } from './problem.ts'
import { turnedAwayBecause } from './turned-away.ts'

export const gated =
  (services: AtGate & { admission: Admission }, listener: RequestListener, patience: GatePatience): RequestListener =>
  (request, response) => {
    const { admission, arrivals } = services
    const why = admission.closedFor('requests')
    if (why === undefined || PROBES.has(request.url)) return listener(request, response)
    admission.count(why)
    const { code, detail } = turnedAwayBecause(why, admission.limits)
    const problem = { ...sentence(code, detail, languageAsked(request)), ...detail }
    const no = (receipt?: string) => answer(request, response, problem, admission.closed() !== undefined, receipt)
    if (!arrivals.countsFor(request.method, request.url ?? '')) return no()
    void receiptAtGate(services, request, patience).then(no)
  }

const answer = (
  request: IncomingMessage,
  response: ServerResponse,
  problem: ReturnType<typeof sentence>,
  last: boolean,
  receipt?: string,
): void => {
  const body = JSON.stringify({ ...problem, instance: request.url })
  const headers = {
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'retry-after': comeAgainIn(problem.code),
    ...(receipt !== undefined && { [RECEIPT]: receipt }),
    ...(last && { connection: 'close' }),
  }
  response.writeHead(problem.status, headers).end(body)
}

/** A good guess: that it is weighed exactly would cost more than everything else here. */
const languageAsked = ({ headers }: IncomingMessage): Language => {
  const asked = headers['accept-language'] ?? ''
  return /^en\b/i.test(asked) || (/\ben\b/i.test(asked) && !/\bzh\b/i.test(asked)) ? 'en' : 'zh'
}
