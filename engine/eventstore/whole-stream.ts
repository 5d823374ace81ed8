/** Reads a stream, and says so where facts are missing: they were cut off by its metadata, or it was deleted. */
import { LogDamaged } from '../event-store.ts'
import { ClientTrouble, type EventStoreClient, type Stored } from './client.ts'
import { damageIn, METADATA_OF } from './damage.ts'

type Client = Pick<EventStoreClient, 'readStream'>

/** `stream` as the server knows it. */
export const readWhole = async (client: Client, stream: string, from: number, limit: number): Promise<Stored[]> => {
  const stored = await client.readStream(stream, from, limit).catch(error => {
    throw isDeleted(error) ? new LogDamaged(`${stream} was deleted`) : error
  })
  const [first] = stored
  if (first && first.revision !== from)
    throw new LogDamaged(`${stream} is not there from revision ${from} on, but from ${first.revision}`)
  // Deleted without a tombstone, it reads like one that never was; of lives that are known that is heard elsewhere.
  if (!first && from === 0 && limit > 0) await neverWas(client, stream)
  return stored
}

const isDeleted = (error: unknown): boolean => error instanceof ClientTrouble && error.kind === 'stream-deleted'

/** Only the last of a stream's metadata is kept. */
const MOST_METADATA = 10

const neverWas = async (client: Client, stream: string): Promise<void> => {
  const metadata = await client.readStream(METADATA_OF + stream, 0, MOST_METADATA)
  const damage = metadata.at(-1) && damageIn(metadata.at(-1) as Stored)
  if (damage?.state) throw new LogDamaged(damage.detail)
}
