/**
 * Follows the log from its first event while everything goes on, and remembers what it saw, in order. That must stand
 * there for ever, and nothing may appear in between: then the order of positions is the order of commits.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { pagesOf } from './direct.ts'
import type { World } from './world.ts'

export type Seen = { position: string; id: string }

export type Witness = {
  seen: readonly Seen[]
  findings: readonly string[]
  stop(): Promise<void>
}

const LOOK_EVERY_MS = 15

export const watchLog = ({ log }: Pick<World, 'log'>): Witness => {
  const seen: Seen[] = []
  const findings: string[] = []
  let watching = true
  const look = async (): Promise<void> => {
    for await (const page of pagesOf(log, seen.at(-1)?.position))
      for (const { position, id } of page) {
        const last = seen.at(-1)
        if (last && position <= last.position)
          findings.push(`${position} was read after ${last.position}, which is not before it`)
        seen.push({ position, id })
      }
  }
  const watched = (async () => {
    while (watching) {
      await look()
      await sleep(LOOK_EVERY_MS)
    }
    await look()
  })()
  return {
    seen,
    findings,
    stop: async () => {
      watching = false
      await watched
    },
  }
}
