/** The client of EventStoreDB by itself, as its own documentation uses it: what the log in an EventStoreDB is measured against. */
import { randomUUID } from 'node:crypto'
import { EventStoreDBClient, jsonEvent, streamNameFilter } from '@eventstore/db-client'
import type { NewEvent } from '../engine/event-store.ts'
import { type Measure, rate, type Stops } from './support.ts'

export type Bare = {
  /** Appends one event each to so many streams at once. */
  append(lanes: number): Measure
  /** Reads the streams of a prefix to their last event by a subscription, and parses nothing but what the client does. */
  subscription(prefix: string, events: number): Measure
}

type Row = Omit<NewEvent, 'id'>

export const openBare = (url: string, row: Row, stops: Stops): Bare => {
  const client = EventStoreDBClient.connectionString(url)
  stops.push(() => client.dispose())
  return {
    append: lanes => appending(client, row, lanes),
    subscription: (prefix, events) => async () => {
      const start = performance.now()
      await readTo(client, prefix, events)
      return (events / (performance.now() - start)) * 1_000
    },
  }
}

const appending = (client: EventStoreDBClient, { type, data, metadata }: Row, lanes: number): Measure => {
  const places = Array.from({ length: lanes }, () => ({ stream: `bare${randomUUID()}`, revision: -1n }))
  const said = { data: JSON.parse(data), metadata: JSON.parse(metadata) }
  const append = async (lane: number): Promise<void> => {
    const place = places[lane] as (typeof places)[number]
    const expectedRevision = place.revision < 0n ? 'no_stream' : place.revision
    const event = jsonEvent({ id: randomUUID(), type, ...said })
    place.revision = (await client.appendToStream(place.stream, event, { expectedRevision })).nextExpectedRevision
  }
  return milliseconds => rate(milliseconds, append, undefined, lanes)
}

const readTo = async (client: EventStoreDBClient, prefix: string, events: number): Promise<void> => {
  const subscription = client.subscribeToAll({ filter: streamNameFilter({ prefixes: [prefix] }) })
  let read = 0
  for await (const { event } of subscription) if (event && ++read === events) break
  await subscription.unsubscribe()
}
