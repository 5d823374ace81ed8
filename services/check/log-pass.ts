/** One pass over the log for all who watch it. */
import type { Context, Finding, LogCheck, Progress, Watcher } from './check.ts'
import { eventsUpTo } from './snapshot.ts'

export type Found = { check: LogCheck; finding: Finding }

export async function* logPass(
  checks: readonly LogCheck[],
  context: Context,
  progress: Progress,
): AsyncGenerator<Found> {
  const watching: { check: LogCheck; watcher: Watcher }[] = []
  for (const check of checks) watching.push({ check, watcher: await check.begin(context) })
  progress.expect(context.expected)
  for await (const page of eventsUpTo(context.store, context.head)) {
    for (const event of page)
      for (const { check, watcher } of watching) {
        const finding = watcher.see(event)
        if (finding) yield { check, finding }
      }
    progress.did(page.length)
  }
  for (const { check, watcher } of watching)
    for (const finding of (await watcher.end?.()) ?? []) yield { check, finding }
}
