/**
 * A read model is a fold per row. A table says which keys an event touches and, for each key, the new
 * row from the old row and the event (or none). These functions are pure; the runner loads, folds in
 * memory and writes. The row's zod schema is the table, the answer and the column headers at once.
 */
import { type Kysely, type RawBuilder, type SelectQueryBuilder, sql } from 'kysely'
import { z } from 'zod'
import { type Permit, REDACTED, type Title } from './definition.ts'
import type { Fact } from './event-codec.ts'
import type { Redaction } from './redaction.ts'

export { leavesOf } from './chart.ts'
export { CLAIM_LAPSED } from './claim.ts'
export { earliestDue, remindedIn } from './deadline.ts'
export { REDACTED } from './definition.ts'
export { filesNamedBy } from './named-files.ts'

/** An event as a row fold sees it: `id` is the instance's. */
export type FactOf<D> = Omit<Fact, 'data' | 'id'> & { id: string; data: D }

export type Touch<Row, D> = {
  keys(fact: FactOf<D>): readonly string[]
  /** The new row, or nothing to have none. */
  row(row: Row | undefined, fact: FactOf<D>, key: string): Row | undefined
}

/**
 * Per workflow's name (`'*'`: any), per event's name (`'*'`: any, after the event's own, and the engine's
 * own, which leave a life as it was; `ClaimLapsed` may be the only event of one that was never started).
 */
type Touches<Row, Events> = {
  [W in keyof Events & string]?: { [T in keyof Events[W] & string]?: Touch<Row, Events[W][T]> } & {
    '*'?: Touch<Row, unknown>
  }
} & { '*'?: { '*'?: Touch<Row, unknown> } }

export type Table = {
  name: string
  /** The column that holds the key. */
  key: string
  row: z.ZodObject
  indexes: readonly (readonly string[])[]
  touches: Record<string, Record<string, Touch<Record<string, unknown>, unknown> | undefined> | undefined>
}

/** `Events` maps a workflow's name to its events' data types. */
export const table =
  <Events extends object = Record<never, never>>() =>
  <S extends z.ZodObject>(words: {
    name: string
    key: keyof z.infer<S> & string
    row: S
    indexes?: readonly (readonly (keyof z.infer<S> & string)[])[]
    touches: Touches<z.infer<S>, Events>
  }): Table =>
    ({ indexes: [], ...words }) as unknown as Table

/** The row that belongs to the instance itself. */
export const ofInstance = <Row, D>(row: (row: Row | undefined, fact: FactOf<D>) => Row | undefined): Touch<Row, D> => ({
  keys: fact => [fact.id],
  row,
})

/**
 * Where a row's texts come from, by column: `<revision>/<field>` of an event. A row that holds texts keeps it in a
 * column of its own, which no query shows, so that it can forget a text that is taken back.
 */
export const origins = z.record(z.string(), z.string()).meta({ zh: '文字来处', en: 'Origins of texts' })
export const originOf = ({ revision, field }: Redaction): string => `${revision}/${field}`

/** The row without the text that was taken back, if it holds it. */
export const forgetting = <Row extends { origins: Record<string, string> }>(row: Row, taken: Redaction): Row =>
  Object.fromEntries(
    Object.entries(row).map(([column, value]) => [column, row.origins[column] === originOf(taken) ? REDACTED : value]),
  ) as Row

/** The instance's own row forgets a text that is taken back. */
export const forgetsTexts = <Row extends { origins: Record<string, string> }>(): Touch<Row, Redaction> =>
  ofInstance((row, { data }) => row && forgetting(row, data))

/**
 * Who looks, and what their posts reach: the codes of the places they cover and the organisations they stand for. Where
 * rows are for people by name, `selves` are the ids under which they may stand: the reader's own, and earlier ones.
 */
export type Scope = {
  places: readonly string[]
  organisations: readonly string[]
  person: string
  selves: readonly string[]
}

export type PageRequest = { scope: Scope; today: string; limit: number; cursor: readonly string[] | undefined }

/** One question to a read model: filters in, rows out, in an order that a cursor can continue. */
export type Query = {
  title: Title
  /** Filters from the query string. */
  filters: z.ZodObject
  row: z.ZodObject
  /** The columns a page is ordered by; together they are unique. */
  order: readonly string[]
  run(db: Kysely<never>, request: PageRequest & { filters: never }): Promise<Record<string, unknown>[]>
}

export const query = <F extends z.ZodObject, S extends z.ZodObject, DB>(words: {
  title: Title
  filters: F
  row: S
  order: readonly (keyof z.infer<S> & string)[]
  run(db: Kysely<DB>, request: PageRequest & { filters: z.infer<F> }): Promise<z.infer<S>[]>
}): Query => words as unknown as Query

export type ReadModel = {
  /** kebab-case; also the route: `/v1/views/street-board`. */
  name: string
  title: Title
  about: Title
  /** A change of rows or folds is a new version: built beside the old one, then taken instead. */
  version: number
  tables: readonly Table[]
  /** Who may look; `over: 'place'` gives places to the scope, `in` gives organisations. */
  sees: readonly Permit[]
  /** `''` is the read model's own address, others stand below it. */
  queries: Record<string, Query>
}

export const readModel = (words: ReadModel): ReadModel => words

/** Tables live in a schema of their own, so that a new version is built beside the old one. */
export const schemaOf = (model: Pick<ReadModel, 'name' | 'version'>): string =>
  `${model.name.replaceAll('-', '_')}_v${model.version}`
export const checkpointOf = (model: Pick<ReadModel, 'name' | 'version'>): string => `${model.name}@${model.version}`
/** Of any read model, also one that this code does not know. */
export const modelOfCheckpoint = (checkpoint: string): Pick<ReadModel, 'name' | 'version'> => {
  const [name = '', version] = checkpoint.split('@')
  return { name, version: Number(version) }
}

/** A page of these rows in their order, after the cursor: the order's columns, compared as a row. */
export const paged = <DB, Tables extends keyof DB, Row>(
  rows: SelectQueryBuilder<DB, Tables, Row>,
  order: readonly string[],
  { cursor, limit }: Pick<PageRequest, 'cursor' | 'limit'>,
): Promise<Row[]> => {
  const columns = order.map(column => sql.ref(column))
  const after =
    cursor === undefined ? rows : rows.where(sql<boolean>`(${sql.join(columns)}) > (${sql.join([...cursor])})`)
  return columns
    .reduce((ordered, column) => ordered.orderBy(column), after)
    .limit(limit)
    .execute() as Promise<Row[]>
}

/** The condition that a place lies under one of the scope's. */
export const underPlaces = (column: string, places: readonly string[]): RawBuilder<boolean> =>
  sql<boolean>`exists (select 1 from unnest(${places}::text[]) as over where starts_with(${sql.ref(column)}, over))`
