/**
 * Instances as they were folded up to a revision, so that a long stream need not be read from its beginning. Each can be
 * made again from the log and none is trusted over it; beside the read models, so that the log holds events alone. The
 * body is base64, which the client reads faster than bytea, and mostly hashes, which are not worth compressing. A row
 * without a body says that none from before its revision may come back: a text was taken back then.
 */
import { type Kysely, sql } from 'kysely'

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    CREATE TABLE engine.snapshots (
      stream text COLLATE "C" PRIMARY KEY,
      revision integer NOT NULL,
      format text NOT NULL,
      body text COLLATE "C" NOT NULL,
      mac text COLLATE "C" NOT NULL,
      taken_at timestamptz NOT NULL DEFAULT now()
    );
    ALTER TABLE engine.snapshots ALTER COLUMN body SET STORAGE EXTERNAL`.execute(db)
}
