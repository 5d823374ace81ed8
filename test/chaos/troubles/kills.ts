/** SIGKILL: at any time, at a named moment, and when a client has just heard of success. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type KillPoint, killPoints, policyPoints } from '../kill-points.ts'
import type { Trap } from '../proxy/connection.ts'
import { proxiesOf, type Slot } from '../world.ts'
import type { Torment, Trouble } from './trouble.ts'

/** A moment that does not come is waited for no longer. */
const MOMENT_WITHIN_MS = 4_000

export const killAnyTime: Trouble = {
  name: 'kill at any time',
  weight: 3,
  make: async torment => {
    const up = torment.world.slots.filter(({ process }) => process.address())
    if (up.length > 0) await kill(torment, torment.random.pick(up), 'at any time')
  },
}

const killAt = (what: string, points: readonly KillPoint[]): Trouble => ({
  name: `kill at ${what}`,
  weight: 12,
  make: async torment => {
    const { name, when, at } = torment.random.pick(points)
    const slot = await caught(torment.world.slots, { when, at })
    if (slot) await kill(torment, slot, name)
    else torment.journal.count(`moment that did not come: ${name}`)
  },
})

export const killAtPoint = killAt('a point', killPoints)
export const killAtPolicy = killAt('a point of policies', policyPoints)

export const killAfterAnswer: Trouble = {
  name: 'kill after an answer',
  weight: 2,
  make: async torment => {
    const slot = await Promise.race([torment.nextAnswer(), sleep(MOMENT_WITHIN_MS)])
    if (slot) await kill(torment, slot, 'after an answer')
  },
}

/** All at once: nobody is left who remembers anything. */
export const killAll: Trouble = {
  name: 'kill all',
  weight: 1,
  make: async torment =>
    void (await Promise.all(torment.world.slots.map(slot => kill(torment, slot, 'all of them at once')))),
}

export const kill = async ({ journal }: Torment, { process }: Slot, where: string): Promise<void> => {
  if (!process.address()) return
  await process.kill()
  journal.count('kills')
  journal.count(`killed ${where}`)
}

/** The first process that comes to the moment; it stands still there. */
export const caught = async (slots: readonly Slot[], { when, at }: Omit<Trap, 'spring'>): Promise<Slot | undefined> => {
  const traps = new Map<Slot, Trap>()
  const sprung = new Promise<Slot>(resolve => {
    for (const slot of slots) {
      const trap: Trap = { when, at, spring: () => resolve(slot) }
      traps.set(slot, trap)
      for (const { traps: set } of proxiesOf(slot)) set.add(trap)
    }
  })
  const slot = await Promise.race([sprung, sleep(MOMENT_WITHIN_MS)])
  for (const [each, trap] of traps) for (const { traps: set } of proxiesOf(each)) set.delete(trap)
  return slot ?? undefined
}
