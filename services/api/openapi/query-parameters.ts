/** A strict schema of a query string as OpenAPI parameters, one a field. */
import type { z } from 'zod'
import { type JsonSchema, jsonSchema } from './json-schema.ts'

export const queryParameters = (schema: z.ZodObject): object[] => {
  const { properties = {}, required = [] } = jsonSchema(schema, 'input') as {
    properties?: Record<string, JsonSchema>
    required?: string[]
  }
  return Object.entries(properties).map(([name, field]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    description: String(field.title ?? name),
    schema: field,
  }))
}
