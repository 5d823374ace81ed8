/**
 * The log in an EventStoreDB, on which several may stand beside each other: each has a name, and its streams begin with
 * it. Whatever is written and read goes to the leader; what the client knows of the server, `client.ts` knows alone.
 */
import { type Clock, systemClock } from '../clock.ts'
import {
  type Appended,
  type EventStore,
  LogUnavailable,
  type NewEvent,
  type Position,
  type RecordedEvent,
} from '../event-store.ts'
import { once } from '../once.ts'
import type { Randomness } from '../randomness.ts'
import { appendQueue } from './append-queue.ts'
import { ClientTrouble, openEventStoreClient } from './client.ts'
import { connectionOf } from './connection-string.ts'
import { type Append, deliver } from './deliver.ts'
import { openFeed } from './feed.ts'
import { identityOf } from './identity.ts'
import { headOf, namingOf, pageAfter } from './reading.ts'
import { readWhole } from './whole-stream.ts'

export type EventStoreLogOptions = {
  /** A connection string. Throws `BadConnectionString` where it is none. */
  url: string
  /** Tells this log from others on the same server: small letters, digits and `_`. */
  log: string
  random: Randomness
  clock?: Clock
  /** How many appends are on the way at once. */
  inFlight?: number
  /** Hears what a tail survives. */
  onTrouble?(error: unknown): void
}

const IN_FLIGHT = 128
const MOST_QUEUED = 10_000
const PAGE = 1_000

export const openEventStoreLog = (options: EventStoreLogOptions): EventStore => {
  const client = openEventStoreClient(connectionOf(options.url))
  const prefix = `${options.log}.`
  const naming = once(async () => {
    const identity = await identityOf(client, `${options.log}:identity`, options.random)
    const named = namingOf(prefix, identity)
    return { ...named, naming: named, head: headOf(client, named) }
  })
  const appends = appendQueue<Append, Appended>({
    send: async append => {
      const { print } = await naming().catch(unavailable)
      const { revision, place } = await deliver(client, append)
      return { revision, position: print(place) }
    },
    inFlight: options.inFlight ?? IN_FLIGHT,
    mostQueued: MOST_QUEUED,
  })

  const readAll = async (after?: Position, limit = PAGE): Promise<RecordedEvent[]> => {
    const named = await naming().catch(unread)
    const from = after ?? named.origin
    named.parse(from)
    return pageAfter(client, named, from, limit).catch(unread)
  }
  const { random, clock = systemClock, onTrouble } = options
  const feed = openFeed({ client, log: naming, random, clock, ...(onTrouble && { onTrouble }) })

  return {
    append: async (stream: string, expected: number, events: readonly NewEvent[]) => {
      if (events.length === 0) throw new RangeError(`an append to ${stream} needs at least one event`)
      return appends.add({ stream: prefix + stream, expected, events })
    },
    readStream: async (stream, from = 0, limit = PAGE) => {
      const { recorded } = await naming().catch(unread)
      return (await readWhole(client, prefix + stream, from, limit).catch(unread)).map(recorded)
    },
    readAll,
    tail: feed.tail,
    standing: feed.standing,
    head: async () => (await naming().catch(unread)).head().catch(unread),
    origin: async () => (await naming().catch(unread)).origin,
    checkPosition: async position => void (await naming().catch(unread)).parse(position),
    close: once(async () => {
      feed.close()
      await appends.close()
      await client.close()
    }),
  }
}

const unavailable = (error: unknown): never => {
  const why = error instanceof Error ? error.message : String(error)
  throw new LogUnavailable(`the log cannot be written now: ${why}`, { cause: error })
}

/** What the client could not read; everything else is what it is. */
const unread = (error: unknown): never => {
  if (!(error instanceof ClientTrouble)) throw error
  throw new LogUnavailable(`the log cannot be read now: ${error.message || error.kind}`, { cause: error })
}
