/** What the engine tells of its work, as Prometheus metrics under the names that OpenTelemetry gives to such things. */
import { Counter, Histogram, type Metric } from 'prom-client'
import type { Measures } from '../engine/telemetry.ts'

const APPEND_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 10]
const BATCH_SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30]

export type Measured = { measures: Measures; metrics: readonly Metric[] }

/** `system`: what keeps the log. */
export const openMeasures = (system: string): Measured => {
  const appends = new Histogram({
    name: 'db_client_operation_duration_seconds',
    help: 'Time from an append to the answer of what keeps the log; error_type where it failed',
    labelNames: ['db_system_name', 'db_operation_name', 'error_type'],
    buckets: APPEND_SECONDS,
    registers: [],
  })
  const sent = new Counter({
    name: 'messaging_client_sent_messages_total',
    help: 'Events appended to the log by this process',
    labelNames: ['messaging_system'],
    registers: [],
  })
  const consumed = new Counter({
    name: 'messaging_client_consumed_messages_total',
    help: 'Events of the log taken by this process, by who takes them: read-models, policies',
    labelNames: ['messaging_consumer_group_name'],
    registers: [],
  })
  const processed = new Histogram({
    name: 'messaging_process_duration_seconds',
    help: 'Time for a batch of events of the log, by who takes them: read-models, policies',
    labelNames: ['messaging_consumer_group_name'],
    buckets: BATCH_SECONDS,
    registers: [],
  })
  const commands = new Counter({
    name: 'gongchuang_commands_total',
    help: 'Commands answered, by lifecycle and outcome: done, repeated, or the code with which they were refused or failed',
    labelNames: ['workflow', 'outcome'],
    registers: [],
  })
  const database = { db_system_name: system, db_operation_name: 'append' }
  return {
    metrics: [appends, sent, consumed, processed, commands],
    measures: {
      appended: (seconds, events) => {
        appends.observe(database, seconds)
        sent.inc({ messaging_system: system }, events)
      },
      notAppended: (seconds, error) => appends.observe({ ...database, error_type: error }, seconds),
      taken: (by, seconds, events) => {
        processed.observe({ messaging_consumer_group_name: by }, seconds)
        consumed.inc({ messaging_consumer_group_name: by }, events)
      },
      commanded: (workflow, outcome) => commands.inc({ workflow, outcome }),
    },
  }
}
