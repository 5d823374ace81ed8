/** A life as the log has it, read past the service: what a client needs to choose a step that could be accepted. */
import type { Workflow } from '../../../engine/definition.ts'
import { blankInstance, type Instance, takeIn } from '../../../engine/instance.ts'
import { factOf } from '../../../engine/lift.ts'
import type { World } from '../world.ts'

export type LocalLife = { readonly instance: Instance; look(): Promise<void> }

const PAGE = 500

export const localLife = ({ log }: Pick<World, 'log'>, workflow: Workflow, id: string): LocalLife => {
  const instance = blankInstance(workflow, id)
  return {
    instance,
    look: async () => {
      for (let read = PAGE; read === PAGE; ) {
        const events = await log.readStream(instance.stream, instance.revision + 1, PAGE)
        read = events.length
        // Another client may have looked meanwhile.
        for (const event of events) if (event.revision > instance.revision) takeIn(instance, factOf(workflow, event))
      }
    },
  }
}
