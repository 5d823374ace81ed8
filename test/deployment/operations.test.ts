/** docs/operations.md and docs/alerts.yml against the service: the variables, metrics, troubles and commands that they name. */
import { readFileSync } from 'node:fs'
import { parser } from '@prometheus-io/lezer-promql'
import t from 'tap'
import { parse } from 'yaml'
import { z } from 'zod'
import { LOG_STATES } from '../../engine/log-standing.ts'
import { STATUS } from '../../services/api/problem.ts'
import { VARIABLES } from '../../services/config.ts'
import { service } from '../support/service.ts'

const page = (path: string): string => readFileSync(path, 'utf8')
const OPERATIONS = page('docs/operations.md')

const rule = z.strictObject({
  alert: z.string(),
  expr: z.string(),
  for: z.string().regex(/^\d+[smh]$/),
  labels: z.strictObject({ severity: z.enum(['page', 'ticket']) }),
  annotations: z.strictObject({ summary: z.string() }),
})
const file = z.strictObject({ groups: z.array(z.strictObject({ name: z.string(), rules: z.array(rule) })) })
const rules = file.parse(parse(page('docs/alerts.yml'))).groups.flatMap(group => group.rules)

/** As the servers and Prometheus' usual exporters tell them; those of the log as EventStoreDB 23.10.7 did. */
const OF_OTHERS = [
  'up',
  'eventstore_sys_disk_bytes',
  'eventstore_writer_flush_duration_max_seconds',
  'node_filesystem_avail_bytes',
  'node_filesystem_size_bytes',
  'pg_settings_max_connections',
  'pg_stat_activity_count',
  'pg_up',
  'probe_ssl_earliest_cert_expiry',
]

const namedIn = (expr: string) => {
  const names: string[] = []
  let broken = false
  parser.parse(expr).iterate({
    enter: ({ type, from, to, node }) => {
      broken ||= type.isError
      if (type.name === 'Identifier' && node.parent?.name === 'VectorSelector') names.push(expr.slice(from, to))
    },
  })
  return { names, broken }
}

const toldAs = (text: string): string[] =>
  [...text.matchAll(/^# TYPE (\S+) (\S+)/gm)].flatMap(([, name = '', kind]) =>
    kind === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  )

t.test('each alert can be read by Prometheus, and each metric that it names is told', async t => {
  const s = await service(t)
  const told = new Set([...toldAs((await s.call(undefined, 'GET', '/metrics')).text), ...OF_OTHERS])
  for (const { alert, expr } of rules) {
    const { names, broken } = namedIn(expr)
    t.notOk(broken, `${alert}: ${expr}`)
    t.ok(names.length > 0, alert)
    for (const name of names) t.ok(told.has(name), `${alert}: ${name}`)
  }
  t.ok(namedIn('sum(rate(').broken, 'what cannot be read is found')
})

t.test('an alert has its name once, and its answer in docs/operations.md', async t => {
  t.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length)
  for (const { alert } of rules) t.ok(OPERATIONS.includes(`\`${alert}\``), alert)
})

t.test('what an alert asks of outcomes and states are such as there are', async t => {
  const asked = rules.flatMap(({ expr }) => /outcome=~"([^"]+)"/.exec(expr)?.[1]?.split('|') ?? [])
  for (const code of asked) t.ok(Object.hasOwn(STATUS, code), code)
  const states = rules.flatMap(({ expr }) => /state=~"([^"]+)"/.exec(expr)?.[1]?.split('|') ?? [])
  t.strictSame(states.concat('following').sort(), [...LOG_STATES].sort(), 'each state but the right one is asked for')
})

t.test('each trouble of the server has its answer', async t => {
  for (const [code, status] of Object.entries(STATUS)) if (status >= 500) t.ok(OPERATIONS.includes(`\`${code}\``), code)
})

t.test('each state in which the log can be followed has its answer', async t => {
  for (const state of LOG_STATES) t.ok(OPERATIONS.includes(`\`${state}\``), state)
})

const tableOf = (text: string): string =>
  text
    .split('\n')
    .filter(line => line.startsWith('| `'))
    .join('\n')

t.test('each variable stands in the tables of all three pages', async t => {
  for (const path of ['README.md', 'README.zh.md', 'docs/operations.md'])
    for (const variable of VARIABLES) t.ok(tableOf(page(path)).includes(`\`${variable}\``), `${path}: ${variable}`)
})
