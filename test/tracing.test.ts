/** A trace from the request to whatever follows from it, over processes, as who collects it sees it; and none where nobody does. */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { Writable } from 'node:stream'
import t from 'tap'
import { dayBegins, simulatedClock } from '../engine/clock.ts'
import { recordedFact } from '../engine/lift.ts'
import { loggerAt } from '../services/logger.ts'
import { settled } from '../services/passing-time.ts'
import { gongchuang } from './support/command-line.ts'
import { errand, TESTER } from './support/errand.ts'
import { onEventStore } from './support/log.ts'
import { type Collected, otlpReceiver } from './support/otlp-receiver.ts'
import { type Service, START, service } from './support/service.ts'
import { type Started, started } from './support/starting.ts'
import { watched } from './support/traced.ts'

const COMMUNITY = '420106012021'
const OFFER = { holder: '社区', kind: 'venue', title: '多功能厅', detail: '可容纳六十人', place: COMMUNITY }
const TRACE = '0af7651916cd43dd8448eb211c80319c'
const SENDER = 'b7ad6b7169203331'
const SERVER = 2
const sampled = `00-${TRACE}-${SENDER}-01`

const kept = ({ runtime }: Service) =>
  runtime.store.origin().then(origin => runtime.store.readAll(origin, 5_000).then(events => events.map(recordedFact)))

t.test('without an endpoint nothing is loaded that could send spans', async t => {
  const s = await service(t)
  await s.given(s.founder, '/v1/resource', OFFER)
  const loaded = Object.keys(createRequire(import.meta.url).cache).filter(path => path.includes('@opentelemetry/'))
  t.ok(loaded.length > 0)
  t.strictSame(
    loaded.filter(path => !path.includes('@opentelemetry/api/')),
    [],
  )
})

const post = async (
  { address, token }: Pick<Started, 'address' | 'token'>,
  path: string,
  body: object,
  headers = {},
) => {
  const response = await fetch(address + path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
      ...headers,
    },
    body: JSON.stringify(body),
  })
  const answer = (await response.json()) as { id: string }
  if (response.status > 201) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`)
  return answer
}

t.test(
  'one trace: request, command, append here; policy, its command, its append and the read models there',
  async t => {
    const receiver = await otlpReceiver(t)
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_BSP_SCHEDULE_DELAY: '100' }
    const api = await started(t, { ...environment, ROLE: 'api', OTEL_RESOURCE_ATTRIBUTES: 'service.instance.id=api' })
    const there = { ...environment, ROLE: 'worker', OTEL_RESOURCE_ATTRIBUTES: 'service.instance.id=worker' }
    await started(t, there, api)
    const person = { name: '李秀英', phone: '027-87654321', place: COMMUNITY }
    const [{ id }, { id: double }] = [await post(api, '/v1/person', person), await post(api, '/v1/person', person)]
    const recognised = { double, reason: '重复登记' }
    await post(api, `/v1/person/${id}/recognise-double`, recognised, { traceparent: sampled })

    const isWhole = (spans: Collected[]) =>
      spans.filter(span => of(span) && /^append|^process/.test(span.name)).length >= 4
    const of = ({ traceId }: Collected) => traceId === TRACE
    const all = await receiver.until(isWhole)
    const trace = all.filter(of)
    const named = (name: string, instance: string, parent?: Collected) =>
      trace.find(
        each =>
          each.name === name && each.instance === instance && (parent ? each.parentSpanId === parent.spanId : true),
      ) as Collected
    const request = named('POST /v1/:workflow/:id/:command', 'api')
    t.match(request, {
      kind: SERVER,
      parentSpanId: SENDER,
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/v1/:workflow/:id/:command',
        'http.response.status_code': 200,
      },
    })
    const command = named('person recognise-double', 'api', request)
    t.match(command?.attributes, {
      'gongchuang.workflow': 'person',
      'gongchuang.events': 1,
      'gongchuang.repeated': false,
    })
    t.match(named('append person', 'api', command)?.attributes, {
      'db.system.name': onEventStore ? 'eventstoredb' : 'postgresql',
      'db.operation.name': 'append',
    })
    t.ok(named('process read-models', 'worker', command), 'where what was recorded could be read')
    const policy = named('policy merge-double-when-recognised', 'worker', command)
    t.match(policy?.attributes, { 'gongchuang.event.type': 'DoubleRecognised' })
    const sent = named('person merge', 'worker', policy)
    t.ok(named('append person', 'worker', sent))
    t.ok(named('process read-models', 'worker', sent))
    const batch = all.find(
      ({ name, links }) => name === 'batch read-models' && links.some(each => each.traceId === TRACE),
    )
    t.match(batch, { instance: 'worker', attributes: { 'messaging.consumer.group.name': 'read-models' } })
    t.not(batch?.traceId, TRACE, 'a batch takes many traces: it has one of its own')
    t.match(receiver.requests[0], { path: '/v1/traces', type: 'application/json' })
  },
)

t.test('a deadline begins a trace, linked to the command that scheduled it', async t => {
  const { tracer, receiver } = await watched(t, 'here')
  const clock = simulatedClock(new Date(START))
  const s = await service(t, { clock, tracer, workflows: [errand] })
  const send = { workflow: 'errand', command: 'ask', input: { place: COMMUNITY }, person: TESTER, key: randomUUID() }
  await s.runtime.handler.handle({ ...send, traceparent: sampled })
  clock.set(dayBegins('2026-03-12'))
  await settled(s.runtime)
  const due = (spans: Collected[]) => spans.filter(({ name }) => name === 'deadline answered')
  const spans = await receiver.until(found => due(found).length === 3)
  const asked = spans.find(({ name }) => name === 'errand ask')
  for (const each of due(spans)) {
    t.not(each.traceId, TRACE)
    t.strictSame(
      each.links.map(({ traceId, spanId }) => ({ traceId, spanId })),
      [{ traceId: TRACE, spanId: asked?.spanId }],
    )
    t.ok(spans.some(({ parentSpanId, name }) => parentSpanId === each.spanId && name.startsWith('errand ')))
  }
  const fallen = (await kept(s)).filter(({ type }) => type.startsWith('Deadline'))
  t.strictSame(
    new Set(fallen.map(({ metadata }) => metadata.traceparent?.slice(3, 35))),
    new Set(due(spans).map(({ traceId }) => traceId)),
  )
})

t.test('what its sender does not keep is not kept here, and goes on all the same', async t => {
  const { tracer, receiver, close } = await watched(t, 'here')
  const s = await service(t, { tracer })
  const traceparent = `00-${TRACE}-${SENDER}-00`
  await s.call(s.founder, 'POST', '/v1/resource', OFFER, { traceparent })
  const last = (await kept(s)).at(-1)
  t.match(last?.metadata.traceparent, new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`))
  await close()
  t.ok(receiver.spans().length > 0, 'the founder was')
  t.notOk(receiver.spans().some(({ traceId }) => traceId === TRACE))
})

t.test('a refusal is no error of the service, and its code is told', async t => {
  const { tracer, receiver } = await watched(t, 'here')
  const s = await service(t, { tracer })
  await s.call(s.founder, 'POST', `/v1/resource/${randomUUID()}/revise-resource`, OFFER)
  const spans = await receiver.until(found =>
    found.some(({ attributes }) => attributes['http.response.status_code'] === 404),
  )
  const refused = spans.find(({ name }) => name === 'resource revise-resource')
  t.match(refused, { attributes: { 'error.type': 'unknown-instance' }, status: { code: 0 } })
  const request = spans.find(({ spanId }) => spanId === refused?.parentSpanId)
  t.match(request, { attributes: { 'error.type': 'unknown-instance' }, status: { code: 0 } })
})

t.test('who collects spans may be gone: the service goes on, and says so once', async t => {
  const lines: { msg: string }[] = []
  const to = new Writable({
    write: (line, _, done) => {
      lines.push(JSON.parse(String(line)))
      done()
    },
  })
  const receiver = await otlpReceiver(t, 400)
  const { tracer } = await watched(t, 'here', { receiver, logger: loggerAt('warn', to) })
  const s = await service(t, { tracer })
  for (let n = 0; n < 3; n++) {
    const before = receiver.requests.length
    t.equal((await s.call(s.founder, 'POST', '/v1/resource', OFFER)).status, 201)
    await receiver.until(() => receiver.requests.length > before)
  }
  t.equal(lines.filter(({ msg }) => msg.startsWith('spans')).length, 1)
})

t.test('a collector that nobody reaches keeps no process from stopping as it should', async t => {
  const gone = 'http://127.0.0.1:9'
  const service = await started(t, { OTEL_EXPORTER_OTLP_ENDPOINT: gone, OTEL_BSP_SCHEDULE_DELAY: '100' })
  await post(service, '/v1/resource', OFFER)
  service.child.kill('SIGTERM')
  t.strictSame(await once(service.child, 'exit'), [0, null])
})

t.test('the metrics are those that their page names', async t => {
  const s = await service(t)
  await s.given(s.founder, '/v1/resource', OFFER)
  const { text } = await s.call(undefined, 'GET', '/metrics')
  const page = await readFile(new URL('../docs/metrics.md', import.meta.url), 'utf8')
  const served = [...text.matchAll(/^# TYPE (\S+)/gm)]
    .map(([, name]) => name)
    .filter(name => !/^(process|nodejs)_/.test(name ?? ''))
  const named = [...page.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name)
  t.strictSame(new Set(served), new Set(named))
  const route = 'http_request_method="POST",http_response_status_code="201",http_route="/v1/:workflow"'
  t.match(text, `http_server_request_duration_seconds_count{${route}} 1`)
  t.match(text, /^db_client_operation_duration_seconds_count\{db_system_name="\w+",db_operation_name="append"\} [1-9]/m)
  t.match(text, /^gongchuang_commands_total\{workflow="resource",outcome="done"\} 1$/m)
})

t.test('what would be passed over in silence stops the start, with its name', async t => {
  const wrong = {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_TRACES_SAMPLER: 'sometimes',
    OTEL_TRACES_SAMPLER_ARG: '2',
    OTEL_TRACES_EXPORTER: 'zipkin',
  }
  for (const [name, value] of Object.entries(wrong)) {
    const { status, err } = await gongchuang({ [name]: value }, 'start', '--empty')
    t.equal(status, 1)
    t.match(err, new RegExp(`^${name} `, 'm'))
  }
})
