/**
 * Loads the sample district: its lists and half a year of its life, told by commands over the same HTTP
 * routes as everybody's, with a simulated clock that this loader owns. Nothing listens meanwhile; the last
 * day told is the day of loading.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { z } from 'zod'
import { addDays, type Clock, civilDay, simulatedClock, systemClock } from '../../engine/clock.ts'
import type { Position } from '../../engine/event-store.ts'
import { buildApp } from '../api/app.ts'
import type { FilesConfig } from '../files/config.ts'
import { found } from '../founding.ts'
import { jsonOrNothing } from '../json.ts'
import type { LocalIssuer } from '../local-issuer.ts'
import { openLog } from '../log.ts'
import { migrate } from '../migrate.ts'
import { passTime } from '../passing-time.ts'
import { poolOf } from '../pools.ts'
import type { RootKeys } from '../root-keys.ts'
import { openRuntime, type RuntimeOptions } from '../runtime.ts'
import { STORY_DAYS, tellStory } from './story.ts'
import { storyteller } from './storyteller.ts'

type Opening = Pick<RuntimeOptions, 'databaseUrl' | 'eventStore' | 'logger'>

/** On an empty log, unless told otherwise; and always where an earlier loading into this very log was cut short. */
export const sampleIsWanted = async (
  opening: Opening,
  options: { empty: boolean; dataDir: string },
): Promise<boolean> => {
  const { origin, head } = await lookAt(opening)
  return (await unfinished(options.dataDir, origin)) !== undefined || (!options.empty && head === origin)
}

const lookAt = async ({ databaseUrl, eventStore, logger }: Opening): Promise<{ origin: Position; head: Position }> => {
  const pool = poolOf(databaseUrl, logger)
  await migrate(pool)
  const store = openLog({ pool, logger, eventStore })
  try {
    return { origin: await store.origin(), head: await store.head() }
  } finally {
    await store.close()
    await pool.end()
  }
}

export const loadSample = async (words: {
  databaseUrl: string
  eventStore?: RuntimeOptions['eventStore']
  rootKeys: RootKeys
  files: FilesConfig
  local: LocalIssuer
  logger: Logger
  dataDir: string
  today?: Clock
  story?: typeof tellStory
}): Promise<void> => {
  const { origin } = await lookAt(words)
  const lastDay = (await unfinished(words.dataDir, origin)) ?? civilDay((words.today ?? systemClock).now())
  await note(words.dataDir, { log: origin, lastDay })
  const clock = simulatedClock(new Date(`${addDays(lastDay, -STORY_DAYS)}T00:30:00Z`))
  const runtime = await openRuntime({
    databaseUrl: words.databaseUrl,
    eventStore: words.eventStore,
    rootKeys: words.rootKeys,
    files: words.files,
    issuer: words.local,
    logger: words.logger,
    clock,
    hurried: true,
  })
  const app = await buildApp(runtime, words.logger)
  try {
    await found(runtime)
    const until = (words.today ?? systemClock).now()
    await (words.story ?? tellStory)(
      storyteller({ app, runtime, clock, local: words.local, lastDay, days: STORY_DAYS, until }),
    )
    // What falls due by the moment of loading has fallen due on its day.
    if (until > clock.now()) await passTime(runtime, clock, until)
    await rm(noteIn(words.dataDir), { force: true })
  } finally {
    await app.close()
    await runtime.close()
  }
}

// A loading that was cut short is told again from the beginning with the same last day: every command has
// its key, so what was told already is not told twice.

const noteIn = (dataDir: string): string => join(dataDir, 'sample-being-loaded')

const noted = z.object({ log: z.string(), lastDay: z.iso.date() })

/** The last day of a loading into this log that was cut short. */
const unfinished = async (dataDir: string, log: Position): Promise<string | undefined> => {
  const text = await readFile(noteIn(dataDir), 'utf8').catch(() => '{}')
  const { data } = noted.safeParse(jsonOrNothing(text))
  return data?.log === log ? data.lastDay : undefined
}

const note = async (dataDir: string, begun: z.infer<typeof noted>): Promise<void> => {
  await mkdir(dataDir, { recursive: true })
  await writeFile(noteIn(dataDir), JSON.stringify(begun))
}
