/** Checking a test's database as `npx gongchuang check` does, and changing a log as only its superuser can. */
import pg from 'pg'
import pino from 'pino'
import type { SignedHead } from '../../engine/log-head.ts'
import { readModels } from '../../projections/index.ts'
import { checksOf } from '../../services/check/checks.ts'
import { runChecks } from '../../services/check/run-checks.ts'
import { inContext } from '../../services/check/snapshot.ts'
import { readConfig } from '../../services/config.ts'
import type { EventStoreConfig } from '../../services/log.ts'
import { workflows } from '../../workflows/index.ts'
import { binder } from './binder.ts'
import { eventStoreOf } from './log.ts'
import { purse } from './purse.ts'

const noBar = () => ({ expect: () => undefined, did: () => undefined, stop: () => undefined })

/** What the command would print. */
export const checked = async (
  url: string,
  {
    outside = [],
    dataDir = '',
    log = { eventStore: eventStoreOf(url) },
  }: {
    outside?: readonly SignedHead[]
    dataDir?: string
    log?: { eventStore: EventStoreConfig | undefined }
  } = {},
): Promise<string> => {
  const { eventStore } = log
  const { logChecks, checks } = checksOf(eventStore)
  const told = {
    config: readConfig({ DATA_DIR: dataDir }),
    outside,
    workflows: [...workflows, purse, binder],
    readModels,
  }
  return inContext({ databaseUrl: url, eventStore, logger: pino({ level: 'silent' }) }, told, async context =>
    (await runChecks(context, logChecks, checks, noBar)).text([...logChecks, ...checks]),
  )
}

/** With the triggers off that refuse it. */
export const tamper = async (url: string, ...statements: string[]): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('SET session_replication_role = replica')
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}
