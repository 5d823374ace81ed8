/** Whether a log keeps what it promises of claims, by the check that an operator runs. */
import type { EventStore } from '../../engine/event-store.ts'
import type { Finding, Watcher } from '../../services/check/check.ts'
import { claims } from '../../services/check/claims.ts'

/** Every difference, in the order of the log. */
export const claimFindings = async (store: EventStore): Promise<Finding[]> => {
  const watcher = (await claims.begin({} as never)) as Watcher
  const findings: Finding[] = []
  let ordinal = 0
  for (let after: string | undefined; ; ) {
    const page = await store.readAll(after, 1_000)
    for (const event of page) {
      const finding = watcher.see({ ...event, ordinal: ++ordinal })
      if (finding) findings.push(finding)
    }
    if (page.length < 1_000) return findings
    after = page.at(-1)?.position
  }
}
