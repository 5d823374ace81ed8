/**
 * The Merkle tree over the log, and how far it has come. A tile holds up to 256 hashes; random bytes do not compress,
 * so nothing tries. `after` is the position before the first leaf of a tile at level 0: where to look for a position.
 */
import { type Kysely, sql } from 'kysely'

export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const statement of [schema, tiles, standing]) await statement.execute(db)
}

const schema = sql`CREATE SCHEMA log_tree`

const tiles = sql`
  CREATE TABLE log_tree.tiles (
    level integer NOT NULL,
    index bigint NOT NULL,
    hashes bytea NOT NULL,
    after text COLLATE "C",
    PRIMARY KEY (level, index)
  );
  ALTER TABLE log_tree.tiles ALTER hashes SET STORAGE EXTERNAL;
  CREATE INDEX tiles_after ON log_tree.tiles (after) WHERE level = 0`

const standing = sql`
  CREATE TABLE log_tree.standing (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    size bigint NOT NULL,
    position text NOT NULL
  )`
