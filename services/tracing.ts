/**
 * Sends spans to whoever collects them, by OTLP over HTTP. Loaded only where an endpoint is configured: nothing else in the
 * project knows the SDK. Endpoint, headers, sampler, batches and limits are the SDK's to read, from the usual `OTEL_*`.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base'
import type { Logger } from 'pino'
import type { Tracer } from '../engine/trace.ts'

export type Tracing = {
  tracer: Tracer
  /** Resolves when everything that ended has been sent, or given up. */
  close(): Promise<void>
}

export const openTracing = (logger: Logger, instance: string): Tracing => {
  const own = resourceFromAttributes({ 'service.name': 'gongchuang', 'service.instance.id': instance })
  const resource = defaultResource()
    .merge(own)
    .merge(detectResources({ detectors: [envDetector] }))
  const exporter = saysWhenItFails(new OTLPTraceExporter(), logger)
  const provider = new BasicTracerProvider({ resource, spanProcessors: [new BatchSpanProcessor(exporter)] })
  return { tracer: provider.getTracer('gongchuang'), close: () => soonOrNever(provider.shutdown()) }
}

/** A collector that does not answer keeps nobody from stopping. */
const SENT_WITHIN_MS = 2_000

const soonOrNever = async (sending: Promise<void>): Promise<void> => {
  const sent = new AbortController()
  const late = sleep(SENT_WITHIN_MS, undefined, { signal: sent.signal }).catch(() => undefined)
  await Promise.race([sending.catch(() => undefined), late]).finally(() => sent.abort())
}

const SENT = 0

/** Once when it begins to fail, and once when that is over: the service goes on without being watched. */
const saysWhenItFails = (exporter: SpanExporter, logger: Logger): SpanExporter => {
  let failing = false
  return {
    export: (spans, done) =>
      exporter.export(spans, result => {
        const failed = result.code !== SENT
        // What the receiver answered is not ours to repeat.
        if (failed && !failing) logger.warn({ reason: kindOf(result.error) }, 'spans could not be sent')
        if (!failed && failing) logger.warn('spans are sent again')
        failing = failed
        done(result)
      }),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  }
}

const kindOf = (error: (Error & { code?: unknown }) | undefined): string =>
  String(error?.code ?? error?.name ?? 'unknown')
