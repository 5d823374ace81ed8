/**
 * Random secrets of this service, each wrapped by the master key, which is never here. They stand outside the log, so
 * that a copy of the log alone tells nothing that hangs on them.
 */
import { type Kysely, sql } from 'kysely'

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`CREATE SCHEMA keys`.execute(db)
  await sql`CREATE TABLE keys.secrets (name text PRIMARY KEY, wrapped bytea NOT NULL)`.execute(db)
}
