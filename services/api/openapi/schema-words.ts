/** Short words for JSON Schemas that are written by hand. */
import type { JsonSchema } from './json-schema.ts'

export const ref = (kind: 'schemas' | 'parameters' | 'headers' | 'responses', name: string) => ({
  $ref: `#/components/${kind}/${name}`,
})
export const schemaRef = (name: string) => ref('schemas', name)

export const json = (schema: JsonSchema) => ({ 'application/json': { schema } })

export const text = { type: 'string' }
export const list = (items: JsonSchema): JsonSchema => ({ type: 'array', items })
export const titled = (zh: string, en: string, schema: JsonSchema): JsonSchema => ({
  ...schema,
  description: `${zh} ${en}`,
})

/** An object whose fields are all required but those named. */
export const record = (properties: JsonSchema, optional: string[] = []): JsonSchema => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter(name => !optional.includes(name)),
})
