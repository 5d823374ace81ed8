/**
 * The keys of sealed values, wrapped by the master key. A destroyed one keeps its row, without the key: none is made
 * again under its name.
 */
import { type Kysely, sql } from 'kysely'

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    CREATE TABLE keys.keys (
      name text COLLATE "C" PRIMARY KEY,
      wrapped bytea,
      created_at timestamptz NOT NULL DEFAULT now(),
      erased_at timestamptz,
      CHECK ((wrapped IS NULL) = (erased_at IS NOT NULL))
    )`.execute(db)
}
