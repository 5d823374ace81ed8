/** Everything of a piece of work or nothing; a connection on which it failed is not used again. */
import type { Pool, PoolClient } from 'pg'
import { type Fence, unfenced } from './fence.ts'

export const inTransaction = async <T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  fence: Fence = unfenced,
): Promise<T> => {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
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
