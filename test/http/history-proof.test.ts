/** A history with proofs, taken away and checked by nothing but `npx gongchuang verify-history`. */
import { spawn } from 'node:child_process'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { linkIn } from '../../engine/chain.ts'
import { signHead } from '../../engine/log-head.ts'
import { flawIn, type ProvenHistory } from '../../engine/proven-history.ts'
import { provenTo, signing } from '../support/proven.ts'
import { rootKeys } from '../support/root-keys.ts'
import { service } from '../support/service.ts'

const OFFER = { holder: '社区', kind: 'venue', title: '多功能厅', detail: '可容纳六十人', place: '420106012021' }

/** Of a resource with three events, among those of others. */
const exported = async (t: Test): Promise<ProvenHistory> => {
  const s = await service(t, { heads: signing })
  const { somebody, given } = s
  const street = await somebody({ role: 'street', place: '420106012' })
  const { id } = await given(street, '/v1/resource', OFFER)
  for (const title of ['一楼', '二楼']) {
    await given(street, '/v1/resource', OFFER)
    await given(street, `/v1/resource/${id}/revise-resource`, { ...OFFER, title })
  }
  const { text: _, ...history } = await provenTo(s, street, `/v1/resource/${id}`)
  return history
}

const without = (events: ProvenHistory['events'], n: number) => events.filter((_, index) => index !== n)

t.test('a history that was taken away', async t => {
  const history = await exported(t)
  const [first, second, third] = history.events as [Shown, Shown, Shown]
  const forged = signHead(generateKeyPairSync('ed25519').privateKey, history.head)

  t.test('is whole, also where an event is not shown', async t => {
    t.equal(flawIn(history), undefined)
    const { revision, leaf, proof, metadata } = second
    const hash = linkIn(metadata)?.hash ?? ''
    t.equal(flawIn({ ...history, events: [first, { revision, leaf, proof, hash }, third] }), undefined)
  })

  t.test('is not whole when anything in it was changed', async t => {
    const changes: [what: string, change: Partial<ProvenHistory>, at: RegExp, said: RegExp][] = [
      ['text', { events: [first, { ...second, data: third.data }, third] }, /@1$/, /what it says is not/],
      ['type', { events: [first, { ...second, type: 'ResourceWithdrawn' }, third] }, /@1$/, /type were changed/],
      ['link', { events: [first, { ...second, metadata: '{}' }, third] }, /@1$/, /does not end with a link/],
      ['removed', { events: without(history.events, 1) }, /@2$/, /some are missing/],
      ['swapped', { events: [second, first, third] }, /@1$/, /some are missing/],
      ['stream', { stream: 'resource-2' }, /@0$/, /stream, revision or type/],
      ['leaf', { events: [{ ...first, leaf: first.leaf - 1 }, second, third] }, /@0$/, /not under the head/],
      ['hidden', { events: [{ ...hide(first), hash: '0'.repeat(64) }, second, third] }, /@0$/, /not under the head/],
      ['root', { head: { ...history.head, root: '0'.repeat(64) } }, /^head$/, /signature is not valid/],
      ['size', { head: { ...history.head, size: history.head.size + 1 } }, /^head$/, /signature is not valid/],
      ['key', { head: { ...history.head, publicKey: forged.publicKey } }, /^head$/, /signature is not valid/],
    ]
    for (const [what, change, at, en] of changes) t.match(flawIn({ ...history, ...change }), { at, en }, what)
  })

  t.test('is checked on the command line, against a key from elsewhere', async t => {
    const folder = t.testdir()
    const write = async (name: string, content: string) => {
      await writeFile(join(folder, name), content)
      return join(folder, name)
    }
    const file = await write('history.json', JSON.stringify(history))
    const changed = await write('changed.json', JSON.stringify({ ...history, events: [first, third] }))
    const other = await write('forged.json', JSON.stringify({ ...history, head: forged }))
    const pem = createPublicKey(rootKeys.signing).export({ type: 'spki', format: 'pem' }).toString()
    const key = await write('key.pem', pem)
    t.match(await verify(file, '--key', key), { status: 0, out: '3 events whole' })
    t.match(await verify(file), { status: 0, out: 'taken from the file itself' })
    t.match(await verify(changed, '--key', key), { status: 1, out: /@2: .*some are missing/ })
    t.match(await verify(other, '--key', key), { status: 1, out: /head: .*not signed by the key/ })
    t.match(await verify(key), { status: 1, err: 'is no history with proofs' })
    t.match(await verify(), { status: 1, err: 'Say which file' })
  })
})

type Shown = Exclude<ProvenHistory['events'][number], { hash: string }>
const hide = ({ revision, leaf, proof }: Shown) => ({ revision, leaf, proof })

/** Without a database, and without the service's configuration. */
const verify = async (...args: string[]) => {
  const script = fileURLToPath(new URL('../../services/gongchuang.ts', import.meta.url))
  const child = spawn(process.execPath, [script, 'verify-history', ...args], { env: { PATH: process.env.PATH } })
  const said = { out: '', err: '' }
  child.stdout.on('data', chunk => (said.out += chunk))
  child.stderr.on('data', chunk => (said.err += chunk))
  const [status] = await once(child, 'close')
  return { status, ...said }
}
