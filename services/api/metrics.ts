/** Prometheus metrics: requests by route and status, the follower's age, the instances held in memory, leases, policies, deadlines. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Admission } from '../admission.ts'
import { leasesWithoutHolder } from '../lease.ts'
import type { Services } from './services.ts'
import { soon } from './soon.ts'

export type Metrics = {
  contentType: string
  text(): Promise<string>
  observe(request: FastifyRequest, reply: FastifyReply): void
}

export const metricsOf = (
  services: Pick<Services, 'role' | 'db' | 'instances' | 'policies' | 'deadlines' | 'leases' | 'admission'>,
): Metrics => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'gongchuang_http_request_seconds',
    help: 'Time from request to answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers: [registry],
  })
  gauge(
    registry,
    'gongchuang_follower_age_seconds',
    'Time since the follower last compared itself with the head of the log',
    () => services.instances.age() / 1_000,
  )
  roleGauge(registry, services.role)
  instanceGauges(registry, services.instances)
  gauge(
    registry,
    'gongchuang_policy_age_seconds',
    'Time since the policies last stood at the head of the log; not a number where another process runs them',
    () => (services.policies.runner()?.age() ?? Number.NaN) / 1_000,
  )
  gauge(registry, 'gongchuang_parked_commands', 'Commands that wait for an operator', () =>
    soon(services.policies.standing()).then(standing => standing?.parked ?? Number.NaN),
  )
  gauge(
    registry,
    'gongchuang_deadlines_overdue',
    'Lives with a step of a deadline that is due and not taken yet; more than none for long means that nobody takes them',
    () => services.deadlines.overdue().catch(() => Number.NaN),
  )
  leaseGauge(registry, services.leases)
  gauge(
    registry,
    'gongchuang_leases_without_holder',
    'Kinds of work that no process does now; more than none for long means that no worker runs',
    () => soon(leasesWithoutHolder(services.db)).then(count => count ?? Number.NaN),
  )
  crowdMetrics(registry, services.admission)
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    observe: (request, reply) => {
      const route = request.routeOptions.url ?? 'none'
      requests.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1_000)
    },
  }
}

const crowdMetrics = (registry: Registry, admission: Admission): void => {
  for (const lane of ['requests', 'waiting'] as const)
    gauge(registry, `gongchuang_${lane}_inside`, CROWD[lane], () => admission.inside(lane))
  new Counter({
    name: 'gongchuang_turned_away_total',
    help: 'Requests that were not let in, by what was full',
    labelNames: ['by'],
    registers: [registry],
    collect() {
      this.reset()
      for (const [by, count] of admission.turnedAway) this.inc({ by }, count)
    },
  })
}

const CROWD = {
  requests: 'Requests that are worked on',
  waiting: 'Requests that wait for the log or for who sends or reads',
}

const instanceGauges = (registry: Registry, { memory }: Services['instances']): void => {
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

const roleGauge = (registry: Registry, role: Services['role']): void => {
  new Gauge({
    name: 'gongchuang_role',
    help: 'What this process does: all, api (answers) or worker (keeps leases)',
    labelNames: ['role'],
    registers: [registry],
  }).set({ role }, 1)
}

const leaseGauge = (registry: Registry, leases: Services['leases']): void => {
  new Gauge({
    name: 'gongchuang_lease_held',
    help: 'The leases that this process holds',
    labelNames: ['lease'],
    registers: [registry],
    collect() {
      this.reset()
      for (const lease of leases.held()) this.set({ lease }, 1)
    },
  })
}
