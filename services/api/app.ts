/** Builds the HTTP application; whoever wants it listens. */
import { createServer, type RequestListener, type Server } from 'node:http'
import accepts from '@fastify/accepts'
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import { uuidFromChance } from '../../engine/randomness.ts'
import { longestMs } from '../files/in-good-time.ts'
import { answers } from '../role.ts'
import { accessRoutes } from './access-routes.ts'
import { admitRequests, refuseCrowding } from './admit.ts'
import { refuseConnection } from './client-errors.ts'
import { decisionPackRoute } from './decision-pack-route.ts'
import { endConnections } from './end-connections.ts'
import { downloadRoute, uploadRoute } from './file-routes.ts'
import { gated } from './gate.ts'
import { healthRoutes } from './health-routes.ts'
import { logRoutes } from './log-routes.ts'
import { metricsOf } from './metrics.ts'
import { noteArrivals } from './note-arrivals.ts'
import { openApiRoutes } from './openapi-routes.ts'
import { openAnswer } from './opening.ts'
import { placeRoutes } from './place-routes.ts'
import { EdgeError, pathOf, problemOf, sendProblem } from './problem.ts'
import { readingOf } from './request.ts'
import { roundRoutes } from './round-routes.ts'
import type { Services } from './services.ts'
import { endSlowBodies } from './slow-bodies.ts'
import { nameRoutes, traced, tracedLogger } from './trace.ts'
import { viewRoutes } from './view-routes.ts'
import { workflowRoutes } from './workflow-routes.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The person a token speaks for. */
    person: string
  }
}

/** A form has no need for more; files have a way of their own. */
const BODY_LIMIT = 256 * 1024

/** A connection on which nothing moves in the middle of something, and one on which nothing is asked. */
const SILENT_MS = 60_000
const KEPT_IDLE_MS = 65_000

/** How long a request may take to arrive, and how often it is looked whether one has taken longer. */
const PATIENCE = { arrivesWithinMs: 30_000, lookedAfterEveryMs: 5_000 }

export const buildApp = async (
  services: Services,
  logger: FastifyBaseLogger,
  patience = PATIENCE,
): Promise<FastifyInstance> => {
  const arrivesAtGate = { mostBytes: BODY_LIMIT, withinMs: patience.arrivesWithinMs }
  const app: FastifyInstance = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    // Becomes the correlation of what a request records: never the sender's choice, and no other process gives it too.
    serverFactory: listener =>
      serverFor(services, gated(services, traced(services.telemetry, listener), arrivesAtGate), patience),
    childLoggerFactory: tracedLogger,
    genReqId: () => uuidFromChance(services.random),
    bodyLimit: BODY_LIMIT,
    clientErrorHandler: refuseConnection,
    routerOptions: { maxParamLength: 200 },
    // The gate says it, like everything else.
    return503OnClosing: false,
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    // A path that cannot be read, or with a part too long to be anything's name.
    frameworkErrors: (_, request, reply) => sendNotFound(request, reply),
  })
  app.addHook('preClose', async () => services.admission.stop('stopping'))
  endConnections(app)
  app.removeContentTypeParser('text/plain')
  await app.register(accepts)
  app.decorateRequest('person', '')
  app.setErrorHandler((error: Error, request, reply) =>
    sendProblem(reply, problemOf(error, request, workflowOf(services, request))),
  )
  app.setNotFoundHandler(sendNotFound)
  const metrics = metricsOf(services)
  app.addHook('onResponse', (request, reply, done) => {
    metrics.observe(request, reply)
    done()
  })
  nameRoutes(app)
  endSlowBodies(app, patience.arrivesWithinMs)
  admitRequests(app, services.admission)
  healthRoutes(app, services, metrics)
  if (answers(services.role)) await routes(app, services)
  return app
}

const routes = async (app: FastifyInstance, services: Services): Promise<void> => {
  downloadRoute(app, services)
  await openApiRoutes(app, services)
  await app.register(async guarded => {
    guarded.addHook('onRequest', async request => {
      request.person = await services.checkToken(request.headers.authorization)
      // Whoever must come whole to be in time is told when they have.
      if (!services.arrivals.countsFor(request.method, request.url)) refuseCrowding(services.admission, request)
    })
    noteArrivals(guarded, services)
    // Whatever a route answers: nothing sealed leaves without the decision who may see it.
    guarded.addHook('preSerialization', (request, _, answer) => openAnswer(services, readingOf(request), answer))
    placeRoutes(guarded)
    logRoutes(guarded, services)
    viewRoutes(guarded, services)
    decisionPackRoute(guarded, services)
    workflowRoutes(guarded, services)
    roundRoutes(guarded, services)
    accessRoutes(guarded, services)
    await guarded.register(async uploads => uploadRoute(uploads, services))
  })
}

/** Node's own server: what it must not wait for longer, and how many connections it may have. */
const serverFor = (services: Services, listener: RequestListener, patience: typeof PATIENCE): Server => {
  const { arrivesWithinMs, lookedAfterEveryMs } = patience
  const looked = { connectionsCheckingInterval: lookedAfterEveryMs, headersTimeout: arrivesWithinMs }
  const server = createServer({ ...looked, keepAliveTimeout: KEPT_IDLE_MS }, listener)
  server.requestTimeout = arrivesWithinMs + Math.ceil(longestMs(services.files.limit))
  server.setTimeout(SILENT_MS)
  server.maxConnections = services.admission.limits.connections
  return server
}

const sendNotFound = (request: FastifyRequest, reply: FastifyReply) => {
  const error = new EdgeError('not-found', { path: pathOf(request) })
  return sendProblem(reply, problemOf(error, request))
}

/** The definition whose titles an error's sentence uses. */
const workflowOf = ({ workflows }: Services, request: FastifyRequest) => {
  const name = (request.params as { workflow?: string } | undefined)?.workflow
  return workflows.find(workflow => workflow.name === name)
}
