/** Many connections that want nothing, or never take what they asked for: others are served as if they were not there. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { conversation, head } from '../support/raw-socket.ts'
import { type Service, service } from '../support/service.ts'

const IDLE = 3_000
const SLOW = 100
/** A busy machine takes its time; who waited for those who ask nothing would wait for a minute. */
const SERVED_WITHIN_MS = 10_000

const person = { name: '李秀英', phone: '027-87654321', place: '420106012021' }

const connection = async (t: Test, s: Service): Promise<Socket> => {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(s.address).port) })
  t.teardown(() => socket.destroy())
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

const opened = async (t: Test, s: Service, count: number): Promise<Socket[]> => {
  const sockets: Socket[] = []
  // Some at a time: a listener's own queue is short.
  while (sockets.length < count)
    sockets.push(
      ...(await Promise.all(Array.from({ length: Math.min(100, count - sockets.length) }, () => connection(t, s)))),
    )
  return sockets
}

const othersAreServed = async (t: Test, s: Service): Promise<void> => {
  const from = performance.now()
  const command = await s.call(s.founder, 'POST', '/v1/person', person)
  const question = await s.call(s.founder, 'GET', '/v1/views/street-board')
  const took = performance.now() - from
  t.strictSame([command.status, question.status], [201, 200])
  t.ok(took < SERVED_WITHIN_MS, `others are served, in ${Math.round(took)} ms`)
}

t.test('thousands of connections on which nothing is asked', async t => {
  const s = await service(t)
  const sockets = await opened(t, s, IDLE)
  await othersAreServed(t, s)
  const asked = sockets.filter((_, n) => n % 2 === 0)
  const heard = asked.map(socket => once(socket, 'data'))
  for (const socket of asked) socket.write(head('GET /healthz'))
  await Promise.all(heard)
  t.equal(
    sockets.filter(socket => socket.destroyed).length,
    0,
    'all are kept, those that asked once and those that never did',
  )
  await othersAreServed(t, s)
  const before = performance.now()
  await s.close()
  t.ok(performance.now() - before < 5_000, 'and a stop does not wait for them')
})

t.test('more connections than are let in', async t => {
  const s = await service(t, { limits: { connections: 20 } })
  const sockets = await opened(t, s, 15)
  await othersAreServed(t, s)
  await Promise.all(Array.from({ length: 20 }, () => conversation(s.address, [head('GET /healthz')], { waitMs: 300 })))
  t.equal(sockets.filter(socket => socket.destroyed).length, 0, 'take none away from those who are in')
  await othersAreServed(t, s)
})

t.test('who asks for much and takes none of it', async t => {
  const s = await service(t)
  const street = await s.somebody({ role: 'street', place: '420106012' })
  for (let n = 0; n < 40; n++) await s.given(s.founder, '/v1/person', { ...person, name: `李秀英${n}` })
  const asking =
    head('GET /openapi.json') +
    head('GET /v1/views/street-board', `Authorization: Bearer ${street.token}`, 'Accept: text/csv')
  for (const socket of await opened(t, s, SLOW)) {
    socket.pause()
    // The answers are more than the connection holds, and what was not asked yet waits for them.
    for (let n = 0; n < 10; n++) socket.write(asking)
  }
  await sleep(500)
  await othersAreServed(t, s)
})

t.test('who is gone before the answer leaves no place taken', async t => {
  const s = await service(t)
  const body = JSON.stringify(person)
  const asking = (n: number) =>
    head(
      'POST /v1/person',
      `Authorization: Bearer ${s.founder.token}`,
      'Content-Type: application/json',
      `Idempotency-Key: gone-${n}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
    ) + body
  const sockets = await opened(t, s, 50)
  sockets.forEach((socket, n) => {
    socket.write(asking(n))
    socket.destroy()
  })
  for (let looks = 0; looks < 100 && s.runtime.admission.inside('requests') > 0; looks++) await sleep(100)
  t.equal(s.runtime.admission.inside('requests'), 0)
  await othersAreServed(t, s)
})
