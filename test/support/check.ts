/** Checking a test's database as `npx gongchuang check` does, and changing a log as only its superuser can. */
import pg from 'pg'
import type { SignedHead } from '../../engine/log-head.ts'
import { readModels } from '../../projections/index.ts'
import { checks, logChecks } from '../../services/check/checks.ts'
import { runChecks } from '../../services/check/run-checks.ts'
import { headIn, inSnapshot } from '../../services/check/snapshot.ts'
import { readConfig } from '../../services/config.ts'
import { workflows } from '../../workflows/index.ts'
import { purse } from './purse.ts'

const noBar = () => ({ expect: () => undefined, did: () => undefined, stop: () => undefined })

/** What the command would print. */
export const checked = async (url: string, outside: readonly SignedHead[] = [], dataDir = ''): Promise<string> =>
  inSnapshot(url, async client => {
    const config = readConfig({ DATA_DIR: dataDir })
    const every = [...workflows, purse]
    const context = { client, head: await headIn(client), config, outside, workflows: every, readModels }
    return (await runChecks(context, logChecks, checks, noBar)).text([...logChecks, ...checks])
  })

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
