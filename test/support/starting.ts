/** The service as its operator starts it, a process of its own, on a database that has its founder. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import pino from 'pino'
import type { Test } from 'tap'
import { systemClock } from '../../engine/clock.ts'
import { appointFirst } from '../../services/appoint-first.ts'
import { readConfig } from '../../services/config.ts'
import { localIssuer } from '../../services/local-issuer.ts'
import { openRuntime } from '../../services/runtime.ts'
import { folderFor } from './folder.ts'
import { eventStoreOf, logEnvironment } from './log.ts'
import { database } from './postgres.ts'
import { rootKeys } from './root-keys.ts'

export type Started = {
  child: ChildProcess
  address: string
  /** Of the founder. */
  token: string
  url: string
  /** What it said on standard error. */
  troubles(): string
}

/** `beside`: another process on the same stores, and what it knows of its founder. */
export const started = async (
  t: Test,
  environment: Record<string, string> = {},
  beside?: Pick<Started, 'url' | 'token'>,
): Promise<Started> => {
  const url = beside?.url ?? (await database(t)).url
  const dataDir = folderFor(t)
  const token = beside?.token ?? (await founded(url, dataDir))
  const { NODE_OPTIONS: _, ...inherited } = process.env
  const env = {
    ...inherited,
    DATA_DIR: dataDir,
    DATABASE_URL: url,
    ...logEnvironment(url),
    PORT: '0',
    MASTER_KEY: rootKeys.master.export().toString('base64'),
    LOG_SIGNING_KEY: rootKeys.signing.export({ type: 'pkcs8', format: 'pem' }).toString(),
    ...environment,
  }
  const script = fileURLToPath(new URL('../../services/gongchuang.ts', import.meta.url))
  const child = spawn(process.execPath, [script, 'start', '--empty'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  t.teardown(() => child.kill('SIGKILL'))
  let troubles = ''
  child.stderr.on('data', chunk => {
    troubles += chunk
  })
  const gone = once(child, 'exit').then(() => {
    throw new Error(`the service did not start: ${troubles}`)
  })
  // Later it ends as it should.
  gone.catch(() => undefined)
  return { child, address: await Promise.race([addressIn(child), gone]), token, url, troubles: () => troubles }
}

const founded = async (databaseUrl: string, dataDir: string): Promise<string> => {
  const issuer = await localIssuer(dataDir, 'gongchuang')
  const { files } = readConfig({ DATA_DIR: dataDir })
  const logger = pino({ level: 'silent' })
  const runtime = await openRuntime({
    databaseUrl,
    eventStore: eventStoreOf(databaseUrl),
    rootKeys,
    files,
    issuer,
    logger,
  })
  const first = { name: '周桂兰', phone: '027-87654321', role: 'bureau', place: '4201' }
  const founder = await appointFirst(runtime, first).finally(runtime.close)
  return issuer.sign(founder, systemClock.now(), 3_600)
}

const addressIn = async (child: ChildProcess): Promise<string> => {
  let said = ''
  for (;;) {
    const [chunk] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer]
    said += chunk
    const address = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0]
    if (address) return address
  }
}
