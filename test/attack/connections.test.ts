/** What can be done to a connection below HTTP: malformed requests, smuggled ones, and ones that never end. */
import t from 'tap'
import { conversation, head } from '../support/raw-socket.ts'
import { type Service, service } from '../support/service.ts'

const NEED = JSON.stringify({ name: '周桂兰', phone: '027-87654321', place: '420106012021' })

/** A write that would be accepted, if it were sent as it should be. */
const registering = ({ founder }: Service, ...headers: string[]): string =>
  head(
    'POST /v1/person',
    `Authorization: Bearer ${founder.token}`,
    'Content-Type: application/json',
    'Idempotency-Key: raw-1',
    ...headers,
  )

const LENGTH = `Content-Length: ${Buffer.byteLength(NEED)}`

const s = await service(t)

t.test('a request that can be read in two ways is not read at all', async t => {
  const ambiguous: Record<string, string> = {
    'two lengths': registering(s, LENGTH, 'Content-Length: 5') + NEED,
    'a length and chunks': `${registering(s, LENGTH, 'Transfer-Encoding: chunked')}0\r\n\r\n`,
    'an encoding beside chunks': registering(s, 'Transfer-Encoding: chunked, identity') + NEED,
    'an encoding nobody knows': registering(s, 'Transfer-Encoding: xchunked', LENGTH) + NEED,
    'a negative length': registering(s, 'Content-Length: -1') + NEED,
    'a length with a sign': registering(s, `Content-Length: +${Buffer.byteLength(NEED)}`) + NEED,
    'a length beyond all numbers': registering(s, `Content-Length: ${'9'.repeat(40)}`) + NEED,
    'a chunk beyond all numbers': `${registering(s, 'Transfer-Encoding: chunked')}FFFFFFFFFFFFFFFFFF\r\n`,
    'a chunk of nonsense': `${registering(s, 'Transfer-Encoding: chunked')}zz\r\n${NEED}\r\n0\r\n\r\n`,
    'a space before the colon': registering(s, 'Content-Length : 5', LENGTH) + NEED,
    'a folded header': registering(s, 'X-Folded: a\r\n b', LENGTH) + NEED,
    'NUL in a header': registering(s, 'X-Nul: a\0b', LENGTH) + NEED,
    'NUL in the path': head('GET /v1/person/\0'),
    'a bare carriage return': registering(s, 'X-Bare: a\rX-Other: b', LENGTH) + NEED,
    'another protocol': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'a method nobody knows': head('STEAL /v1/person'),
    'nothing that is HTTP': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  }
  const unchanged = await s.unchangedBy(async () => {
    for (const [what, bytes] of Object.entries(ambiguous)) {
      const heard = await conversation(s.address, [Buffer.from(bytes, 'latin1')])
      t.strictSame([heard.status, heard.ended], [400, true], `${what}: ${heard.text.slice(0, 80)}`)
      t.match(heard.text, /application\/problem\+json[\s\S]*"code":"malformed-request"/, what)
    }
  })
  t.ok(unchanged, 'nothing is written')
})

t.test('what follows a request is no part of it', async t => {
  const smuggled = head('GET /v1/views', `Authorization: Bearer ${s.founder.token}`)
  const { text } = await conversation(s.address, [
    head('GET /v1/person', 'Content-Length: 0') + smuggled,
    head('GET /healthz', 'Connection: close'),
  ])
  t.strictSame(
    [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status),
    ['401', '200', '200'],
    'each is answered for itself: the token of the second speaks for the second only',
  )
  const upgrade = head('GET /healthz', 'Connection: Upgrade', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__')
  t.equal((await conversation(s.address, [upgrade], { waitMs: 300 })).status, 200, 'nothing is upgraded')
  const expecting = head('GET /healthz', 'Expect: the-impossible', 'Connection: close')
  t.equal((await conversation(s.address, [expecting])).status, 417)
})

t.test('headers have their measure', async t => {
  const large = {
    'one that is too long': head('GET /healthz', `X-Long: ${'a'.repeat(20_000)}`),
    'too many of them': head('GET /healthz', ...Array.from({ length: 3_000 }, (_, n) => `X-${n}: 1`)),
    'a path that is too long': head(`GET /${'a'.repeat(20_000)}`),
    'a token that is too long': head('GET /v1/views', `Authorization: Bearer ${'a'.repeat(60_000)}`),
  }
  for (const [what, bytes] of Object.entries(large)) {
    const heard = await conversation(s.address, [bytes])
    t.strictSame([heard.status, heard.ended], [431, true], what)
    t.match(heard.text, /"code":"headers-too-large"/)
  }
})

t.test('who sends slowly is ended, and holds nobody up', async t => {
  const impatient = await service(t, { patience: { arrivesWithinMs: 500, lookedAfterEveryMs: 100 } })
  const drops = (text: string) => [...text].slice(0, 30)
  const slow = { pauseMs: 100 }
  const ways = {
    headers: () => conversation(impatient.address, drops(registering(impatient)), slow),
    body: () => conversation(impatient.address, [registering(impatient, LENGTH), ...drops(NEED)], slow),
    chunks: () =>
      conversation(
        impatient.address,
        [registering(impatient, 'Transfer-Encoding: chunked'), ...drops('1\r\n{\r\n'.repeat(9))],
        slow,
      ),
    silence: () => conversation(impatient.address, [registering(impatient, LENGTH)]),
  }
  const unchanged = await impatient.unchangedBy(async () => {
    const attacks = Object.entries(ways).flatMap(([what, way]) =>
      Array.from({ length: 8 }, async () => ({ what, heard: await way() })),
    )
    const began = performance.now()
    t.equal((await impatient.call(impatient.founder, 'GET', '/v1/views')).status, 200)
    t.ok(performance.now() - began < 2_000, 'others are answered meanwhile')
    for (const { what, heard } of await Promise.all(attacks)) {
      t.strictSame([heard.status, heard.ended], [408, true], `${what}: ${heard.text.slice(0, 80)}`)
      t.match(heard.text, /"code":"request-too-slow"/)
    }
  })
  t.ok(unchanged, 'nothing is written')
})

t.test('who breaks off in the middle leaves nothing behind', async t => {
  const unchanged = await s.unchangedBy(async () => {
    for (const sent of [1, 10, Buffer.byteLength(NEED) - 1])
      await conversation(s.address, [registering(s, LENGTH), Buffer.from(NEED).subarray(0, sent)], { waitMs: 20 })
  })
  t.ok(unchanged)
  t.equal((await s.call(undefined, 'GET', '/healthz')).status, 200)
})
