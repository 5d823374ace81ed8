/**
 * A request's place in a trace: what its sender says in `traceparent`, and below that a span of its own where spans are
 * made. Of the request it tells method, route and status, and nothing that somebody wrote: no path, no query, no header.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { Telemetry } from '../../engine/telemetry.ts'
import { beginSpan, idsIn, type TraceIds, type Traceparent, traceparentOf, untraced } from '../../engine/trace.ts'
import { PROBES } from './probes.ts'

/** `ids`: as its lines in the log show them. */
type RequestTrace = { traceparent: Traceparent; span: Span; ids: TraceIds }

const traces = new WeakMap<IncomingMessage, RequestTrace>()

/** Nothing where the request stands in no trace. */
export const traceOf = (request: IncomingMessage): RequestTrace | undefined => traces.get(request)

export const traced =
  ({ tracer }: Telemetry, listener: RequestListener): RequestListener =>
  (request, response) => {
    const parent = request.headers.traceparent as Traceparent | undefined
    if (PROBES.has(request.url) || (tracer === untraced && parent === undefined)) return listener(request, response)
    const attributes = { 'http.request.method': request.method }
    const span = beginSpan(tracer, String(request.method), { parent, kind: SpanKind.SERVER, attributes })
    const traceparent = traceparentOf(span)
    if (traceparent !== undefined) {
      traces.set(request, { traceparent, span, ids: idsIn(traceparent, parent) })
      if (span.isRecording()) response.once('close', () => end(span, response))
    }
    return listener(request, response)
  }

/** Who went away before an answer was begun was told no status. */
const end = (span: Span, response: ServerResponse): void => {
  if (response.headersSent) span.setAttribute('http.response.status_code', response.statusCode)
  else span.setAttribute('error.type', 'gone')
  if (response.headersSent && response.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
  span.end()
}

/** Its lines in the log name its trace. */
export const tracedLogger = (
  logger: FastifyBaseLogger,
  bindings: object,
  options: object,
  request: IncomingMessage,
): FastifyBaseLogger => logger.child({ ...bindings, ...traceOf(request)?.ids }, options)

/** Spans are named by the route, of which there are few. */
export const nameRoutes = (app: FastifyInstance): void => {
  app.addHook('onRequest', ({ raw, method, routeOptions }, _, done) => {
    const { span } = traceOf(raw) ?? {}
    if (span?.isRecording() && routeOptions.url !== undefined)
      span.updateName(`${method} ${routeOptions.url}`).setAttribute('http.route', routeOptions.url)
    done()
  })
}
