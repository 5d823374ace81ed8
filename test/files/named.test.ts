/** An event can name only a file that is kept, and whoever may see the life gets it by a short-lived link. */
import { rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import { simulatedClock } from '../../engine/clock.ts'
import { binder } from '../support/binder.ts'
import { checked } from '../support/check.ts'
import { sampleFile } from '../support/images.ts'
import { type Person, type Service, START, service } from '../support/service.ts'

const STREET = '420106012'
const NOWHERE = 'a'.repeat(64)
const MINUTE_MS = 60_000

const opened = async (t: Test, clock = simulatedClock(new Date(START))) => {
  const s = await service(t, { workflows: [binder], clock })
  const street = await s.somebody({ role: 'street', place: STREET })
  const { id } = await s.given(street, '/v1/binder', { place: STREET })
  const file = (paper: object, query = '') => s.call(street, 'POST', `/v1/binder/${id}/file${query}`, { paper })
  return { s, id, street, file }
}

t.test('a command that names a file which is not kept is refused, with where and which', async t => {
  const { s, street, file } = await opened(t)
  const unknown = { name: '纪要.pdf', sha256: NOWHERE }
  for (const query of ['', '?dryRun=true']) {
    const unchanged = await s.unchangedBy(async () =>
      t.match(await file(unknown, query), {
        status: 422,
        body: { code: 'unknown-file', files: [{ path: '/paper', sha256: NOWHERE }] },
      }),
    )
    t.ok(unchanged)
  }
  const kept = await s.upload(street, '纪要.pdf', await sampleFile('minutes.pdf'))
  t.equal((await file(kept, '?dryRun=true')).status, 200)
  t.equal((await file(kept)).status, 200)
})

const placeOf = async (s: Service, sha256: string): Promise<string> => {
  const { rows } = await s.runtime.pool.query('SELECT id FROM files.store')
  return join(s.files.folder, rows[0].id, sha256.slice(0, 2), sha256.slice(2))
}

t.test('a file is handed out by a link', async t => {
  const clock = simulatedClock(new Date(START))
  const { s, id, street, file } = await opened(t, clock)
  const bytes = await sampleFile('minutes.pdf')
  const name = '他说"好"：纪要;v2'
  const { sha256 } = await s.upload(street, name, bytes)
  const askedBy = (person: Person, hash = sha256, life = id) =>
    s.call(person, 'GET', `/v1/binder/${life}/files/${hash}`)
  const fetched = (url: string) => s.call(undefined, 'GET', url)

  t.match(await askedBy(street), { status: 404, body: { code: 'file-not-named' } }, 'no event names it yet')
  t.equal((await file({ name, sha256 })).status, 200)
  const { url } = (await askedBy(street)).body as unknown as { url: string }

  await t.test('to be saved under its name, never shown', async t => {
    const { status, headers, text } = await fetched(url)
    t.equal(status, 200)
    t.equal(text, bytes.toString())
    t.same(
      ['content-type', 'content-disposition', 'x-content-type-options', 'content-security-policy', 'cache-control'].map(
        each => headers.get(each),
      ),
      [
        'application/pdf',
        `attachment; filename="_v2.pdf"; filename*=UTF-8''${encodeURIComponent(`${name}.pdf`)}`,
        'nosniff',
        "default-src 'none'; sandbox",
        'no-store',
      ],
    )
  })

  await t.test('to those who may see the life that names it', async t => {
    const elsewhere = await s.somebody({ role: 'street', place: '420106003' })
    t.match(await askedBy(elsewhere), { status: 403, body: { code: 'not-visible' } })
    t.match(await askedBy(street, NOWHERE), { status: 404, body: { code: 'file-not-named' } })
  })

  await t.test('that is good for this file under this name, for five minutes', async t => {
    const other = (await s.upload(street, '别的.txt', '别的')).sha256
    for (const forged of [
      url.replace(sha256, other),
      url.replace(/name=[^&]+/, 'name=x.html'),
      url.replace(/expires=\d/, 'expires=9'),
      url.replace(/.$/, each => (each === 'A' ? 'B' : 'A')),
      url.replace(/signature=.*/, 'signature='),
    ])
      t.match(await fetched(forged), { status: 403, body: { code: 'bad-link' } }, forged)
    clock.advance(5 * MINUTE_MS)
    t.equal((await fetched(url)).status, 200)
    clock.advance(MINUTE_MS)
    t.match(await fetched(url), { status: 410, body: { code: 'link-expired' } })
  })

  await t.test('unless its bytes changed on disk; whoever has the original mends it', async t => {
    const again = ((await askedBy(street)).body as unknown as { url: string }).url
    await writeFile(await placeOf(s, sha256), 'something else')
    t.match(await fetched(again), { status: 500, body: { code: 'file-damaged', sha256 } })
    await s.upload(street, '原件.pdf', bytes)
    t.equal((await fetched(again)).status, 200)
  })
})

t.test('a check finds files that changed, that are gone, and events that name what nobody keeps', async t => {
  const { s, street, file } = await opened(t)
  const [changed, gone, forgotten] = await Promise.all(
    ['改过', '不见', '忘记'].map(async word => {
      const kept = await s.upload(street, `${word}.txt`, word)
      t.equal((await file(kept)).status, 200)
      return kept.sha256
    }),
  )
  const differences = async () =>
    (await checked(s.url, { dataDir: dirname(s.files.folder) })).split('\n').filter(line => /[0-9a-f]{64}/.test(line))
  t.same(await differences(), [])
  await writeFile(await placeOf(s, changed as string), 'another')
  await rm(await placeOf(s, gone as string))
  await s.runtime.pool.query('DELETE FROM files.files WHERE sha256 = $1', [forgotten])
  const found = (await differences()).join('\n')
  t.match(found, `${changed}: 文件内容已变`)
  t.match(found, `${gone}: 文件不在`)
  t.match(found, `引用的文件 ${forgotten} 未保存`)
})
