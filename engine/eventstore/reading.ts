/** What is ours among everything that is on a server, read in pages and from its end. */
import type { Position, RecordedEvent } from '../event-store.ts'
import type { EventStoreClient, From, Place, Stored } from './client.ts'
import type { Identity } from './identity.ts'
import { type Places, placesOf } from './positions.ts'

/** A log on a server: how its streams are named there, how it prints places, and where to begin after one. */
export type Naming = Places & {
  prefix: string
  recorded(stored: Stored): RecordedEvent
  from(position: Position): Place
}

type Client = Pick<EventStoreClient, 'readAll'>

/** What the server itself writes into a stream, as where it is deleted, is no fact of ours. */
const isFact = ({ prefix }: Naming, { stream, type }: Stored): boolean =>
  stream.startsWith(prefix) && !type.startsWith('$')

/** Read at least, so that others' events on the same server cost few questions. */
const LEAST_PAGE = 64
const MOST_PAGE = 2_000

/** `prefix` is that of the log's streams. */
export const namingOf = (prefix: string, { log, began }: Identity, places = placesOf(log)): Naming => ({
  ...places,
  prefix,
  from: position => (position === places.origin ? began : places.parse(position)),
  recorded: ({ stream, place, ...event }) => ({
    ...event,
    stream: stream.slice(prefix.length),
    position: places.print(place),
  }),
})

/** At most `limit` events of ours after a position. */
export const pageAfter = async (
  client: Client,
  naming: Naming,
  after: Position,
  limit: number,
): Promise<RecordedEvent[]> => {
  const page: RecordedEvent[] = []
  let from = naming.from(after)
  while (page.length < limit) {
    // The event at `from` is told again.
    const asked = Math.min(MOST_PAGE, Math.max(LEAST_PAGE, limit - page.length + 1))
    const stored = await client.readAll({ from, limit: asked })
    for (const each of stored) {
      if (!isFact(naming, each) || page.length === limit) continue
      const event = naming.recorded(each)
      if (event.position > (page.at(-1)?.position ?? after)) page.push(event)
    }
    const last = stored.at(-1)
    if (!last || stored.length < asked) return page
    from = last.place
  }
  return page
}

/** Gives the position of the last event of ours; what was looked at once is not looked at again. */
export const headOf = (client: Client, naming: Naming): (() => Promise<Position>) => {
  const beginning = { upTo: naming.print(naming.from(naming.origin)), head: naming.origin }
  let known = beginning
  const look = async (before: typeof known): Promise<Position> => {
    const { upTo, head = before.head } = await lastAfter(client, naming, before.upTo)
    // The log ends before what was seen in it: it is another one, or an older backup of it.
    if (upTo < before.upTo) return look(beginning)
    if (before === beginning || upTo > known.upTo) known = { upTo, head }
    return head
  }
  return () => look(known)
}

/** Backwards from the end of everything to a place that was looked at before. */
const lastAfter = async (
  client: Client,
  naming: Naming,
  before: Position,
): Promise<{ upTo: Position; head?: Position }> => {
  let from: From = 'end'
  let upTo = before
  for (let limit = 1; ; limit = Math.min(MOST_PAGE, 16 * limit)) {
    const stored: Stored[] = await client.readAll({ from, backwards: true, limit })
    const places = stored.map(({ place }) => naming.print(place))
    if (from === 'end') upTo = places[0] ?? before
    const ours = stored.findIndex(each => isFact(naming, each))
    if (ours >= 0) return { upTo, head: places[ours] as Position }
    const last = stored.at(-1)
    if (!last || stored.length < limit || naming.print(last.place) <= before) return { upTo }
    from = last.place
  }
}
