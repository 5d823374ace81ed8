/** What the commands beside the service share: configuration, database, runtime; what was not running before is stopped after. */
import { Presets, SingleBar } from 'cli-progress'
import type pg from 'pg'
import type { Logger } from 'pino'
import { pause } from '../engine/bell.ts'
import type { ReadModel } from '../engine/projection.ts'
import { type Config, readConfig } from './config.ts'
import { borrowDatabase } from './database.ts'
import { issuerFor } from './issuer.ts'
import type { LocalIssuer } from './local-issuer.ts'
import { loggerAt } from './logger.ts'
import { migrate } from './migrate.ts'
import { poolOf } from './pools.ts'
import { rootKeysFor } from './root-keys.ts'
import { openRuntime, type Runtime } from './runtime.ts'

type Tools = { runtime: Runtime; local: LocalIssuer | undefined }

export const withRuntime = async <T>(work: (tools: Tools) => Promise<T>): Promise<T> => {
  const config = readConfig(process.env)
  const logger = loggerAt(config.logLevel)
  const database = await borrowDatabase(config, logger)
  try {
    const { issuer, local } = await issuerFor(config)
    const runtime = await openRuntime({
      databaseUrl: database.url,
      eventStore: config.eventStore,
      rootKeys: await rootKeysFor(config),
      files: config.files,
      issuer,
      logger,
    })
    return await work({ runtime, local }).finally(runtime.close)
  } finally {
    await database.stop()
  }
}

/** Longer than it takes to take over from a service that was killed. */
const UP_TO_DATE_WITHIN_MS = 15_000
const ASK_EVERY_MS = 50

/** Whoever keeps the read model, it says all that was recorded before. Throws where it does not come so far. */
export const upToDate = async ({ store, standing }: Runtime, model: ReadModel): Promise<void> => {
  const head = await store.head()
  const until = performance.now() + UP_TO_DATE_WITHIN_MS
  for (;;) {
    const now = await standing(model)
    if (now && now.position >= head) return
    if (now?.stopped || performance.now() > until)
      throw new Error(`${model.title.zh}（${model.name}）未跟上日志 / ${model.name} has not come to the end of the log`)
    await pause(ASK_EVERY_MS)
  }
}

type Around = { config: Config; logger: Logger }

/** For what needs the database alone. */
export const withPool = async <T>(
  work: (pool: pg.Pool, around: Around) => Promise<T>,
  open: typeof poolOf = poolOf,
): Promise<T> => {
  const config = readConfig(process.env)
  const logger = loggerAt(config.logLevel)
  const database = await borrowDatabase(config, logger)
  const pool = open(database.url, logger)
  try {
    await migrate(pool)
    return await work(pool, { config, logger })
  } finally {
    await pool.end()
    await database.stop()
  }
}

/** A bar on the terminal, with rate and time left; it is told how much more is done. */
export const withBar = async <T>(total: number, work: (did: (more: number) => void) => Promise<T>): Promise<T> => {
  const began = performance.now()
  const bar = new SingleBar(
    { format: '{bar} {percentage}%  {value}/{total}  {rate}/s  {eta_formatted}', noTTYOutput: false },
    Presets.shades_classic,
  )
  let done = 0
  const rate = () => Math.round(done / Math.max((performance.now() - began) / 1_000, 0.001))
  bar.start(total, 0, { rate: 0 })
  return work(more => {
    done += more
    bar.setTotal(Math.max(total, done))
    bar.update(done, { rate: rate() })
  }).finally(() => bar.stop())
}
