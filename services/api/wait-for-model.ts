/** `?after=`: waits, bounded, until a read model includes a position, whichever process keeps it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ReadModel } from '../../engine/projection.ts'
import { EdgeError } from './problem.ts'
import type { Services } from './services.ts'

const WAIT_MS = 5_000
const ASK_EVERY_MS = 50

export const waitForModel = async (
  services: Services,
  model: ReadModel,
  position: string | undefined,
): Promise<void> => {
  if (position === undefined) return
  await services.store.checkPosition(position)
  const here = services.runner()
  if (here && (await here.reached(position, WAIT_MS))) return
  for (let waited = here ? WAIT_MS : 0; waited <= WAIT_MS; waited += ASK_EVERY_MS) {
    if (((await services.checkpoint(model)) ?? '') >= position) return
    await sleep(ASK_EVERY_MS)
  }
  throw new EdgeError('read-model-behind', { model: model.name, waitedMs: WAIT_MS })
}
