/** What a schema and a piece of code say, without how it is written: to hash them and to tell whether two are the same. */
import { z } from 'zod'

/** A function's text without the spacing that a formatter or the stripping of types leaves. */
export const sourceOf = (code: unknown): string =>
  String(code)
    .replace(/\s+/g, ' ')
    .replace(/ ?([^\w\s]) ?/g, '$1')

/** A schema as JSON Schema, without titles, with the code of its own checks, which JSON Schema cannot say. */
export const shapeOf = (schema: z.ZodType): unknown =>
  z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      for (const title of ['zh', 'en', 'shows', 'choices', 'examples', 'personal', 'freeText']) delete jsonSchema[title]
      const code = codeOf(zodSchema)
      if (code.length > 0) jsonSchema.code = code
    },
  })

type Coded = { fn?: unknown; tx?: unknown; transform?: unknown }
const codeOf = (schema: z.core.$ZodType): string[] => {
  const { transform, checks = [] } = schema._zod.def as Coded & z.core.$ZodTypeDef
  const coded = checks.flatMap(({ _zod: { def } }) => [(def as Coded).fn, (def as Coded).tx])
  return [transform, ...coded].filter(code => code !== undefined).map(sourceOf)
}
