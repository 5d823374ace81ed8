/** A PostgreSQL of the harness's own, which it stops in every way that a server stops. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startEmbeddedPostgres } from '../../services/embedded-postgres.ts'
import { seeProcess } from '../../services/processes.ts'

/** Fast: sessions are ended and all is written out. Immediate: as a machine that loses its power. */
export type Stop = 'fast' | 'immediate'

export type OwnPostgres = {
  /** It listens on another port after a restart where its own was taken meanwhile. */
  url(): string
  restart(how: Stop): Promise<void>
  stop(): Promise<void>
}

const SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const
const silent = { info: () => undefined, warn: () => undefined }

export const startOwnPostgres = async (dataDir: string): Promise<OwnPostgres> => {
  let server = await startEmbeddedPostgres({ dataDir, log: silent })
  return {
    url: () => server.url,
    restart: async how => {
      const pid = await postmasterOf(dataDir)
      process.kill(pid, SIGNALS[how])
      while ((await seeProcess(pid))?.command.includes(dataDir)) await sleep(10)
      server = await startEmbeddedPostgres({ dataDir, log: silent })
    },
    stop: () => server.stop(),
  }
}

const postmasterOf = async (dataDir: string): Promise<number> =>
  Number((await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0])
