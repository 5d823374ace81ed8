/**
 * What a check reads: one snapshot of the database, and the log by its port, up to where its head stood just after. So
 * the log may say more than the snapshot, never less: a service that goes on meanwhile does not look like a difference.
 */
import pg from 'pg'
import type { Logger } from 'pino'
import type { EventStore, Position } from '../../engine/event-store.ts'
import { logPages } from '../../engine/log-pages.ts'
import { type EventStoreConfig, openLog } from '../log.ts'
import { poolOf } from '../pools.ts'
import type { Context, KeptEvent } from './check.ts'

type Told = Pick<Context, 'config' | 'outside' | 'workflows' | 'readModels'>
type Where = { databaseUrl: string; eventStore: EventStoreConfig | undefined; logger: Logger }

export const inContext = async <T>(
  { databaseUrl, eventStore, logger }: Where,
  told: Told,
  work: (context: Context) => Promise<T>,
): Promise<T> => {
  const pool = poolOf(databaseUrl, logger)
  const store = openLog({ pool, logger, eventStore })
  try {
    return await inSnapshot(databaseUrl, async client =>
      work({
        ...told,
        client,
        now: pool,
        store,
        eventStore,
        head: await store.head(),
        expected: await eventsKnown(client),
      }),
    )
  } finally {
    await store.close()
    await pool.end()
  }
}

/** Reads as the database stands now, whatever is written meanwhile; it cannot write. */
const inSnapshot = async <T>(databaseUrl: string, work: (client: pg.ClientBase) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'gongchuang check' })
  await client.connect()
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    // The snapshot is taken by the first question, not by BEGIN.
    await client.query('SELECT')
    return await work(client)
  } finally {
    await client.end()
  }
}

/** About how many events there are, for who shows how far something has come: the tree has counted them, a little ago. */
export const eventsKnown = async (client: Pick<pg.ClientBase, 'query'>): Promise<number> => {
  const { rows } = await client.query<{ size: string }>('SELECT size FROM log_tree.standing')
  return Number(rows[0]?.size ?? 0)
}

const PAGE = 5_000

/** Each with its number in the log. */
export async function* eventsUpTo(store: EventStore, head: Position): AsyncGenerator<KeptEvent[]> {
  let ordinal = 0
  for await (const page of logPages(store, undefined, PAGE)) {
    yield page.map(event => Object.assign(event, { ordinal: ++ordinal }))
    if ((page.at(-1)?.position ?? '') >= head) return
  }
}
