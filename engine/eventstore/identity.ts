/** Which log it is: eight hex digits, made once, in a stream of its own beside those of the log. */
import { type NewEvent, NO_STREAM, WrongRevision } from '../event-store.ts'
import { type Randomness, uuidFromChance } from '../randomness.ts'
import type { EventStoreClient, Place } from './client.ts'

/** Nothing of the log stands before the place at which it began. */
export type Identity = { log: string; began: Place }

type Client = Pick<EventStoreClient, 'append' | 'readStream'>

const SHAPE = /^\{"log":"([0-9a-f]{8})"\}$/

/** Of two that make it at once, one does, and the other reads what it made. */
export const identityOf = async (client: Client, stream: string, random: Randomness): Promise<Identity> => {
  const known = await read(client, stream)
  if (known) return known
  await client.append(stream, NO_STREAM, [begun(random)]).catch(error => {
    if (!(error instanceof WrongRevision)) throw error
  })
  const made = await read(client, stream)
  if (!made) throw new Error(`${stream} does not say which log it is`)
  return made
}

const read = async (client: Client, stream: string): Promise<Identity | undefined> => {
  const [first] = await client.readStream(stream, 0, 1)
  if (!first) return undefined
  const [, log] = SHAPE.exec(first.data) ?? []
  if (!log) throw new Error(`${stream} does not say which log it is: ${first.data.slice(0, 80)}`)
  return { log, began: first.place }
}

const begun = (random: Randomness): NewEvent => ({
  id: uuidFromChance(random),
  type: 'LogBegun',
  data: JSON.stringify({ log: random.bytes(4).toString('hex') }),
  metadata: '{}',
})
