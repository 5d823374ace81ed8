/** The signed heads as their read model holds them. */
import type { Kysely } from 'kysely'
import { type SignedHead, signedHead } from '../engine/log-head.ts'
import { schemaOf } from '../engine/projection.ts'
import { type LogHeadRow, logHeads } from '../projections/log-heads.ts'

const heads = (db: Kysely<unknown>) =>
  (db as Kysely<{ heads: LogHeadRow }>).withSchema(schemaOf(logHeads)).selectFrom('heads')

export const latestHead = async (db: Kysely<unknown>): Promise<SignedHead | undefined> => {
  const row = await heads(db).selectAll().orderBy('position', 'desc').limit(1).executeTakeFirst()
  return row && signedHead.parse(row)
}

/** The first that covers so many events and one more: the leaf of that number. */
export const headCovering = async (db: Kysely<unknown>, leaf: number): Promise<SignedHead | undefined> => {
  const row = await heads(db).selectAll().where('size', '>', leaf).orderBy('size').limit(1).executeTakeFirst()
  return row && signedHead.parse(row)
}

/** Of exactly so many events each; fewer where some were never signed. */
export const headsOfSizes = async (db: Kysely<unknown>, sizes: readonly number[]): Promise<SignedHead[]> => {
  if (sizes.length === 0) return []
  const rows = await heads(db).selectAll().where('size', 'in', sizes).orderBy('position').execute()
  return rows.map(row => signedHead.parse(row))
}

/** The lives of all keys that have signed. */
export const keysOfHeads = async (db: Kysely<unknown>): Promise<string[]> =>
  (await heads(db).select('key').distinct().execute()).map(({ key }) => key)
