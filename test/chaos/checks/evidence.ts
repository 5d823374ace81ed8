/** What the checks look at: the log as it is, what was sent and answered, and what a witness saw meanwhile. */
import type { Metadata } from '../../../engine/event-codec.ts'
import type { Entry } from '../journal.ts'
import type { History } from '../linear/history.ts'
import type { World } from '../world.ts'

export type Kept = {
  position: number
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
  /** Ids by position, from 1. */
  seen: readonly string[]
  histories: readonly History[]
  /** By the service's clock, when everything had come to rest. */
  restedAt: Date
  url: string
  folder: string
  query: World['query']
}

/** `name` is what a deliberate fault is caught by. Each finding is a sentence. */
export type Check = {
  name: string
  promise: string
  find(evidence: Evidence): Promise<readonly string[]> | readonly string[]
}

type Row = Omit<Kept, 'position' | 'metadata'> & { position: string; metadata: string }

const PAGE = 5_000
const READ = `SELECT position::text, stream, revision, id, type, data, metadata FROM log.events e
              WHERE e.position > $1 ORDER BY e.position LIMIT ${PAGE}`

export const eventsIn = async (query: World['query']): Promise<Kept[]> => {
  const events: Kept[] = []
  for (;;) {
    const rows = await query<Row>(READ, [events.at(-1)?.position ?? 0])
    for (const row of rows)
      events.push({ ...row, position: Number(row.position), metadata: JSON.parse(row.metadata) as Metadata })
    if (rows.length < PAGE) return events
  }
}

export const grouped = <T>(list: readonly T[], by: (each: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>()
  for (const each of list) groups.set(by(each), [...(groups.get(by(each)) ?? []), each])
  return groups
}

export const where = ({ stream, revision, type }: Pick<Kept, 'stream' | 'revision' | 'type'>): string =>
  `${stream}@${revision} ${type}`
