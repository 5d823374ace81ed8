/**
 * Texts that are taken back. The event that holds one stays as it was recorded, and its chain with it; what changes is
 * that nobody reads the text any more: not in the history, not in what a life or a read model made of it, not as of
 * any day. A sealed text needs none of this: its key is destroyed.
 */
import type { z } from 'zod'
import { type ActedFor, ON_BEHALF, REDACTED, type Workflow } from './definition.ts'
import type { Fact } from './event-codec.ts'
import { isFreeText, shapeWithin } from './schema-layers.ts'
import { isSealedField } from './sealed.ts'

/** What an event says that takes a text back: the field of the event at that revision. */
export type Redaction = { revision: number; field: string }

/** The fields of an event that hold free text, however deep. */
export const textFieldsOf = (event: z.ZodObject): string[] =>
  fieldsOf(event).flatMap(([field, schema]) => (holdsText(schema) && !isSealedField(schema) ? [field] : []))

const fieldsOf = (schema: z.ZodObject) => Object.entries(schema.shape as Record<string, z.ZodType>)

const holdsText = (schema: z.ZodType): boolean =>
  isFreeText(schema) || Object.values(shapeWithin(schema) ?? {}).some(holdsText)

/** The value without the free texts that its schema says are in it; lists keep their length. */
export const withoutTexts = <T>(schema: z.ZodType, value: T): T => {
  if (typeof value === 'string') return (isFreeText(schema) ? REDACTED : value) as T
  if (Array.isArray(value)) return value.map(each => withoutTexts(schema, each)) as T
  const shape = shapeWithin(schema)
  if (shape === undefined || typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, shape[name] ? withoutTexts(shape[name], inner) : inner]),
  ) as T
}

/** What was taken back so far, by revision. */
export type Redactions = ReadonlyMap<number, ReadonlySet<string>>

type Redacting = Pick<Workflow, 'redacts' | 'events'>

export const redactionsIn = ({ redacts }: Redacting, facts: readonly Fact[]): Redactions => {
  const taken = facts.filter(({ type }) => type === redacts).map(({ data }) => data as Redaction)
  return new Map(
    [...Map.groupBy(taken, ({ revision }) => revision)].map(([revision, each]) => [
      revision,
      new Set(each.map(({ field }) => field)),
    ]),
  )
}

export const tellsOnBehalf = ({ metadata }: Fact): boolean =>
  metadata.for?.reason !== undefined || metadata.for?.paper !== undefined

const withoutOnBehalf = ({ metadata, ...fact }: Fact): Fact => {
  const { paper, reason, ...represented } = metadata.for as ActedFor
  const told = { ...(paper && { paper: { ...paper, name: REDACTED } }), ...(reason && { reason: REDACTED }) }
  return { ...fact, metadata: { ...metadata, for: { ...represented, ...told } } }
}

/** The event as it may be read from then on. */
export const readable = (workflow: Redacting, fact: Fact, redactions: Redactions): Fact => {
  const taken = redactions.get(fact.revision)
  if (!taken) return fact
  return withoutFields(workflow, taken.has(ON_BEHALF) && tellsOnBehalf(fact) ? withoutOnBehalf(fact) : fact, taken)
}

const withoutFields = ({ events }: Redacting, fact: Fact, taken: ReadonlySet<string>): Fact => {
  const schema = events[fact.type]
  if (!schema) return fact
  // A field that a lift calls otherwise today: which text was meant is not guessed at.
  const unknown = [...taken].some(field => field !== ON_BEHALF && !Object.hasOwn(schema.shape, field))
  const data = Object.entries(fact.data as object).map(([field, value]) => [
    field,
    unknown || taken.has(field) ? withoutTexts(schema.shape[field] as z.ZodType, value) : value,
  ])
  return { ...fact, data: Object.fromEntries(data) }
}
