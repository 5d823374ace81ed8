/** A form whose body does not come holds no connection; what sees to its own pace, and what is whole, is left alone. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import fastify from 'fastify'
import t, { type Test } from 'tap'
import { endSlowBodies } from '../../services/api/slow-bodies.ts'

const LIMIT_MS = 100
const head = (path: string, length: number) =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`

const served = async (t: Test) => {
  const app = fastify()
  endSlowBodies(app, LIMIT_MS)
  app.post('/form', async () => 'taken')
  app.post('/slow-answer', async () => sleep(3 * LIMIT_MS, 'taken'))
  app.post('/file', { config: { ownPace: true } }, async () => 'taken')
  await app.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(() => app.close())
  const { port } = app.server.address() as { port: number }
  return async (...parts: string[]) => {
    const line = connect(port, '127.0.0.1')
    t.teardown(() => line.destroy())
    const said: Buffer[] = []
    line.on('data', chunk => said.push(chunk))
    const ended = once(line, 'close').then(() => 'ended')
    for (const part of parts) {
      line.write(part)
      await sleep(2 * LIMIT_MS)
    }
    const outcome = await Promise.race([ended, sleep(3 * LIMIT_MS, 'open')])
    return `${outcome} ${Buffer.concat(said).toString().split('\r\n')[0]}`.trim()
  }
}

t.test('slow bodies', async t => {
  const send = await served(t)
  t.equal(await send(`${head('/form', 2)}{`), 'ended HTTP/1.1 408 Request Timeout')
  t.equal(await send(head('/form', 2)), 'ended HTTP/1.1 408 Request Timeout', 'also where nothing comes at all')
  t.equal(await send(`${head('/form', 2)}{}`), 'open HTTP/1.1 200 OK')
  t.equal(await send(`${head('/slow-answer', 2)}{}`), 'open HTTP/1.1 200 OK', 'an answer may take its time')
  t.equal(await send(`${head('/file', 2)}{`, '}'), 'open HTTP/1.1 200 OK')
})
