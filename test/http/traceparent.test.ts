/** Without anybody who listens to spans: a sender's trace is carried through to whatever follows, and nothing else changes. */
import { randomUUID } from 'node:crypto'
import { Writable } from 'node:stream'
import t, { type Test } from 'tap'
import { recordedFact } from '../../engine/lift.ts'
import { loggerAt } from '../../services/logger.ts'
import { matching, need } from '../support/micro-project.ts'
import { type Service, service } from '../support/service.ts'

const COMMUNITY = '420106012021'
const TRACE = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'
const traceparent = `00-${TRACE}-${SPAN}-01`
const GROUP = { name: '互助队', tier: 'community-managed', field: 'dance', place: COMMUNITY }
const OFFER = { holder: '社区', kind: 'venue', title: '多功能厅', detail: '可容纳六十人', place: COMMUNITY }

const recorded = async ({ runtime }: Service) =>
  (await runtime.store.readAll(await runtime.store.origin(), 5_000))
    .map(recordedFact)
    .map(({ type, stream, metadata }) => ({ type, stream, traceparent: metadata.traceparent }))

const sent = (s: Service, path: string, body: object, given?: string) =>
  s.call(s.founder, 'POST', path, body, { traceparent: given })

t.test('a trace goes from the request into its events, its claims, and what policies do about them', async t => {
  const s = await service(t)
  const community = await s.somebody({ role: 'community', place: COMMUNITY })
  const street = await s.somebody({ role: 'street', place: '420106012' })
  const { id: resource } = await s.given(s.founder, '/v1/resource', OFFER)
  const { id: project } = await s.given(community, '/v1/micro-project', need)
  await s.given(community, `/v1/micro-project/${project}/post-need`)
  await s.given(street, `/v1/micro-project/${project}/accept-need`)
  t.notOk(
    (await recorded(s)).some(event => event.traceparent),
    'nothing where nobody said anything',
  )

  const { body: group } = await sent(s, '/v1/organisation', GROUP, traceparent)
  const proposal = { ...matching, organisation: group.id, resource }
  await s.call(community, 'POST', `/v1/micro-project/${project}/propose-match`, proposal, { traceparent })
  await s.runtime.policies.idle()

  const events = await recorded(s)
  const of = (type: string) => events.filter(event => event.type === type).map(event => event.traceparent)
  t.strictSame(of('Claimed'), [traceparent], 'the claim on its name')
  t.strictSame(of('ClaimConfirmed'), [traceparent])
  t.strictSame(of('MatchProposed'), [traceparent])
  t.strictSame(of('ResourceReserved'), [traceparent], 'sent by a policy')
})

t.test('what W3C does not know as a traceparent is as if it had not come', async t => {
  const s = await service(t)
  const wrong = [
    '',
    'hello',
    traceparent.toUpperCase(),
    `ff-${TRACE}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `${traceparent}-more`,
    `${traceparent}, ${traceparent}`,
    `00-${TRACE}-${SPAN}`,
    ` 00 -${TRACE}-${SPAN}-01`,
  ]
  for (const given of wrong) t.equal((await sent(s, '/v1/resource', OFFER, given)).status, 201)
  t.notOk((await recorded(s)).some(event => event.traceparent))
})

t.test('a later version is read as far as this one goes; state and baggage are not kept', async t => {
  const s = await service(t)
  const headers = {
    traceparent: `cc-${TRACE}-${SPAN}-03-what-comes-later`,
    tracestate: 'vendor=secretstate',
    baggage: 'who=secretbaggage',
  }
  t.equal((await s.call(s.founder, 'POST', '/v1/resource', OFFER, headers)).status, 201)
  const [event] = (await s.runtime.store.readAll(await s.runtime.store.origin(), 5_000)).slice(-1)
  t.equal(event && recordedFact(event).metadata.traceparent, traceparent)
  t.notMatch(event?.metadata, /secret/)
})

t.test('the same command in another trace is the same command', async t => {
  const s = await service(t)
  const key = { 'idempotency-key': randomUUID() }
  const first = await s.call(s.founder, 'POST', '/v1/resource', OFFER, { ...key, traceparent })
  const again = await s.call(s.founder, 'POST', '/v1/resource', OFFER, {
    ...key,
    traceparent: traceparent.replace(TRACE, TRACE.replace('0', '1')),
  })
  t.strictSame([first.status, again.status, again.body.repeated], [201, 201, true])
  t.equal(again.body.position, first.body.position)
})

const listening = async (t: Test) => {
  const lines: Record<string, unknown>[] = []
  const to = new Writable({
    write: (line, _, done) => {
      lines.push(JSON.parse(String(line)))
      done()
    },
  })
  const checkToken = async () => {
    throw new Error('broken on purpose')
  }
  const s = await service(t, { logger: loggerAt('warn', to), change: () => ({ checkToken }) })
  /** Of requests: what a busy machine else gives to say is not asked. */
  return { s, failed: () => lines.filter(({ msg }) => msg === 'request failed') }
}

t.test('the lines that a request leaves in the log name its trace, and none where there is none', async t => {
  const { s, failed } = await listening(t)
  t.equal((await sent(s, '/v1/resource', OFFER, traceparent)).status, 500)
  t.match(failed(), [{ trace_id: TRACE, span_id: undefined }])
  await sent(s, '/v1/resource', OFFER)
  t.strictSame([failed().length, failed()[1]?.trace_id], [2, undefined])
})
