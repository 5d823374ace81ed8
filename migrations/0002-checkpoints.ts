/** How far each read model has come in the log; the runner moves it in the transaction that writes the rows. */
import { type Kysely, sql } from 'kysely'

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`CREATE SCHEMA IF NOT EXISTS engine`.execute(db)
  await sql`
    CREATE TABLE engine.checkpoints (
      name text PRIMARY KEY,
      position text NOT NULL,
      updated_at timestamptz NOT NULL
    )`.execute(db)
}
