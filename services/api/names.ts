/**
 * Names join at the edge: ids become names only for a reader who may see whose they are. Who holds an office acts
 * for it by name: whoever sees the act may know who did it. Phones are never joined.
 */
import type { Actor } from '../../engine/definition.ts'
import type { Instance } from '../../engine/instance.ts'
import { maySee } from '../../engine/permission.ts'
import { holdsOffice, type Person } from '../../workflows/person.ts'
import type { Services } from './services.ts'
import type { Names } from './text.ts'

const isOfficial = ({ workflow, data }: Instance): boolean => workflow.name === 'person' && holdsOffice(data as Person)

/** The workflows whose lives are named in others' events. */
const NAMED = ['person', 'organisation']

export const namesFor = async (
  { instances, handler }: Pick<Services, 'instances' | 'handler'>,
  actor: Actor,
  ids: Iterable<string>,
): Promise<Names> => {
  const names = new Map<string, string>()
  const learn = async (id: string, workflowName: string): Promise<void> => {
    const workflow = handler.workflow(workflowName)
    const life = await instances.get(workflow, id)
    if (life.revision >= 0 && (maySee(life, actor) || isOfficial(life)))
      names.set(id, workflow.label(life.data as never))
  }
  await Promise.all([...ids].flatMap(id => NAMED.map(workflow => learn(id, workflow))))
  return names
}
