/** Prometheus metrics: requests by route and status, what the engine tells of its work, the follower's age, the instances held in memory, leases, policies, deadlines. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { LOG_STATES } from '../../engine/log-standing.ts'
import type { Admission } from '../admission.ts'
import { leasesWithoutHolder } from '../lease.ts'
import type { Services } from './services.ts'
import { soon } from './soon.ts'

export type Metrics = {
  contentType: string
  text(): Promise<string>
  observe(request: FastifyRequest, reply: FastifyReply): void
}

type Seen = Pick<
  Services,
  | 'store'
  | 'role'
  | 'db'
  | 'instances'
  | 'clockSkew'
  | 'policies'
  | 'deadlines'
  | 'leases'
  | 'admission'
  | 'metrics'
  | 'readModels'
  | 'standing'
  | 'runner'
>

export const metricsOf = (services: Seen): Metrics => {
  const { registry, requests } = registryOf(services.metrics, () => services)
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    observe: (request, reply) => {
      const { url } = request.routeOptions
      const labels = { http_request_method: request.method, http_response_status_code: reply.statusCode }
      requests.observe({ ...labels, ...(url !== undefined && { http_route: url }) }, reply.elapsedTime / 1_000)
    },
  }
}

export type MetricTold = { name: string; type: string; labels: readonly string[]; help: string }

/** Every metric that is ours to name, in its order; those of the process and of Node come beside them. */
export const metricsTold = (metrics: Seen['metrics']): MetricTold[] => {
  const { registry } = registryOf(metrics, () => {
    throw new Error('nothing runs whose state could be told')
  })
  return registry
    .getMetricsAsArray()
    .map(metric => metric as unknown as Omit<MetricTold, 'labels'> & { labelNames: string[] })
    .filter(({ name }) => !/^(process|nodejs)_/.test(name))
    .map(({ name, type, labelNames, help }) => ({ name, type, labels: labelNames, help }))
}

/** `seen`: asked when somebody reads the metrics. */
const registryOf = (metrics: Seen['metrics'], seen: () => Seen) => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'http_server_request_duration_seconds',
    help: 'Time from a request that was let in to its answer',
    labelNames: ['http_request_method', 'http_route', 'http_response_status_code'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    registers: [registry],
  })
  for (const metric of metrics) registry.registerMetric(metric)
  roleGauge(registry, seen)
  logGauge(registry, seen)
  gauge(
    registry,
    'gongchuang_follower_age_seconds',
    'Time since the follower last compared itself with the head of the log',
    () => seen().instances.age() / 1_000,
  )
  gauge(
    registry,
    'gongchuang_clock_skew_seconds',
    "How far this process' clock is ahead of the database's; not a number where it was not compared yet",
    () => (seen().clockSkew.ms() ?? Number.NaN) / 1_000,
  )
  instanceGauges(registry, () => seen().instances.memory())
  readModelGauge(registry, seen)
  workGauges(registry, seen)
  leaseGauges(registry, seen)
  crowdMetrics(registry, () => seen().admission)
  return { registry, requests }
}

const readModelGauge = (registry: Registry, seen: () => Seen): void => {
  new Gauge({
    name: 'gongchuang_read_model_stopped',
    help: '1 where a read model has stopped until somebody mends it, 0 where it goes on',
    labelNames: ['model'],
    registers: [registry],
    async collect() {
      this.reset()
      const { readModels, standing } = seen()
      const standings = await soon(Promise.all(readModels.map(standing)))
      for (const now of standings ?? []) if (now) this.set({ model: now.model }, now.stopped ? 1 : 0)
    },
  })
}

const workGauges = (registry: Registry, seen: () => Seen): void => {
  gauge(
    registry,
    'gongchuang_read_models_age_seconds',
    'Time since the read models last stood at the head of the log; not a number where another process keeps them',
    () => (seen().runner()?.age() ?? Number.NaN) / 1_000,
  )
  gauge(
    registry,
    'gongchuang_policy_age_seconds',
    'Time since the policies last stood at the head of the log; not a number where another process runs them',
    () => (seen().policies.runner()?.age() ?? Number.NaN) / 1_000,
  )
  gauge(registry, 'gongchuang_parked_commands', 'Commands that wait for an operator', () =>
    soon(seen().policies.standing()).then(standing => standing?.parked ?? Number.NaN),
  )
  gauge(
    registry,
    'gongchuang_deadlines_overdue',
    'Lives with a step of a deadline that is due and not taken yet; more than none for long means that nobody takes them',
    () =>
      seen()
        .deadlines.overdue()
        .catch(() => Number.NaN),
  )
}

const crowdMetrics = (registry: Registry, admission: () => Admission): void => {
  for (const lane of ['requests', 'waiting'] as const)
    gauge(registry, `gongchuang_${lane}_inside`, CROWD[lane], () => admission().inside(lane))
  new Counter({
    name: 'gongchuang_turned_away_total',
    help: 'Requests that were not let in, by what was full',
    labelNames: ['by'],
    registers: [registry],
    collect() {
      this.reset()
      for (const [by, count] of admission().turnedAway) this.inc({ by }, count)
    },
  })
}

const CROWD = {
  requests: 'Requests that are worked on',
  waiting: 'Requests that wait for the log or for who sends or reads',
}

const instanceGauges = (registry: Registry, memory: Services['instances']['memory']): void => {
  const named = (name: string, help: string, value: () => number) =>
    gauge(registry, `gongchuang_instances_${name}`, help, value)
  named('in_memory', 'Instances kept in memory', () => memory().instances)
  named('bytes', 'Memory that these instances take, as reckoned', () => memory().bytes)
  named('bytes_limit', 'Memory that instances may take (CACHE_MB)', () => memory().budget)
  named('evicted', 'Instances put out of memory to make room, since the process began', () => memory().evicted)
  named(
    'from_snapshot',
    'Instances loaded from a snapshot, since the process began',
    () => memory().loaded.fromSnapshot,
  )
  named(
    'from_events',
    'Instances loaded from their first event, since the process began',
    () => memory().loaded.fromEvents,
  )
}

const gauge = (registry: Registry, name: string, help: string, value: () => number | Promise<number>): void => {
  new Gauge({
    name,
    help,
    registers: [registry],
    async collect() {
      this.set(await value())
    },
  })
}

const roleGauge = (registry: Registry, seen: () => Seen): void => {
  new Gauge({
    name: 'gongchuang_role',
    help: 'What this process does: all, api (answers) or worker (keeps leases)',
    labelNames: ['role'],
    registers: [registry],
    collect() {
      this.set({ role: seen().role }, 1)
    },
  })
}

const logGauge = (registry: Registry, seen: () => Seen): void => {
  new Gauge({
    name: 'gongchuang_log_state',
    help: `How this process follows the log, and how much is wrong with the log itself, by state: ${LOG_STATES.join(', ')}`,
    labelNames: ['state'],
    registers: [registry],
    collect() {
      for (const state of LOG_STATES) this.set({ state }, 0)
      for (const { state } of seen().store.standing()) this.inc({ state }, 1)
    },
  })
}

const leaseGauges = (registry: Registry, seen: () => Seen): void => {
  new Gauge({
    name: 'gongchuang_lease_held',
    help: 'The leases that this process holds',
    labelNames: ['lease'],
    registers: [registry],
    collect() {
      this.reset()
      for (const lease of seen().leases.held()) this.set({ lease }, 1)
    },
  })
  gauge(
    registry,
    'gongchuang_leases_without_holder',
    'Kinds of work that no process does now; more than none for long means that no worker runs',
    () => soon(leasesWithoutHolder(seen().db)).then(count => count ?? Number.NaN),
  )
}
