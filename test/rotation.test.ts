/** Another master key: nothing is lost, what the old one wrapped is gone, and who still has the old one is told so. */
import { execFile } from 'node:child_process'
import { createSecretKey, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { systemRandomness } from '../engine/randomness.ts'
import { readConfig } from '../services/config.ts'
import { openDatabase } from '../services/database.ts'
import { masterKeyOf } from '../services/key-text.ts'
import { loggerAt } from '../services/logger.ts'
import { migrate } from '../services/migrate.ts'
import { poolOf } from '../services/pools.ts'
import { rootKeysFor } from '../services/root-keys.ts'
import { rotateMasterKey } from '../services/rotate-master-key.ts'
import { openSecrets } from '../services/secrets.ts'
import { folderFor } from './support/folder.ts'
import { rootKeys } from './support/root-keys.ts'
import { service } from './support/service.ts'

const NAME = '独孤求败'
const another = () => createSecretKey(randomBytes(32))

t.test('rotated under a running service', async t => {
  const s = await service(t)
  const { pool } = s.runtime
  const { id } = await s.register(NAME)
  const erased = await s.register('令狐冲')
  await s.given(s.founder, `/v1/person/${erased.id}/erase`, { reason: '本人要求' })
  const all = async () => (await pool.query('SELECT name, wrapped FROM keys.keys ORDER BY name')).rows
  const before = await all()
  const to = another()
  t.ok((await rotateMasterKey(pool, { from: rootKeys.master, to })) >= 5)
  t.equal(await rotateMasterKey(pool, { from: rootKeys.master, to }), 0, 'once more')
  for (const [n, { name, wrapped }] of (await all()).entries())
    if (name === `person:${erased.id}`) t.equal(wrapped, null)
    else t.notSame(wrapped, before[n]?.wrapped, name)

  const reading = await s.call(s.founder, 'GET', `/v1/person/${id}`)
  t.match([reading.status, reading.body.code], [503, 'wrong-master-key'])
  const keys = (await all()).length
  const zhou = { name: '周芷若', phone: '027-87654321', place: '420106012021' }
  const writing = await s.call(s.founder, 'POST', '/v1/person', zhou)
  t.match([writing.status, writing.body.code], [503, 'wrong-master-key'])
  t.equal((await all()).length, keys, 'nothing is wrapped by the old key any more')
  await s.close()

  await t.rejects(service(t, { beside: s }), { code: 'wrong-master-key', message: /made with another/ })
  const renewed = await service(t, { beside: s, rootKeys: { ...rootKeys, master: to } })
  t.match((await renewed.call(s.founder, 'GET', `/v1/person/${id}`)).body, { title: NAME })
  t.match((await renewed.call(s.founder, 'GET', `/v1/person/${erased.id}`)).body, { title: '已删除' })
})

t.test('all or nothing', async t => {
  const s = await service(t)
  const { pool } = s.runtime
  const { id } = await s.register(NAME)
  await t.rejects(rotateMasterKey(pool, { from: another(), to: another() }), { code: 'wrong-master-key' })
  const { id: damaged } = await s.register('坏')
  await pool.query(`UPDATE keys.keys SET wrapped = '\\x00' WHERE name = $1`, [`person:${damaged}`])
  await t.rejects(rotateMasterKey(pool, { from: rootKeys.master, to: another() }), { message: new RegExp(damaged) })
  t.match((await s.call(s.founder, 'GET', `/v1/person/${id}`)).body, { title: NAME })
})

t.test('on a data folder, also where it was broken off', async t => {
  const dataDir = folderFor(t)
  const config = readConfig({ DATA_DIR: dataDir })
  const { master } = await rootKeysFor(config)
  const database = await openDatabase(config, loggerAt('silent'))
  await migrate(database.url)
  const pool = poolOf(database.url, loggerAt('silent'))
  await openSecrets(pool, master, systemRandomness)
  await pool.end()
  await database.stop()

  const file = join(dataDir, 'master-key')
  const rotate = async () => {
    const env = { ...process.env, DATA_DIR: dataDir, DATABASE_URL: '' }
    return (await promisify(execFile)(process.execPath, ['services/gongchuang.ts', 'keys', 'rotate'], { env })).stdout
  }
  await copyFile(file, `${file}.old`)
  t.match(await rotate(), /5 keys are wrapped by the new master key/)
  const renewed = await readFile(file, 'utf8')
  t.notOk(masterKeyOf(renewed)?.equals(master))

  await copyFile(file, `${file}.next`)
  await copyFile(`${file}.old`, file)
  t.match(await rotate(), /has the new master key already/, 'broken off before the new key took its place')
  t.equal(await readFile(file, 'utf8'), renewed)
  t.notOk(existsSync(`${file}.next`))
})
