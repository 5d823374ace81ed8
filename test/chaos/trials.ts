/**
 * One process after the other is killed, frozen or asked to stop while everything goes on: how long until others do
 * what it did, until the read models have what had happened by then, and how long clients waited.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { type LeaseStanding, leasesIn } from '../../services/lease.ts'
import type { Role } from '../../services/role.ts'
import type { Entry } from './journal.ts'
import type { Torment } from './troubles/trouble.ts'
import type { Slot } from './world.ts'

export type Trial = {
  role: Role
  how: 'killed' | 'frozen' | 'asked to stop'
  /** Milliseconds, all from the moment it was done; nothing of the first where it held no lease. */
  leasesMoved?: number
  /** Of one that was asked to: until it had. */
  ended?: number
  modelsFollowed: number
  longestWait: number
}

type Doing = { torment: Torment; slot: Slot; held: readonly LeaseStanding[]; at: number; head: string }

const LOOK_EVERY_MS = 20
const GIVEN_UP_AFTER_MS = 60_000
/** Of who answers and keeps no lease. */
const FROZEN_MS = 4_000
/** After it wakes, so that it could do harm. */
const AWAKE_MS = 3_000
const CALM_MS = 1_000

export const trials = async (torment: Torment): Promise<Trial[]> => {
  const done: Trial[] = []
  for (const how of ['killed', 'frozen', 'asked to stop'] as const)
    for (const role of ['worker', 'api'] as const) {
      await allUp(torment)
      await sleep(CALM_MS)
      done.push(await tried(torment, role, how))
    }
  await allUp(torment)
  return done
}

const allUp = ({ world }: Torment) => Promise.all(world.slots.map(({ process }) => process.isUp()))

const tried = async (torment: Torment, role: 'worker' | 'api', how: Trial['how']): Promise<Trial> => {
  const { slot, held } = role === 'worker' ? await busiest(torment) : { slot: anyOf(torment, role), held: [] }
  const head = await torment.world.log.head()
  const doing: Doing = { torment, slot, held, head, at: performance.now() }
  const moved = untilMoved(doing)
  const [leasesMoved, ended, modelsFollowed] = await Promise.all([moved, ways[how](doing, moved), untilFollowed(doing)])
  torment.journal.count(`${role} ${how}`)
  const longestWait = longestAmong(torment.journal.entries, doing.at)
  return { role, how, ...(held.length > 0 && { leasesMoved }), ...(ended && { ended }), modelsFollowed, longestWait }
}

const ways: Record<Trial['how'], (doing: Doing, moved: Promise<number>) => Promise<number | undefined>> = {
  killed: async ({ slot, torment }) => {
    await slot.process.kill()
    torment.journal.count('kills')
    return undefined
  },
  frozen: async ({ slot, held }, moved) => {
    await slot.process.freeze(held.length > 0 ? moved : sleep(FROZEN_MS))
    await sleep(AWAKE_MS)
    return undefined
  },
  'asked to stop': async ({ slot, torment, at }) => {
    const status = await slot.process.ask()
    if (status !== 0) torment.journal.findings.push(`a process that was asked to stop ended with ${status}`)
    return Math.round(performance.now() - at)
  },
}

const anyOf = ({ world, random }: Torment, role: Role): Slot =>
  random.pick(world.slots.filter(slot => slot.role === role))

/** Who holds the most leases. */
const busiest = async ({ world }: Torment): Promise<Pick<Doing, 'slot' | 'held'>> => {
  const leases = await leasesOf(world)
  const heldBy = ({ process }: Slot) => leases.filter(({ holder, held }) => held && pidOf(holder) === process.pid())
  const workers = world.slots.filter(({ role }) => role === 'worker').map(slot => ({ slot, held: heldBy(slot) }))
  const [most] = workers.sort((a, b) => b.held.length - a.held.length)
  if (!most || most.held.length === 0) throw new Error('no worker holds a lease')
  return most
}

const leasesOf = ({ query }: Torment['world']): Promise<LeaseStanding[]> =>
  leasesIn({ query: async (text: string) => ({ rows: await query(text) }) } as never)

/** `host:pid:random`. */
const pidOf = (holder: string): number => Number(holder.split(':').at(-2))

const untilMoved = ({ torment, held, at }: Doing): Promise<number> =>
  until(at, async () => {
    const now = await leasesOf(torment.world)
    return held.every(before =>
      now.some(({ name, held, epoch }) => name === before.name && held && epoch > before.epoch),
    )
  })

const MODELS = `SELECT position FROM engine.checkpoints WHERE name LIKE '%@%' AND name NOT LIKE '%-rebuilt@%'`

const untilFollowed = ({ torment: { world }, at, head }: Doing): Promise<number> =>
  until(at, async () => (await world.query<{ position: string }>(MODELS)).every(({ position }) => position >= head))

const until = async (from: number, condition: () => Promise<boolean>): Promise<number> => {
  while (!(await condition())) {
    if (performance.now() - from > GIVEN_UP_AFTER_MS) return Number.POSITIVE_INFINITY
    await sleep(LOOK_EVERY_MS)
  }
  return Math.round(performance.now() - from)
}

/** Of what was under way at that moment, or sent since. */
const longestAmong = (entries: readonly Entry[], from: number): number => {
  const now = performance.now()
  const waits = entries
    .filter(({ endedAt }) => endedAt >= from)
    .map(each => Math.min(each.endedAt, now) - each.invokedAt)
  return Math.round(Math.max(0, ...waits))
}

/** A line each, for people. */
export const trialsText = (all: readonly Trial[]): string =>
  all
    .map(({ role, how, leasesMoved, ended, modelsFollowed, longestWait }) => {
      const moved = leasesMoved === undefined ? '' : `leases held by others after ${leasesMoved} ms, `
      const gone = ended === undefined ? '' : `gone after ${ended} ms, `
      return `${role} ${how}: ${gone}${moved}read models followed after ${modelsFollowed} ms, a client waited ${longestWait} ms at most`
    })
    .join('\n')
