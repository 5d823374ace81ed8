/** A read model is emptied while it is followed, to be built anew; whoever builds it is killed on the way. */
import pg from 'pg'
import { openPostgresLog } from '../../../engine/postgres-log.ts'
import { resetReadModel } from '../../../engine/projection-runner.ts'
import { readModels } from '../../../projections/index.ts'
import { projectionsCommit } from '../kill-points.ts'
import type { Moment } from '../proxy/moments.ts'
import { caught, kill } from './kills.ts'
import type { Trouble } from './trouble.ts'

export const killInRebuild: Trouble = {
  name: 'kill in a rebuild',
  weight: 2,
  make: async torment => {
    const { world, random } = torment
    await reset(world.url(), random.pick(readModels).name).catch(() => undefined)
    // The first commits may still be those of the other read models.
    const slot = await caught(world.slots, { when: random.pick(['before', 'after']), at: afterSome(random.below(3)) })
    if (slot) await kill(torment, slot, 'inside a rebuild')
  },
}

const afterSome = (some: number): ((moment: Moment) => boolean) => {
  let met = 0
  return moment => projectionsCommit(moment) && met++ >= some
}

const reset = async (url: string, name: string): Promise<void> => {
  const pool = new pg.Pool({ connectionString: url, max: 2 })
  pool.on('error', () => undefined)
  pool.on('connect', client => void client.on('error', () => undefined))
  const store = openPostgresLog({ pool })
  try {
    for (const model of readModels.filter(each => each.name === name)) await resetReadModel(pool, store, model)
  } finally {
    await store.close()
    await pool.end()
  }
}
