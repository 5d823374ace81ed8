/** Notes when requests came in whole, where that counts: as soon as the last byte was read, before anything waits. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Arrival, digestOfBody, pathIn, receiptIn } from './arrivals.ts'
import { keyIn } from './request.ts'
import type { Services } from './services.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** When its body was whole, and the SHA-256 of it. */
    came: { at: Date; body: string } | undefined
    arrival: Arrival | undefined
  }
}

export const noteArrivals = (app: FastifyInstance, { arrivals, clock }: Services): void => {
  const counts = ({ method, url }: FastifyRequest): boolean => arrivals.countsFor(method, url)
  const came = (body: Buffer | string) => ({ at: clock.now(), body: digestOfBody(body) })

  app.decorateRequest('came', undefined)
  app.decorateRequest('arrival', undefined)

  // The body's own bytes are there only before it is read as JSON.
  const readJson = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (counts(request)) request.came = came(body)
    void readJson(request, body.toString(), done)
  })

  app.addHook('preValidation', async request => {
    const key = keyIn(request.headers)
    if (key === undefined || !counts(request)) return
    const { at, body } = request.came ?? came('')
    const arriving = { person: request.person, path: pathIn(request.url), key, body }
    request.arrival = arrivals.of(arriving, at, receiptIn(request.headers))
  })
}
