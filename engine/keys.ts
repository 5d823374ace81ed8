/**
 * The keys of sealed values, in a table outside the log, each wrapped by the master key. Nothing is kept in memory:
 * a key destroyed by one process is gone for all of them with their next look. Of a destroyed key the name stays, so
 * that none is ever made again under it.
 */
import { createSecretKey, type KeyObject } from 'node:crypto'
import type { Pool } from 'pg'
import type { Randomness } from './randomness.ts'
import { markOf, unwrap, WrongMasterKey, wrap } from './wrapping.ts'

export type Keys = {
  /** The keys to seal under, each made and durable where there was none. Throws `KeyErased`. */
  toSeal(names: readonly string[]): Promise<ReadonlyMap<string, KeyObject>>
  /** The keys to open with; one that never was, or was lost, is not among them. */
  toOpen(names: readonly string[]): Promise<ReadonlyMap<string, KeyObject | 'erased'>>
  /** Destroys keys for ever; again changes nothing. */
  destroy(names: readonly string[]): Promise<void>
}

export class KeyErased extends Error {
  readonly key: string
  constructor(key: string) {
    super(`the key '${key}' was destroyed: nothing is sealed under it any more`)
    this.key = key
  }
}

const KEY_BYTES = 32

type Row = { name: string; wrapped: Buffer | null }

export const openKeys = (pool: Pool, master: KeyObject, random: Randomness): Keys => {
  const toOpen: Keys['toOpen'] = async names => {
    if (names.length === 0) return new Map()
    const { rows } = await pool.query<Row>({ ...OPEN, values: [names] })
    return new Map(
      rows.map(({ name, wrapped }) => [name, wrapped ? createSecretKey(unwrap(master, name, wrapped)) : 'erased']),
    )
  }

  /** Of two who make one at once the second finds the first's. */
  const make = async (names: readonly string[]): Promise<void> => {
    const wrapped = names.map(name => wrap(master, name, random.bytes(KEY_BYTES), random))
    await pool.query(MAKE, [names, wrapped, markOf(master)])
  }

  return {
    toOpen,
    toSeal: async names => {
      let found = await toOpen(names)
      const missing = names.filter(name => !found.has(name))
      if (missing.length > 0) {
        await make(missing)
        found = await toOpen(names)
        for (const name of missing) if (!found.has(name)) throw new WrongMasterKey(name)
      }
      return new Map(names.map(name => [name, usable(name, found.get(name))]))
    },
    destroy: async names => {
      if (names.length === 0) return
      const { rowCount } = await pool.query(DESTROY, [names])
      // What an update leaves behind in the table's file goes with it, and not when PostgreSQL finds the time.
      if (rowCount) await pool.query('VACUUM keys.keys')
    },
  }
}

const OPEN = { name: 'keys to open', text: 'SELECT name, wrapped FROM keys.keys WHERE name = ANY ($1)' }

/** Only under the master key that the database has: a process may have missed that it was changed. */
const MAKE = `
  INSERT INTO keys.keys (name, wrapped) SELECT * FROM unnest($1::text[], $2::bytea[])
  WHERE EXISTS (SELECT FROM keys.master WHERE mark = $3) ON CONFLICT DO NOTHING`

const DESTROY = `
  INSERT INTO keys.keys AS known (name, wrapped, erased_at) SELECT name, NULL, now() FROM unnest($1::text[]) AS name
  ON CONFLICT (name) DO UPDATE SET wrapped = NULL, erased_at = now() WHERE known.wrapped IS NOT NULL`

const usable = (name: string, key: KeyObject | 'erased' | undefined): KeyObject => {
  if (key === undefined || key === 'erased') throw new KeyErased(name)
  return key
}
