/** A read model's tables in PostgreSQL: made from the rows' schemas, loaded and written a batch at a time. */
import type { ClientBase } from 'pg'
import type { z } from 'zod'
import { textArray } from './pg-arrays.ts'
import { type ReadModel, schemaOf, type Table } from './projection.ts'
import { unwrap } from './schema-layers.ts'

export type Row = Record<string, unknown>

type Column = { name: string; type: 'text' | 'bigint' | 'boolean' | 'jsonb' }

const COLUMN_TYPES: Record<string, Column['type']> = {
  string: 'text',
  enum: 'text',
  literal: 'text',
  number: 'bigint',
  boolean: 'boolean',
  array: 'jsonb',
  object: 'jsonb',
  record: 'jsonb',
}

const columnsOf = (table: Table): Column[] =>
  Object.entries(table.row.shape).map(([name, schema]) => ({
    name,
    type: columnType(`${table.name}.${name}`, schema as z.ZodType),
  }))

const columnType = (where: string, schema: z.ZodType): Column['type'] => {
  const layers = unwrap(schema)
  const innermost = layers.find(layer => layer.def.type === 'array') ?? layers.at(-1)
  const type = COLUMN_TYPES[innermost?.def.type ?? '']
  if (!type) throw new Error(`${where}: no column type for a ${innermost?.def.type}`)
  return type
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
const tableName = (model: ReadModel, table: Table): string => `${quoted(schemaOf(model))}.${quoted(table.name)}`

export const createTables = async (client: ClientBase, model: ReadModel): Promise<void> => {
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${quoted(schemaOf(model))}`)
  for (const table of model.tables) {
    const columns = columnsOf(table).map(
      ({ name, type }) => `${quoted(name)} ${type}${name === table.key ? ' PRIMARY KEY' : ''}`,
    )
    await client.query(`CREATE TABLE IF NOT EXISTS ${tableName(model, table)} (${columns.join(', ')})`)
    for (const [n, index] of table.indexes.entries())
      await client.query(
        `CREATE INDEX IF NOT EXISTS ${quoted(`${table.name}_${n + 1}`)} ON ${tableName(model, table)} (${index.map(quoted).join(', ')})`,
      )
  }
}

export const emptyTables = async (client: ClientBase, model: ReadModel): Promise<void> => {
  for (const table of model.tables) await client.query(`TRUNCATE ${tableName(model, table)}`)
}

/** With all its tables, if it is there. */
export const dropTables = async (client: ClientBase, model: Pick<ReadModel, 'name' | 'version'>): Promise<void> => {
  await client.query(`DROP SCHEMA IF EXISTS ${quoted(schemaOf(model))} CASCADE`)
}

/** What one model's tables hold becomes another's. */
export const moveTables = async (client: ClientBase, from: ReadModel, to: ReadModel): Promise<void> => {
  await dropTables(client, to)
  await client.query(`ALTER SCHEMA ${quoted(schemaOf(from))} RENAME TO ${quoted(schemaOf(to))}`)
}

export const loadRows = async (
  client: ClientBase,
  model: ReadModel,
  table: Table,
  keys: readonly string[],
): Promise<Map<string, Row>> => {
  const { rows } = await client.query<Row>({
    name: `load ${schemaOf(model)}.${table.name}`,
    text: `SELECT * FROM ${tableName(model, table)} WHERE ${quoted(table.key)} = ANY($1::text[])`,
    values: [textArray(keys)],
  })
  return new Map(rows.map(row => [row[table.key] as string, row]))
}

const PAGE = 5_000

/** Every row, in the order of its key. */
export async function* allRows(client: ClientBase, model: ReadModel, table: Table): AsyncGenerator<Row> {
  const key = quoted(table.key)
  for (let after = ''; ; ) {
    const { rows } = await client.query<Row>(
      `SELECT * FROM ${tableName(model, table)} WHERE ${key} COLLATE "C" > $1 ORDER BY ${key} COLLATE "C" LIMIT ${PAGE}`,
      [after],
    )
    yield* rows
    if (rows.length < PAGE) return
    after = rows.at(-1)?.[table.key] as string
  }
}

/** One statement for the rows that are, one for those that are no more. */
export const writeRows = async (
  client: ClientBase,
  model: ReadModel,
  table: Table,
  changed: ReadonlyMap<string, Row | undefined>,
): Promise<void> => {
  const present = [...changed.values()].filter(row => row !== undefined)
  const gone = [...changed].filter(([, row]) => row === undefined).map(([key]) => key)
  if (present.length > 0) await upsert(client, model, table, present)
  if (gone.length > 0)
    await client.query({
      name: `delete ${schemaOf(model)}.${table.name}`,
      text: `DELETE FROM ${tableName(model, table)} WHERE ${quoted(table.key)} = ANY($1::text[])`,
      values: [textArray(gone)],
    })
}

const upsert = async (client: ClientBase, model: ReadModel, table: Table, rows: readonly Row[]): Promise<void> => {
  const columns = columnsOf(table)
  const names = columns.map(({ name }) => quoted(name))
  const arrays = columns.map((_, index) => `$${index + 1}::text[]`)
  const cells = columns.map(({ type }, index) => `c${index}::${type}`)
  const aliases = columns.map((_, index) => `c${index}`)
  const updates = names.map(name => `${name} = excluded.${name}`)
  await client.query({
    name: `write ${schemaOf(model)}.${table.name}`,
    text: `INSERT INTO ${tableName(model, table)} (${names.join(', ')}) SELECT ${cells.join(', ')}
           FROM unnest(${arrays.join(', ')}) AS changed (${aliases.join(', ')})
           ON CONFLICT (${quoted(table.key)}) DO UPDATE SET ${updates.join(', ')}`,
    values: columns.map(column => textArray(rows.map(row => cell(column, row[column.name])))),
  })
}

const cell = ({ type }: Column, value: unknown): string | null =>
  value === undefined || value === null ? null : type === 'jsonb' ? JSON.stringify(value) : String(value)
