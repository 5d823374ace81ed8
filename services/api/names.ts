/**
 * Names join at the edge: ids become names only for a reader who may see whose they are, and officials' for whoever
 * sees what they did. Phones are never joined.
 */

import type { Workflow } from '../../engine/definition.ts'
import { exists, type Instance } from '../../engine/instance.ts'
import type { Instances } from '../../engine/instances.ts'
import { maySee } from '../../engine/permission.ts'
import type { Sealed } from '../../engine/sealed.ts'
import type { Person } from '../../workflows/person/data.ts'
import { isOfficial } from './official.ts'
import { type Opening, openAnswer, type Reading } from './opening.ts'
import type { Names } from './text.ts'

/** The workflows whose lives are named in others' events. */
const NAMED = ['person', 'organisation']

export const namesFor = async (
  services: Opening,
  reading: Reading,
  ids: Iterable<string>,
  workflows: readonly string[] = NAMED,
): Promise<Names> => {
  const { instances, handler } = services
  const actor = await handler.actor(reading.person)
  const labels = new Map<string, string | Sealed>()
  const learn = async (id: string, workflowName: string): Promise<void> => {
    const workflow = handler.workflow(workflowName)
    const life = await lifeNamed(instances, workflow, id)
    if (exists(life) && (maySee(life, actor) || isOfficial(life))) labels.set(id, workflow.label(life.data as never))
  }
  await Promise.all([...ids].flatMap(id => workflows.map(workflow => learn(id, workflow))))
  return new Map(Object.entries(await openAnswer(services, reading, Object.fromEntries(labels)))) as Names
}

/** What a double did is told under the name of whom it was merged into. */
const lifeNamed = async (instances: Instances, workflow: Workflow, id: string): Promise<Instance> => {
  const life = await instances.get(workflow, id)
  const into = workflow.name === 'person' ? (life.data as Person).mergedInto : undefined
  return into === undefined ? life : lifeNamed(instances, workflow, into)
}
