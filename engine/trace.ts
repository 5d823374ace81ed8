/**
 * Where a piece of work belongs in what is traced, across processes: W3C's `traceparent`, as text. It comes with a
 * request, stands in the metadata of what the request records, and from there goes to whatever follows. Nothing is kept in
 * the background of asynchronous work: who needs it is given it.
 *
 * Where nobody listens there are no spans: who was given a context hands on the same.
 */
import {
  type Context,
  type Link,
  ProxyTracerProvider,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  type SpanOptions,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { EngineError } from './engine-error.ts'

/** `00-<trace>-<span>-<flags>`, in lower case. */
export type Traceparent = string

export type { Tracer }

/** Makes no spans. */
export const untraced: Tracer = new ProxyTracerProvider().getTracer('gongchuang')

/** Later versions may say more behind it; version ff is none. */
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const SAMPLED = 0x1

/** Nothing where it is not written as W3C says: then it is as if none had come. */
const spanContextIn = (given: unknown): SpanContext | undefined => {
  const [, version, traceId, spanId, flags, more] = (typeof given === 'string' && TRACEPARENT.exec(given)) || []
  if (!traceId || !spanId || !flags || (version === '00' && more !== undefined)) return undefined
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & SAMPLED, isRemote: true }
}

export const traceparentOf = (span: Span): Traceparent | undefined => {
  const { traceId, spanId, traceFlags } = span.spanContext()
  return trace.isSpanContextValid(span.spanContext()) ? `00-${traceId}-${spanId}-0${traceFlags & SAMPLED}` : undefined
}

/** As lines of the log name it. A span of the sender's is none of ours. */
export type TraceIds = { trace_id?: string; span_id?: string }

export const idsIn = (traceparent: Traceparent | undefined, sender?: Traceparent): TraceIds => {
  const { traceId, spanId } = spanContextIn(traceparent) ?? {}
  return traceId ? { trace_id: traceId, ...(spanContextIn(sender)?.spanId !== spanId && { span_id: spanId }) } : {}
}

/** Whether it is kept by whoever made it. */
export const isSampled = (traceparent: Traceparent): boolean =>
  ((spanContextIn(traceparent)?.traceFlags ?? 0) & SAMPLED) !== 0

/** None to what is no context. */
export const linksTo = (traceparents: readonly (Traceparent | undefined)[]): Link[] =>
  traceparents.flatMap(each => spanContextIn(each) ?? []).map(context => ({ context }))

/** Under which a new span begins: without a parent it begins a trace. */
const beneath = (parent: Traceparent | undefined): Context => {
  const known = parent === undefined ? undefined : spanContextIn(parent)
  return known ? trace.setSpanContext(ROOT_CONTEXT, known) : ROOT_CONTEXT
}

type Beginning = SpanOptions & { parent?: Traceparent }

export const beginSpan = (tracer: Tracer, name: string, { parent, ...options }: Beginning): Span =>
  tracer.startSpan(name, options, beneath(parent))

/** Work in a span that ends with it. */
export const inSpan = async <T>(
  tracer: Tracer,
  name: string,
  options: Beginning,
  work: (span: Span) => Promise<T>,
): Promise<T> => {
  const span = beginSpan(tracer, name, options)
  try {
    return await work(span)
  } catch (error) {
    noteError(span, error)
    throw error
  } finally {
    span.end()
  }
}

/** What kind of error it was, and never its words: these may say what somebody entered. A refusal is an answer. */
export const noteError = (span: Span, error: unknown): void => {
  span.setAttribute('error.type', kindOf(error))
  if (!(error instanceof EngineError)) span.setStatus({ code: SpanStatusCode.ERROR })
}

const CODE = /^[\w-]{1,40}$/

export const kindOf = (error: unknown): string => {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown }
  return ([code, name].find(word => typeof word === 'string' && CODE.test(word)) as string) ?? '_OTHER'
}
