/**
 * The log. One counter row gives the positions: who appends locks it first, so the order of positions is the
 * order of commits and a rolled back append leaves no gap. Always `count(events) = max(position) = head`.
 */
import { type Kysely, sql } from 'kysely'

export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const statement of [schema, identity, head, events, guard, guarded, append]) await statement.execute(db)
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

/**
 * Text, not json: the bytes that were hashed are the bytes that are kept. No index finds an id: it is made of what an
 * event says and of its place, so whoever asks for one knows its stream and revision.
 */
const events = sql`
  CREATE TABLE log.events (
    position bigint PRIMARY KEY,
    stream text COLLATE "C" NOT NULL,
    revision integer NOT NULL,
    id uuid NOT NULL,
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
 * A batch of appends, at most one a stream: arrays with one element an append (streams, expected revisions, counts)
 * and arrays with one element an event, in order, each naming its append by number. Where all are recorded, one row
 * without a revision comes back, with the place before the first. Otherwise one row an append, in order: `recorded` with the last event's place (also where these very events stand there already), or not, with
 * where the stream stands. What stands under the lock was committed before: every statement here sees all of it.
 *
 * No sequential scans: a plan made while the log was small is kept, and would read all of it later. Nor JIT: what
 * a forbidden scan is reckoned to cost makes PostgreSQL before 18 compile each batch, for twenty times its price.
 */
const append = sql`
  CREATE FUNCTION log.append(
    streams text[], expected integer[], counts integer[],
    appends integer[], of_streams text[], revisions integer[], ids uuid[], types text[], data text[], metadata text[]
  ) RETURNS TABLE (recorded boolean, at_revision integer, at_position bigint)
  LANGUAGE plpgsql
  SET enable_seqscan = off
  SET jit = off
  SET lock_timeout = '5s'
  AS $$
  #variable_conflict use_column
  DECLARE
    last bigint;
    standing integer[];
    wins boolean[];
    added bigint;
  BEGIN
    IF current_setting('synchronous_commit') = 'off' THEN
      PERFORM set_config('synchronous_commit', 'on', true);
    END IF;
    SELECT position INTO STRICT last FROM log.head FOR UPDATE;

    SELECT array_agg(s.revision ORDER BY s.n), array_agg(s.revision = s.expected ORDER BY s.n) INTO standing, wins
    FROM (
      SELECT a.n, a.expected, coalesce((
        SELECT e.revision FROM log.events e WHERE e.stream = a.stream ORDER BY e.revision DESC LIMIT 1
      ), -1) AS revision
      FROM unnest($1, $2) WITH ORDINALITY AS a (stream, expected, n)
      -- A fence: flattened, each stream would be looked up once for each of the two aggregates.
      OFFSET 0
    ) s;

    -- Nearly always all are as expected: then nothing has to be sorted out, and the answer is where they begin.
    IF NOT false = ANY (wins) THEN
      INSERT INTO log.events (position, stream, revision, id, type, data, metadata)
      SELECT last + g.place, g.stream, g.revision, g.id, g.type, g.data, g.metadata
      FROM unnest($5, $6, $7, $8, $9, $10) WITH ORDINALITY AS g (stream, revision, id, type, data, metadata, place);
      UPDATE log.head SET position = last + cardinality($6);
      RETURN QUERY SELECT true, NULL::integer, last;
      RETURN;
    END IF;

    INSERT INTO log.events (position, stream, revision, id, type, data, metadata)
    SELECT last + row_number() OVER (ORDER BY g.place), g.stream, g.revision, g.id, g.type, g.data, g.metadata
    FROM unnest($4, $5, $6, $7, $8, $9, $10) WITH ORDINALITY
      AS g (append, stream, revision, id, type, data, metadata, place)
    WHERE wins[g.append];

    GET DIAGNOSTICS added = ROW_COUNT;
    IF added > 0 THEN
      UPDATE log.head SET position = last + added;
    END IF;

    RETURN QUERY
    SELECT a.place IS NOT NULL, CASE WHEN a.place IS NULL THEN a.revision ELSE a.expected + a.count END, a.place
    FROM (
      SELECT w.n, w.expected, w.count, w.revision, CASE
        WHEN w.won THEN last + sum(w.count) FILTER (WHERE w.won) OVER (ORDER BY w.n)
        WHEN w.revision > w.expected THEN (
          SELECT max(e.position)
          FROM unnest($4, $6, $7) AS g (append, revision, id)
          LEFT JOIN log.events e ON e.stream = w.stream AND e.revision = g.revision AND e.id = g.id
          WHERE g.append = w.n
          HAVING count(*) = count(e.position)
        )
      END AS place
      FROM unnest($1, $2, $3, standing, wins) WITH ORDINALITY AS w (stream, expected, count, revision, won, n)
    ) a
    ORDER BY a.n;
  END $$`
