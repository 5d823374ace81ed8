/**
 * Follows the log from its first event while everything goes on, and remembers what stood where. What was once seen
 * must stand there for ever, and nothing may appear behind what was seen: then the order of positions is the order of
 * commits.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { World } from './world.ts'

export type Witness = {
  /** The ids by position, from 1. */ ids: readonly string[]
  findings: readonly string[]
  stop(): Promise<void>
}

type Row = { position: string; id: string }

const LOOK_EVERY_MS = 15
const READ = 'SELECT e.position::text, id FROM log.events e WHERE e.position > $1 ORDER BY e.position LIMIT 5000'

export const watchLog = (world: Pick<World, 'query'>): Witness => {
  const ids: string[] = []
  const findings: string[] = []
  let watching = true
  const look = async (): Promise<number> => {
    const rows = await world.query<Row>(READ, [ids.length])
    for (const { position, id } of rows) {
      if (Number(position) !== ids.length + 1)
        findings.push(`position ${position} was seen when ${ids.length + 1} was not there yet`)
      ids[Number(position) - 1] = id
    }
    return rows.length
  }
  const watched = (async () => {
    while (watching) {
      await look()
      await sleep(LOOK_EVERY_MS)
    }
    while ((await look()) > 0);
  })()
  return {
    ids,
    findings,
    stop: async () => {
      watching = false
      await watched
    },
  }
}
