/** What is asked of a read model before it answers: that it has not stopped and, with `?after=`, how far it has come. */
import { setTimeout as sleep } from 'node:timers/promises'
import { AHEAD_OF_LOG } from '../../engine/ahead-of-log.ts'
import type { ReadModel } from '../../engine/projection.ts'
import type { Standing } from '../../engine/projection-runner.ts'
import { EdgeError } from './problem.ts'
import type { Services } from './services.ts'
import { unlessStopping } from './unless-stopping.ts'

type Stopped = NonNullable<Standing['stopped']>

const WAIT_MS = 5_000
const ASK_EVERY_MS = 50

/** Waits, bounded, until the read model includes the position, whichever process keeps it. */
export const waitForModel = async (
  services: Services,
  model: ReadModel,
  position: string | undefined,
): Promise<void> => {
  await refuseStopped(services, model)
  if (position === undefined) return
  await services.store.checkPosition(position)
  if (await unlessStopping(services, includes(services, model, position))) return
  await refuseStopped(services, model)
  throw new EdgeError('read-model-behind', { model: model.name, waitedMs: WAIT_MS })
}

/** As a code that has a sentence. */
export const whyStopped = ({ error }: Stopped): 'ahead-of-log' | 'read-model-stopped' =>
  error === AHEAD_OF_LOG ? AHEAD_OF_LOG : 'read-model-stopped'

const refuseStopped = async (services: Services, model: ReadModel): Promise<void> => {
  const stopped = (await services.standing(model))?.stopped
  if (stopped) throw new EdgeError(whyStopped(stopped), { model: model.name, at: stopped.at })
}

const includes = async (services: Services, model: ReadModel, position: string): Promise<boolean> => {
  const here = services.runner()
  if (await here?.reached(model.name, position, WAIT_MS)) return true
  for (let waited = here ? WAIT_MS : 0; waited <= WAIT_MS; waited += ASK_EVERY_MS) {
    if (((await services.standing(model))?.position ?? '') >= position) return true
    await sleep(ASK_EVERY_MS)
  }
  return false
}
