/** `npm start`, `npx gongchuang start`: database, migrations, sample on an empty log, HTTP; Ctrl-C stops everything in the opposite order. */
import { randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import type { Logger } from 'pino'
import { type Config, readConfig } from './config.ts'
import { lockDataDir } from './data-dir.ts'
import { openDatabase } from './database.ts'
import { issuerFor } from './issuer.ts'
import { logText, warnOfLog } from './log.ts'
import { loggerAt } from './logger.ts'
import { whyNotStarted } from './not-started.ts'
import { rootKeysFor } from './root-keys.ts'
import { loadSample, sampleIsWanted } from './sample/load.ts'
import { serve } from './server.ts'
import type { SubCommand } from './sub-command.ts'
import type { Tracing } from './tracing.ts'
import { welcome } from './welcome.ts'

export const startCommand: SubCommand = {
  usage: 'start [--empty] [--role all|api|worker]',
  about: `starts database, sample and HTTP; Ctrl-C stops everything
    --empty  without the sample district
    --role   api: answers HTTP and keeps no lease; worker: runs policies, deadlines and read models and answers only who
             asks how it does; of each as many as are wanted, beside the same stores (default: ROLE, or all)`,
  run: async args => {
    const { values } = parseArgs({
      args,
      options: { empty: { type: 'boolean', default: false }, role: { type: 'string' } },
    })
    return serveUntilAsked(readConfig({ ...process.env, ...(values.role && { ROLE: values.role }) }), values)
  },
}

type Stop = () => Promise<void>

const start = async (config: Config, logger: Logger, options: { empty: boolean }, stops: Stop[]): Promise<void> => {
  stops.unshift(await lockDataDir(config.dataDir))
  warnOfLog(config.eventStore, logger)
  const database = await openDatabase(config, logger)
  stops.unshift(database.stop)
  const { issuer, local } = await issuerFor(config)
  const rootKeys = await rootKeysFor(config)
  const opening = {
    databaseUrl: database.url,
    eventStore: config.eventStore,
    rootKeys,
    files: config.files,
    limits: config.limits,
    issuer,
    logger,
  }
  if (local && config.role === 'all' && (await sampleIsWanted(opening, { ...options, dataDir: config.dataDir })))
    await loadSample({ ...opening, local, dataDir: config.dataDir })
  const tracing = config.traced ? await openTracing(logger) : undefined
  if (tracing) stops.unshift(tracing.close)
  const server = await serve({
    ...opening,
    tracer: tracing?.tracer,
    role: config.role,
    heads: config.heads,
    cacheBytes: config.cacheBytes,
    host: config.host,
    port: config.port,
    accessKeptDays: config.accessKeptDays,
  })
  stops.unshift(server.close)
  process.stdout.write(await welcome(server, local, logText(config.eventStore)))
}

/** Who sends no spans loads nothing that could. */
const openTracing = async (logger: Logger): Promise<Tracing> => {
  const { openTracing } = await import('./tracing.ts')
  return openTracing(logger, randomUUID())
}

/** Everything started so far, last first; one that fails does not keep the others from stopping. */
const stopAll = async (stops: Stop[], logger: Logger): Promise<void> => {
  for (let stop = stops.shift(); stop; stop = stops.shift())
    await stop().catch(error => logger.error({ err: error }, 'could not stop cleanly'))
}

/** After this a clean stop is given up: what is answered is in the log, and the next start finds the rest. */
const STOPPED_WITHIN_MS = 10_000

/** One Ctrl-C arrives twice where npm passes it on. */
const SAME_SIGNAL_MS = 500

/** Stops cleanly, in bounded time; asked again, at once. */
const ending = (stops: Stop[], logger: Logger): ((status: number) => void) => {
  let asked: number | undefined
  return status => {
    if (asked !== undefined) {
      if (performance.now() - asked > SAME_SIGNAL_MS) process.exit(1)
      return
    }
    asked = performance.now()
    setTimeout(() => {
      logger.error('could not stop cleanly in time')
      process.exit(1)
    }, STOPPED_WITHIN_MS).unref()
    void stopAll(stops, logger).then(() => process.exit(status))
  }
}

/** Ends the process itself, when it has stopped. */
const serveUntilAsked = async (config: Config, options: { empty: boolean }): Promise<never> => {
  const logger = loggerAt(config.logLevel)
  const stops: Stop[] = []
  const end = ending(stops, logger)
  process.on('SIGINT', () => end(0))
  process.on('SIGTERM', () => end(0))
  await start(config, logger, options, stops).catch(error => {
    process.stderr.write(`\n${whyNotStarted(error, config)}\n`)
    logger.debug({ err: error }, 'could not start')
    end(1)
  })
  return new Promise(() => undefined)
}
