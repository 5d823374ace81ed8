/** The OpenAPI document as a list of operations, references resolved: what can be asked, and how it may be answered. */
import { z } from 'zod'

export type Schema = { [keyword: string]: unknown }
export type Parameter = { name: string; in: 'path' | 'query' | 'header'; required: boolean; schema: Schema }
export type Operation = {
  id: string
  method: string
  /** As the document has it: `/v1/person/{id}`. */
  path: string
  parameters: readonly Parameter[]
  /** The examples of a JSON body; of any other body only its media type. */
  body?: { type: string; examples: readonly unknown[] }
  /** What a JSON answer must be by status; undefined where that status is answered with something else. */
  answers: ReadonlyMap<number, z.ZodType | undefined>
}

type Media = { schema?: Schema; examples?: Record<string, { value: unknown }>; example?: unknown }
type Content = { content?: Record<string, Media> }
type Raw = {
  operationId: string
  parameters?: Schema[]
  requestBody?: Content
  responses: Record<string, Schema>
}
export type Document = { paths: Record<string, Record<string, Raw>>; components: { schemas: Record<string, Schema> } }

const JSON_TYPE = 'application/json'

export const operationsOf = (document: Document): Operation[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, raw]) => ({
      id: raw.operationId,
      method: method.toUpperCase(),
      path,
      parameters: (raw.parameters ?? []).map(each => resolved(document, each) as unknown as Parameter),
      ...(raw.requestBody && { body: bodyOf(raw.requestBody) }),
      answers: answersOf(document, raw.responses),
    })),
  )

const bodyOf = ({ content = {} }: Content): NonNullable<Operation['body']> => {
  const type = JSON_TYPE in content ? JSON_TYPE : (Object.keys(content)[0] ?? 'application/octet-stream')
  const { examples = {}, example } = content[type] ?? {}
  const values = Object.values(examples).map(({ value }) => value)
  return { type, examples: example === undefined ? values : [example, ...values] }
}

const answersOf = (document: Document, responses: Raw['responses']): Operation['answers'] =>
  new Map(
    Object.entries(responses).map(([status, response]) => [
      Number(status),
      schemaOf(document, (resolved(document, response) as Content).content?.[JSON_TYPE]?.schema),
    ]),
  )

/** A schema that stands alone: with everything it may refer to. */
const schemaOf = ({ components }: Document, schema: Schema | undefined): z.ZodType | undefined =>
  schema && z.lazy(() => z.fromJSONSchema(here({ ...schema, $defs: components.schemas })))

const here = (schema: Schema): Schema =>
  JSON.parse(JSON.stringify(schema).replaceAll('#/components/schemas/', '#/$defs/'))

const resolved = (document: object, schema: Schema): Schema => {
  const { $ref } = schema
  if (typeof $ref !== 'string') return schema
  const keys = $ref.slice('#/'.length).split('/')
  return keys.reduce<unknown>((inner, key) => (inner as Schema)[key], document) as Schema
}
