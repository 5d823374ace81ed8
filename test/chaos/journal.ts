/** All that the harness sent, and what it was told. Against this the log is held. */
import type { Workflow } from '../../engine/definition.ts'
import { commandIdOf, instanceIdOf } from '../../engine/event-codec.ts'
import { streamOf } from '../../engine/instance.ts'
import { served } from './served.ts'

export type Command = {
  workflow: string
  /** Absent where it starts a life. */
  id?: string
  name: string
  input: object
  person: string
  key: string
  /** The revision that its sender looked at. */
  ifMatch?: number
}

export type Accepted = { id: string; revision: number; position: string; events: { type: string; revision: number }[] }
export type Outcome = { accepted: Accepted } | { refused: string }

export type Entry = {
  /** The id that stands in its events' metadata. */
  command: string
  stream: string
  name: string
  person: string
  /** Both in milliseconds of one clock that is never moved. */
  invokedAt: number
  endedAt: number
  /** Nothing where no answer came: then it may stand in the log, or not. */
  outcome?: Outcome
}

export type Journal = {
  entries: Entry[]
  /** What somebody must look at, found while it ran. */
  findings: string[]
  counts: Record<string, number>
  count(what: string, by?: number): void
  begin(command: Command): Entry
}

export const openJournal = (): Journal => {
  const journal: Journal = {
    entries: [],
    findings: [],
    counts: {},
    count: (what, by = 1) => {
      journal.counts[what] = (journal.counts[what] ?? 0) + by
    },
    begin: ({ workflow, id, name, person, key }) => {
      const life = id ?? instanceIdOf(person, workflow, key)
      const command = commandIdOf(person, workflow, life, key)
      const stream = streamOf(served.find(each => each.name === workflow) as Workflow, life)
      const entry = { command, stream, name, person, invokedAt: performance.now(), endedAt: Number.POSITIVE_INFINITY }
      journal.entries.push(entry)
      return entry
    },
  }
  return journal
}
