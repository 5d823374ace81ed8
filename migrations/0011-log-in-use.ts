/**
 * The log that this database goes with: what stands beside it (read models, checkpoints, keys) tells of this one alone.
 * Noted by whoever starts first, changed only where a log is moved. A log that was moved away takes nothing any more but
 * what is copied into it, should it come back.
 */
import { type Kysely, sql } from 'kysely'

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    CREATE TABLE engine.log_in_use (
      single boolean PRIMARY KEY DEFAULT true CHECK (single),
      log text NOT NULL
    )`.execute(db)
  await sql`
    CREATE FUNCTION log.refuse_moved() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF current_setting('gongchuang.copying', true) = 'on' THEN
        RETURN NULL;
      END IF;
      RAISE EXCEPTION 'this log was moved: it goes on as %', TG_ARGV[0]
        USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Start the service on the log that it goes on as.';
    END $$`.execute(db)
}
