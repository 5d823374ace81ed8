/** What is refused of sealed fields when a workflow is defined: nothing personal is recorded in clear. */
import type { z } from 'zod'
import type { Workflow } from './definition.ts'
import { DefinitionError } from './definition-error.ts'
import { everyPart } from './schema-layers.ts'
import { isSealedField, type Under } from './sealed.ts'

const refuse = (sentence: string): never => {
  throw new DefinitionError(sentence)
}

type Words = Pick<
  Workflow,
  'name' | 'commands' | 'events' | 'erases' | 'keys' | 'permits' | 'sealings' | 'fingerprints'
>

export const checkSealing = (words: Words): void => {
  for (const [name, schema] of Object.entries(words.commands)) {
    checkCommand(`command '${name}'`, schema)
    checkPassedOn(words, name, schema)
  }
  checkKeys(words)
  for (const [name, schema] of Object.entries(words.events)) checkEvent(`event '${name}'`, schema)
  for (const name of Object.keys(words.erases))
    if (!Object.hasOwn(words.events, name)) refuse(`erases names '${name}', which is no event`)
}

const fields = (schema: z.ZodObject) => Object.entries(schema.shape as Record<string, z.ZodType>)
const holds = (schema: z.ZodType, mark: 'personal' | 'sealed') => everyPart(schema).some(part => part.meta()?.[mark])

const checkCommand = (where: string, schema: z.ZodObject): void => {
  for (const [field, inner] of fields(schema))
    if (holds(inner, 'sealed')) refuse(`${where}, field '${field}' is sealed: a command brings it in clear`)
}

/** Whoever could hand in a sealed value of another life would read it where this one shows it. */
const checkPassedOn = ({ permits }: Words, command: string, schema: z.ZodObject): void => {
  const passesOn = everyPart(schema).some(part => part.meta()?.sealedElsewhere)
  if (passesOn && !permits[command]?.every(permit => 'system' in permit))
    refuse(`command '${command}' passes on what was sealed elsewhere: only the service itself may send it`)
}

const KEY = /^[a-z][a-z0-9-]*$/

/** Whose the keys are that are not shared: a life's own begin with its workflow's name, a text's own with `text`. */
const checkKeys = ({ name: workflow, keys, sealings, fingerprints }: Words): void => {
  for (const name of Object.keys(keys)) {
    if (!KEY.test(name)) refuse(`the key '${name}' must be named with small letters, digits and hyphens`)
    if ([workflow, 'person', 'text'].includes(name))
      refuse(`the key '${name}' would be taken for one that is not shared`)
  }
  for (const [event, each] of Object.entries(sealings))
    for (const { field, under, size } of each) checkSealed({ keys }, `event '${event}', field '${field}'`, under, size)
  for (const [event, each] of Object.entries(fingerprints))
    for (const { field, named } of each) checkKeyNamed({ keys }, `event '${event}', field '${field}'`, named)
}

/** Throws a `DefinitionError` where one lifecycle's shared key would be taken for the own key of another's lives. */
export const checkSharedKeys = (workflows: readonly Pick<Workflow, 'name' | 'keys'>[]): void => {
  for (const { name: workflow, keys } of workflows)
    for (const { name } of workflows)
      if (Object.hasOwn(keys, name))
        refuse(`workflow ${workflow}: the key '${name}' is named as the workflow '${name}' is`)
}

const checkSealed = (words: Pick<Words, 'keys'>, where: string, under: Under, size: number | undefined): void => {
  if (typeof under === 'object') checkKeyNamed(words, where, under.named)
  if (size !== undefined && !(Number.isSafeInteger(size) && size > 0))
    refuse(`${where} is padded to ${size} bytes: say a whole number of them`)
}

const checkKeyNamed = ({ keys }: Pick<Words, 'keys'>, where: string, named: string): void => {
  if (!Object.hasOwn(keys, named)) refuse(`${where} is of the key '${named}', which 'keys' does not name`)
}

const checkEvent = (where: string, schema: z.ZodObject): void => {
  for (const [field, inner] of fields(schema)) {
    if (isSealedField(inner)) continue
    if (holds(inner, 'sealed')) refuse(`${where}, field '${field}' has something sealed inside: seal whole fields`)
    if (holds(inner, 'personal')) refuse(`${where}, field '${field}' is personal and not sealed: make it sealed(…)`)
  }
}
