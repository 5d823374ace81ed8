/** The log of the rebuild, checked (chains, tree, roots of heads), and the same events read in the same pages. */

import { readModels } from '../projections/index.ts'
import { chains } from '../services/check/chains.ts'
import type { LogCheck } from '../services/check/check.ts'
import { freshFolds } from '../services/check/read-models.ts'
import { roots } from '../services/check/roots.ts'
import { runChecks } from '../services/check/run-checks.ts'
import { eventsUpTo, inContext } from '../services/check/snapshot.ts'
import { readConfig } from '../services/config.ts'
import { workflows } from '../workflows/index.ts'
import { logger, type Measure } from './support.ts'

export type CheckBench = { reading: Measure; chainsAndRoots: Measure; folds: Measure }

export const checkBench = (url: string): CheckBench => ({
  reading: () =>
    inContext(where(url), told, async ({ store, head }) => {
      const start = performance.now()
      let events = 0
      for await (const page of eventsUpTo(store, head)) events += page.length
      return (events / (performance.now() - start)) * 1_000
    }),
  chainsAndRoots: () => checking(url, [chains, roots]),
  folds: () => checking(url, [freshFolds]),
})

const told = { config: readConfig({}), outside: [], workflows, readModels }
const where = (databaseUrl: string) => ({ databaseUrl, eventStore: undefined, logger })

const counting = (did: (more: number) => void) => () => ({ expect: () => undefined, did, stop: () => undefined })

const checking = (url: string, checks: readonly LogCheck[]): Promise<number> =>
  inContext(where(url), told, async context => {
    const start = performance.now()
    let events = 0
    const bar = counting(more => {
      events += more
    })
    const report = await runChecks(context, checks, [], bar)
    if (!report.clean()) throw new Error(report.text(checks))
    return (events / (performance.now() - start)) * 1_000
  })
