/** What one version says otherwise than another, field by field: whoever checks it reads what is new and not all again. */
import type { z } from 'zod'
import type { Title } from '../../engine/definition.ts'
import type { Version } from './data.ts'
import { type Written, written } from './fields.ts'

/** A list that changed tells what came in and what went; everything else what it was and what it is. */
export type Difference = { field: string } & Title &
  ({ before: unknown; after: unknown } | { added: readonly unknown[]; removed: readonly unknown[] })

const FIELDS = Object.keys(written) as (keyof Written)[]

export const differencesBetween = (from: Version, to: Version): Difference[] =>
  FIELDS.flatMap(field => {
    const [before, after] = [from[field], to[field]]
    if (said(before) === said(after)) return []
    return [{ field, ...titleOf(written[field]), ...changeOf(before, after) }]
  })

const changeOf = (before: unknown, after: unknown) =>
  Array.isArray(before) && Array.isArray(after)
    ? { added: missingFrom(before, after), removed: missingFrom(after, before) }
    : { before, after }

/** What the second list has more than the first; the same line twice counts twice. */
const missingFrom = (list: readonly unknown[], of: readonly unknown[]): unknown[] => {
  const left = list.map(said)
  return of.filter(item => {
    const at = left.indexOf(said(item))
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}

/** Fields come from one schema, always in its order. */
const said = (value: unknown): string => JSON.stringify(value) ?? ''

const titleOf = (schema: z.ZodType): Title => {
  const { zh = '', en = '' } = schema.meta() ?? {}
  return { zh, en }
}
