/**
 * How far each read model has come in the log; the runner moves it in the transaction that writes the rows. Where it
 * stopped and why stands beside it, so that every process can say so.
 */
import { type Kysely, sql } from 'kysely'

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`CREATE SCHEMA IF NOT EXISTS engine`.execute(db)
  await sql`
    CREATE TABLE engine.checkpoints (
      name text PRIMARY KEY,
      position text NOT NULL,
      stopped_at text,
      stopped_why text,
      updated_at timestamptz NOT NULL
    )`.execute(db)
}
