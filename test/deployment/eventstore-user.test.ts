/** `npx gongchuang eventstore-user`: what the service's user may do on EventStoreDB, and what not. */
import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { NO_STREAM } from '../../engine/event-store.ts'
import { ClientTrouble, openEventStoreClient } from '../../engine/eventstore/client.ts'
import { connectionOf } from '../../engine/eventstore/connection-string.ts'
import { systemRandomness } from '../../engine/randomness.ts'
import { keepUser } from '../../services/eventstore-user.ts'
import { gongchuang } from '../support/command-line.ts'
import { adminUrl } from '../support/eventstore.ts'

const event = (type: string, data: string) => ({ id: randomUUID(), type, data, metadata: '{}' })

const clientAt = (t: Test, url: string) => {
  const client = openEventStoreClient(connectionOf(url))
  t.teardown(client.close)
  return client
}

t.test('the user reads everything and appends, and may do nothing else', async t => {
  const admin = adminUrl(t)
  if (!admin) return
  const { username: login, password } = new URL(admin)
  const named = (password: string) =>
    Object.assign(new URL(admin), { username: `t${randomUUID().slice(0, 8)}`, password })
  const user = named('a-password')
  const keep = (url: URL) => keepUser(url.href, { login, password }, systemRandomness)
  t.equal(await keep(user), 'made')
  t.equal(await keep(user), 'there')
  user.password = 'another-password'
  t.equal(await keep(user), 'password-set')
  const client = clientAt(t, user.href)
  const stream = `gongchuang.user-${randomUUID()}`
  await client.append(stream, NO_STREAM, [event('happened', '{}')])
  t.equal((await client.readStream(stream, 0, 9)).length, 1)
  t.ok((await client.readAll({ from: 'end', backwards: true, limit: 1 })).length)
  const denied = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      error => error instanceof ClientTrouble && error.kind,
    )
  const rules = { [`$$${stream}`]: '$metadata', $$$all: '$metadata', $settings: '$settings' }
  for (const [forbidden, type] of Object.entries(rules))
    t.equal(await denied(client.append(forbidden, NO_STREAM, [event(type, '{}')])), 'access-denied', forbidden)
  t.equal(await denied(client.readStream('$users', 0, 1)), 'access-denied', 'who else there is')
})

t.test('without TLS, or without who it is, nothing is sent', async t => {
  const run = (url: string) => gongchuang({ EVENTSTORE_URL: url, EVENTSTORE_ADMIN_PASSWORD: 'x' }, 'eventstore-user')
  t.match(await run('esdb://a:b@127.0.0.1:1?tls=false'), { status: 1, err: /with TLS, and the user/ })
  t.match(await run('esdb://127.0.0.1:1'), { status: 1, err: /with TLS, and the user/ })
  t.match(await gongchuang({ EVENTSTORE_URL: '' }, 'eventstore-user'), { status: 1, err: /EVENTSTORE_ADMIN_PASSWORD/ })
})
