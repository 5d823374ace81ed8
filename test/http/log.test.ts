/** Heads of the log and proofs over HTTP: what a reader keeps, and what they can check with it and nothing else. */
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { linkIn } from '../../engine/chain.ts'
import { simulatedClock } from '../../engine/clock.ts'
import { isSigned, type SignedHead } from '../../engine/log-head.ts'
import { leafHash, provesConsistency, provesInclusion } from '../../engine/merkle.ts'
import { rootKeys } from '../support/root-keys.ts'
import { type Service, type ServiceOptions, START, service } from '../support/service.ts'

const OFFER = { holder: '社区', kind: 'venue', title: '多功能厅', detail: '可容纳六十人', place: '420106012021' }
const MINUTE = 60_000

type LogHead = SignedHead & { key: string }
type Proof = { leaf: number; leafHash: string; size: number; root: string; proof: string[] }
type Consistency = { fromRoot: string; to: number; toRoot: string; proof: string[] }

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex')

/** A service that signs a head after so many events, and a street office that offers resources. */
const signing = async (t: Test, events = 3, more: ServiceOptions = {}) => {
  const clock = simulatedClock(new Date(START))
  const served = await service(t, { clock, heads: { events, minutes: 10, to: undefined }, ...more })
  const street = await served.somebody({ role: 'street', place: '420106012' })
  const offer = () => served.given(street, '/v1/resource', OFFER)
  const ask = async <T>(path: string): Promise<T> => {
    const { status, text } = await served.call(street, 'GET', path)
    if (status !== 200) throw new Error(`${path}: ${status} ${text}`)
    return JSON.parse(text) as T
  }
  const heads = async () => (await ask<{ heads: LogHead[] }>('/v1/log/heads')).heads
  return { ...served, clock, street, offer, ask, heads }
}

/** The first head that satisfies; heads are signed a moment after what they cover. */
const headWhere = (heads: () => Promise<LogHead[]>, wanted: (head: LogHead) => boolean): Promise<LogHead> =>
  until(async () => (await heads()).find(wanted))

const until = async <T>(look: () => Promise<T>): Promise<NonNullable<T>> => {
  for (let waited = 0; waited < 10_000; waited += 50) {
    const found = await look()
    if (found) return found
    await sleep(50)
  }
  throw new Error('waited in vain')
}

const eventsIn = async ({ runtime }: Service) => runtime.store.readAll(undefined, 1_000)

t.test('a head is signed after so many minutes, and only when something else is new', async t => {
  const { clock, offer, heads, ask } = await signing(t, 1_000)
  const first = await headWhere(heads, () => true)
  t.ok(isSigned(first))
  const key = createPublicKey({ key: Buffer.from(first.publicKey, 'base64'), format: 'der', type: 'spki' })
  t.ok(createPublicKey(rootKeys.signing).equals(key))
  await offer()
  await sleep(600)
  t.equal((await heads()).length, 1, 'neither minutes nor events enough')
  clock.advance(10 * MINUTE)
  const second = await headWhere(heads, ({ size }) => size > first.size)
  t.equal(second.signedAt, clock.now().toISOString())
  clock.advance(60 * MINUTE)
  await sleep(600)
  t.equal((await heads()).length, 2, 'its own events are no news, however long nobody comes')
  await offer()
  const third = await headWhere(heads, ({ size }) => size > second.size)
  const { key: _, position: __, ...kept } = third as LogHead & { position: string }
  t.strictSame(await ask('/v1/log/heads/latest'), kept)
})

t.test('a head is signed after so many events', async t => {
  const { offer, heads } = await signing(t, 3)
  const first = await headWhere(heads, () => true)
  for (let n = 0; n < 3; n++) await offer()
  const next = await headWhere(heads, ({ size }) => size > first.size)
  t.ok(next.size >= first.size + 3)
})

t.test('a reader finds every event under the latest head, by position and by number', async t => {
  const served = await signing(t)
  for (let n = 0; n < 5; n++) await served.offer()
  const head = await headWhere(served.heads, ({ size }) => size >= 6)
  for (const [n, { position, metadata }] of (await eventsIn(served)).slice(0, head.size).entries()) {
    const by = await served.ask<Proof>(`/v1/log/proof/inclusion?position=${position}&size=${head.size}`)
    t.strictSame(by, await served.ask(`/v1/log/proof/inclusion?leaf=${n}&size=${head.size}`))
    t.equal(by.leaf, n)
    const leaf = leafHash(bytes(linkIn(metadata)?.hash ?? ''))
    t.ok(provesInclusion(n, leaf, head.size, by.proof.map(bytes), bytes(head.root)), `event ${n}`)
  }
})

t.test('a reader finds that each head continues the one they kept', async t => {
  const served = await signing(t, 1)
  for (let n = 0; n < 4; n++) await served.offer()
  await headWhere(served.heads, ({ size }) => size >= 7)
  const heads = await served.heads()
  const newest = heads.at(-1) as LogHead
  for (const { size, root } of heads) {
    const found = await served.ask<Consistency>(`/v1/log/proof/consistency?from=${size}&to=${newest.size}`)
    const roots = { older: bytes(root), newer: bytes(newest.root) }
    t.ok(provesConsistency(size, newest.size, found.proof.map(bytes), roots), `${size} to ${newest.size}`)
  }
})

t.test('what is asked wrongly is said', async t => {
  const { call, street, runtime, heads } = await signing(t)
  await headWhere(heads, () => true)
  const beyond = (await runtime.store.head()).replace(/.{4}$/, 'ffff')
  const wrong: [path: string, status: number, code: string][] = [
    ['proof/inclusion', 400, 'invalid-query'],
    ['proof/inclusion?leaf=0&position=x', 400, 'invalid-query'],
    ['proof/inclusion?leaf=-1', 400, 'invalid-query'],
    ['proof/inclusion?leaf=1.5', 400, 'invalid-query'],
    ['proof/inclusion?leaf=999999', 404, 'not-in-tree'],
    ['proof/inclusion?leaf=0&size=999999', 404, 'not-in-tree'],
    ['proof/inclusion?position=elsewhere', 400, 'foreign-position'],
    [`proof/inclusion?position=${beyond}`, 404, 'not-in-tree'],
    ['proof/consistency?from=0', 400, 'invalid-query'],
    ['proof/consistency?from=2&to=1', 404, 'not-in-tree'],
    ['heads/first', 404, 'not-found'],
  ]
  for (const [path, status, code] of wrong)
    t.match((await call(street, 'GET', `/v1/log/${path}`)).body, { status, code }, path)
  t.match((await call(undefined, 'GET', '/v1/log/heads')).body, { code: 'no-token' })
  const unsigned = await service(t)
  t.match((await unsigned.call(unsigned.founder, 'GET', '/v1/log/heads/latest')).body, { status: 404, code: 'no-head' })
})

t.test('another key takes over: the one before is retired and its heads stay', async t => {
  const first = await signing(t)
  const before = await headWhere(first.heads, () => true)
  await first.close()
  const another = { ...rootKeys, signing: generateKeyPairSync('ed25519').privateKey }
  const second = await signing(t, 1, { beside: first, rootKeys: another })
  await second.offer()
  const after = await headWhere(second.heads, ({ key }) => key !== before.key)
  t.ok(isSigned(after))
  t.match((await second.call(second.street, 'GET', `/v1/log-key/${before.key}`)).body, { state: { value: 'retired' } })
})

t.test('copies go to a file or an address outside, and what fails is sent again', async t => {
  const file = join(t.testdir(), 'heads.jsonl')
  const toFile = await signing(t, 1, { heads: { events: 1, minutes: 10, to: file } })
  const head = await headWhere(toFile.heads, () => true)
  const line = await until(async () => (await readFile(file, 'utf8').catch(() => '')).split('\n')[0] ?? '')
  t.match(head, JSON.parse(line))

  const heard: SignedHead[] = []
  let tries = 0
  const outside = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    response.writeHead(tries++ === 0 ? 503 : 204).end()
    if (tries > 1) heard.push(JSON.parse(body))
  })
  outside.listen(0, '127.0.0.1')
  await once(outside, 'listening')
  t.teardown(() => outside.close())
  const to = `http://127.0.0.1:${(outside.address() as AddressInfo).port}/heads`
  const posting = await signing(t, 1, { heads: { events: 1, minutes: 10, to } })
  const posted = await headWhere(posting.heads, () => true)
  t.match(posted, await until(async () => heard[0]))
})
