/**
 * What people write as they like is searched for personal data before it is decided. Whoever sent it is told, and
 * chooses: another text, or this one, kept on purpose; that they did so stands beside the event.
 */
import type { z } from 'zod'
import { readInput } from '../../engine/command.ts'
import type { OnBehalf, Workflow } from '../../engine/definition.ts'
import { entriesWithin, isFreeText, shapeWithin } from '../../engine/schema-layers.ts'
import { personalDataIn } from '../personal-text/personal-data.ts'
import { masked } from './masking.ts'
import { onBehalf as onBehalfSchema } from './on-behalf.ts'
import { EdgeError } from './problem.ts'
import type { PersonalText } from './sentences.ts'
import { fieldTitle } from './text.ts'

type Halves = { input: unknown; onBehalf?: OnBehalf }

/**
 * True where the sender keeps what was found, in what is asked or in what is said of whom it is asked for. Throws where
 * they did not say so; a body that does not fit is told elsewhere.
 */
export const keepsPersonalText = (
  workflow: Workflow,
  command: string,
  { input, onBehalf }: Halves,
  keep: boolean,
): boolean => {
  const schema = Object.hasOwn(workflow.commands, command) ? workflow.commands[command] : undefined
  const parsed = schema && readInput(schema, input)
  if (!schema || !parsed?.success) return false
  const found = [...personalTextsIn(schema, parsed.data), ...personalTextsIn(onBehalfSchema, onBehalf, '/onBehalf')]
  if (found.length > 0 && !keep) throw new EdgeError('personal-data-in-text', { found })
  return found.length > 0
}

const personalTextsIn = (schema: z.ZodType, value: unknown, path = '', name = ''): PersonalText[] => {
  if (typeof value === 'string') return isFreeText(schema) ? personalText(schema, value, path, name) : []
  if (Array.isArray(value))
    return value.flatMap((each, index) => personalTextsIn(schema, each, `${path}/${index}`, name))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([field, inner]) => {
    const [within, named] = partNamed(schema, field, name)
    return within ? personalTextsIn(within, inner, `${path}/${field}`, named) : []
  })
}

/** A field of its own name; or an entry, which is known by the name of the record that it stands in. */
const partNamed = (schema: z.ZodType, field: string, name: string): [z.ZodType | undefined, string] => {
  const shape = shapeWithin(schema)
  return shape === undefined
    ? [entriesWithin(schema), name]
    : [Object.hasOwn(shape, field) ? shape[field] : undefined, field]
}

const personalText = (schema: z.ZodType, text: string, path: string, name: string): PersonalText[] =>
  personalDataIn(text).map(found => ({
    path,
    field: { zh: fieldTitle(schema, name, 'zh'), en: fieldTitle(schema, name, 'en') },
    kind: found.kind,
    excerpt: masked(found.kind, found.value),
  }))
