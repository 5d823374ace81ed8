/** What is refused of sealed fields when a workflow is defined: nothing personal is recorded in clear. */
import type { z } from 'zod'
import type { Workflow } from './definition.ts'
import { DefinitionError } from './definition-error.ts'
import { everyPart } from './schema-layers.ts'
import { isSealedField } from './sealed.ts'

const refuse = (sentence: string): never => {
  throw new DefinitionError(sentence)
}

export const checkSealing = (words: Pick<Workflow, 'commands' | 'events' | 'erases'>): void => {
  for (const [name, schema] of Object.entries(words.commands)) checkCommand(`command '${name}'`, schema)
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

const checkEvent = (where: string, schema: z.ZodObject): void => {
  for (const [field, inner] of fields(schema)) {
    if (isSealedField(inner)) continue
    if (holds(inner, 'sealed')) refuse(`${where}, field '${field}' has something sealed inside: seal whole fields`)
    if (holds(inner, 'personal')) refuse(`${where}, field '${field}' is personal and not sealed: make it sealed(…)`)
  }
}
