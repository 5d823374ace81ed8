/**
 * A sealed value: personal data, a redactable text or an unrevealed score as fold, log and read models pass it on, none
 * of which ever opens it. What opens it is a key outside the log; a key destroyed leaves every copy unreadable and
 * rewrites none.
 */
import { z } from 'zod'

export type Sealed = { key: string; nonce: string; ciphertext: string }

/**
 * What a sealed value is: it stands inside, so that whoever opens it knows how to mask it, wherever it was found. A
 * `record` is no text but something made of fields.
 */
export type Kind = 'name' | 'phone' | 'mail' | 'id-number' | 'account' | 'text' | 'record'

/**
 * Under which key: that of the life whose event it stands in, one of its own, or one that several lives share, by its
 * name among the lifecycle's `keys`.
 */
export type Under = 'life' | 'own' | { named: string }

declare module 'zod' {
  interface GlobalMeta {
    /** Only the `person` lifecycle may mark fields so. */
    personal?: Exclude<Kind, 'text' | 'record'>
    sealed?: Under
    /** The bytes to which what is sealed is padded. */
    sealedSize?: number
    /** Sealed in another life, and passed on as it is. */
    sealedElsewhere?: true
    /** The field is filled with the fingerprint of the key of that name. */
    fingerprint?: string
  }
}

const shape = z.strictObject({
  key: z.string().meta({ zh: '密钥名', en: 'Name of its key' }),
  nonce: z.string().meta({ zh: '随机数', en: 'Nonce' }),
  ciphertext: z.string().meta({ zh: '密文', en: 'Ciphertext' }),
})

/**
 * A value as it was sealed elsewhere, passed on shut, with its key. Only for commands that the service alone sends:
 * whoever could hand one in would have it opened where they may look.
 */
export const sealedElsewhere: z.ZodType<Sealed, Sealed> = shape.meta({ sealedElsewhere: true })

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

/** What a key is of, a workflow, `text` or a name that lifecycles share, and its id. */
export const partsOfKey = (key: string): { of: string; id: string } => {
  const [of = '', id = ''] = key.split(':')
  return { of, id }
}

export type SealOptions = {
  key?: Under
  /**
   * The bytes, in UTF-8, to which what is sealed is padded, so that its length tells nothing. The schema says that
   * nothing longer comes in; a record counts as the JSON that it is kept as.
   */
  size?: number
}

/**
 * An event's field that the command brings in clear and the event keeps sealed: the handler seals it. With
 * `key: 'own'` it has a key of its own, which can be destroyed alone; with `{ named }` one that lives share. What is no
 * text is kept as JSON, and is opened as what it was.
 */
export const sealed = <S extends z.ZodType>(
  clear: S,
  { key = 'life', size }: SealOptions = {},
): z.ZodType<Sealed, z.input<S>> =>
  z
    .union([clear, shape])
    .meta({ ...clear.meta(), sealed: key, ...(size !== undefined && { sealedSize: size }) }) as unknown as z.ZodType<
    Sealed,
    z.input<S>
  >

/**
 * An event's field that says under which key others will be sealed, and not what it is: neither command nor builder
 * fills it, but the handler, which keeps the key first. Whoever is shown the key later can tell that it is this one.
 */
export const fingerprint = ({ named }: { named: string }) =>
  z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional()
    .meta({ zh: '密钥指纹', en: 'Fingerprint of the key', fingerprint: named })

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

/** A field of an event that is to be sealed; of what kind it is where it is a text. */
export type Sealing = { field: string; kind: Kind; under: Under; size?: number }

export const sealingsOf = (event: z.ZodObject): Sealing[] =>
  fieldsOf(event).flatMap(([field, schema]) => {
    const { sealed: under, sealedSize: size, personal: kind = 'text' } = sealedField(schema)?.meta() ?? {}
    return under === undefined ? [] : [{ field, kind, under, ...(size !== undefined && { size }) }]
  })

/** A field of an event that tells the fingerprint of the key of that name. */
export type Fingerprinting = { field: string; named: string }

export const fingerprintsOf = (event: z.ZodObject): Fingerprinting[] =>
  fieldsOf(event).flatMap(([field, schema]) => {
    const named = schema.meta()?.fingerprint
    return named === undefined ? [] : [{ field, named }]
  })

const fieldsOf = (event: z.ZodObject) => Object.entries(event.shape as Record<string, z.ZodType>)
