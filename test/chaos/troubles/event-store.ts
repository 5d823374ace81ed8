/** The EventStoreDB goes away, stands still, or is slow to reach. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { OwnEventStore } from '../own-eventstore.ts'
import type { StoreProxy } from '../proxy/proxy.ts'
import type { Torment, Trouble } from './trouble.ts'

const own = ({ world }: Torment): OwnEventStore => {
  if (!world.eventStore) throw new Error('this world has no EventStoreDB')
  return world.eventStore
}

const restart = (how: 'kill' | 'stop', weight: number): Trouble => ({
  name: `restart EventStoreDB (${how})`,
  weight,
  make: torment => own(torment).restart(how),
})

/** Shorter and longer than an append is waited for. */
const FROZEN_MS = [700, 3_000, 8_000]

const freeze: Trouble = {
  name: 'freeze EventStoreDB',
  weight: 2,
  make: torment => own(torment).freeze(torment.random.pick(FROZEN_MS)),
}

const DELAYS_MS = [20, 150, 600]
const SLOW_FOR_MS = 3_000

const slow: Trouble = {
  name: 'slow connections to EventStoreDB',
  weight: 2,
  make: async ({ world, random }) => {
    const proxy = random.pick(world.slots).logProxy as StoreProxy
    proxy.slow(random.pick(DELAYS_MS))
    await sleep(SLOW_FOR_MS)
    proxy.slow(0)
  },
}

export const eventStoreTroubles: readonly Trouble[] = [restart('kill', 4), restart('stop', 1), freeze, slow]
