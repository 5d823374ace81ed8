/** Everything that follows the log has come to its end, and is what a fresh fold of the log gives. */
import pino from 'pino'
import { civilDay } from '../../../engine/clock.ts'
import { readModels } from '../../../projections/index.ts'
import { waitingTable } from '../../../projections/running-deadlines.ts'
import { checksOf } from '../../../services/check/checks.ts'
import { runChecks } from '../../../services/check/run-checks.ts'
import { inContext } from '../../../services/check/snapshot.ts'
import { readConfig } from '../../../services/config.ts'
import { served } from '../served.ts'
import type { Check, Evidence } from './evidence.ts'

type Checkpoint = { name: string; position: string; stopped_why: string | null }

/** What a rebuild left that was broken off is nobody's: the next one throws it away. */
const FOLLOWERS = `SELECT name, position, stopped_why FROM engine.checkpoints WHERE name NOT LIKE '%-rebuilt@%'
                   UNION ALL SELECT 'log tree', position, NULL FROM log_tree.standing`

/** What is not at the log's end, or has stopped; and a life in which something was due by then. */
export const behind = async ({ query, log }: Pick<Evidence, 'query' | 'log'>, now: Date): Promise<string[]> => [
  ...(await followersBehind(query, await log.head())),
  ...(await overdue(query, now)),
]

export const overdue = async (query: Evidence['query'], now: Date): Promise<string[]> => {
  const due = `SELECT stream, next FROM ${waitingTable} WHERE next <= $1 LIMIT 1`
  const rows = await query<{ stream: string; next: string }>(due, [civilDay(now)])
  return rows.map(({ stream, next }) => `${stream} has something that was due on ${next}`)
}

const followersBehind = async (query: Evidence['query'], head: string): Promise<string[]> => {
  const rows = await query<Checkpoint>(FOLLOWERS)
  return rows.flatMap(({ name, position, stopped_why: why }) => {
    if (why) return [`${name} has stopped: ${why}`]
    return position === head ? [] : [`${name} stands at ${position}, the log at ${head}`]
  })
}

export const caughtUp: Check = {
  name: 'caught up',
  promise: 'every follower reaches the end of the log by itself, and none has stopped',
  find: evidence => behind(evidence, evidence.restedAt),
}

/** What an operator runs: chains, counters, claims, signatures, read models and files against the log. */
export const operatorsCheck: Check = {
  name: "operator's check",
  promise: 'npx gongchuang check finds no difference',
  find: async ({ url, eventStore, folder }) =>
    inContext(
      { databaseUrl: url, eventStore, logger: pino({ level: 'silent' }) },
      { config: readConfig({ DATA_DIR: folder }), outside: [], workflows: served, readModels },
      async context => {
        const { logChecks, checks } = checksOf(eventStore)
        const report = await runChecks(context, logChecks, checks, noBar)
        return report.clean() ? [] : [report.text([...logChecks, ...checks])]
      },
    ),
}

const noBar = () => ({ expect: () => undefined, did: () => undefined, stop: () => undefined })
