/**
 * The log. One counter row gives the positions: who appends locks it first, so the order of positions is the
 * order of commits and a rolled back append leaves no gap. Always `count(events) = max(position) = head`.
 */
import { type Kysely, sql } from 'kysely'

export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const statement of [schema, identity, head, streams, events, guard, guarded, append]) await statement.execute(db)
}

const schema = sql`CREATE SCHEMA log`

/** Made by the database, so that a position names its log; a restored backup is the same log, an empty one is not. */
const identity = sql`
  CREATE TABLE log.identity (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    id text NOT NULL DEFAULT substr(gen_random_uuid()::text, 1, 8)
  );
  INSERT INTO log.identity DEFAULT VALUES`

const head = sql`
  CREATE TABLE log.head (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    position bigint NOT NULL DEFAULT 0
  );
  INSERT INTO log.head DEFAULT VALUES`

/** Room on each page, so that a new revision is written beside the old one and touches no index. */
const streams = sql`
  CREATE TABLE log.streams (
    stream text COLLATE "C" PRIMARY KEY,
    revision integer NOT NULL
  ) WITH (fillfactor = 70)`

/** Text, not json: the bytes that were hashed are the bytes that are kept. */
const events = sql`
  CREATE TABLE log.events (
    position bigint PRIMARY KEY,
    stream text COLLATE "C" NOT NULL,
    revision integer NOT NULL,
    id uuid NOT NULL UNIQUE,
    type text NOT NULL,
    data text NOT NULL,
    metadata text NOT NULL,
    UNIQUE (stream, revision)
  )`

const guard = sql`
  CREATE FUNCTION log.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'the log is append-only: % on %.% is refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
      USING ERRCODE = 'restrict_violation', HINT = 'Record a new event that corrects the old one.';
  END $$`

const guarded = sql`
  CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log.events
  FOR EACH STATEMENT EXECUTE FUNCTION log.refuse()`

/**
 * A batch of appends in one statement: arrays with one element an append (streams, expected) and arrays with one
 * element an event, each naming its append by number. One row an append comes back, in order: `recorded` with the
 * last event's place (also where these very events stand there already), or not, with where the stream stands.
 *
 * No sequential scans: a plan made while the log was small is kept, and would read all of it later.
 */
const append = sql`
  CREATE FUNCTION log.append(
    streams text[], expected integer[],
    appends integer[], revisions integer[], ids uuid[], types text[], data text[], metadata text[]
  ) RETURNS TABLE (recorded boolean, at_revision integer, at_position bigint)
  LANGUAGE plpgsql
  SET enable_seqscan = off
  SET lock_timeout = '5s'
  AS $$
  #variable_conflict use_column
  DECLARE
    last bigint;
  BEGIN
    IF current_setting('synchronous_commit') = 'off' THEN
      PERFORM set_config('synchronous_commit', 'on', true);
    END IF;
    SELECT position INTO STRICT last FROM log.head FOR UPDATE;
    RETURN QUERY
    WITH asked AS MATERIALIZED (
      SELECT a.n::integer, a.stream, a.expected,
             coalesce((SELECT s.revision FROM log.streams s WHERE s.stream = a.stream LIMIT 1), -1) AS actual
      FROM unnest($1, $2) WITH ORDINALITY AS a (stream, expected, n)
    ), given AS MATERIALIZED (
      SELECT * FROM unnest($3, $4, $5, $6, $7, $8) WITH ORDINALITY
        AS g (n, revision, id, type, data, metadata, place)
    ), added AS (
      INSERT INTO log.events (position, stream, revision, id, type, data, metadata)
      SELECT last + row_number() OVER (ORDER BY g.place), a.stream, g.revision, g.id, g.type, g.data, g.metadata
      FROM given g JOIN asked a ON a.n = g.n
      WHERE a.actual = a.expected
      RETURNING position, stream, revision
    ), tops AS MATERIALIZED (
      SELECT stream, max(revision) AS revision, max(position) AS position FROM added GROUP BY stream
    ), moved AS (
      INSERT INTO log.streams (stream, revision) SELECT stream, revision FROM tops
      ON CONFLICT (stream) DO UPDATE SET revision = excluded.revision
    ), advanced AS (
      UPDATE log.head SET position = last + (SELECT count(*) FROM added) WHERE EXISTS (SELECT FROM added)
    ), there_already AS (
      SELECT g.n, max(e.revision) AS revision, max(e.position) AS position
      FROM asked a
      JOIN given g ON g.n = a.n
      LEFT JOIN LATERAL (
        SELECT o.revision, o.position FROM log.events o
        WHERE o.stream = a.stream AND o.revision = g.revision AND o.id = g.id LIMIT 1
      ) e ON true
      WHERE a.actual > a.expected
      GROUP BY g.n
      HAVING count(*) = count(e.position)
    )
    SELECT coalesce(t.revision, r.revision) IS NOT NULL,
           coalesce(t.revision, r.revision, a.actual),
           coalesce(t.position, r.position)
    FROM asked a
    LEFT JOIN tops t ON t.stream = a.stream
    LEFT JOIN there_already r ON r.n = a.n
    ORDER BY a.n;
  END $$`
