/** `npx gongchuang check`: is the log what it was, and does everything that follows from it agree with it? */
import { parseArgs } from 'node:util'
import { Presets, SingleBar } from 'cli-progress'
import type { SignedHead } from '../../engine/log-head.ts'
import { readModels } from '../../projections/index.ts'
import { workflows } from '../../workflows/index.ts'
import { readConfig } from '../config.ts'
import { borrowDatabase } from '../database.ts'
import { headsIn } from '../heads-file.ts'
import { loggerAt } from '../logger.ts'
import type { SubCommand } from '../sub-command.ts'
import { checksOf } from './checks.ts'
import type { Report } from './report.ts'
import { type Bar, runChecks } from './run-checks.ts'
import { inContext } from './snapshot.ts'
import { standingText } from './standing.ts'

export const checkCommand: SubCommand = {
  usage: 'check [--head FILE]',
  about: `checks the log in DATA_DIR, at DATABASE_URL or at EVENTSTORE_URL, and what follows from it; 1 where anything differs
    --head  a head of the log, or one a line, that was kept outside: does the log still begin with it?`,
  run: async args => {
    const { values } = parseArgs({ args, options: { head: { type: 'string' } } })
    const { report, text } = await checkConfigured(values.head === undefined ? [] : await headsIn(values.head))
    process.stdout.write(text)
    return report.clean() ? 0 : 1
  },
}

const checkConfigured = async (outside: readonly SignedHead[]): Promise<{ report: Report; text: string }> => {
  const config = readConfig(process.env)
  const logger = loggerAt(config.logLevel)
  const { eventStore } = config
  const { logChecks, checks } = checksOf(eventStore)
  const database = await borrowDatabase(config, logger)
  try {
    const where = { databaseUrl: database.url, eventStore, logger }
    return await inContext(where, { config, outside, workflows, readModels }, async context => {
      const standing = await standingText(context)
      const report = await runChecks(context, logChecks, checks, terminalBar)
      return { report, text: standing + report.text([...logChecks, ...checks]) }
    })
  } finally {
    await database.stop()
  }
}

const terminalBar: Bar = ({ zh, en }) => {
  const bar = new SingleBar({ format: `{bar} {percentage}%  ${zh} ${en}`, noTTYOutput: false }, Presets.shades_classic)
  bar.start(1, 0)
  return { expect: total => bar.setTotal(total), did: more => bar.increment(more), stop: () => bar.stop() }
}
