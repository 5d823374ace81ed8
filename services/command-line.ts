/** What the commands beside the service share: configuration, database, runtime; what was not running before is stopped after. */
import { readConfig } from './config.ts'
import { borrowDatabase } from './database.ts'
import { issuerFor } from './issuer.ts'
import type { LocalIssuer } from './local-issuer.ts'
import { loggerAt } from './logger.ts'
import { rootKeysFor } from './root-keys.ts'
import { openRuntime, type Runtime } from './runtime.ts'

type Tools = { runtime: Runtime; local: LocalIssuer | undefined }

/** An error's message goes to standard error, and the process ends with 1. */
export const runCommand = async (work: (tools: Tools) => Promise<void>): Promise<void> => {
  try {
    await withRuntime(work)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}

const withRuntime = async (work: (tools: Tools) => Promise<void>): Promise<void> => {
  const config = readConfig(process.env)
  const logger = loggerAt(config.logLevel)
  const database = await borrowDatabase(config, logger)
  try {
    const { issuer, local } = await issuerFor(config)
    const runtime = await openRuntime({
      databaseUrl: database.url,
      rootKeys: await rootKeysFor(config),
      files: config.files,
      issuer,
      logger,
    })
    await work({ runtime, local }).finally(runtime.close)
  } finally {
    await database.stop()
  }
}
