/** The little log of the fixture `eventstore-peer.ts`. Its places have gaps, as a server's have. */

export type ProposedEvent = { id: string; type: string; contentType: string; data: Buffer; metadata: Buffer }
export type PeerEvent = ProposedEvent & { stream: string; revision: number; place: number }
export type Proposed = { stream: string; expected: number; events: readonly ProposedEvent[] }
export type Outcome = { written: true; revision: number; place: number } | { written: false; actual: number }

type Read = { stream?: string; from: number | 'start' | 'end'; backwards: boolean; limit: number }

export type PeerLog = {
  all(): readonly PeerEvent[]
  of(stream: string): readonly PeerEvent[]
  append(proposed: Proposed): Outcome
  read(read: Read): PeerEvent[]
  /** The log of an older backup: only its first events are there. */
  restore(count: number): void
  /** Told of every event that is written; what it gives back stops listening. */
  listen(hear: (event: PeerEvent) => void): () => void
}

const GAP = 100

export const peerLog = (): PeerLog => {
  let events: PeerEvent[] = []
  const listening = new Set<(event: PeerEvent) => void>()
  const streams = new Map<string, PeerEvent[]>()
  const of = (stream: string): PeerEvent[] => streams.get(stream) ?? []
  const keep = (event: PeerEvent): void => {
    events.push(event)
    const stream = streams.get(event.stream)
    if (stream) stream.push(event)
    else streams.set(event.stream, [event])
  }

  const write = ({ stream, events: proposed }: Proposed, actual: number): Outcome => {
    for (const [n, each] of proposed.entries()) {
      const event = { ...each, stream, revision: actual + 1 + n, place: (events.length + 1) * GAP }
      keep(event)
      for (const hear of listening) hear(event)
    }
    return { written: true, revision: actual + proposed.length, place: events.length * GAP }
  }

  return {
    all: () => events,
    of,
    append: proposed => {
      const there = of(proposed.stream)
      const actual = there.length - 1
      if (actual === proposed.expected) return write(proposed, actual)
      const again = there.slice(proposed.expected + 1, proposed.expected + 1 + proposed.events.length)
      const last = again.at(-1)
      const isSame = last !== undefined && proposed.events.every(({ id }, n) => again[n]?.id === id)
      return isSame ? { written: true, revision: last.revision, place: last.place } : { written: false, actual }
    },
    read: ({ stream, from, backwards, limit }) => {
      const found = stream === undefined ? events : of(stream)
      const placeOf = (event: PeerEvent) => (stream === undefined ? event.place : event.revision)
      const bound = from === 'start' ? 0 : from === 'end' ? Number.POSITIVE_INFINITY : from
      if (!backwards) return found.filter(event => placeOf(event) >= bound).slice(0, limit)
      return found
        .filter(event => placeOf(event) < bound)
        .reverse()
        .slice(0, limit)
    },
    restore: count => {
      const kept = events.slice(0, count)
      events = []
      streams.clear()
      for (const event of kept) keep(event)
    },
    listen: hear => {
      listening.add(hear)
      return () => listening.delete(hear)
    },
  }
}
