/** Keys and secrets: made once, kept apart from what they open, and refused with a sentence where they do not fit. */
import { createPublicKey, createSecretKey, randomBytes } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { systemRandomness } from '../engine/randomness.ts'
import { unwrap, wrap } from '../engine/wrapping.ts'
import { readConfig } from '../services/config.ts'
import { rootKeysFor } from '../services/root-keys.ts'
import { openSecrets } from '../services/secrets.ts'
import { database, testPool } from './support/postgres.ts'
import { rootKeys } from './support/root-keys.ts'

const another = () => createSecretKey(randomBytes(32))
const MASTER_KEY = randomBytes(32).toString('base64')
const DATABASE_URL = 'postgres://somewhere/else'

t.test('a key under another opens only with that other, and only under its own name', async t => {
  const wrapped = wrap(rootKeys.master, 'person:1', Buffer.from('a key'), systemRandomness)
  t.equal(unwrap(rootKeys.master, 'person:1', wrapped).toString(), 'a key')
  const changed = Buffer.from(wrapped)
  changed.writeUInt8(changed.readUInt8(14) ^ 1, 14)
  t.throws(() => unwrap(another(), 'person:1', wrapped), { code: 'wrong-master-key', message: /person:1/ })
  t.throws(() => unwrap(rootKeys.master, 'person:2', wrapped), { code: 'wrong-master-key' })
  t.throws(() => unwrap(rootKeys.master, 'person:1', changed), { code: 'wrong-master-key' })
  t.throws(() => unwrap(rootKeys.master, 'person:1', Buffer.alloc(3)), { code: 'wrong-master-key' })
})

t.test('secrets are made once, also by two at once, and rest wrapped', async t => {
  const { url, pool } = await database(t)
  const [one, other] = await Promise.all(
    [pool, testPool(t, url)].map(each => openSecrets(each, rootKeys.master, systemRandomness)),
  )
  const later = await openSecrets(pool, rootKeys.master, systemRandomness)
  for (const name of ['bodyHmac', 'claimHmac', 'fileLinks'] as const) {
    t.ok(one?.[name].equals(later[name]), name)
    t.ok(other?.[name].equals(later[name]), name)
  }
  t.notOk(later.bodyHmac.equals(later.claimHmac), 'each its own')
  const { rows } = await pool.query('SELECT wrapped FROM keys.secrets')
  for (const secret of Object.values(later))
    t.notOk(
      rows.some(({ wrapped }) => wrapped.includes(secret.export())),
      'the database does not hold it in clear',
    )
  await t.rejects(openSecrets(pool, another(), systemRandomness), { code: 'wrong-master-key', message: /MASTER_KEY/ })
})

t.test('on the embedded default both root keys are made once, for their owner alone', async t => {
  const config = readConfig({ DATA_DIR: t.testdir() })
  const [first, again] = await Promise.all([rootKeysFor(config), rootKeysFor(config)])
  t.ok(first.master.equals(again.master))
  t.ok(first.signing.equals(again.signing))
  t.ok((await rootKeysFor(config)).master.equals(first.master))
  for (const file of ['master-key', 'log-signing-key.pem'])
    t.equal((await stat(join(config.dataDir, file))).mode & 0o777, 0o600, file)
  await writeFile(join(config.dataDir, 'master-key'), 'half')
  await t.rejects(rootKeysFor(config), { code: 'wrong-configuration', message: /master-key holds no key/ })
})

t.test('from the environment: PEM, or PEM in base64', async t => {
  const dataDir = t.testdir()
  const { signing } = await rootKeysFor(readConfig({ DATA_DIR: dataDir }))
  const pem = await readFile(join(dataDir, 'log-signing-key.pem'), 'utf8')
  for (const LOG_SIGNING_KEY of [pem, Buffer.from(pem).toString('base64')]) {
    const config = readConfig({ DATABASE_URL, MASTER_KEY, LOG_SIGNING_KEY })
    const keys = await rootKeysFor(config)
    t.equal(keys.master.export().toString('base64'), MASTER_KEY)
    t.ok(createPublicKey(keys.signing).equals(createPublicKey(signing)))
  }
})

t.test('a database of its own needs keys of its own; a wrong key is said with its name', async t => {
  const keysWith = (env: NodeJS.ProcessEnv) => rootKeysFor(readConfig({ DATABASE_URL, ...env }))
  await t.rejects(keysWith({}), { message: /DATABASE_URL needs a MASTER_KEY.*openssl rand/ })
  await t.rejects(keysWith({ MASTER_KEY }), { message: /needs a LOG_SIGNING_KEY.*openssl genpkey/ })
  t.throws(() => readConfig({ MASTER_KEY: 'c2hvcnQ=' }), { message: /^MASTER_KEY must be 32 random bytes/ })
  t.throws(() => readConfig({ LOG_SIGNING_KEY: MASTER_KEY }), { message: /^LOG_SIGNING_KEY must be an Ed25519/ })
})
