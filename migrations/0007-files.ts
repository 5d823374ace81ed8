/**
 * What the store of files holds. The bytes stand elsewhere, under their hash; a row is written after its bytes and
 * deleted before them, so that what a row says is there. Times are the database's: the one clock all processes share.
 * Names often tell of people; they stand only where events name a file.
 */
import { type Kysely, sql } from 'kysely'

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`CREATE SCHEMA files`.execute(db)
  await sql`
    CREATE TABLE files.files (
      sha256 text COLLATE "C" PRIMARY KEY CHECK (sha256 ~ '^[0-9a-f]{64}$'),
      bytes bigint NOT NULL,
      kind text NOT NULL,
      uploaded_by uuid NOT NULL,
      uploaded_at timestamptz NOT NULL DEFAULT now(),
      held_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX files_held_at ON files.files (held_at);
    CREATE INDEX files_uploaded_by ON files.files (uploaded_by)`.execute(db)
  await sql`
    CREATE TABLE files.store (
      single boolean PRIMARY KEY DEFAULT true CHECK (single),
      id uuid NOT NULL DEFAULT gen_random_uuid()
    );
    INSERT INTO files.store DEFAULT VALUES`.execute(db)
}
