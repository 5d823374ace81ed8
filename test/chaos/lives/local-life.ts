/** A life as the log has it, read past the service: what a client needs to choose a step that could be accepted. */
import type { Workflow } from '../../../engine/definition.ts'
import type { RecordedEvent } from '../../../engine/event-store.ts'
import { blankInstance, type Instance, takeIn } from '../../../engine/instance.ts'
import { factOf } from '../../../engine/lift.ts'
import type { World } from '../world.ts'

export type LocalLife = { readonly instance: Instance; look(): Promise<void> }

const READ = `SELECT stream, revision, position::text, id, type, data, metadata FROM log.events
              WHERE stream = $1 AND revision > $2 ORDER BY revision`

export const localLife = (world: Pick<World, 'query'>, workflow: Workflow, id: string): LocalLife => {
  const instance = blankInstance(workflow, id)
  return {
    instance,
    look: async () => {
      const events = await world.query<RecordedEvent>(READ, [instance.stream, instance.revision])
      // Another client may have looked meanwhile.
      for (const event of events) if (event.revision > instance.revision) takeIn(instance, factOf(workflow, event))
    },
  }
}
