/** Tokens that say the right thing and are not the issuer's, or are the issuer's and say the wrong thing. */
import { createHmac, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { createServer } from 'node:http'
import { exportJWK, exportSPKI, type JWTPayload } from 'jose'
import t, { type Test } from 'tap'
import { simulatedClock } from '../../engine/clock.ts'
import { remoteIssuer, tokenCheck } from '../../services/api/token.ts'
import { type Person, START, service } from '../support/service.ts'

const ISSUER = 'https://issuer.example'
const AUDIENCE = 'gongchuang'

const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2_048 })
const ours = rsa()
const older = rsa()
const theirs = rsa()
const curve = generateKeyPairSync('ed25519')

/** Serves keys and remembers who asked. */
const keyServer = async (t: Test, keys: object[]) => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }))
  })
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  t.teardown(() => server.close())
  return { asked, url: `http://127.0.0.1:${(server.address() as { port: number }).port}/keys` }
}

const published = async (key: KeyObject, kid: string, alg: string) => ({
  ...(await exportJWK(key)),
  kid,
  alg,
  use: 'sig',
})

type Header = { alg: string; [name: string]: unknown }
const coded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')

/** By hand: no library would sign what is tried here. */
const tokenOf = (header: Header, payload: object, signature: (signed: string) => Buffer): string => {
  const signed = `${coded(header)}.${coded(payload)}`
  return `${signed}.${signature(signed).toString('base64url')}`
}
const by = (key: KeyObject) => (signed: string) => sign('sha256', Buffer.from(signed), key)
const byCurve = (signed: string) => sign(null, Buffer.from(signed), curve.privateKey)
const bySecret = (secret: string | Buffer) => (signed: string) => createHmac('sha256', secret).update(signed).digest()
const unsigned = () => Buffer.alloc(0)

t.test('a token', async t => {
  const own = await keyServer(t, [
    await published(ours.publicKey, 'now', 'RS256'),
    await published(older.publicKey, 'before', 'RS256'),
    await published(curve.publicKey, 'curve', 'EdDSA'),
  ])
  const foreign = await keyServer(t, [await published(theirs.publicKey, 'now', 'RS256')])
  const clock = simulatedClock(new Date(START))
  const checkToken = tokenCheck(remoteIssuer({ issuer: ISSUER, audience: AUDIENCE, jwksUrl: own.url }), clock)
  const s = await service(t, { clock, change: () => ({ checkToken }) })

  const now = clock.now().getTime() / 1_000
  const claims = (sub: string): JWTPayload => ({ iss: ISSUER, aud: AUDIENCE, sub, iat: now, exp: now + 600 })
  const good = claims(s.founder.id)
  const header: Header = { alg: 'RS256', kid: 'now' }
  const answered = (token: string) => s.call({ id: '', token } as Person, 'GET', '/v1/views')
  const refuses = async (t: Test, tokens: Record<string, string>, code = 'bad-token') => {
    for (const [what, token] of Object.entries(tokens)) {
      const answer = await answered(token)
      t.strictSame([answer.status, answer.body?.code], [401, code], `${what}: ${answer.text.slice(0, 120)}`)
    }
  }

  t.test('of the issuer is taken, by each of its keys', async t => {
    t.equal((await answered(tokenOf(header, good, by(ours.privateKey)))).status, 200)
    t.equal((await answered(tokenOf({ alg: 'RS256', kid: 'before' }, good, by(older.privateKey)))).status, 200)
    t.equal((await answered(tokenOf({ alg: 'EdDSA', kid: 'curve' }, good, byCurve))).status, 200)
  })

  t.test('is not unsigned, and not signed with what everybody knows', async t => {
    const pem = await exportSPKI(ours.publicKey)
    const jwk = await exportJWK(ours.publicKey)
    await refuses(t, {
      ...Object.fromEntries(
        ['none', 'None', 'NONE', 'nOnE', ''].map(alg => [`alg ${alg}`, tokenOf({ ...header, alg }, good, unsigned)]),
      ),
      'RS256 without signature': tokenOf(header, good, unsigned),
      'the public key as a secret': tokenOf({ ...header, alg: 'HS256' }, good, bySecret(pem)),
      'its JWK as a secret': tokenOf({ ...header, alg: 'HS256' }, good, bySecret(JSON.stringify(jwk))),
      'its modulus as a secret': tokenOf(
        { ...header, alg: 'HS256' },
        good,
        bySecret(Buffer.from(jwk.n ?? '', 'base64url')),
      ),
      'no secret at all': tokenOf({ ...header, alg: 'HS256' }, good, bySecret('')),
      'an algorithm of nobody': tokenOf({ ...header, alg: 'RS1' }, good, by(ours.privateKey)),
    })
  })

  t.test('is by the key that it names', async t => {
    await refuses(t, {
      'another issuer’s key': tokenOf(header, good, by(theirs.privateKey)),
      'another key of ours': tokenOf(header, good, by(older.privateKey)),
      'a key of another kind': tokenOf({ alg: 'RS256', kid: 'curve' }, good, by(ours.privateKey)),
      'an algorithm of another kind': tokenOf({ alg: 'EdDSA', kid: 'now' }, good, byCurve),
      'no key named, one of several': tokenOf({ alg: 'RS256' }, good, by(theirs.privateKey)),
      ...Object.fromEntries(
        ['nobody', '', '../../../../dev/null', "' OR 1=1 --", 'now\u0000'].map((kid, n) => [
          `a key that is not there (${n})`,
          tokenOf({ alg: 'RS256', kid }, good, by(theirs.privateKey)),
        ]),
      ),
      'a kid that is no text': tokenOf({ alg: 'RS256', kid: ['now'] }, good, by(theirs.privateKey)),
    })
  })

  t.test('does not bring its own key, and sends nobody to fetch one', async t => {
    const jwk = await exportJWK(theirs.publicKey)
    const brings = (more: object) => tokenOf({ ...header, ...more }, good, by(theirs.privateKey))
    await refuses(t, {
      jwk: brings({ jwk }),
      jku: brings({ jku: foreign.url }),
      x5u: brings({ x5u: foreign.url }),
      x5c: brings({ x5c: [await exportSPKI(theirs.publicKey)] }),
      'jku and no kid': tokenOf({ alg: 'RS256', jku: foreign.url }, good, by(theirs.privateKey)),
    })
    t.strictSame(foreign.asked, [])
    t.ok(own.asked.length < 3, 'unknown keys do not make the service ask its issuer again and again')
  })

  t.test('is for here, from the issuer, about somebody, and in its time', async t => {
    const says = (more: object) => tokenOf(header, { ...good, ...more }, by(ours.privateKey))
    await refuses(t, {
      'another audience': says({ aud: 'elsewhere' }),
      'several others': says({ aud: ['elsewhere', 'gongchuang2'] }),
      'no audience': says({ aud: undefined }),
      'another issuer': says({ iss: `${ISSUER}.evil.example` }),
      'several issuers': says({ iss: [ISSUER] }),
      'no issuer': says({ iss: undefined }),
      'no end': says({ exp: undefined }),
      'an end that is no number': says({ exp: String(now + 600) }),
      'not yet': says({ nbf: now + 60 }),
      nobody: says({ sub: undefined }),
      'a list of somebodies': says({ sub: [s.founder.id] }),
      'the system': says({ sub: 'system:founder' }),
    })
    await refuses(t, { 'its end has come': says({ exp: now }), 'long ago': says({ exp: 1 }) }, 'token-expired')
  })

  t.test('makes nobody of whom the register does not know', async t => {
    const token = tokenOf(header, claims(randomUUID()), by(ours.privateKey))
    for (const path of ['/v1/organisation', '/v1/resource', `/v1/person/${s.founder.id}`, '/v1/views/lives'])
      t.equal((await s.call({ id: '', token }, 'GET', path)).body.code, 'unknown-person', path)
  })

  t.test('is whole, and a plain JWS', async t => {
    const [head, payload, signature] = tokenOf(header, good, by(ours.privateKey)).split('.') as [string, string, string]
    const other = coded({ ...good, sub: randomUUID() })
    await refuses(t, {
      'its payload changed': [head, other, signature].join('.'),
      'its header changed': [coded({ ...header, typ: 'x' }), payload, signature].join('.'),
      'cut off': [head, payload, signature.slice(0, -10)].join('.'),
      'two parts': [head, payload].join('.'),
      'five parts, as if encrypted': [coded({ alg: 'dir', enc: 'A256GCM' }), '', signature, payload, signature].join(
        '.',
      ),
      'what must be understood': tokenOf(
        { ...header, crit: ['unheard-of'], 'unheard-of': 1 },
        good,
        by(ours.privateKey),
      ),
      'a payload that is not coded': tokenOf({ ...header, crit: ['b64'], b64: false }, good, by(ours.privateKey)),
      'a payload that is no object': tokenOf(header, [good], by(ours.privateKey)),
      'long nonsense': 'a.'.repeat(4_000),
    })
    await refuses(
      t,
      { padded: `${head}.${payload}.${signature}=`, spaced: `${head}. ${payload}.${signature}` },
      'no-token',
    )
  })
})
