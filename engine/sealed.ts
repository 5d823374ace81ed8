/**
 * A sealed value: personal data or a redactable text as fold, log and read models pass it on, none of which ever
 * opens it. What opens it is a key outside the log; a key destroyed leaves every copy unreadable and rewrites none.
 */
import { z } from 'zod'

export type Sealed = { key: string; nonce: string; ciphertext: string }

/** What a sealed text is: it stands inside, so that whoever opens it knows how to mask it, wherever it was found. */
export type Kind = 'name' | 'phone' | 'mail' | 'id-number' | 'account' | 'text'

/** Under which key: that of the life whose event it stands in, or one of its own. */
export type Under = 'life' | 'own'

declare module 'zod' {
  interface GlobalMeta {
    /** Only the `person` lifecycle may mark fields so. */
    personal?: Exclude<Kind, 'text'>
    sealed?: Under
  }
}

const shape = z.strictObject({ key: z.string(), nonce: z.string(), ciphertext: z.string() })

const MEMBERS = Object.keys(shape.shape)

export const isSealed = (value: unknown): value is Sealed =>
  typeof value === 'object' &&
  value !== null &&
  'ciphertext' in value &&
  Object.keys(value).length === MEMBERS.length &&
  MEMBERS.every(member => typeof (value as Record<string, unknown>)[member] === 'string')

/** The key of a life: `person:<id>`. */
export const lifeKey = (workflow: string, id: string): string => `${workflow}:${id}`

const TEXT = 'text'

/** The key of one text: `text:<id>`. */
export const textKey = (id: string): string => `${TEXT}:${id}`

export const isTextKey = (key: string): boolean => key.startsWith(`${TEXT}:`)

/** What a key is of, a workflow or `text`, and its id. */
export const partsOfKey = (key: string): { of: string; id: string } => {
  const [of = '', id = ''] = key.split(':')
  return { of, id }
}

/**
 * An event's field that the command brings in clear and the event keeps sealed: the handler seals it. With
 * `key: 'own'` it has a key of its own, which can be destroyed alone.
 */
export const sealed = <S extends z.ZodType<string>>(
  clear: S,
  { key = 'life' }: { key?: Under } = {},
): z.ZodType<Sealed, z.input<S>> =>
  z.union([clear, shape]).meta({ ...clear.meta(), sealed: key }) as unknown as z.ZodType<Sealed, z.input<S>>

type Wrapping = { innerType?: z.ZodType; options?: z.ZodType[] }

/** The sealed field itself, out of what lets it be left out. */
const sealedField = (schema: z.ZodType): z.ZodType | undefined => {
  if (schema.meta()?.sealed) return schema
  const { innerType } = schema.def as Wrapping
  return innerType && sealedField(innerType)
}

export const isSealedField = (schema: z.ZodType): boolean => sealedField(schema) !== undefined

/** The field as the command has it. */
export const unsealed = (schema: z.ZodType): z.ZodType => {
  const { innerType, options } = schema.def as Wrapping
  if (schema.meta()?.sealed) return options?.[0] as z.ZodType
  return innerType && isSealedField(innerType) ? unsealed(innerType).optional() : schema
}

/** A field of an event that is to be sealed. */
export type Sealing = { field: string; kind: Kind; under: Under }

export const sealingsOf = (event: z.ZodObject): Sealing[] =>
  Object.entries(event.shape as Record<string, z.ZodType>).flatMap(([field, schema]) => {
    const meta = sealedField(schema)?.meta()
    return meta?.sealed ? [{ field, kind: meta.personal ?? 'text', under: meta.sealed }] : []
  })
