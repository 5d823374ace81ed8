import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, cp, lstat, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import t, { type Test } from 'tap'
import { lockDataDir } from '../services/data-dir.ts'
import { startEmbeddedPostgres } from '../services/embedded-postgres.ts'
import { postgresBinaries } from '../services/postgres-binaries.ts'
import { folderFor } from './support/folder.ts'

const log = { info: () => undefined, warn: () => undefined }

const folder = (t: Test): string => join(folderFor(t), 'a data folder')

const ask = async (url: string, text: string): Promise<pg.QueryResult> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return client.query(text).finally(() => client.end())
}

const hold = async (t: Test, dataDir: string): Promise<{ service: ChildProcess; url: string }> => {
  const script = fileURLToPath(new URL('support/hold-postgres.ts', import.meta.url))
  const service = spawn(process.execPath, [script, dataDir], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => service.kill('SIGKILL'))
  const [line] = await once(service.stdout as NodeJS.ReadableStream, 'data')
  return { service, url: String(line).trim() }
}

t.test('cold, over the remains of a first start that was broken off; then warm', async t => {
  const dataDir = folder(t)
  await mkdir(join(dataDir, 'postgres.new', 'base'), { recursive: true })
  await writeFile(join(dataDir, 'postgres.new.password'), 'old')
  const cold = await startEmbeddedPostgres({ dataDir, log })
  t.teardown(cold.stop)
  t.equal(cold.adopted, false)
  const { rows } = await ask(
    cold.url,
    `SELECT current_setting('fsync') AS fsync, current_setting('listen_addresses') AS listens,
            current_setting('server_encoding') AS encoding, current_setting('lc_collate', true) AS collates`,
  )
  t.match(rows[0], { fsync: 'on', listens: '127.0.0.1', encoding: 'UTF8' })
  t.equal((await stat(join(dataDir, 'postgres', 'password'))).mode & 0o777, 0o600)
  await t.rejects(ask(cold.url.replace(/:[^:@]+@/, ':wrong@'), 'SELECT 1'), { code: '28P01' })
  await ask(cold.url, 'CREATE TABLE kept (n int)')
  await cold.stop()
  await cold.stop()
  const warm = await startEmbeddedPostgres({ dataDir, log })
  t.teardown(warm.stop)
  t.equal(warm.adopted, false)
  t.equal(warm.url, cold.url, 'where it was before')
  t.ok(await ask(warm.url, 'SELECT FROM kept'))
})

t.test('a service killed with its whole group leaves the database to the next', async t => {
  const dataDir = folder(t)
  const { service, url } = await hold(t, dataDir)
  await ask(url, 'CREATE TABLE kept AS SELECT 7 AS n')
  await t.rejects(lockDataDir(dataDir), { code: 'data-dir-in-use', message: new RegExp(`process ${service.pid}`) })
  process.kill(-(service.pid as number), 'SIGKILL')
  await once(service, 'exit')
  const release = await lockDataDir(dataDir)
  const next = await startEmbeddedPostgres({ dataDir, log })
  t.teardown(next.stop)
  t.strictSame([next.adopted, next.url], [true, url])
  t.match((await ask(next.url, 'SELECT n FROM kept')).rows, [{ n: 7 }])
  await next.stop()
  await t.rejects(ask(url, 'SELECT 1'), { code: 'ECONNREFUSED' })
  await release()
})

t.test('Ctrl-C ends the service, its database and its hold on the folder', async t => {
  const dataDir = folder(t)
  const { service, url } = await hold(t, dataDir)
  process.kill(-(service.pid as number), 'SIGINT')
  t.strictSame(await once(service, 'exit'), [0, null])
  await t.rejects(ask(url, 'SELECT 1'), { code: 'ECONNREFUSED' })
  await t.rejects(stat(join(dataDir, 'postgres', 'postmaster.pid')))
  await (await lockDataDir(dataDir))()
})

t.test('two that start at once share one database; the process number of a dead one deceives nobody', async t => {
  const dataDir = folder(t)
  const both = await Promise.all([startEmbeddedPostgres({ dataDir, log }), startEmbeddedPostgres({ dataDir, log })])
  t.teardown(() => Promise.all(both.map(each => each.stop())))
  t.strictSame(both.map(each => each.adopted).sort(), [false, true])
  t.equal(both[0].url, both[1].url)
  const pidFile = join(dataDir, 'postgres', 'postmaster.pid')
  const [, ...rest] = (await readFile(pidFile, 'utf8')).split('\n')
  await both[0].stop()
  for (const pid of [process.pid, 4_194_303]) {
    await writeFile(pidFile, [pid, ...rest].join('\n'))
    const server = await startEmbeddedPostgres({ dataDir, log })
    t.equal(server.adopted, false)
    await server.stop()
  }
})

t.test('a lock left by a dead process, or by an older one with the same number, gives way to exactly one', async t => {
  const dataDir = folderFor(t)
  for (const stale of ['4194303 1', `${process.pid} 1`, '', 'rubbish']) {
    await writeFile(join(dataDir, 'service.lock'), stale)
    const release = await lockDataDir(dataDir)
    await t.rejects(lockDataDir(dataDir), { code: 'data-dir-in-use' })
    await release()
  }
})

t.test('links and modes that an install without scripts left out are put back', async t => {
  const { postgres } = await postgresBinaries()
  const scratch = folderFor(t)
  const root = join(scratch, 'a copy')
  await cp(join(postgres, '../../..'), root, {
    recursive: true,
    filter: async file => !(await lstat(file)).isSymbolicLink(),
  })
  for (const name of ['initdb', 'postgres']) await chmod(join(root, 'native/bin', name), 0o644)
  const binaries = await postgresBinaries(root)
  const server = await startEmbeddedPostgres({ dataDir: join(scratch, 'data'), log, binaries })
  t.ok(await ask(server.url, 'SELECT 1'))
  await server.stop()
  await t.rejects(postgresBinaries(join(root, 'nowhere')), { message: /npm rebuild.*DATABASE_URL/ })
})
