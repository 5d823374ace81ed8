/**
 * Who looked at personal data in clear. Not in the log: a record is kept for a time only. Times are UTC as text, as
 * everywhere; what was written in one millisecond stands in the order in which it was.
 */
import { type Kysely, sql } from 'kysely'

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`CREATE SCHEMA access`.execute(db)
  await sql`CREATE SEQUENCE access.written`.execute(db)
  await sql`
    CREATE TABLE access.records (
      id text COLLATE "C" NOT NULL DEFAULT lpad(nextval('access.written')::text, 16, '0'),
      at text COLLATE "C" NOT NULL,
      subject text COLLATE "C" NOT NULL,
      reader text COLLATE "C" NOT NULL,
      post jsonb,
      fields jsonb NOT NULL,
      route text NOT NULL,
      request text NOT NULL
    )`.execute(db)
  await sql`CREATE INDEX ON access.records (subject, at, id)`.execute(db)
  await sql`CREATE INDEX ON access.records (at)`.execute(db)
}
