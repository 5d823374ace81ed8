/** Brings a database to the newest migration. Two processes at once: the second waits and finds nothing to do. */
import { Kysely, PostgresDialect } from 'kysely'
import { Migrator } from 'kysely/migration'
import pg from 'pg'
import { outlivesItsClients } from '../engine/breaking-clients.ts'
import { migrations } from '../migrations/index.ts'

/** Any number, the same in every process: who migrates holds this advisory lock. */
const MIGRATING = 4_201_954

export class MigrationFailed extends Error {
  readonly code = 'migration-failed'
}

/** Throws `MigrationFailed`, naming the migration; what it had done is rolled back. */
export const migrate = async (database: pg.Pool | string): Promise<void> => {
  const place: pg.PoolConfig = typeof database === 'string' ? { connectionString: database } : database.options
  // A pool of its own: one connection waits on the lock while the other migrates, however busy the caller's pool is.
  const pool = new pg.Pool({ ...place, password: place.password, max: 2, statement_timeout: 0 })
  outlivesItsClients(pool).on('error', () => undefined)
  try {
    await alone(pool, () => run(pool))
  } finally {
    await pool.end()
  }
}

const alone = async (pool: pg.Pool, work: () => Promise<void>): Promise<void> => {
  const client = await pool.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATING])
    await work()
  } finally {
    client.release(true)
  }
}

const run = async (pool: pg.Pool): Promise<void> => {
  const migrator = new Migrator({
    db: new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) }),
    provider: { getMigrations: async () => migrations },
    migrationTableSchema: 'engine',
  })
  const { error, results } = await migrator.migrateToLatest()
  if (error === undefined) return
  const failed = results?.find(result => result.status === 'Error')?.migrationName ?? 'before the first migration'
  const why = error instanceof Error ? error.message : String(error)
  throw new MigrationFailed(`the database could not be migrated (${failed}): ${why}`, { cause: error })
}
