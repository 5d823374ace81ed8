/**
 * Ends requests whose bodies do not come in time. The server's own limit must leave room for the longest upload;
 * everything else is a form.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { refuseConnection } from './client-errors.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route sees to it by itself. */
    ownPace?: true
  }
}

export const endSlowBodies = (app: FastifyInstance, limitMs: number): void => {
  app.addHook('onRequest', (request, reply, done) => {
    const { raw, routeOptions } = request
    if (raw.method === 'GET' || routeOptions.config.ownPace) return done()
    const timer = setTimeout(() => raw.complete || end(request, reply), limitMs).unref()
    // An answer given before the body is whole does not free the connection.
    reply.raw.once('close', () => raw.complete && clearTimeout(timer))
    done()
  })
}

const tooSlow = Object.assign(new Error('the body did not come in time'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })

const end = ({ raw }: FastifyRequest, reply: FastifyReply): void => {
  if (reply.sent) raw.destroy()
  else refuseConnection(tooSlow, raw.socket)
}
