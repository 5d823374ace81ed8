/**
 * Lets requests in once they have come whole and it is known who asks: one that comes slowly takes nobody's place. A
 * place is left when the answer is made, or, where it is sent bit by bit, when all of it is.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Admission, Lane, TurnedAway } from '../admission.ts'
import { EdgeError } from './problem.ts'
import { turnedAwayBecause } from './turned-away.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answers whoever asks, however busy it is: nothing is worked on. */
    always?: true
  }
  interface FastifyRequest {
    place: Place | undefined
  }
}

type Place = { leave(): void; since: number; reply: FastifyReply }

const LOOK_EVERY_MS = 1_000

export const admitRequests = (app: FastifyInstance, admission: Admission): void => {
  const inside = new Set<FastifyRequest>()
  app.decorateRequest('place', undefined)

  app.addHook('preHandler', (request, reply, done) => {
    if (request.routeOptions.config.always) return done()
    const leave = admission.enter(laneOf(request), request.person)
    if (typeof leave === 'string') return done(refusal(admission, leave))
    request.place = { leave, since: performance.now(), reply }
    inside.add(request)
    done()
  })

  const leave = (request: FastifyRequest): void => {
    request.place?.leave()
    request.place = undefined
    inside.delete(request)
  }

  app.addHook('onSend', (request, reply, payload, done) => {
    if (admission.stopping.aborted) reply.header('connection', 'close')
    if (isStream(payload) && !reply.raw.destroyed) reply.raw.once('close', () => leave(request))
    else leave(request)
    done(null, payload)
  })

  const looking = setInterval(() => answerOverdue(inside, admission.limits.answerMs), LOOK_EVERY_MS).unref()
  app.addHook('onClose', async () => clearInterval(looking))
}

/** Whoever asks too much at once is told before anything is read of what they send. */
export const refuseCrowding = (admission: Admission, { person }: FastifyRequest): void => {
  if (admission.isFullFor(person)) throw refusal(admission, 'person')
}

const refusal = (admission: Admission, why: TurnedAway): Error => {
  admission.count(why)
  return turnedAwayBecause(why, admission.limits)
}

/** What waits for the log, or for who sends or reads, takes nothing from those that are worked on. */
const laneOf = ({ routeOptions, query, headers }: FastifyRequest): Lane =>
  routeOptions.config.ownPace || (query as { after?: string }).after !== undefined || headers.accept?.includes('csv')
    ? 'waiting'
    : 'requests'

const isStream = (payload: unknown): boolean => typeof (payload as { pipe?: unknown } | null)?.pipe === 'function'

/** Everything that an answer waits for has a limit of its own; this is the one for all of them together. */
const answerOverdue = (inside: ReadonlySet<FastifyRequest>, withinMs: number): void => {
  const before = performance.now() - withinMs
  for (const { place, method, routeOptions } of inside) {
    if (!place || place.since > before || place.reply.sent || routeOptions.config.ownPace) continue
    place.reply.send(method === 'POST' ? new EdgeError('outcome-unknown', {}) : new EdgeError('read-too-slow', {}))
  }
}
