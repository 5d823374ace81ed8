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

const asked = (): { pack?: string; proposals: number } => {
  const options = { pack: { type: 'string' }, proposals: { type: 'string', default: '150' } } as const
  const { pack, proposals } = parseArgs({ options }).values
  const many = Number(proposals)
  if (!Number.isSafeInteger(many) || many < LEAST)
    throw new Error(
      `--proposals 须为不小于 ${LEAST} 的整数，而不是 ${proposals} / a whole number from ${LEAST} on, not ${proposals}`,
    )
  return { pack, proposals: many }
}

const orWrongUse = <T>(read: () => T): T => {
  try {
    return read()
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    process.exit(2)
  }
}

const { pack: packFile, proposals } = orWrongUse(asked)

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
  if (packFile !== undefined) {
    await copyFile(pack, packFile)
    await copyFile(heads, `${packFile}.heads`)
    write(`${packFile}，日志头 / heads: ${packFile}.heads`)
  }
  process.exitCode = status
} finally {
  await postgres?.stop()
  await rm(folder, { recursive: true, force: true })
}
