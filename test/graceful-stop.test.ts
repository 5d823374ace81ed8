/** A service that is told to stop while many ask: what it answered is in the log, and nobody is just cut off. */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { heldLog } from './support/hold.ts'
import { eventsIn, POSTGRES_ONLY } from './support/log.ts'
import { type Started, started } from './support/starting.ts'

const CLIENTS = 24
const person = { name: '李秀英', phone: '027-87654321', place: '420106012021' }

type Said = { key: string; status: number; id: string } | { key: string; broken: string }

const register = async ({ address, token }: Started, key: string): Promise<Said> => {
  try {
    const response = await fetch(`${address}/v1/person`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(person),
    })
    const { id = '' } = (await response.json()) as { id?: string }
    return { key, status: response.status, id }
  } catch (error) {
    return { key, broken: String((error as { cause?: { code?: string } }).cause?.code ?? error) }
  }
}

/** Asks again and again until it is told to come another time. */
const client = async (service: Started, heard: Said[]): Promise<Said> => {
  for (;;) {
    const said = await register(service, randomUUID())
    heard.push(said)
    if ('broken' in said || said.status === 503) return said
  }
}

/** Asked from the moment of the signal on: with nothing left to answer it is soon gone. */
const noLongerReady = async ({ address }: Started): Promise<Response> => {
  for (;;) {
    const response = await fetch(`${address}/readyz`)
    if (response.status !== 200) return response
    await response.text()
  }
}

const livesIn = async (url: string): Promise<string[]> => {
  const begun = (await eventsIn(url)).filter(({ stream, revision }) => revision === 0 && stream.startsWith('person-'))
  return begun.map(({ stream }) => stream.slice('person-'.length))
}

t.test('told to stop under load, it answers what it has let in, and what it answered is in the log once', async t => {
  const service = await started(t)
  const heard: Said[] = []
  const clients = Array.from({ length: CLIENTS }, () => client(service, heard))
  await sleep(1_500)
  const waiting = fetch(`${service.address}/v1/person?after=${await ahead(service)}`, {
    headers: { authorization: `Bearer ${service.token}` },
  })
  await sleep(100)
  const from = performance.now()
  service.child.kill('SIGTERM')
  const ready = await noLongerReady(service)
  t.match([ready.status, await ready.json()], [503, { status: 'not-ready' }], 'it says that it is not ready')
  t.equal((await waiting).status, 503, 'who only waits is told at once')
  t.strictSame(await once(service.child, 'exit'), [0, null])
  t.ok(performance.now() - from < 10_000, `after ${Math.round(performance.now() - from)} ms`)
  const last = await Promise.all(clients)
  t.ok(
    last.every(said => 'status' in said && said.status === 503),
    'everybody is told, and nobody is cut off',
  )
  t.match(await register(service, 'later'), { broken: 'ECONNREFUSED' }, 'then nobody is there any more')
  const answered = heard.flatMap(said => ('id' in said && said.status === 201 ? [said.id] : []))
  t.ok(answered.length > CLIENTS, `${answered.length} were answered`)
  const lives = await livesIn(service.url)
  t.strictSame(
    answered.filter(id => !lives.includes(id)),
    [],
    'none of them is lost',
  )
  t.equal(new Set(lives).size, lives.length, 'none is there twice')
  t.equal(lives.length, answered.length + 2, 'and nothing was written that nobody was told of, but for the first two')
  t.equal(withoutWarnings(service.troubles()), '')
})

/** That the server of a test is reached without TLS is no trouble. */
const withoutWarnings = (said: string): string => said.replace(/^.*"code":"not-encrypted".*\n/m, '')

/** A position that the log will not have come to. */
const ahead = async ({ address, token }: Started): Promise<string> => {
  const response = await fetch(`${address}/v1/person`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': 'ahead' },
    body: JSON.stringify(person),
  })
  const { position } = (await response.json()) as { position: string }
  return position.replace(/.{16}$/, '000000000fffffff')
}

t.test('told to stop twice, it stops at once', { skip: POSTGRES_ONLY }, async t => {
  const service = await started(t)
  await heldLog(t, service.url)
  const hanging = register(service, 'hanging')
  await sleep(300)
  service.child.kill('SIGTERM')
  await sleep(700)
  t.equal(service.child.exitCode, null, 'it waits for the command under way')
  const from = performance.now()
  service.child.kill('SIGTERM')
  t.strictSame(await once(service.child, 'exit'), [1, null])
  t.ok(performance.now() - from < 1_000)
  t.match(await hanging, { broken: /ECONNRESET|UND_ERR_SOCKET/ })
})
