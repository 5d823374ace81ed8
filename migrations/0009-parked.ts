/**
 * Commands of policies and deadlines that were refused for good and that nobody answered: for an operator to send
 * again, or to drop with a reason. What was settled stays, with how.
 */
import { type Kysely, sql } from 'kysely'

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    CREATE TABLE engine.parked (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      key text NOT NULL UNIQUE,
      sender text NOT NULL,
      cause_stream text NOT NULL,
      cause_revision integer NOT NULL,
      request jsonb,
      error jsonb NOT NULL,
      tries integer NOT NULL DEFAULT 1,
      parked_at timestamptz NOT NULL,
      tried_at timestamptz NOT NULL,
      settled text CHECK (settled IN ('done', 'dropped')),
      settled_at timestamptz,
      reason text
    );
    CREATE INDEX parked_open ON engine.parked (id) WHERE settled IS NULL`.execute(db)
}
