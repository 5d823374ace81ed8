/** One snapshot of the database for all that a check reads, and the log in it, page by page. */
import pg from 'pg'
import type { KeptEvent } from './check.ts'

/** Reads as the database stands now, whatever is written meanwhile; it cannot write. */
export const inSnapshot = async <T>(databaseUrl: string, work: (client: pg.ClientBase) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'gongchuang check' })
  await client.connect()
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    return await work(client)
  } finally {
    await client.end()
  }
}

export const headIn = async (client: pg.ClientBase): Promise<number> => {
  const { rows } = await client.query<{ position: string }>('SELECT position FROM log.head')
  return Number(rows[0]?.position ?? 0)
}

const PAGE = 5_000

type Row = Omit<KeptEvent, 'position'> & { position: string | number }

/** The next page is under way while this one is looked at: database and process work at once. */
export async function* logPages(client: pg.ClientBase): AsyncGenerator<KeptEvent[]> {
  await client.query(`DECLARE whole_log NO SCROLL CURSOR FOR
    SELECT position, stream, revision, id, type, data, metadata FROM log.events ORDER BY position`)
  const fetch = () => client.query<Row>(`FETCH ${PAGE} FROM whole_log`)
  let coming = fetch()
  for (;;) {
    const { rows } = await coming
    if (rows.length === 0) break
    coming = fetch()
    yield rows.map(row => ({ ...row, position: Number(row.position) }))
  }
  await client.query('CLOSE whole_log')
}
