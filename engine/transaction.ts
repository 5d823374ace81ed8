/** Everything of a piece of work or nothing; a connection on which it failed is not used again. */
import type { Pool, PoolClient } from 'pg'
import { type Fence, unfenced } from './fence.ts'

/** For what is made again from the log where it is lost, its checkpoint with it: its commit waits for no disk. */
export const MADE_AGAIN = 'BEGIN; SET LOCAL synchronous_commit = off'

export const inTransaction = async <T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  fence: Fence = unfenced,
  begin: 'BEGIN' | typeof MADE_AGAIN = 'BEGIN',
): Promise<T> => {
  const client = await pool.connect()
  try {
    await client.query(begin)
    await fence(client)
    const result = await work(client)
    await client.query('COMMIT')
    client.release()
    return result
  } catch (error) {
    client.release(error instanceof Error ? error : true)
    throw error
  }
}
