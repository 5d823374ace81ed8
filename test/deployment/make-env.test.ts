/** `npm run make-env`: each secret random, for its owner only, and never made twice. */
import { execFile } from 'node:child_process'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseEnv, promisify } from 'node:util'
import t from 'tap'
import { readConfig } from '../../services/config.ts'
import { folderFor } from '../support/folder.ts'
import { askedFor, composeText } from './compose.ts'

const { NODE_OPTIONS: _, ...env } = process.env

const makeEnv = async (folder: string, ...args: string[]) => {
  const script = ['scripts/make-env.ts', '--in', folder, ...args]
  const { stdout } = await promisify(execFile)(process.execPath, script, { env })
  return { stdout, text: await readFile(join(folder, '.env'), 'utf8') }
}

t.test('the first time makes everything that docker-compose.yml asks for, for its owner only', async t => {
  const folder = folderFor(t)
  const issuer = ['--issuer', 'https://id.example', '--jwks', 'https://id.example/keys']
  const { text } = await makeEnv(folder, ...issuer)
  const values = parseEnv(text)
  for (const { name } of askedFor(composeText())) t.ok(values[name], name)
  t.equal((await stat(join(folder, '.env'))).mode & 0o777, 0o600)
  t.equal(new Set(Object.values(values)).size, Object.keys(values).length, 'no two are the same')
  t.ok(readConfig({ ...values, NODE_ENV: 'production' }).masterKey, 'and the service takes them')
})

t.test('each password is as long as chance wants, and stands in a connection string as it is', async t => {
  const both = folderFor(t)
  const folders = ['one', 'other'].map(name => join(both, name))
  const [first = {}, second = {}] = (await Promise.all(folders.map(folder => makeEnv(folder)))).map(({ text }) =>
    parseEnv(text),
  )
  for (const name of Object.keys(first).filter(name => name.endsWith('PASSWORD'))) {
    t.match(first[name], /^[A-Za-z0-9_-]{43}$/, name)
    t.not(first[name], second[name], `another ${name} elsewhere`)
  }
})

t.test('the second time changes nothing, whatever is in it', async t => {
  const folder = folderFor(t)
  const { text } = await makeEnv(folder)
  const again = await makeEnv(folder, '--issuer', 'https://another.example')
  t.equal(again.text, text)
  t.match(again.stdout, /is there already/)
  await writeFile(join(folder, '.env'), 'MINE=1\n')
  t.equal((await makeEnv(folder)).text, 'MINE=1\n')
})

t.test('who issues tokens is asked for where it was not said', async t => {
  const { stdout, text } = await makeEnv(folderFor(t))
  t.match(stdout, /TOKEN_ISSUER/)
  t.match(text, /^TOKEN_ISSUER=$/m, 'and docker-compose.yml refuses to start without it')
})
