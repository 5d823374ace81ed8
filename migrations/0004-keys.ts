/**
 * The keys of sealed values, wrapped by the master key. A destroyed one keeps its row, without the key: none is made
 * again under its name. The mark of the master key tells a process that has another. What the log says is erased stands beside them, and how far it was read for that: it is what
 * keys that come back from a backup are held against.
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
  await sql`
    CREATE TABLE keys.master (
      single boolean PRIMARY KEY DEFAULT true CHECK (single),
      mark text NOT NULL
    )`.execute(db)
  await sql`CREATE TABLE keys.erasures (key text COLLATE "C" PRIMARY KEY, position text NOT NULL)`.execute(db)
  await sql`
    CREATE TABLE keys.erasures_read (
      single boolean PRIMARY KEY DEFAULT true CHECK (single),
      position text COLLATE "C" NOT NULL
    )`.execute(db)
}
