/** One contract for every place where bytes are kept. */
import { hash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import t, { type Test } from 'tap'
import type { ByteStore } from '../../services/files/byte-store.ts'
import { folderBytes } from '../../services/files/folder-bytes.ts'
import { s3Bytes } from '../../services/files/s3-bytes.ts'
import { s3Fixture } from '../support/s3-fixture.ts'
import { service } from '../support/service.ts'

const STORE = 'a-store'

const keptIn = async (t: Test, bytes: ByteStore, words: string[]): Promise<string[]> => {
  const folder = join(t.testdirName, 'incoming')
  await mkdir(folder, { recursive: true })
  return Promise.all(
    words.map(async word => {
      const [sha256, file] = [hash('sha256', word, 'hex'), join(folder, word)]
      await writeFile(file, word)
      await bytes.put(sha256, file)
      return sha256
    }),
  )
}

const read = async (bytes: ByteStore, sha256: string): Promise<string | undefined> => {
  const stream = await bytes.open(sha256)
  return stream && Buffer.concat(await stream.toArray()).toString()
}

const hashesIn = (bytes: ByteStore): Promise<string[]> => Readable.from(bytes.all()).toArray()

const stores: Record<string, (t: Test) => Promise<ByteStore>> = {
  'a folder': async t => folderBytes(join(t.testdir(), STORE)),
  'S3, as a fixture speaks it': async t => {
    t.testdir()
    return s3Bytes(await s3Fixture(t), STORE)
  },
}

for (const [name, open] of Object.entries(stores))
  t.test(name, async t => {
    const bytes = await open(t)
    t.same(await hashesIn(bytes), [], 'is empty at first')
    const kept = await keptIn(t, bytes, ['one', 'two', 'three', 'four', 'five'])
    const [one = '', two = ''] = kept
    t.equal(await read(bytes, one), 'one')
    t.same((await hashesIn(bytes)).sort(), kept.toSorted(), 'tells all it keeps')
    t.ok(Date.now() - Number(await bytes.storedAt(one)) < 60_000)
    await keptIn(t, bytes, ['one'])
    t.equal(await read(bytes, one), 'one', 'the same again changes nothing')
    await bytes.remove(one)
    await bytes.remove(one)
    t.same([await bytes.open(one), await bytes.storedAt(one)], [undefined, undefined])
    t.equal(await read(bytes, two), 'two')
  })

t.test('S3 refuses what is not what was hashed, and another store in its bucket is not seen', async t => {
  const fixture = await s3Fixture(t)
  const file = join(t.testdir({ file: 'something' }), 'file')
  await t.rejects(s3Bytes(fixture, STORE).put('a'.repeat(64), file), { code: 'storage-unavailable' })
  await s3Bytes(fixture, 'another').put(hash('sha256', await readFile(file), 'hex'), file)
  t.same(await hashesIn(s3Bytes(fixture, STORE)), [])
})

t.test('a service with its files in S3', async t => {
  const s3 = await s3Fixture(t)
  const { upload, founder, call, runtime } = await service(t, { files: { s3 } })
  const { sha256 } = await upload(founder, 'a.txt', 'kept elsewhere')
  t.same(
    [...s3.objects.values()].map(({ bytes }) => bytes.toString()),
    ['kept elsewhere'],
  )
  t.equal(Buffer.concat(await (await runtime.files.read(sha256)).toArray()).toString(), 'kept elsewhere')
  s3.fail(500)
  const answer = await call(founder, 'POST', '/v1/files?name=b.txt', 'nowhere', { 'content-type': 'text/plain' })
  t.match(answer, { status: 503, body: { code: 'storage-unavailable' } })
  s3.fail(undefined)
  await upload(founder, 'b.txt', 'nowhere')
})
