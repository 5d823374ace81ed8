/** Another session of the database that holds what everybody needs: whatever wants it waits until it is let go. */
import pg from 'pg'
import type { Ending } from './postgres.ts'

const holding = async (t: Ending, url: string, statement: string): Promise<() => Promise<void>> => {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  await client.query('BEGIN')
  await client.query(statement)
  const letGo = async () => client.end().catch(() => undefined)
  t.teardown(letGo)
  return letGo
}

/** Nothing is appended meanwhile, for as long as an append waits for it. */
export const heldLog = (t: Ending, url: string) => holding(t, url, 'SELECT FROM log.head FOR UPDATE')

/** Nobody reads the table meanwhile. */
export const heldTable = (t: Ending, url: string, table: string) => holding(t, url, `LOCK TABLE ${table}`)
