/** A read model is built anew beside the one that is followed; whoever builds it, or whoever follows, is killed on the way. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { readModels } from '../../../projections/index.ts'
import { projectionsCommit } from '../kill-points.ts'
import type { Rebuilding } from '../rebuild.ts'
import { caught, kill } from './kills.ts'
import type { Torment, Trouble } from './trouble.ts'

const BUILT_WITHIN_MS = 30_000
/** From its first look at the database on; a small log is built anew in that time, a long one is not. */
const KILLED_WITHIN_MS = 500

export const killInRebuild: Trouble = {
  name: 'kill in a rebuild',
  weight: 2,
  make: async torment => {
    const { world, random, journal } = torment
    const builder = build({ ...world.place(), model: random.pick(readModels).name })
    const ended = once(builder, 'exit')
    await Promise.race([once(builder, 'message'), ended])
    await (random.percent(50) ? killBuilder(torment, builder) : killFollower(torment))
    const [status, signal] = await Promise.race([ended, sleep(BUILT_WITHIN_MS, [null, 'too slow'])])
    builder.kill('SIGKILL')
    journal.count(`rebuild ${status === 0 ? 'done' : signal === 'SIGKILL' ? 'killed' : 'broken off'}`)
  },
}

const killBuilder = async ({ random }: Torment, builder: ChildProcess): Promise<void> => {
  await sleep(random.below(KILLED_WITHIN_MS))
  builder.kill('SIGKILL')
}

const killFollower = async (torment: Torment): Promise<void> => {
  const { world, random } = torment
  const slot = await caught(world.slots, { when: random.pick(['before', 'after']), at: projectionsCommit })
  if (slot) await kill(torment, slot, 'inside a rebuild')
}

const build = (rebuilding: Rebuilding): ChildProcess => {
  const { NODE_OPTIONS: _, ...env } = process.env
  const script = fileURLToPath(new URL('../rebuild.ts', import.meta.url))
  return spawn(process.execPath, [script, JSON.stringify(rebuilding)], {
    env,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
}
