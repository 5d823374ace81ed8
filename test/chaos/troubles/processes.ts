/** A process is asked to stop, or stands still and wakes up again. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Trouble } from './trouble.ts'

export const askToStop: Trouble = {
  name: 'ask to stop',
  weight: 1,
  make: async ({ world, random, journal }) => {
    const status = await random.pick(world.slots).process.ask()
    if (status !== 0 && status !== null) journal.findings.push(`a process that was asked to stop ended with ${status}`)
  },
}

/** Longer than a lease: another takes its work over, and it must not go on with it when it wakes up. */
const FROZEN_MS = [500, 2_000, 9_000]

export const freeze: Trouble = {
  name: 'freeze',
  weight: 1,
  make: ({ world, random }) => random.pick(world.slots).process.freeze(sleep(random.pick(FROZEN_MS))),
}
