/** Makes every check on one snapshot. */
import type { Title } from '../../engine/definition.ts'
import type { Check, Context, LogCheck, Progress } from './check.ts'
import { logPass } from './log-pass.ts'
import { makeReport, type Report } from './report.ts'

/** Shows how far one step has come. */
export type Bar = (step: Title) => Progress & { stop(): void }

const THE_LOG: Title = { zh: '日志', en: 'log' }

export const runChecks = async (
  context: Context,
  logChecks: readonly LogCheck[],
  checks: readonly Check[],
  bar: Bar,
): Promise<Report> => {
  const report = makeReport()
  await withBar(bar, THE_LOG, async progress => {
    for await (const { check, finding } of logPass(logChecks, context, progress)) report.add(check, finding)
  })
  for (const check of checks)
    await withBar(bar, check, async progress => {
      for await (const finding of check.run(context, progress)) {
        report.add(check, finding)
        if (report.enough(check)) break
      }
    })
  return report
}

const withBar = async (bar: Bar, step: Title, work: (progress: Progress) => Promise<void>): Promise<void> => {
  const shown = bar(step)
  await work(shown).finally(shown.stop)
}
