/**
 * `npm run demo:round [-- --pack FILE] [--proposals N]`: one round from its rules to the archive on a simulated clock, in
 * a database of its own (or an empty one that DATABASE_URL names), and its decision pack verified at the end. With
 * `--pack` the pack is kept, and the heads of the log that it is verified against beside it.
 */
import { createSecretKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import pino from 'pino'
import { startEmbeddedPostgres } from '../embedded-postgres.ts'
import { localIssuer } from '../local-issuer.ts'
import { play } from './play.ts'
import { tellRound } from './story.ts'

/** Fewer would leave nobody for the parts that the story gives to some of them. */
const LEAST = 16

const { values } = parseArgs({
  options: { pack: { type: 'string' }, proposals: { type: 'string', default: '150' } },
})
const proposals = Number(values.proposals)
if (!Number.isSafeInteger(proposals) || proposals < LEAST)
  throw new Error(`--proposals is a number from ${LEAST} on, not '${values.proposals}'`)

const write = (text: string): void => void process.stdout.write(`${text}\n`)

const folder = await mkdtemp(join(tmpdir(), 'gongchuang-demo-'))
const log = pino({ level: 'silent' })
const given = process.env.DATABASE_URL
const postgres = given === undefined ? await startEmbeddedPostgres({ dataDir: folder, log }) : undefined
const from = performance.now()
try {
  const { pack, heads, status } = await play({
    databaseUrl: given ?? (postgres?.url as string),
    folder,
    rootKeys: {
      master: createSecretKey(randomBytes(32)),
      signing: generateKeyPairSync('ed25519').privateKey,
    },
    files: {
      folder: join(folder, 'files'),
      maxBytes: 1024 * 1024,
      unnamedMaxBytes: 1024 ** 3,
      scanCommand: [],
      s3: undefined,
    },
    local: await localIssuer(folder, 'gongchuang'),
    tell: stage => tellRound(stage, proposals),
    say: (zh, en) => write(`${zh}\n    ${en}`),
  })
  write(`${((performance.now() - from) / 1_000).toFixed(0)} s`)
  if (values.pack !== undefined) {
    await copyFile(pack, values.pack)
    await copyFile(heads, `${values.pack}.heads`)
    write(`${values.pack}，日志头 / heads: ${values.pack}.heads`)
  }
  process.exitCode = status
} finally {
  await postgres?.stop()
  await rm(folder, { recursive: true, force: true })
}
