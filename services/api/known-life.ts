/** A life by the id in an address; throws `unknown-instance` where there is none. */
import { z } from 'zod'
import type { Workflow } from '../../engine/definition.ts'
import { EngineError } from '../../engine/engine-error.ts'
import { exists, type Instance } from '../../engine/instance.ts'
import type { Services } from './services.ts'

export const knownLife = async (
  { instances }: Pick<Services, 'instances'>,
  workflow: Workflow,
  id: string,
): Promise<Instance> => {
  const instance = z.uuid().safeParse(id).success ? await instances.get(workflow, id) : undefined
  if (!instance || !exists(instance)) throw new EngineError('unknown-instance', { workflow: workflow.name, id })
  return instance
}
