/** `cpu-process.ts ERRAND`: sends commands for as many milliseconds as it is told, and says what one of them cost. */

import type { Tracing } from '../services/tracing.ts'
import { commandBench } from './command.ts'
import type { CpuErrand } from './cpu.ts'
import { logger, type Stops, stopAll } from './support.ts'

const { url, folder, collector } = JSON.parse(process.argv[2] ?? '') as CpuErrand
const stops: Stops = []

const tracing = async (endpoint: string): Promise<Tracing> => {
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = endpoint
  return (await import('../services/tracing.ts')).openTracing(logger, 'bench')
}

const traced = collector === undefined ? undefined : await tracing(collector)
if (traced) stops.push(traced.close)
const bench = await commandBench(url, folder, stops, { tracer: traced?.tracer })

const measured = async (milliseconds: number): Promise<number> => {
  const [cpu, start] = [process.cpuUsage(), performance.now()]
  const perSecond = await bench.mixed(milliseconds)
  const { user, system } = process.cpuUsage(cpu)
  return (user + system) / ((perSecond * (performance.now() - start)) / 1_000)
}

process.on('message', (milliseconds: number) => void measured(milliseconds).then(cost => process.send?.(cost)))
process.on('disconnect', () => void stopAll(stops))
process.send?.('ready')
