/** The same story where nothing happens: one process, one step after the other, on a simulated clock. */
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { play } from '../../../services/demo/play.ts'
import type { Stage } from '../../../services/demo/stage.ts'
import { rootKeys } from '../../support/root-keys.ts'
import { filesIn, type World } from '../world.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import { FIRST_DAY } from './stage.ts'
import { type Contested, contestedRound } from './story.ts'

/** In another database of the same server. */
export const undisturbed = async ({ postgres, query, issuer, folder }: World): Promise<Outcome> => {
  const name = `twin_${randomUUID().replaceAll('-', '')}`
  await query(`CREATE DATABASE ${name}`)
  const url = new URL(postgres.url())
  url.pathname = name
  const { pack } = await play({
    databaseUrl: url.href,
    folder,
    rootKeys,
    files: filesIn(join(folder, 'twin')),
    local: issuer,
    firstDay: FIRST_DAY,
    tell: stage => contestedRound(calm(stage)),
    say: () => undefined,
  })
  return outcomeOf(await readFile(pack, 'utf8'))
}

const calm = (stage: Stage): Contested => ({
  ...stage,
  ventured: (by, path, body) =>
    stage.send(by, path, body).then(
      () => true,
      () => false,
    ),
  together: async works => {
    for (const work of works) {
      await work()
      await stage.settled()
    }
  },
})
