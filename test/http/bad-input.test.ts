/** Whatever is wrong with a request has its status and its stable code, and nothing is written. */
import { randomUUID } from 'node:crypto'
import { request } from 'node:http'
import { generateKeyPair, SignJWT } from 'jose'
import t, { type Test } from 'tap'
import { simulatedClock } from '../../engine/clock.ts'
import { STATUS } from '../../services/api/problem.ts'
import { type Code, sentences } from '../../services/api/sentences.ts'
import { tokenCheck } from '../../services/api/token.ts'
import {
  type Answer,
  type Headed,
  type Person,
  type Seat,
  type Service,
  START,
  service,
  testIssuer,
} from '../support/service.ts'

const TODAY = '2026-03-05'
const YESTERDAY = '2026-03-04'
const STREET = '420106012'
const COMMUNITY = '420106012021'
const OTHER_STREET = '420106001'
const OTHER_LOG = 'pg00000000-0000000000000001'

type Expected = { status: number; code: Code }

const scene = async (s: Service) => {
  const street = await s.somebody({ role: 'street', place: STREET })
  const organisation = await s.given(street, '/v1/organisation', {
    name: '东亭邻里互助队',
    tier: 'community-managed',
    field: 'elder-and-child-care',
    place: COMMUNITY,
  })
  const opening = { place: COMMUNITY, organisation: organisation.id, limit: 100_000, on: TODAY, title: '活动经费' }
  const purse = `/v1/purse/${(await s.given(street, '/v1/purse', opening)).id}`
  return { street, organisation: organisation.id, opening, purse }
}

/** The answer is this problem, told in both languages, and the log stands where it stood. */
const refuses = async (t: Test, s: Service, expected: Expected, send: (headers: Headed) => Promise<Answer>) => {
  let answers: Answer[] = []
  const unchanged = await s.unchangedBy(async () => {
    answers = [await send({}), await send({ 'accept-language': 'en' })]
  })
  const [zh, en] = answers as [Answer, Answer]
  t.strictSame(
    [zh.status, zh.body?.code, zh.body?.status],
    [expected.status, expected.code, expected.status],
    `${expected.code}: ${zh.text.slice(0, 300)}`,
  )
  t.match(zh.headers.get('content-type'), /^application\/problem\+json/)
  t.match(zh.body.title, /\p{Script=Han}/u)
  t.notMatch(en.body.title, /\p{Script=Han}/u)
  t.ok(unchanged, 'nothing is written')
  return zh.body
}

t.test('a bad request', async t => {
  const s = await service(t)
  const { street, organisation, opening, purse } = await scene(s)

  const refused = (
    t: Test,
    expected: Expected,
    by: Person | undefined,
    path: string,
    body?: unknown,
    headers?: Headed,
  ) => refuses(t, s, expected, also => s.call(by, 'POST', path, body, { ...headers, ...also }))
  const unread = (t: Test, expected: Expected, path: string, by: Person | undefined = street) =>
    refuses(t, s, expected, also => s.call(by, 'GET', path, undefined, also))
  const invalid = async (t: Test, path: string, body: unknown, at: string, code?: string) => {
    const { issues } = await refused(t, { status: 400, code: 'invalid-input' }, street, path, body)
    t.ok(
      issues.some(issue => issue.path === at && (code === undefined || issue.code === code)),
      `${at} ${code ?? ''} in ${JSON.stringify(issues)}`,
    )
  }

  t.test('is not JSON', async t => {
    for (const body of ['{', '{"amount":}', '', 'NaN', '{"amount":01}', '{"amount":1,}', '\uFEFF\uFEFF{}', '"\t"'])
      await refused(t, { status: 400, code: 'malformed-json' }, street, `${purse}/put`, body)
    for (const body of ['[]', '"text"', '7', 'true'])
      await refused(t, { status: 400, code: 'invalid-input' }, street, `${purse}/put`, body)
  })

  t.test('reaches for the prototype', async t => {
    for (const body of [
      '{"amount":1,"__proto__":{"amount":1}}',
      '{"amount":1,"\\u005f_proto__":{}}',
      '{"constructor":{"prototype":{"amount":1}}}',
    ])
      await refused(t, { status: 400, code: 'malformed-json' }, street, `${purse}/put`, body)
    await invalid(t, `${purse}/put`, '{"amount":1,"constructor":1}', '/', 'unrecognized_keys')
    t.equal(Object.hasOwn(Object.prototype, 'amount'), false)
    for (const name of ['__proto__', 'constructor', 'toString']) {
      await refused(t, { status: 404, code: 'unknown-command' }, street, `${purse}/${name}`, {})
      await refused(t, { status: 404, code: 'unknown-workflow' }, street, `/v1/${name}`, {})
      await unread(t, { status: 404, code: 'not-found' }, `/v1/views/${name}`)
      await unread(t, { status: 404, code: 'not-found' }, `/v1/views/lives/${name}`)
      await unread(t, { status: 400, code: 'invalid-query' }, `/v1/purse?${name}=1`)
    }
  })

  t.test('has a field that nobody knows, or lacks one', async t => {
    await invalid(t, `${purse}/put`, { amount: 1, Amount: 1 }, '/', 'unrecognized_keys')
    await invalid(t, `${purse}/put`, {}, '/amount', 'invalid_type')
    await invalid(t, `${purse}/put`, undefined, '/amount', 'invalid_type')
    await invalid(t, `${purse}/put`, null, '/amount', 'invalid_type')
    t.match(await s.call(street, 'POST', `${purse}/put`, {}), { body: { issues: [{ message: '必须填写' }] } })
  })

  t.test('is not written as it must be: no pattern is told to people', async t => {
    const person = { name: '李秀英', phone: '电话一', place: '420106012021' }
    const { body } = await s.call(street, 'POST', '/v1/person', person)
    t.match(body, { code: 'invalid-input', issues: [{ path: '/phone', message: /^写法不对/ }] })
  })

  t.test('has a value of the wrong type', async t => {
    for (const amount of ['100', null, true, [1], { fen: 1 }])
      await invalid(t, `${purse}/put`, { amount }, '/amount', 'invalid_type')
    for (const title of [1, null, ['x'], {}])
      await invalid(t, '/v1/purse', { ...opening, title }, '/title', 'invalid_type')
    await invalid(t, '/v1/purse', { ...opening, organisation: 'east' }, '/organisation', 'invalid_format')
  })

  t.test('says what it was given', async t => {
    const answer = await s.call(street, 'POST', `${purse}/put`, { amount: '100' }, { 'accept-language': 'en' })
    t.equal(answer.body.issues[0]?.message, 'should be a number; received a text')
    const long = await s.call(street, 'POST', '/v1/purse', { ...opening, title: '长'.repeat(81) })
    t.equal(long.body.issues[0]?.message, '最多80个字')
    const group = { name: '东亭舞蹈队', tier: 'big', field: 'dance', place: COMMUNITY }
    const chosen = await s.call(street, 'POST', '/v1/organisation', group)
    t.match(chosen.body.issues, [{ path: '/tier', message: /^应为下列之一：.*（community-managed）/ }])
  })

  t.test('names a day that does not exist', async t => {
    for (const on of [
      '2026-02-30',
      '2027-02-29',
      '2026-13-01',
      '2026-00-10',
      '2026-4-1',
      '20260401',
      '2026-04-01T00:00:00Z',
      '',
    ])
      await invalid(t, '/v1/purse', { ...opening, on }, '/on')
    const leap = await s.call(street, 'POST', '/v1/purse?dryRun=true', { ...opening, on: '2028-02-29' })
    t.equal(leap.status, 200, leap.text)
  })

  t.test('is no amount of fen', async t => {
    for (const amount of ['-1', '0', '0.5', '1e400', '9007199254740993', '10000000000001', '1e-7'])
      await invalid(t, `${purse}/put`, `{"amount":${amount}}`, '/amount')
    t.equal((await s.call(street, 'POST', `${purse}/put?dryRun=true`, '{"amount":1e2}')).status, 200)
  })

  t.test('names a place that does not exist', async t => {
    for (const place of ['', '42', '420106999', '4201060120211', '没有这个区'])
      await invalid(t, '/v1/purse', { ...opening, place }, '/place', 'unknown-place')
  })

  t.test('hides something in its text', async t => {
    const hidden = [
      'a\u0000b',
      'a\u0007b',
      'a\tb',
      'a\u007fb',
      'a\u202eb',
      'a\u2066b',
      'a\u200fb',
      '\\ud800',
      'a\\udc00b',
    ]
    for (const text of hidden) {
      const title = text.startsWith('\\') || text.includes('\\u') ? `"${text}"` : JSON.stringify(text)
      const { title: _, ...rest } = opening
      await invalid(
        t,
        '/v1/purse',
        `${JSON.stringify(rest).slice(0, -1)},"title":${title}}`,
        '/title',
        'hidden-characters',
      )
    }
    for (const title of ['', '   ', '字'.repeat(81)]) await invalid(t, '/v1/purse', { ...opening, title }, '/title')
    const whole = await s.call(street, 'POST', '/v1/purse?dryRun=true', { ...opening, title: '𠀀'.repeat(40) })
    t.equal(whole.status, 200, whole.text)
  })

  t.test('is a megabyte long', async t => {
    const long = { ...opening, title: '长'.repeat(350_000) }
    await refused(t, { status: 413, code: 'body-too-large' }, street, '/v1/purse', long)
    await invalid(t, '/v1/purse', { ...opening, title: '长'.repeat(50_000) }, '/title', 'too_big')
  })

  t.test('is not sent as JSON', async t => {
    for (const type of [undefined, 'text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'nonsense'])
      await refused(t, { status: 415, code: 'unsupported-media-type' }, street, `${purse}/put`, '{"amount":1}', {
        'content-type': type,
      })
  })

  t.test('names nothing that is there', async t => {
    const nobody = `/v1/purse/${randomUUID()}`
    const { known } = await refused(t, { status: 404, code: 'unknown-command' }, street, `${purse}/burn`, {})
    t.ok(known.includes('put') && known.includes('open'))
    await refused(t, { status: 404, code: 'unknown-workflow' }, street, '/v1/pocket', {})
    await refused(t, { status: 404, code: 'unknown-instance' }, street, `${nobody}/put`, { amount: 1 })
    for (const id of ['7', randomUUID().toUpperCase(), '%00', '..%2f..%2fetc', '%F0%9F%92%B0', "1'--"]) {
      await refused(t, { status: 404, code: 'unknown-instance' }, street, `/v1/purse/${id}/put`, { amount: 1 })
      await unread(t, { status: 404, code: 'unknown-instance' }, `/v1/purse/${id}`)
      await unread(t, { status: 404, code: 'unknown-instance' }, `/v1/purse/${id}/history`)
    }
    await unread(t, { status: 404, code: 'unknown-workflow' }, '/v1/pocket')
    await unread(t, { status: 404, code: 'unknown-instance' }, nobody)
    for (const path of ['/v1/views/nothing', '/v1/views/lives/nothing', '/v1', '/', '/v2/purse', '/v1/purse/a/b/c'])
      await unread(t, { status: 404, code: 'not-found' }, path)
  })

  t.test('plays tricks with the path', async t => {
    for (const path of ['%zz', '%ff%fe', 'a'.repeat(300), 'a'.repeat(10_000)]) {
      const answer = await s.call(street, 'GET', `/v1/purse/${path}`)
      t.strictSame([answer.status, answer.body.code, answer.body.title], [404, 'not-found', '没有这个地址'])
    }
    t.equal(await rawStatus(s, '/v1/purse/../../etc/passwd'), 404)
    t.equal(await rawStatus(s, '/reference/assets/../../../package.json'), 404)
    t.equal(await rawStatus(s, '/reference/assets/..%2f..%2fpackage.json'), 404)
  })

  t.test('has the wrong method', async t => {
    for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS'])
      await refuses(t, s, { status: 404, code: 'not-found' }, also => s.call(street, method, purse, undefined, also))
  })

  t.test('has a header that is too large', async t => {
    const answer = await s.call(street, 'GET', purse, undefined, { 'x-padding': 'a'.repeat(20_000) })
    t.equal(answer.status, 431)
  })

  t.test('asks a question that cannot be read', async t => {
    const cursor = (values: unknown) => Buffer.from(JSON.stringify(values)).toString('base64url')
    for (const query of [
      'limit=0',
      'limit=-1',
      'limit=1.5',
      'limit=501',
      'limit=x',
      'limit=',
      'limit=1&limit=2',
      'colour=red',
      'cursor=abc',
      `cursor=${cursor(['a'])}`,
      `cursor=${cursor([1, 2])}`,
      `cursor=${cursor(['a', 'b\0'])}`,
      `cursor=${'a'.repeat(600)}`,
      'place=%00',
      'state=a%00b',
      `state=${'a'.repeat(300)}`,
    ]) {
      await unread(t, { status: 400, code: 'invalid-query' }, `/v1/purse?${query}`)
      await unread(t, { status: 400, code: 'invalid-query' }, `/v1/views/lives?${query}`)
    }
    await unread(t, { status: 400, code: 'invalid-query' }, `${purse}?limit=1`)
    await refused(t, { status: 400, code: 'invalid-query' }, street, `${purse}/put?dryRun=yes`, { amount: 1 })
    for (const position of [OTHER_LOG, 'x', '2026-02-30T00:00:00Z', '2026-03-05', '', "'"]) {
      await unread(t, { status: 400, code: 'foreign-position' }, `${purse}?asOf=${position}`)
      await unread(t, { status: 400, code: 'foreign-position' }, `${purse}/history?asOf=${position}`)
      await unread(t, { status: 400, code: 'foreign-position' }, `${purse}?after=${position}`)
      await unread(t, { status: 400, code: 'foreign-position' }, `/v1/purse?after=${position}`)
      await unread(t, { status: 400, code: 'foreign-position' }, `/v1/views/lives?after=${position}`)
    }
    await unread(t, { status: 404, code: 'unknown-instance' }, `${purse}?asOf=2020-01-01T00:00:00Z`)
  })

  t.test('has no key, or one that was used', async t => {
    for (const key of [undefined, '', ' ', 'a b', 'a'.repeat(201), '\u00e9'])
      await refused(
        t,
        { status: 400, code: 'idempotency-key-required' },
        street,
        `${purse}/put`,
        { amount: 1 },
        { 'idempotency-key': key },
      )
    const headers = { 'idempotency-key': 'put-once' }
    t.equal((await s.call(street, 'POST', `${purse}/put`, { amount: 1 }, headers)).status, 200)
    await refused(t, { status: 422, code: 'key-reused' }, street, `${purse}/put`, { amount: 2 }, headers)
    await refused(t, { status: 422, code: 'key-reused' }, street, `${purse}/note`, { reason: '核对' }, headers)
    const opened = { 'idempotency-key': 'open-once' }
    t.equal((await s.call(street, 'POST', '/v1/purse', opening, opened)).status, 201)
    await refused(t, { status: 422, code: 'key-reused' }, street, '/v1/purse', { ...opening, title: '别的' }, opened)
  })

  t.test('looked at what has changed since', async t => {
    for (const revision of ['0', '"0"', 'W/"0"', '"999999"'])
      await refused(
        t,
        { status: 412, code: 'stale-revision' },
        street,
        `${purse}/put`,
        { amount: 1 },
        { 'if-match': revision },
      )
    for (const nonsense of ['x', '"-1"', '"0", "1"', '"1.0"', `"${'9'.repeat(20)}"`])
      await refused(
        t,
        { status: 400, code: 'invalid-header' },
        street,
        `${purse}/put`,
        { amount: 1 },
        { 'if-match': nonsense },
      )
  })

  t.test('is nothing for this state', async t => {
    const { possible } = await refused(t, { status: 409, code: 'not-in-this-state' }, s.founder, `${purse}/unlock`, {
      reason: '核对',
    })
    t.ok(possible.some(({ command, title }) => command === 'put' && title === '存入'))
    t.notOk(possible.some(({ command }) => command === 'unlock'))
    await refused(t, { status: 409, code: 'not-in-this-state' }, street, `${purse}/open`, opening)
  })

  t.test('breaks rules: all of them are told', async t => {
    const { reasons } = await refused(t, { status: 422, code: 'refused' }, street, `${purse}/spend`, {
      amount: 90_000,
      on: '2026-03-06',
    })
    t.strictSame(
      reasons.map(({ rule, text }) => [rule, text]),
      [
        ['enough', '余额不足'],
        ['notAhead', '日期在未来'],
      ],
    )
    t.strictSame(
      reasons[0]?.who.map(({ role }) => role),
      ['street', 'chair'],
    )
    const person = await s.register()
    const seat = { role: 'street', place: COMMUNITY, organisation, from: TODAY, to: YESTERDAY }
    const told = await refused(t, { status: 422, code: 'refused' }, s.founder, `/v1/person/${person.id}/appoint`, seat)
    t.strictSame(
      told.reasons.map(({ rule }) => rule),
      ['roleHasItsSeat', 'placeFitsRole', 'daysInOrder'],
    )
  })

  t.test('comes with a token that is none', async t => {
    const noToken = { status: 401, code: 'no-token' } as const
    const badToken = { status: 401, code: 'bad-token' } as const
    const with_ = (authorization: string | undefined) => ({ authorization })
    for (const authorization of [
      undefined,
      '',
      'Bearer',
      'Bearer ',
      `Bearer Bearer ${street.token}`,
      `Basic ${street.token}`,
      street.token,
      `Bearer ${street.token} ${street.token}`,
    ])
      await refused(t, noToken, undefined, `${purse}/put`, { amount: 1 }, with_(authorization))
    const [head, , signature] = street.token.split('.')
    const altered = [head, Buffer.from(JSON.stringify({ sub: s.founder.id })).toString('base64url'), signature].join(
      '.',
    )
    for (const token of ['x', 'a.b.c', altered, `${street.token}x`, ...(await forgeries(street.id))])
      await refused(t, badToken, undefined, `${purse}/put`, { amount: 1 }, with_(`Bearer ${token}`))
    for (const sub of ['', 'root', 'system:founder', street.id.toUpperCase()])
      await refused(t, badToken, undefined, `${purse}/put`, { amount: 1 }, with_(`Bearer ${await s.token(sub)}`))
    const expired = await s.token(street.id, -1)
    await refused(
      t,
      { status: 401, code: 'token-expired' },
      undefined,
      `${purse}/put`,
      { amount: 1 },
      with_(`Bearer ${expired}`),
    )
    for (const path of [purse, `${purse}/history`, '/v1/purse', '/v1/views', '/v1/views/lives', '/v1/places?name=x'])
      t.equal((await s.call(undefined, 'GET', path)).body.code, 'no-token', path)
  })

  t.test('comes from somebody who may not', async t => {
    const put = (by: Person) => [by, `${purse}/put`, { amount: 1 }] as const
    const unregistered = { id: randomUUID(), token: await s.token(randomUUID()) }
    await refused(t, { status: 403, code: 'unknown-person' }, ...put(unregistered))
    const seats: [Seat[], Code][] = [
      [[], 'not-permitted'],
      [[{ role: 'judge', place: STREET }], 'not-permitted'],
      [[{ role: 'street', place: STREET, to: YESTERDAY }], 'post-ended'],
      [[{ role: 'street', place: STREET, from: '2026-03-06', to: '2026-12-31' }], 'not-permitted'],
      [[{ role: 'street', place: OTHER_STREET }], 'outside-your-place'],
      [
        [
          { role: 'street', place: OTHER_STREET },
          { role: 'street', place: STREET, to: YESTERDAY },
        ],
        'outside-your-place',
      ],
    ]
    for (const [held, code] of seats) await refused(t, { status: 403, code }, ...put(await s.somebody(...held)))
    const last = await s.somebody({ role: 'street', place: STREET, to: TODAY })
    t.equal((await s.call(last, 'POST', `${purse}/put?dryRun=true`, { amount: 1 })).status, 200)
  })

  t.test("is about another street's record", async t => {
    const other = await s.somebody({ role: 'street', place: OTHER_STREET })
    await unread(t, { status: 403, code: 'not-visible' }, purse, other)
    await unread(t, { status: 403, code: 'not-visible' }, `${purse}/history`, other)
    t.strictSame((await s.call(other, 'GET', '/v1/purse')).body.items, [])
    const nobody = await s.register()
    await unread(t, { status: 403, code: 'not-visible' }, '/v1/purse', nobody)
    await unread(t, { status: 403, code: 'view-not-yours' }, '/v1/views/lives', nobody)
  })

  t.test('is kept apart from what its sender did', async t => {
    await s.given(street, `${purse}/prepare`, { number: '1' })
    await refused(t, { status: 403, code: 'kept-apart' }, street, `${purse}/approve`, { number: '1' })
  })

  t.test('is refused alike when it is tried out, which needs no key', async t => {
    const spending = { amount: 90_000, on: TODAY }
    const path = `${purse}/spend?dryRun=true`
    await refused(t, { status: 422, code: 'refused' }, street, path, spending, { 'idempotency-key': undefined })
  })
})

t.test('a post that ended since the token was made', async t => {
  const clock = simulatedClock(new Date(START))
  const s = await service(t, { clock })
  const { opening } = await scene(s)
  const street = await s.somebody({ role: 'street', place: STREET, to: '2026-03-06' })
  await s.given(street, '/v1/purse', opening)
  clock.set(new Date('2026-03-06T15:59:59Z'))
  await s.given(street, '/v1/purse', opening)
  clock.set(new Date('2026-03-06T16:00:00Z'))
  await refuses(t, s, { status: 403, code: 'post-ended' }, also => s.call(street, 'POST', '/v1/purse', opening, also))
})

t.test('a token is for one issuer and one audience, and never outlives its end', async t => {
  const clock = simulatedClock(new Date(START))
  const issuer = await testIssuer()
  const person = randomUUID()
  const authorization = `Bearer ${await issuer.sign(person, clock.now(), 30)}`
  const check = tokenCheck(issuer, clock)
  t.equal(await check(authorization), person)
  await t.rejects(tokenCheck({ ...issuer, issuer: 'elsewhere' }, clock)(authorization), { code: 'bad-token' })
  await t.rejects(tokenCheck({ ...issuer, audience: 'others' }, clock)(authorization), { code: 'bad-token' })
  clock.advance(29_000)
  t.equal(await check(authorization), person)
  clock.advance(1_000)
  await t.rejects(check(authorization), { code: 'token-expired' })
})

t.test('every code has a sentence in both languages', async t => {
  for (const code of Object.keys(STATUS) as Code[]) {
    const { title } = sentences[code]
    t.match(title.zh, /\p{Script=Han}/u, code)
    t.match(title.en, /^[A-Z][\x20-\x7e]+$/, code)
    t.match(code, /^[a-z-]+$/)
  }
  t.strictSame(Object.keys(sentences).sort(), Object.keys(STATUS).sort())
})

/** Tokens that say the right thing and are signed by nobody, by another key, by a secret. */
const forgeries = async (sub: string): Promise<string[]> => {
  const { issuer, audience } = await testIssuer()
  const { privateKey } = await generateKeyPair('EdDSA')
  const claims = { sub, iss: issuer, aud: audience, iat: 1_772_000_000, exp: 2_000_000_000 }
  const unsigned = [{ alg: 'none' }, claims].map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
  const byOther = await new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA' }).sign(privateKey)
  const bySecret = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.alloc(32, 1))
  return [`${unsigned.join('.')}.`, byOther, bySecret]
}

/** As sent: `fetch` would tidy the path. */
const rawStatus = (s: Service, path: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(s.address)
    request({ hostname, port, path }, response => resolve(response.resume().statusCode))
      .on('error', reject)
      .end()
  })
