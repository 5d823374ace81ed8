/** Every trouble, and how they come one after the other until all lives are lived. */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  cutConnections,
  outOfConnections,
  readOnly,
  restartFast,
  restartImmediate,
  stallConnections,
} from './database.ts'
import { eventStoreTroubles } from './event-store.ts'
import { killAfterAnswer, killAll, killAnyTime, killAtPoint } from './kills.ts'
import { askToStop, freeze } from './processes.ts'
import { killInRebuild } from './rebuild.ts'
import type { Torment, Trouble } from './trouble.ts'

const everywhere: readonly Trouble[] = [
  killAnyTime,
  killAtPoint,
  killAfterAnswer,
  killAll,
  killInRebuild,
  restartFast,
  restartImmediate,
  cutConnections,
  stallConnections,
  readOnly,
  outOfConnections,
  askToStop,
  freeze,
]

/** `due` tells how many kills there should have been by now: they come as the lives go on, however long those take. */
export type Plan = { due(): number; over(): boolean }

const REST_MS = 50
const MOST_BETWEEN_MS = 400

/** All of them, unless some are said. */
export const torment = async (parts: Torment, { due, over }: Plan, some?: readonly Trouble[]): Promise<void> => {
  const { random, journal, world } = parts
  const troubles = some ?? [...everywhere, ...(world.eventStore ? eventStoreTroubles : [])]
  const lots = troubles.flatMap(trouble => Array.from({ length: trouble.weight }, () => trouble))
  while (!over()) {
    if ((journal.counts.kills ?? 0) >= due()) {
      await sleep(REST_MS)
      continue
    }
    const trouble = random.pick(lots)
    journal.count(`trouble: ${trouble.name}`)
    await trouble.make(parts)
    await Promise.race(world.slots.map(({ process }) => process.isUp()))
    await sleep(random.below(MOST_BETWEEN_MS))
  }
}
