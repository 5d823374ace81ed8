/** `npx gongchuang certificates`: what TLS to the log needs, for whom, and for how long. */
import { once } from 'node:events'
import { readFile, rm, stat } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { connect, createServer } from 'node:tls'
import t, { type Test } from 'tap'
import { simulatedClock } from '../../engine/clock.ts'
import { seededRandomness } from '../../engine/randomness.ts'
import { keepCertificates } from '../../services/certificates-command.ts'
import { gongchuang } from '../support/command-line.ts'
import { folderFor } from '../support/folder.ts'

const DAY = 86_400_000
const HOSTS = ['eventstore']

const by = (start = new Date()) => ({ clock: simulatedClock(start), random: seededRandomness('certificates') })

const read = (folder: string, name: string) => readFile(join(folder, name), 'utf8')

/** Says what the client holds against a server that has this certificate; nothing where it trusts it. */
const whatIsHeldAgainst = async (t: Test, folder: string, host: string, ca: string): Promise<string | undefined> => {
  const [cert, key] = await Promise.all([read(folder, 'node/node.crt'), read(folder, 'node/node.key')])
  const server = createServer({ cert, key }).listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const socket = connect({ host: '127.0.0.1', port, servername: host, ca })
  return once(socket, 'secureConnect')
    .then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error.code,
    )
    .finally(() => socket.destroy())
}

t.test('whoever has the public part trusts the server under its names, and nobody else', async t => {
  const both = folderFor(t)
  const [folder, elsewhere] = [join(both, 'one'), join(both, 'other')]
  await keepCertificates(folder, HOSTS, by())
  await keepCertificates(elsewhere, HOSTS, by())
  const ca = await read(folder, 'public/ca.crt')
  t.equal(await whatIsHeldAgainst(t, folder, 'eventstore', ca), undefined)
  t.equal(await whatIsHeldAgainst(t, folder, 'localhost', ca), undefined, 'on its own machine')
  t.equal(await whatIsHeldAgainst(t, folder, 'another', ca), 'ERR_TLS_CERT_ALTNAME_INVALID')
  t.match(await whatIsHeldAgainst(t, elsewhere, 'eventstore', ca), /CERT|SIGNATURE/, 'signed by somebody else')
})

t.test('keys are for their owner only, and the public part holds none', async t => {
  const folder = folderFor(t)
  await keepCertificates(folder, HOSTS, by())
  for (const key of ['authority/ca.key', 'node/node.key'])
    t.equal((await stat(join(folder, key))).mode & 0o777, 0o600, key)
  t.notMatch(await read(folder, 'public/ca.crt'), /PRIVATE/)
})

t.test('said again, it changes nothing until the end is near or the names are others; the authority stays', async t => {
  const folder = folderFor(t)
  const options = by()
  t.strictSame(await keepCertificates(folder, HOSTS, options), { authority: true, node: true })
  t.strictSame(await keepCertificates(folder, HOSTS, options), { authority: false, node: false })
  t.strictSame(await keepCertificates(folder, [...HOSTS, 'eventstore-2'], options), { authority: false, node: true })
  const ca = await read(folder, 'authority/ca.crt')
  options.clock.advance(336 * DAY)
  t.strictSame(await keepCertificates(folder, HOSTS, options), { authority: false, node: false })
  options.clock.advance(2 * DAY)
  t.strictSame(await keepCertificates(folder, HOSTS, options), { authority: false, node: true })
  t.equal(await read(folder, 'authority/ca.crt'), ca)
})

t.test('a certificate whose key is gone is a sentence, not another authority', async t => {
  const folder = folderFor(t)
  await keepCertificates(folder, HOSTS, by())
  await rm(join(folder, 'authority/ca.key'))
  await t.rejects(keepCertificates(folder, HOSTS, by()), { code: 'ENOENT', message: /ca\.key/ })
})

t.test('from the command line', async t => {
  const folder = folderFor(t)
  t.match(await gongchuang({}, 'certificates', '--to', folder, '--host', 'eventstore'), {
    status: 0,
    out: /node: made/,
  })
  t.match(await gongchuang({}, 'certificates', '--to', folder, '--host', 'eventstore'), { out: /node: there already/ })
  t.match(await gongchuang({}, 'certificates', '--to', folder), { status: 2, err: /for which names/ })
})
