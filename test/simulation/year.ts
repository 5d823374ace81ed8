/**
 * Time in the sample district, on a simulated clock: its people send what they would send, deadlines fall due, policies
 * follow; one thing after another. With the same seed and first day the log is the same, byte for byte.
 */
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { addDays, dayBegins, simulatedClock } from '../../engine/clock.ts'
import type { EventStore } from '../../engine/event-store.ts'
import { seededRandomness } from '../../engine/randomness.ts'
import { buildApp } from '../../services/api/app.ts'
import { readConfig } from '../../services/config.ts'
import { found } from '../../services/founding.ts'
import type { Draft } from '../../services/lists/lists.ts'
import { localIssuer } from '../../services/local-issuer.ts'
import { passTime, settled } from '../../services/passing-time.ts'
import { openRuntime, type Runtime } from '../../services/runtime.ts'
import type { Cast } from '../../services/sample/cast.ts'
import type { Papers } from '../../services/sample/papers.ts'
import { setTheScene } from '../../services/sample/story.ts'
import { StoryRefused, type Storyteller, storyteller } from '../../services/sample/storyteller.ts'
import { inOrder, type Moment, momentsOf, projectOf } from '../../services/sample/telling.ts'
import { rootKeys } from '../support/root-keys.ts'
import { chanceFrom } from './chance.ts'
import { drawLives } from './lives.ts'

export type Simulation = {
  databaseUrl: string
  seed: string
  /** The first day. */
  from: string
  days: number
  projects: number
  /** Hears how many days have passed. */
  told?(days: number): void
}

export type Report = {
  events: number
  /** Over what is kept of every event, in the order of the log. */
  sha256: string
  /** How many events, by their type. */
  types: Record<string, number>
  /** How many events each system post recorded. */
  posts: Record<string, number>
  /** What the chart or a rule refused to those who came too late. */
  refused: number
  parked: number
}

/** Before offices open. */
const FIRST_HOUR_MS = 8.5 * 3_600_000

export const simulate = async (simulation: Simulation): Promise<Report> => {
  const { seed, from, days } = simulation
  const folder = await mkdtemp(join(tmpdir(), 'gongchuang-simulation-'))
  const clock = simulatedClock(new Date(dayBegins(from).getTime() + FIRST_HOUR_MS))
  const local = await localIssuer(folder, 'gongchuang')
  const logger = pino({ level: 'error' }, pino.destination(2))
  const runtime = await openRuntime({
    databaseUrl: simulation.databaseUrl,
    rootKeys,
    files: readConfig({ DATA_DIR: folder }).files,
    issuer: local,
    logger,
    clock,
    random: seededRandomness(seed),
    hurried: true,
  })
  const app = await buildApp(runtime, logger)
  try {
    await found(runtime)
    const until = dayBegins(addDays(from, days))
    const words = { app, runtime, clock, local, lastDay: addDays(from, days), days, until }
    const refused = await live(oneByOne(storyteller(words), runtime), simulation)
    if (until > clock.now()) await passTime(runtime, clock, until)
    await settled(runtime)
    return { ...(await told(runtime.store)), refused, parked: (await runtime.policies.standing()).parked }
  } finally {
    await app.close()
    await runtime.close()
    await rm(folder, { recursive: true })
  }
}

/** What follows from something has followed before somebody does the next thing. */
const oneByOne = (teller: Storyteller, runtime: Runtime): Storyteller => {
  const thenSettled = async <T>(work: Promise<T>): Promise<T> => work.finally(() => settled(runtime))
  return {
    ...teller,
    as: person => request => thenSettled(teller.as(person)(request)),
    tell: (...asked) => thenSettled(teller.tell(...asked)),
  }
}

type Scene = { cast: Cast; needs: readonly Draft[]; papers: Papers }

/** How many were refused. A life whose step is refused is told no further: others have decided about it meanwhile. */
const live = async (teller: Storyteller, { seed, days, projects, told }: Simulation): Promise<number> => {
  const over = new Set<object>()
  for (const moments of inOrder(momentsIn(await setTheScene(teller), teller, seed, projects, days))) {
    const [{ daysBefore, hour }] = moments
    await teller.at(daysBefore, hour)
    told?.(days - daysBefore)
    for (const { life, tell } of moments) if (!over.has(life) && !(await isTaken(tell()))) over.add(life)
  }
  return over.size
}

const momentsIn = (
  { cast, needs, papers }: Scene,
  teller: Storyteller,
  seed: string,
  projects: number,
  days: number,
): (Moment & { life: object })[] => {
  const ids = new Map<string, string>()
  const chance = chanceFrom(seededRandomness(`${seed}: what people do`))
  return drawLives(chance, projects, days, needs)
    .flatMap(({ life, draft }) =>
      momentsOf(projectOf(life, [draft], papers), teller, cast, ids).map(moment => ({ ...moment, life })),
    )
    .filter(({ daysBefore }) => daysBefore >= 0)
}

const isTaken = (telling: Promise<void>): Promise<boolean> =>
  telling.then(
    () => true,
    error => {
      if (error instanceof StoryRefused) return false
      throw error
    },
  )

const told = async (store: EventStore) => {
  const hash = createHash('sha256')
  const [types, posts] = [new Map<string, number>(), new Map<string, number>()]
  let events = 0
  for (let page = await store.readAll(); page.length > 0; page = await store.readAll(page.at(-1)?.position)) {
    for (const { stream, revision, id, type, data, metadata } of page) {
      hash.update(`${JSON.stringify([stream, revision, id, type, data, metadata])}\n`)
      count(types, type)
      const { person } = JSON.parse(metadata) as { person: string }
      if (person.startsWith('system:')) count(posts, person)
    }
    events += page.length
  }
  return { events, sha256: hash.digest('hex'), types: sorted(types), posts: sorted(posts) }
}

const count = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1)

const sorted = (counts: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...counts].sort(([, one], [, other]) => other - one))
