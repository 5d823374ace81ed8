/** The PostgreSQL to use: the one that DATABASE_URL names, or the embedded one in the data folder. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { type Config, ConfigError } from './config.ts'
import { lockDataDir } from './data-dir.ts'
import { startEmbeddedPostgres } from './embedded-postgres.ts'

export type Database = { url: string; embedded: boolean; stop(): Promise<void> }

export const openDatabase = async (config: Config, logger: Logger): Promise<Database> => {
  if (config.databaseUrl) return { url: config.databaseUrl, embedded: false, stop: leaveRunning }
  const { url, stop } = await startEmbeddedPostgres({ dataDir: config.dataDir, log: logger })
  return { url, embedded: true, stop }
}

const leaveRunning = async (): Promise<void> => undefined

/**
 * For a command beside the service: a database that was running already is left running, and one that this
 * command started is its own until it stops, so that no service takes over what is about to go.
 */
export const borrowDatabase = async (config: Config, logger: Logger): Promise<Database> => {
  if (config.databaseUrl) return openDatabase(config, logger)
  if (!existsSync(join(config.dataDir, 'postgres')))
    throw new ConfigError(
      `There is no database in ${config.dataDir}: run npm start there first, or say where with DATA_DIR`,
    )
  const { url, adopted, stop } = await startEmbeddedPostgres({ dataDir: config.dataDir, log: logger })
  const release = adopted ? undefined : await lockDataDir(config.dataDir).catch(() => undefined)
  return { url, embedded: true, stop: release ? () => stop().finally(release) : leaveRunning }
}
