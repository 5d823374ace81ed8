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

const SETTINGS = {
  // Several files at once, each with two services and more, want more connections than one service ever does.
  max_connections: '400',
  // It dies with its run: what must outlive a crash is tested on servers of their own.
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
}

const keep = async (): Promise<void> => {
  const server = await startEmbeddedPostgres({ dataDir: folder, log: silent, settings: SETTINGS })
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
