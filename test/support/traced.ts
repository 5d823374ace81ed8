/** Spans of a service in this process, and who collects them. */
import pino, { type Logger } from 'pino'
import type { Tracing } from '../../services/tracing.ts'
import { otlpReceiver, type Receiver } from './otlp-receiver.ts'
import type { Ending } from './postgres.ts'

export type Watched = Tracing & { receiver: Receiver }

/** As it is configured for a process; `instance` tells several in this one apart. */
export const watched = async (
  t: Ending,
  instance: string,
  options: { receiver?: Receiver; logger?: Logger } = {},
): Promise<Watched> => {
  const { openTracing } = await import('../../services/tracing.ts')
  const { receiver = await otlpReceiver(t), logger = pino({ level: 'silent' }) } = options
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = receiver.url
  process.env.OTEL_BSP_SCHEDULE_DELAY = '50'
  const tracing = openTracing(logger, instance)
  t.teardown(tracing.close)
  return { ...tracing, receiver }
}
