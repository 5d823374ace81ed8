/** The log of the rebuild, checked (chains, tree, roots of heads), and the same events read in the same pages. */

import { readModels } from '../projections/index.ts'
import { chains } from '../services/check/chains.ts'
import type { LogCheck } from '../services/check/check.ts'
import { freshFolds } from '../services/check/read-models.ts'
import { roots } from '../services/check/roots.ts'
import { runChecks } from '../services/check/run-checks.ts'
import { headIn, inSnapshot, logPages } from '../services/check/snapshot.ts'
import { readConfig } from '../services/config.ts'
import { workflows } from '../workflows/index.ts'
import type { Measure } from './support.ts'

export type CheckBench = { reading: Measure; chainsAndRoots: Measure; folds: Measure }

export const checkBench = (url: string): CheckBench => ({
  reading: () =>
    inSnapshot(url, async client => {
      const start = performance.now()
      let events = 0
      for await (const page of logPages(client)) events += page.length
      return (events / (performance.now() - start)) * 1_000
    }),
  chainsAndRoots: () => checking(url, [chains, roots]),
  folds: () => checking(url, [freshFolds]),
})

const noBar = () => ({ expect: () => undefined, did: () => undefined, stop: () => undefined })

const checking = (url: string, checks: readonly LogCheck[]): Promise<number> =>
  inSnapshot(url, async client => {
    const head = await headIn(client)
    const context = { client, head, config: readConfig({}), outside: [], workflows, readModels }
    const start = performance.now()
    const report = await runChecks(context, checks, [], noBar)
    if (!report.clean()) throw new Error(report.text(checks))
    return (head / (performance.now() - start)) * 1_000
  })
