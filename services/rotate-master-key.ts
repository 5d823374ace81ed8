/**
 * Another master key: every key and secret is wrapped anew in one transaction, in which the database also takes the new
 * key's mark. A process that still has the old key reads and makes none from then on, and says why.
 */
import type { KeyObject } from 'node:crypto'
import type { Pool, PoolClient } from 'pg'
import { systemRandomness } from '../engine/randomness.ts'
import { inTransaction } from '../engine/transaction.ts'
import { markOf, unwrap, WrongMasterKey, wrap } from '../engine/wrapping.ts'

export type Rotation = { from: KeyObject; to: KeyObject }

const TABLES = ['keys.keys', 'keys.secrets'] as const
const PAGE = 5_000

/** How many were wrapped anew; none where the database has the new key already. Throws `WrongMasterKey`. */
export const rotateMasterKey = async (pool: Pool, rotation: Rotation): Promise<number> => {
  const count = await inTransaction(pool, async client => {
    // Whoever would make a key waits, and finds the new mark.
    await client.query(`LOCK TABLE keys.master, ${TABLES.join(', ')} IN SHARE ROW EXCLUSIVE MODE`)
    return wrapAllAnew(client, rotation)
  })
  // What was wrapped by the old key leaves the tables' files too.
  if (count > 0) await pool.query(`VACUUM ${TABLES.join(', ')}`)
  return count
}

const wrapAllAnew = async (client: PoolClient, rotation: Rotation): Promise<number> => {
  const { rows } = await client.query<{ mark: string }>('SELECT mark FROM keys.master')
  const mark = rows[0]?.mark
  if (mark === markOf(rotation.to)) return 0
  if (mark !== markOf(rotation.from)) throw new WrongMasterKey('keys.master')
  let count = 0
  for (const table of TABLES) count += await wrapTableAnew(client, table, rotation)
  await client.query('UPDATE keys.master SET mark = $1', [markOf(rotation.to)])
  return count
}

type Row = { name: string; wrapped: Buffer }

const wrapTableAnew = async (client: PoolClient, table: string, { from, to }: Rotation): Promise<number> => {
  let count = 0
  for (let after = ''; ; ) {
    const { rows } = await client.query<Row>(
      `SELECT name, wrapped FROM ${table} WHERE wrapped IS NOT NULL AND name > $1 ORDER BY name LIMIT ${PAGE}`,
      [after],
    )
    await client.query(
      `UPDATE ${table} AS old SET wrapped = new.wrapped FROM unnest($1::text[], $2::bytea[]) AS new (name, wrapped)
       WHERE old.name = new.name`,
      [
        rows.map(({ name }) => name),
        rows.map(({ name, wrapped }) => wrap(to, name, unwrap(from, name, wrapped), systemRandomness)),
      ],
    )
    count += rows.length
    after = rows.at(-1)?.name ?? after
    if (rows.length < PAGE) return count
  }
}
