/** People whom a life itself names: what they may do and see there without any post, and that nobody else learns who they are. */
import t, { type Test } from 'tap'
import { casket, takeDownWhenReadOut } from '../support/casket.ts'
import { type Person, type Service, service } from '../support/service.ts'

const COMMUNITY = '420106012021'

type World = { s: Service; keeper: Person; writer: Person; stranger: Person; path: string }

const world = async (t: Test): Promise<World> => {
  const s = await service(t, { workflows: [casket], policies: [takeDownWhenReadOut] })
  const [keeper, writer, stranger] = [await s.register('关守义'), await s.register('万书'), await s.register('路仁')]
  const input = { place: COMMUNITY, keeper: keeper.id, writers: [writer.id] }
  return { s, keeper, writer, stranger, path: `/v1/casket/${(await s.given(s.founder, '/v1/casket', input)).id}` }
}

const command = async ({ s, path }: World, by: Person, name: string, language = 'zh') => {
  const { body } = await s.call(by, 'GET', path, undefined, { 'accept-language': language })
  return body.commands.find(each => each.command === name)
}

const slip = { marks: { first: 3, second: 5 }, words: '都很好' }

t.test('whom the life names may act and look, with no post anywhere; nobody else may', async t => {
  const w = await world(t)
  const { s, keeper, writer, stranger, path } = w
  t.match(await command(w, writer, 'put-in'), { status: 'allowed' })
  t.match(await command(w, keeper, 'put-in'), {
    status: 'refused',
    because: { code: 'not-permitted', detail: '“投票”须由写票人办理。' },
  })
  t.match(await command(w, keeper, 'put-in', 'en'), { because: { detail: "'Put in' is for: writers." } })
  t.match(await command(w, keeper, 'read-out'), { reasons: [{ who: [{ role: 'writers', title: '写票人' }] }] })
  t.notHas(await command(w, writer, 'read-out'), { reasons: [] }, 'what it waits for is told to its keeper alone')
  t.match((await s.call(keeper, 'GET', path)).body, { next: [{ role: 'writers', title: '写票人' }] })
  t.match(await s.call(stranger, 'GET', path), { status: 403, body: { code: 'not-visible' } })
  t.match(await s.call(stranger, 'POST', `${path}/put-in`, slip), { status: 403, body: { code: 'not-permitted' } })
  t.match(await s.call(s.founder, 'POST', `${path}/read-out`, {}), { status: 403 }, 'the bureau is not its keeper')
  t.equal((await s.call(writer, 'POST', `${path}/put-in`, slip)).status, 200)
})

t.test('whom the life names is kept apart for it, whatever else they are there', async t => {
  const { s, writer } = await world(t)
  const input = { place: COMMUNITY, keeper: writer.id, writers: [writer.id] }
  const own = `/v1/casket/${(await s.given(s.founder, '/v1/casket', input)).id}`
  await s.given(writer, `${own}/put-in`, slip)
  const because = { code: 'kept-apart', detail: /写票人不得开匣/ }
  t.match((await s.call(writer, 'POST', `${own}/read-out`, {})).body, because)
  t.match((await s.call(writer, 'GET', own)).body.commands, [{}, {}, { command: 'read-out', because }, {}])
})

t.test('who acted under another id before is still the one whom it names', async t => {
  const w = await world(t)
  const { s, writer, path } = w
  const again = await s.register('万书')
  await s.given(s.founder, `/v1/person/${again.id}/recognise-double`, { double: writer.id, reason: '重复登记' })
  t.equal((await s.call(again, 'POST', `${path}/put-in`, slip)).status, 200)
})

t.test('what each reader sees of the data hangs on what they are there, also as of another day', async t => {
  const { s, keeper, writer, path } = await world(t)
  const before = (await s.given(writer, `${path}/put-in`, slip)).position
  await s.given(writer, `${path}/put-in`, slip)
  const shown = async (by: Person, query = '') => (await s.call(by, 'GET', path + query)).body.data
  t.match(await shown(writer), { slips: [{ by: writer.id, marks: slip.marks, words: slip.words }, {}] })
  t.strictSame((await shown(keeper)).put, [writer.id, writer.id])
  t.strictSame(Object.keys(await shown(s.founder)).sort(), ['keeper', 'place', 'read', 'sealKey', 'writers'])
  t.strictSame((await shown(keeper, `?asOf=${before}`)).put, [writer.id])
  t.notMatch((await s.call(s.founder, 'GET', '/v1/casket')).text, /ciphertext|marks|都很好/, 'nor do lists tell it')
})

t.test('neither the log nor what others read of it tells what was put in, or how much', async t => {
  const { s, keeper, writer, path } = await world(t)
  await s.given(writer, `${path}/put-in`, { marks: {} })
  await s.given(writer, `${path}/put-in`, { marks: { aLongerNameOfMark: 123_456_789, second: 5 }, words: '好' })
  const recorded = await s.runtime.store.readStream(`casket-${path.split('/').at(-1)}`)
  const data = recorded.map(each => JSON.parse(each.data))
  t.equal(data[1].marks.ciphertext.length, data[2].marks.ciphertext.length, 'padded to one size')
  t.match(data[0].sealKey, /^[0-9a-f]{64}$/, 'the key was made, and its fingerprint told, before anything was sealed')
  for (const by of [keeper, s.founder])
    for (const route of ['', '/history', '/history/proof'])
      t.notMatch((await s.call(by, 'GET', path + route)).text, /aLongerName|123456789|好/, route)
  t.match((await s.call(writer, 'GET', `${path}/history`)).body.events[2], {
    fields: [{ value: { second: 5 }, text: 'aLongerNameOfMark 123456789，second 5' }, { value: '好' }],
  })
})

t.test('what is longer than its padding is refused, in a dry run too', async t => {
  const { s, writer, path } = await world(t)
  const marks = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`mark${n}`, n]))
  for (const query of ['', '?dryRun=true'])
    t.match(await s.call(writer, 'POST', `${path}/put-in${query}`, { marks }), {
      status: 422,
      body: { code: 'sealed-too-long', field: 'marks', most: 128 },
    })
})

t.test('a policy opens what it says it opens, and records what it found', async t => {
  const { s, keeper, writer, path } = await world(t)
  await s.given(writer, `${path}/put-in`, slip)
  await s.given(keeper, `${path}/read-out`)
  await s.runtime.policies.idle()
  const { body } = await s.call(s.founder, 'GET', path)
  t.match(body, { state: { value: 'done' }, data: { read: [slip.marks] } })
})
