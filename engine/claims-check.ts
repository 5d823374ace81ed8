/** What is refused of a definition's `claims`. */
import { CLAIM } from './claim.ts'
import type { Workflow } from './definition.ts'
import { DefinitionError } from './definition-error.ts'

type Words = Pick<Workflow, 'category' | 'claims' | 'events'>

const KIND = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

export const checkClaims = (words: Words): void => {
  if (words.category === CLAIM) throw new DefinitionError(`the name '${CLAIM}' is the engine's own`)
  for (const [kind, { zh, en, by, releasedBy = [], entry }] of Object.entries(words.claims)) {
    const where = `claims '${kind}'`
    if (!KIND.test(kind)) throw new DefinitionError(`${where} must be kebab-case`)
    if (!zh || !en) throw new DefinitionError(`${where} has no title in both languages`)
    for (const event of [...Object.keys(by), ...releasedBy]) checkEvent(words, where, event)
    for (const event of Object.keys(by)) checkEntry(words, where, event, entry)
  }
}

const checkEvent = ({ events }: Words, where: string, event: string): void => {
  if (!Object.hasOwn(events, event)) throw new DefinitionError(`${where} names '${event}', which is no event`)
}

const checkEntry = ({ events }: Words, where: string, event: string, entry: string | undefined): void => {
  if (entry !== undefined && !Object.hasOwn(events[event]?.shape ?? {}, entry))
    throw new DefinitionError(`${where} tells entries apart by '${entry}', which '${event}' does not have`)
}
