/** The database goes away, is slow, or refuses; connections to it and to an EventStoreDB beside it break. */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Stop } from '../own-postgres.ts'
import { proxiesOf } from '../world.ts'
import type { Torment, Trouble } from './trouble.ts'

const restart = (how: Stop): Trouble => ({
  name: `restart PostgreSQL (${how})`,
  weight: 1,
  make: ({ world }) => world.postgres.restart(how),
})

export const restartFast = restart('fast')
export const restartImmediate = restart('immediate')

export const cutConnections: Trouble = {
  name: 'cut connections',
  weight: 3,
  make: async ({ world, random, journal }) => {
    const percent = random.pick([30, 60, 100])
    journal.count('connections cut', random.pick(proxiesOf(random.pick(world.slots))).cut(percent))
  },
}

export const stallConnections: Trouble = {
  name: 'stall connections',
  weight: 2,
  make: ({ world, random }) => random.pick(proxiesOf(random.pick(world.slots))).stall(200 + random.below(1_500)),
}

const REFUSES_MS = 800

export const readOnly: Trouble = {
  name: 'read-only store',
  weight: 1,
  make: async ({ world }) => {
    await set(world, 'on')
    await sleep(REFUSES_MS)
    await set(world, 'off')
  },
}

const set = async ({ query }: Torment['world'], value: 'on' | 'off'): Promise<void> => {
  await query(`ALTER SYSTEM SET default_transaction_read_only = ${value}`)
  await query('SELECT pg_reload_conf()')
}

/** All connections are taken, and those of one process are cut: it finds no other. */
export const outOfConnections: Trouble = {
  name: 'out of connections',
  weight: 1,
  make: async ({ world, random }) => {
    const taken = await takeAll(world.place().url)
    random.pick(world.slots).proxy.cut(100)
    await sleep(REFUSES_MS)
    await Promise.all(taken.map(client => client.end().catch(() => undefined)))
  },
}

const MOST = 200

const takeAll = async (url: string): Promise<pg.Client[]> => {
  const taken: pg.Client[] = []
  while (taken.length < MOST) {
    const client = new pg.Client({ connectionString: url })
    client.on('error', () => undefined)
    try {
      await client.connect()
    } catch {
      break
    }
    taken.push(client)
  }
  return taken
}
