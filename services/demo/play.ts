/** Plays the demonstration in a database of its own, and has the decision pack verified by the command that everybody uses. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import pino from 'pino'
import { addDays, simulatedClock } from '../../engine/clock.ts'
import type { SignedHead } from '../../engine/log-head.ts'
import { buildApp } from '../api/app.ts'
import { verifyCommand } from '../decision-pack/command.ts'
import type { FilesConfig } from '../files/config.ts'
import { found } from '../founding.ts'
import type { LocalIssuer } from '../local-issuer.ts'
import { settled } from '../passing-time.ts'
import type { RootKeys } from '../root-keys.ts'
import { openRuntime, type RuntimeOptions } from '../runtime.ts'
import { storyteller } from '../sample/storyteller.ts'
import { type Line, type Stage, stageFor } from './stage.ts'
import { DAYS, type Told } from './story.ts'
import type { Round } from './told.ts'

/** A Monday, unless another day is said. */
const FIRST_DAY = '2026-01-05'

export type Playing = Pick<RuntimeOptions, 'databaseUrl' | 'eventStore'> & {
  /** For heads of the log that are kept beside it, and the pack. */
  folder: string
  rootKeys: RootKeys
  files: FilesConfig
  local: LocalIssuer
  firstDay?: string
  /** What is told. */
  tell(stage: Stage): Promise<Told>
  say: Line
}

/** Where packs and heads were kept (the pack of a bureau, and that of whoever holds no post), and the exit status of the verification. */
export type Played = { pack: string; publicPack: string; heads: string; status: number }

export const play = async (words: Playing): Promise<Played> => {
  const { databaseUrl, eventStore, rootKeys, files, local, folder, firstDay = FIRST_DAY } = words
  const clock = simulatedClock(new Date(`${firstDay}T00:30:00Z`))
  const heads = join(folder, 'heads.jsonl')
  const runtime = await openRuntime({
    databaseUrl,
    eventStore,
    rootKeys,
    files,
    issuer: local,
    logger,
    clock,
    hurried: true,
    heads: { events: 1_000, minutes: 60, to: heads },
  })
  const app = await buildApp(runtime, logger)
  try {
    await found(runtime)
    const lastDay = addDays(firstDay, DAYS)
    const until = new Date(`${lastDay}T12:00:00Z`)
    const teller = storyteller({ app, runtime, clock, local, lastDay, days: DAYS, until })
    const stage = stageFor(teller, { say: words.say, settled: () => settled(runtime) })
    const told = await words.tell(stage)
    // With what followed by itself from the last thing that somebody did.
    const end = await runtime.store.head()
    await stage.until(told.day + 1)
    await signedUpTo(stage, told.round, end)
    const packFor = async (reader: string) => packOf(app, told.round, await local.sign(reader, clock.now(), 600))
    const { investigator, bystander } = told.round.cast
    return await verified({ ...words, heads }, await packFor(investigator), await packFor(bystander))
  } finally {
    await app.close()
    await runtime.close()
  }
}

const logger = pino({ level: 'silent' })

const PATIENCE_MS = 30_000

/** Whoever signs heads looks on its own time. */
const signedUpTo = async (stage: Stage, { cast }: Round, position: string): Promise<void> => {
  for (let waited = 0; waited < PATIENCE_MS; waited += 100) {
    const { upTo } = await stage.read<SignedHead>(cast.resident, '/v1/log/heads/latest')
    if (upTo >= position) return
    await sleep(100)
  }
  throw new Error('no head of the log was signed over the whole round')
}

/** As a reader is given it; byte for byte. */
const packOf = async (app: FastifyInstance, { at }: Round, token: string): Promise<string> => {
  const headers = { authorization: `Bearer ${token}` }
  const { statusCode, body } = await app.inject({ url: `${at}/decision-pack`, headers })
  if (statusCode !== 200) throw new Error(`the decision pack was refused: ${body}`)
  return body
}

/** By the command that everybody uses; of what anybody is given less is shown, and it comes to the same. */
const verified = async (
  { folder, heads, say }: Playing & { heads: string },
  forBureau: string,
  forAnybody: string,
): Promise<Played> => {
  const [pack, publicPack] = [join(folder, 'decision.json'), join(folder, 'decision-public.json')]
  await writeFile(pack, forBureau)
  await writeFile(publicPack, forAnybody)
  say(
    '核验民政局的决策包：npx gongchuang verify FILE --head FILE',
    'the pack of the bureau, verified without the service',
  )
  const status = await verifyCommand.run([pack, '--head', heads])
  say('核验任何人均可取得的决策包', 'the pack that anybody is given')
  return { pack, publicPack, heads, status: status || (await verifyCommand.run([publicPack, '--head', heads])) }
}
