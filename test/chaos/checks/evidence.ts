/** What the checks look at: the log as it is, what was sent and answered, and what a witness saw meanwhile. */
import type { Metadata } from '../../../engine/event-codec.ts'
import { type Direct, type LogView, type Place, pagesOf } from '../direct.ts'
import type { Entry } from '../journal.ts'
import type { History } from '../linear/history.ts'
import type { Seen } from '../witness.ts'

export type Kept = {
  /** Opaque: it only sorts. */
  position: string
  stream: string
  revision: number
  id: string
  type: string
  data: string
  metadata: Metadata
}

export type Evidence = {
  events: readonly Kept[]
  /** The events of each command, in the order of the log. */
  byCommand: ReadonlyMap<string, readonly Kept[]>
  entries: readonly Entry[]
  /** In the order in which a witness read them. */
  seen: readonly Seen[]
  histories: readonly History[]
  /** By the service's clock, when everything had come to rest. */
  restedAt: Date
  folder: string
} & At

/** Where it is read: the stores of a run, or a copy of them. */
export type At = Place & Pick<Direct, 'query' | 'log'>

/** `name` is what a deliberate fault is caught by. Each finding is a sentence. */
export type Check = {
  name: string
  promise: string
  find(evidence: Evidence): Promise<readonly string[]> | readonly string[]
}

export const eventsIn = async (log: LogView): Promise<Kept[]> => {
  const events: Kept[] = []
  for await (const page of pagesOf(log))
    for (const { position, stream, revision, id, type, data, metadata } of page)
      events.push({ position, stream, revision, id, type, data, metadata: JSON.parse(metadata) as Metadata })
  return events
}

export const grouped = <T>(list: readonly T[], by: (each: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>()
  for (const each of list) groups.set(by(each), [...(groups.get(by(each)) ?? []), each])
  return groups
}

export const where = ({ stream, revision, type }: Pick<Kept, 'stream' | 'revision' | 'type'>): string =>
  `${stream}@${revision} ${type}`
