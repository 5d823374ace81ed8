/** What no event names after a day is swept; what one names never is, nor what somebody is about to name. */
import { randomBytes } from 'node:crypto'
import { readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { binder } from '../support/binder.ts'
import { service } from '../support/service.ts'

const STREET = '420106012'
const DAY_S = 86_400

const scene = async (t: Test) => {
  const s = await service(t, { workflows: [binder] })
  const { pool, store, files, runner } = s.runtime
  // Whoever keeps read models takes the lease for it first.
  for (let waited = 0; !runner() && waited < 10_000; waited += 20) await sleep(20)
  const street = await s.somebody({ role: 'street', place: STREET })
  const { id } = await s.given(street, '/v1/binder', { place: STREET })
  const { rows } = await pool.query('SELECT id FROM files.store')
  const placeOf = (sha256: string) => join(s.files.folder, rows[0].id, sha256.slice(0, 2), sha256.slice(2))
  return {
    s,
    street,
    pool,
    placeOf,
    upload: async () => (await s.upload(street, 'a.txt', randomBytes(8).toString('hex'))).sha256,
    file: (sha256: string) => s.call(street, 'POST', `/v1/binder/${id}/file`, { paper: { name: 'a.txt', sha256 } }),
    /** Lets so many days pass for every row and every byte. */
    later: async (days: number) => {
      await pool.query(`UPDATE files.files SET held_at = held_at - interval '${days} days'`)
      for (const each of await readdir(s.files.folder, { recursive: true, withFileTypes: true }))
        if (each.isFile()) await age(join(each.parentPath, each.name), days)
    },
    sweep: async () => {
      const head = await store.head()
      t.ok(await runner()?.reached('file-mentions', head, 5_000))
      return files.sweep(head)
    },
    kept: async (sha256: string) => [
      (await files.missing([sha256])).length === 0,
      (await readdir(join(placeOf(sha256), '..')).catch((): string[] => [])).includes(sha256.slice(2)),
    ],
  }
}

const age = async (file: string, days: number): Promise<void> => {
  const then = Date.now() / 1_000 - days * DAY_S - 60
  await utimes(file, then, then)
}

t.test('after a day', async t => {
  const { upload, file, later, sweep, kept } = await scene(t)
  const [named, unnamed] = [await upload(), await upload()]
  t.equal((await file(named)).status, 200)
  t.same(await sweep(), { files: 0, strays: 0, unfinished: 0 }, 'not before')
  await later(2)
  const young = await upload()
  t.same(await sweep(), { files: 1, strays: 0, unfinished: 0 })
  t.same(
    [await kept(named), await kept(unnamed), await kept(young)],
    [
      [true, true],
      [false, false],
      [true, true],
    ],
  )
  await later(1_000)
  t.same(await sweep(), { files: 1, strays: 0, unfinished: 0 })
  t.same(await kept(named), [true, true], 'what an event names stays for ever')
  t.equal((await file(unnamed)).body.code, 'unknown-file')
})

t.test('what is sent again or held is safe for another day', async t => {
  const { s, street, upload, later, sweep, kept } = await scene(t)
  const [held, asked] = [await upload(), await upload()]
  await s.upload(street, 'b.txt', 'twice')
  await later(2)
  const { sha256 } = await s.upload(street, 'b.txt', 'twice')
  t.same(await s.runtime.files.hold([held]), [])
  t.same(await s.runtime.files.missing([asked]), [], 'asking does not hold')
  t.same(await sweep(), { files: 1, strays: 0, unfinished: 0 })
  t.same(
    [await kept(held), await kept(sha256), await kept(asked)],
    [
      [true, true],
      [true, true],
      [false, false],
    ],
  )
})

t.test('a sweep and commands that name what it would take, at once', async t => {
  const { upload, file, later, sweep, kept } = await scene(t)
  for (let round = 0; round < 5; round++) {
    const sha256s = await Promise.all(Array.from({ length: 12 }, upload))
    await later(2)
    const [, answers] = await Promise.all([sweep(), Promise.all(sha256s.map(file))])
    for (const [index, sha256] of sha256s.entries()) {
      const recorded = answers[index]?.status === 200
      t.equal(answers[index]?.body.code, recorded ? undefined : 'unknown-file')
      t.same(await kept(sha256), [recorded, recorded], recorded ? 'named, and there' : 'gone, and refused')
    }
  }
})

t.test('a sweep and uploads of what it would take, at once', async t => {
  const { s, street, later, sweep, kept } = await scene(t)
  const texts = Array.from({ length: 12 }, (_, n) => `材料${n}`)
  const uploads = () => Promise.all(texts.map(each => s.upload(street, 'a.txt', each)))
  await uploads()
  for (let round = 0; round < 5; round++) {
    await later(2)
    const [, sent] = await Promise.all([sweep(), uploads()])
    for (const { sha256 } of sent) t.same(await kept(sha256), [true, true])
  }
})

t.test('while the model that knows who names what is behind or has stopped, nothing is swept', async t => {
  const { s, pool, upload, later, sweep, kept } = await scene(t)
  const unnamed = await upload()
  await later(2)
  const ahead = (await s.runtime.store.head()).replace(/.{8}$/, 'ffffffff')
  t.match(await s.runtime.files.sweep(ahead), { files: 0 })
  await pool.query(`UPDATE engine.checkpoints SET stopped_at = position WHERE name = 'file-mentions@1'`)
  t.match(await sweep(), { files: 0 })
  await pool.query('UPDATE engine.checkpoints SET stopped_at = NULL')
  t.match(await sweep(), { files: 1 })
  t.same(await kept(unnamed), [false, false])
})

t.test('what a dead process left: bytes without a row, uploads on their way', async t => {
  const { s, pool, upload, later, sweep, kept } = await scene(t)
  const [stray, young] = [await upload(), await upload()]
  await pool.query('DELETE FROM files.files WHERE sha256 = $1', [stray])
  await writeFile(join(s.files.folder, 'incoming', 'half'), 'half of it')
  t.same(await sweep(), { files: 0, strays: 0, unfinished: 0 }, 'it may be on its way')
  await later(2)
  await pool.query('UPDATE files.files SET held_at = now()')
  t.same(await sweep(), { files: 0, strays: 1, unfinished: 1 })
  t.same(
    [await kept(stray), await kept(young)],
    [
      [false, false],
      [true, true],
    ],
  )
})

t.test('files of another database in the same folder are not touched', async t => {
  const one = await scene(t)
  const named = await one.upload()
  await one.later(2)
  const other = await service(t, { files: { folder: one.s.files.folder } })
  t.match(await other.runtime.files.sweep(await other.runtime.store.head()), { files: 0, strays: 0 })
  t.same(await one.kept(named), [true, true])
})
