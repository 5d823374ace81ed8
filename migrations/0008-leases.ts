/**
 * Who does the work that one process at a time may do. The epoch grows with every take-over. It stands in a unique
 * index, so that taking over waits for transactions that compare it (FOR KEY SHARE), and a heartbeat does not.
 */
import { type Kysely, sql } from 'kysely'

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    CREATE TABLE engine.leases (
      name text PRIMARY KEY,
      holder text NOT NULL DEFAULT '',
      epoch bigint NOT NULL DEFAULT 0,
      expires_at timestamptz NOT NULL DEFAULT '-infinity',
      UNIQUE (name, epoch)
    )`.execute(db)
}
