/** Where everything takes place: a world with its people, a client for whoever acts, and a witness of the log. */
import { setTimeout as sleep } from 'node:timers/promises'
import { answers, type Role } from '../../services/role.ts'
import { randomFrom } from '../fuzz/random.ts'
import { proof } from '../support/micro-project.ts'
import { type Cast, castOf } from './cast.ts'
import { behind } from './checks/followed.ts'
import type { Client } from './deliver.ts'
import { noteWhoWrites } from './fencing.ts'
import { found } from './founding.ts'
import { type Journal, openJournal } from './journal.ts'
import type { Torment } from './troubles/trouble.ts'
import { type Witness, watchLog } from './witness.ts'
import { type Opened, openWorld, type Slot, type World } from './world.ts'

/** All that a story needs, but for its people; they are told of the first. */
export type Ground = {
  world: World
  journal: Journal
  witness: Witness
  client: Client
  founder: string
  torment: Torment
}
export type Scene = Ground & { cast: Cast }

export type Opening = Partial<Opened> & { seed: number }

export const APART: readonly Role[] = ['api', 'api', 'worker', 'worker']

export const openScene = async (opening: Opening): Promise<Scene> => {
  const ground = await openGround(opening)
  const { client, founder } = ground
  await upload(client, await client.token(founder))
  return { ...ground, cast: await castOf(client, founder) }
}

/** Two that do all unless said. */
export const openGround = async ({ seed, roles = ['all', 'all'], eventStore }: Opening): Promise<Ground> => {
  const world = await openWorld({ roles, eventStore })
  const journal = openJournal()
  const bell = bells()
  const client: Client = {
    slots: world.slots.filter(({ role }) => answers(role)),
    journal,
    random: randomFrom(seed),
    token: tokens(world),
    answered: bell.ring,
  }
  await Promise.all(world.slots.map(({ process }) => process.isUp()))
  await noteWhoWrites(world)
  const founder = await found(world)
  const witness = watchLog(world)
  const torment = { world, journal, random: randomFrom(seed + 1), nextAnswer: bell.next }
  return { world, journal, witness, client, founder, torment }
}

/** What the lives left behind falls due at once. */
const DAYS_LATER = 20

/** Everything that follows the log comes to its end, if it does; the processes are ended. By their clock, when. */
export const bringToRest = async ({ world, journal, witness }: Ground): Promise<Date> => {
  world.pass(DAYS_LATER * DAY_SECONDS * 1_000)
  const restedAt = world.now()
  await settled(world, restedAt)
  await witness.stop()
  for (const [n, { process }] of world.slots.entries())
    if (process.diedByItself() > 0)
      journal.findings.push(`process ${n + 1} ended ${process.diedByItself()} times by itself`)
  await world.rest()
  return restedAt
}

const SETTLED_WITHIN_MS = 120_000

/** What does not get there by itself is for the checks to say. */
const settled = async (world: World, now: Date): Promise<void> => {
  const until = performance.now() + SETTLED_WITHIN_MS
  while (performance.now() < until && (await behind(world, now)).length > 0) await sleep(100)
}

const bells = () => {
  const waiting = new Set<(slot: Slot) => void>()
  return {
    next: () => new Promise<Slot>(resolve => void waiting.add(resolve)),
    ring: (slot: Slot) => {
      for (const hear of waiting) hear(slot)
      waiting.clear()
    },
  }
}

const DAY_SECONDS = 86_400
const SIGNED_FOR_DAYS = 30
const USED_FOR_DAYS = 20

/** Signed anew in good time: the clock moves fast here. */
const tokens = ({ issuer, now }: World): Client['token'] => {
  const known = new Map<string, { token: Promise<string>; until: number }>()
  return person => {
    const before = known.get(person)
    if (before && before.until > now().getTime()) return before.token
    const token = issuer.sign(person, now(), SIGNED_FOR_DAYS * DAY_SECONDS)
    known.set(person, { token, until: now().getTime() + USED_FOR_DAYS * DAY_SECONDS * 1_000 })
    return token
  }
}

/** The one file that all evidence names. */
const upload = async ({ slots }: Pick<Client, 'slots'>, token: string): Promise<void> => {
  const response = await fetch(`${slots[0]?.process.address()}/v1/files?name=${encodeURIComponent(proof.name)}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
    body: `${proof.name}（测试）`,
  })
  if (!response.ok) throw new Error(`the evidence could not be sent: ${await response.text()}`)
}
