/** What a schema is made of: the layers around it, what it chooses from, the fields inside. */
import type { z } from 'zod'

type Inner = { innerType?: z.ZodType; element?: z.ZodType; in?: z.ZodType }
type Several = {
  options?: z.ZodType[]
  items?: z.ZodType[]
  valueType?: z.ZodType
  left?: z.ZodType
  right?: z.ZodType
}

/** A schema and everything it wraps (optional, nullable, array, default), outermost first. */
export const unwrap = (schema: z.ZodType): z.ZodType[] => {
  const { innerType, element, in: input } = schema.def as Inner
  const inner = innerType ?? element ?? input
  return inner ? [schema, ...unwrap(inner)] : [schema]
}

/** A layer itself and what it chooses from (union, tuple, record, intersection): a personal field hides in none of them. */
export const partsOf = (layer: z.ZodType): z.ZodType[] => {
  const { options = [], items = [], valueType, left, right } = layer.def as Several
  const inside = [...options, ...items, valueType, left, right].filter(part => part !== undefined)
  return [layer, ...inside.flatMap(unwrap).flatMap(partsOf)]
}

/** A schema with all that is in it, however deep. */
export const everyPart = (schema: z.ZodType): z.ZodType[] =>
  unwrap(schema)
    .flatMap(partsOf)
    .flatMap(part => [part, ...fieldsIn(part).flatMap(everyPart)])

const fieldsIn = (part: z.ZodType): z.ZodType[] =>
  part.def.type === 'object' ? Object.values((part as z.ZodObject).shape as Record<string, z.ZodType>) : []

/** A schema never changes: what was found out about one is kept as long as it lives. */
const foundOnce = <Found>(find: (schema: z.ZodType) => Found): ((schema: z.ZodType) => Found) => {
  const found = new WeakMap<z.ZodType, { is: Found }>()
  return schema => {
    const known = found.get(schema) ?? { is: find(schema) }
    found.set(schema, known)
    return known.is
  }
}

/** The fields of a record, or of the records that a list holds. */
export const shapeWithin = foundOnce(
  (schema): Record<string, z.ZodType> | undefined => (unwrap(schema).at(-1) as z.ZodObject).shape,
)

/** What each entry of a record with free keys is. */
export const entriesWithin = foundOnce(
  (schema): z.ZodType | undefined => ((unwrap(schema).at(-1) as z.ZodType).def as Several).valueType,
)

export const isFreeText = foundOnce((schema): boolean => unwrap(schema).some(layer => layer.meta()?.freeText))
