/** A zod schema as the JSON Schema of OpenAPI 3.1, with the titles people read and what a value means. */
import { z } from 'zod'
import type { Title } from '../../../engine/definition.ts'

export type JsonSchema = { [keyword: string]: unknown }

export const both = ({ zh, en }: Title): string => `${zh} ${en}`

/** What `shows` says to somebody who writes a client. */
const MEANINGS: Record<string, Title> = {
  fen: { zh: '单位为分', en: 'in fen, hundredths of a yuan' },
  place: { zh: '统计用区划代码，见 /v1/places', en: 'official place code; /v1/places finds it by name' },
  day: { zh: '北京时间的日期', en: 'civil day in Asia/Shanghai' },
  person: { zh: '人员编号', en: "a person's id" },
  organisation: { zh: '组织编号', en: "an organisation's id" },
  file: { zh: '先经 POST /v1/files 上传的文件', en: 'a file that POST /v1/files has taken in' },
}

export const jsonSchema = (schema: z.ZodType, io: 'input' | 'output'): JsonSchema => {
  const { $schema: _, ...plain } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    unrepresentable: 'any',
  }) as JsonSchema
  return readable(plain)
}

/** A format says all that zod's long pattern for it says. */
const FORMATTED = ['uuid', 'date']

const readable = (schema: JsonSchema): JsonSchema => {
  const { zh, en, shows, choices, personal, freeText, pattern, ...rest } = schema
  const description = meaning(shows as string | undefined, choices as Record<string, Title> | undefined)
  return {
    ...(zh !== undefined && { title: both({ zh, en } as Title) }),
    ...(description !== '' && { description }),
    ...(pattern !== undefined && !FORMATTED.includes(String(schema.format)) && { pattern }),
    ...within(rest),
    ...(zh !== undefined && { 'x-title': { zh, en } }),
    ...(shows !== undefined && { 'x-shows': shows }),
    ...(choices !== undefined && { 'x-choices': choices }),
    ...(personal !== undefined && { 'x-personal': personal }),
    ...(freeText !== undefined && { 'x-free-text': freeText }),
  }
}

const meaning = (shows: string | undefined, choices: Record<string, Title> = {}): string => {
  const words = shows === undefined ? undefined : MEANINGS[shows]
  const options = Object.entries(choices).map(([value, title]) => `- \`${value}\`: ${both(title)}`)
  return [...(words ? [`${words.zh}; ${words.en}`] : []), ...options].join('\n')
}

const BY_NAME = ['properties', 'patternProperties', '$defs']
const SINGLE = ['items', 'additionalProperties', 'propertyNames', 'not']
const LISTS = ['anyOf', 'oneOf', 'allOf', 'prefixItems']

/** Only keywords that hold schemas are entered: a field may well be called `en`. */
const within = (schema: JsonSchema): JsonSchema => mapValues(schema, (value, keyword) => inner(keyword, value))

const inner = (keyword: string, value: unknown): unknown => {
  if (BY_NAME.includes(keyword)) return mapValues(value as JsonSchema, each => readable(each as JsonSchema))
  if (LISTS.includes(keyword)) return (value as JsonSchema[]).map(readable)
  if (SINGLE.includes(keyword) && typeof value === 'object') return readable(value as JsonSchema)
  return value
}

const mapValues = (dictionary: JsonSchema, map: (value: unknown, key: string) => unknown): JsonSchema =>
  Object.fromEntries(Object.entries(dictionary).map(([key, value]) => [key, map(value, key)]))
