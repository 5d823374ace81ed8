/** `keep-postgres.ts FOLDER PID`: a PostgreSQL with a migrated template in FOLDER for as long as process PID lives. */
import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { lockDataDir } from '../../services/data-dir.ts'
import { startEmbeddedPostgres } from '../../services/embedded-postgres.ts'
import { migrate } from '../../services/migrate.ts'
import { seeProcess } from '../../services/processes.ts'
import { databaseUrl, query, TEMPLATE } from './postgres.ts'

const [folder = '', run = ''] = process.argv.slice(2)
const silent = { info: () => undefined, warn: () => undefined }

const answer = async (said: { url: string } | { error: string }): Promise<void> => {
  await writeFile(join(folder, 'draft.json'), JSON.stringify(said))
  await rename(join(folder, 'draft.json'), join(folder, 'server.json'))
}

/** Several files at once, each with two services and more, want more connections than one service ever does. */
const CONNECTIONS = 400

const startRoomy = async () => {
  const first = await startEmbeddedPostgres({ dataDir: folder, log: silent })
  await query(first.url, `ALTER SYSTEM SET max_connections = ${CONNECTIONS}`)
  await first.stop()
  return startEmbeddedPostgres({ dataDir: folder, log: silent })
}

const keep = async (): Promise<void> => {
  const server = await startRoomy()
  try {
    await query(server.url, `CREATE DATABASE ${TEMPLATE}`)
    await migrate(databaseUrl(server.url, TEMPLATE))
    await answer({ url: server.url })
    while (await seeProcess(Number(run))) await sleep(200)
  } finally {
    await server.stop()
  }
}

/** Another file of the run was quicker: its keeper keeps. */
const alone = await lockDataDir(folder).catch(() => undefined)
if (alone) {
  await keep().catch(error => answer({ error: String(error) }))
  while (await seeProcess(Number(run))) await sleep(200)
  await rm(folder, { recursive: true, force: true })
}
