/** The chain, worked out again with nothing but what the decision record says: SHA-256 and line breaks. */
import { createHash } from 'node:crypto'
import t from 'tap'
import { type Content, link, linksOf } from '../../engine/chain.ts'
import { type Decision, encodeEvent } from '../../engine/event-codec.ts'
import { purse } from '../support/purse.ts'
import { service } from '../support/service.ts'

const sha = (text: string): string => createHash('sha256').update(text).digest('hex')
const place = { stream: 'purse-1', revision: 3, before: sha('the event before') }
const decision = {
  command: 'c',
  name: 'put',
  person: 'p',
  state: { usable: 'unlocked' },
  salt: '00ff',
} as unknown as Decision

t.test('an event says in its last two members what it is and what it follows', async t => {
  const event = encodeEvent(place, 'Put', { amount: 100 }, decision)
  const without = JSON.stringify(decision)
  const bodyHash = sha(`{"amount":100}\n${without}`)
  const hash = sha([place.before, 'purse-1', '3', 'Put', bodyHash].join('\n'))
  t.strictSame(event.read.metadata, { ...decision, bodyHash, hash })
  t.equal(event.metadata, `${without.slice(0, -1)},"bodyHash":"${bodyHash}","hash":"${hash}"}`)
  t.equal(event.id.replaceAll('-', '').slice(0, 12), hash.slice(0, 12), 'its id is the first bits of its hash')
  t.match(event.id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

t.test('its text comes out of a parser as it went in, so that a store of JSON keeps it', async t => {
  const event = encodeEvent(place, 'Put', { 10: 'a', title: '“活动”\n', 2: [1, 2.5, null] }, decision)
  for (const text of [event.data, event.metadata]) t.equal(JSON.stringify(JSON.parse(text)), text)
})

t.test('whatever is changed in it, the link is another', async t => {
  const whole = link(place, { type: 'Put', data: '{"amount":100}', metadata: '{"person":"p"}' })
  const same = linksOf(place, whole)
  t.strictSame(same?.carried, same?.due)
  const changes: [string, typeof place, Content][] = [
    ['data', place, { ...whole, data: '{"amount":101}' }],
    ['metadata', place, { ...whole, metadata: whole.metadata.replace('"p"', '"q"') }],
    ['type', place, { ...whole, type: 'Spent' }],
    ['revision', { ...place, revision: 4 }, whole],
    ['stream', { ...place, stream: 'purse-2' }, whole],
    ['what it follows', { ...place, before: '' }, whole],
    ['where data ends', place, { ...whole, data: '{"amount":100}\n', metadata: whole.metadata.slice(1) }],
  ]
  for (const [what, where, content] of changes) {
    const links = linksOf(where, content)
    t.not(links?.carried.hash, links?.due.hash, what)
  }
  t.equal(linksOf(place, { ...whole, metadata: '{"person":"p"}' }), undefined, 'no link at all')
})

t.test('the handler links each event to the one before it in its stream, and an instance knows the last', async t => {
  const { founder, given, somebody, runtime } = await service(t)
  const street = await somebody({ role: 'street', place: '420106012' })
  const opening = { place: '420106012021', organisation: founder.id, limit: 1000, on: '2026-03-05', title: '活动' }
  const { id } = await given(street, '/v1/purse', opening)
  for (const amount of [1, 2, 3]) await given(street, `/v1/purse/${id}/put`, { amount })
  let before = ''
  for (const event of await runtime.store.readStream(`purse-${id}`)) {
    const links = linksOf({ stream: event.stream, revision: event.revision, before }, event)
    t.strictSame(links?.carried, links?.due, `${event.type}@${event.revision}`)
    before = links?.carried.hash ?? ''
  }
  const life = await runtime.instances.get(purse, id)
  t.equal(life.hash, before)
})
