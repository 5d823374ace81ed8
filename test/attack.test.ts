/** What somebody with a good token and bad intentions tries. */
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { generateKeyPair, SignJWT } from 'jose'
import t, { type Test } from 'tap'
import { simulatedClock } from '../engine/clock.ts'
import type { Workflow } from '../engine/definition.ts'
import { remoteIssuer, tokenCheck } from '../services/api/token.ts'
import { findPlace } from '../workflows/places/find-place.ts'
import { purse } from './support/purse.ts'
import { type Person, type Service, START, service, testIssuer } from './support/service.ts'

const TODAY = '2026-03-05'
const STREET = '420106012'
const COMMUNITY = '420106012021'
const ZHOU = { name: '周桂兰', phone: '027-87654321', place: COMMUNITY }
const NEED = {
  title: '独居老人敲门探访',
  category: 'living-services',
  field: 'elder-and-child-care',
  place: COMMUNITY,
  beneficiaries: 86,
  detail: '每周两次上门探访',
}

const enrolled = async (s: Service, by: Person, name: string) => {
  const group = { name, tier: 'community-managed', field: NEED.field, place: COMMUNITY }
  return (await s.given(by, '/v1/organisation', group)).id
}

t.test('nobody lists what they may not open', async t => {
  const s = await service(t)
  const street = await s.somebody({ role: 'street', place: STREET })
  const organisation = await enrolled(s, street, '东亭邻里互助队')
  await s.given(street, '/v1/micro-project', NEED)
  const viewers = {
    judge: await s.somebody({ role: 'judge', place: STREET }),
    finance: await s.somebody({ role: 'finance', place: STREET }),
    chair: await s.somebody({ role: 'chair', organisation }),
    member: await s.somebody({ role: 'member', organisation }),
    funder: await s.somebody({ role: 'funder', organisation }),
    resident: await s.somebody({ role: 'resident', place: COMMUNITY }),
    street,
  }
  const position = (await s.given(street, '/v1/micro-project', NEED)).position
  for (const [role, viewer] of Object.entries(viewers)) {
    const list = await s.call(viewer, 'GET', `/v1/views/lives?limit=500&after=${position}`)
    for (const { workflow, id } of list.body.rows ?? [])
      t.equal((await s.call(viewer, 'GET', `/v1/${workflow}/${id}`)).status, 200, `${role} may open the ${workflow}`)
  }
})

t.test('a member of an organisation that pays is no member of the one that is paid', async t => {
  let payer: string | undefined
  const paidFor = { ...purse, within: { ...purse.within, payer: () => payer } } as Workflow
  const s = await service(t, { workflows: [paidFor] })
  const street = await s.somebody({ role: 'street', place: STREET })
  const payee = await enrolled(s, street, '东亭邻里互助队')
  payer = await enrolled(s, street, '江源社区公益基金会')
  const opening = { place: COMMUNITY, organisation: payee, limit: 100_000, on: TODAY, title: '活动经费' }
  const { id } = await s.given(street, '/v1/purse', opening)
  const listed = async (organisation: string) => {
    const chair = await s.somebody({ role: 'chair', organisation })
    const { position } = await s.given(s.founder, '/v1/person', ZHOU)
    const { items } = (await s.call(chair, 'GET', `/v1/purse?after=${position}`)).body
    return [(await s.call(chair, 'GET', `/v1/purse/${id}`)).status, items.length]
  }
  t.same(await listed(payee), [200, 1])
  t.same(await listed(payer), [403, 0])
})

t.test('a conflict of interest does not end by dating its end back', async t => {
  const s = await service(t)
  const street = await s.somebody({ role: 'street', place: STREET })
  const organisation = await enrolled(s, street, '东亭邻里互助队')
  const both = await s.somebody({ role: 'street', place: STREET }, { role: 'chair', organisation, from: '2020-01-01' })
  const suspend = () => s.call(both, 'POST', `/v1/organisation/${organisation}/suspend`, { reason: '自查' })
  t.equal((await suspend()).body.code, 'kept-apart')
  await s.given(both, `/v1/person/${both.id}/end-post`, { post: '2', on: '2021-01-01', reason: '早已离任' })
  t.equal((await suspend()).body.code, 'kept-apart', 'the day of recording counts')
})

t.test('a chair cannot make an official a member, to keep them away from the organisation’s projects', async t => {
  const s = await service(t)
  const street = await s.somebody({ role: 'street', place: STREET })
  const organisation = await enrolled(s, street, '东亭邻里互助队')
  const chair = await s.somebody({ role: 'chair', organisation })
  const member = { role: 'member', organisation, from: TODAY }
  const finance = await s.somebody({ role: 'finance', place: STREET })
  const refused = await s.call(chair, 'POST', `/v1/person/${finance.id}/appoint`, member)
  t.same(
    refused.body.reasons.map(({ rule }) => rule),
    ['officialsJoinByOffice'],
  )
  await s.given(street, `/v1/person/${finance.id}/appoint`, member)
  await s.given(chair, `/v1/person/${(await s.register()).id}/appoint`, member)
})

t.test('headers do not name the correlation of what is recorded', async t => {
  const s = await service(t)
  const chosen = { 'request-id': 'mine', 'x-request-id': 'mine', 'x-correlation-id': 'mine' }
  const correlations = new Set<string>()
  for (const _ of [1, 2]) {
    const { body } = await s.call(s.founder, 'POST', '/v1/person', ZHOU, chosen)
    const [event] = await s.runtime.store.readStream(`person-${body.id}`)
    correlations.add(JSON.parse(event?.metadata ?? '{}').$correlationId)
  }
  t.equal(correlations.size, 2)
  for (const id of correlations) t.match(id, /^[0-9a-f-]{36}$/, 'no two processes give the same')
})

t.test('a token signed by the issuer may still say nonsense', async t => {
  const clock = simulatedClock(new Date(START))
  const { privateKey, publicKey } = await generateKeyPair('EdDSA')
  const check = tokenCheck({ issuer: 'us', audience: 'gongchuang', keys: async () => publicKey }, clock)
  const good = { iss: 'us', aud: 'gongchuang', sub: randomUUID(), exp: clock.now().getTime() / 1_000 + 60 }
  const says = async (claims: object) => {
    const token = new SignJWT({ ...good, ...claims }).setProtectedHeader({ alg: 'EdDSA' })
    return check(`Bearer ${await token.sign(privateKey)}`)
  }
  t.equal(await says({}), good.sub)
  await t.rejects(says({ sub: [good.sub] }), { code: 'bad-token' })
  await t.rejects(says({ sub: 'system:founder' }), { code: 'bad-token' })
  await t.rejects(says({ exp: -1e300 }), { code: 'token-expired' })
})

t.test('an issuer that cannot be reached refuses no token for good', async t => {
  const clock = simulatedClock(new Date(START))
  const good = await (await testIssuer()).sign(randomUUID(), clock.now(), 60)
  const asking = (jwksUrl: string) =>
    tokenCheck(remoteIssuer({ issuer: 'gongchuang-local', audience: 'gongchuang', jwksUrl }), clock)(`Bearer ${good}`)
  await t.rejects(asking('http://127.0.0.1:1/keys'), { code: 'issuer-unavailable' }, 'nobody listens')
  await t.rejects(asking(await failing(t)), { code: 'issuer-unavailable' }, 'it answers 500')
})

const failing = async (t: Test): Promise<string> => {
  const server = createServer((_, response) => response.writeHead(500).end())
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  t.teardown(() => server.close())
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/keys`
}

t.test('a hundred misspelt places do not hold everybody else up', t => {
  const started = process.cpuUsage().user
  for (let n = 0; n < 100; n++) findPlace(`武汉市武昌区水果湖街道${'错写的社区名称'.repeat(6)}${n}`)
  const milliseconds = (process.cpuUsage().user - started) / 1_000
  t.ok(milliseconds < 600, `${Math.round(milliseconds)} ms`)
  t.end()
})
