/**
 * A body that a schema accepts, always the same one. Each part offers candidates, its own `examples` first, and
 * the schema itself chooses: what a pattern or a check wants is never guessed twice.
 */
import { createHash } from 'node:crypto'
import type { z } from 'zod'
import { metaOf } from '../text.ts'

/** `least`: without the fields that may be left out. */
type Extent = 'full' | 'least'

/** What an example is for: the name and title of its field, and whether every field is wanted. */
type Wanted = { name: string; title?: string; extent: Extent }

/** Nothing where no candidate is accepted: the field then needs `.meta({ examples })`. */
export const exampleOf = (schema: z.ZodType, wanted: Wanted): unknown => {
  for (const candidate of candidatesOf(schema, wanted))
    if (candidate !== undefined && schema.safeParse(candidate).success) return candidate
  return undefined
}

type Def = {
  innerType?: z.ZodType
  in?: z.ZodType
  element?: z.ZodType
  options?: z.ZodType[]
  items?: z.ZodType[]
  entries?: Record<string, unknown>
  values?: unknown[]
  keyType?: z.ZodType
  valueType?: z.ZodType
}

function* candidatesOf(schema: z.ZodType, wanted: Wanted): Generator<unknown> {
  yield* (schema.meta()?.examples as unknown[] | undefined) ?? []
  const def = schema.def as Def
  const wrapped = def.innerType ?? def.in
  if (wrapped) yield exampleOf(wrapped, wanted)
  else yield* (CANDIDATES[schema.def.type] ?? (() => [null]))(schema, def, wanted)
}

const CANDIDATES: {
  [type: string]: (schema: z.ZodType, def: Def, wanted: Wanted) => Iterable<unknown>
} = {
  object: (schema, _, wanted) => objects(schema as z.ZodObject, wanted),
  array: (_, { element }, wanted) => lists(element as z.ZodType, wanted),
  tuple: (_, { items = [] }, wanted) => [items.map(item => exampleOf(item, wanted))],
  record: (_, { keyType, valueType }, wanted) => [
    { [String(exampleOf(keyType as z.ZodType, wanted))]: exampleOf(valueType as z.ZodType, wanted) },
  ],
  union: (_, { options = [] }, wanted) => options.map(option => exampleOf(option, wanted)),
  enum: (_, { entries = {} }) => Object.values(entries),
  literal: (_, { values = [] }) => values,
  boolean: () => [true, false],
  string: strings,
  number: numbers,
}

function* objects(schema: z.ZodObject, { extent }: Wanted): Generator<unknown> {
  const fields = Object.entries(schema.shape) as [string, z.ZodType][]
  const needed = fields.filter(([, field]) => !field.safeParse(undefined).success)
  const filled = (of: [string, z.ZodType][]) =>
    Object.fromEntries(of.map(([name, field]) => [name, exampleOf(field, { name, title: metaOf(field).zh, extent })]))
  if (extent === 'full') yield filled(fields)
  yield filled(needed)
  for (const field of fields) yield filled([...needed, field])
}

/** Each item under a name of its own, so that ids differ. */
function* lists(element: z.ZodType, wanted: Wanted): Generator<unknown> {
  for (const length of [1, 2, 3, 5])
    yield Array.from({ length }, (_, index) => exampleOf(element, { ...wanted, name: `${wanted.name}.${index}` }))
  yield []
}

function* strings(schema: z.ZodType, _: Def, { name, title }: Wanted): Generator<string> {
  if (isUuid(schema)) yield uuidFor(name)
  yield `${title ?? metaOf(schema).zh ?? name}（示例）`
  yield '示例'
  yield* ['1', '2026', '2026-03', '2026-03-05', '09:00', '2026-03-05T01:00:00Z', '027-87654321', '420106012021']
  yield* ['https://example.org/', 'someone@example.org', hashOf(name), 'a', 'A1']
}

/** Only a schema that wants a uuid gets one: free text reads better as text. */
const isUuid = (schema: z.ZodType): boolean => (schema.def as { format?: string }).format === 'uuid'

function* numbers(schema: z.ZodType): Generator<number> {
  if (metaOf(schema).shows === 'fen') yield 1_200_000
  yield* [1, 2026, 10, 60, 0, 0.5, 30]
  const { minValue, maxValue } = schema as z.ZodNumber
  for (const bound of [minValue, maxValue]) if (bound !== null) yield* [bound, bound + 1, bound - 1]
}

const hashOf = (name: string): string => createHash('sha256').update(name).digest('hex')

/** A version 4 uuid that stays the same for a field of one name. */
const uuidFor = (name: string): string =>
  hashOf(name).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5')
