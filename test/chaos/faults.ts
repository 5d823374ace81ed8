/**
 * Deliberate damage, each of which a check must catch: `npm run chaos -- --fault NAME`. It is done behind the service's
 * back, to a log whose service has ended, or to what the harness remembers of it. In an EventStoreDB nothing can be
 * changed or taken out behind its back: there the damage is done to what is read of it, on its way to the checks.
 */
import { randomUUID } from 'node:crypto'
import { policies } from '../../workflows/policies/index.ts'
import type { Lived } from './chaos.ts'
import type { AsRead } from './checks/all.ts'
import type { At, Kept } from './checks/evidence.ts'
import { writeAs } from './fencing.ts'
import type { Entry, Journal } from './journal.ts'
import type { History } from './linear/history.ts'

type Remembered = Pick<Lived, 'histories'> & { journal: Journal }
/** `eventStore`: the log is there, where no statement reaches it. */
type Damaged = Pick<At, 'query' | 'eventStore'> & { remembered: Remembered }

export type Fault = {
  /** The check that must find it. */
  caughtBy: string
  /** It is done to what the check reads itself in PostgreSQL's log: in EventStoreDB nobody can. */
  postgresOnly?: true
  /** Gives what the harness remembers from then on, and what is to stand between the log and the checks. */
  damage(at: Damaged): Promise<{ remembered: Remembered; asRead?: AsRead }>
}

type Change = (events: readonly Kept[], last: Entry) => readonly Kept[]
type Damage = {
  statements(last: Entry): readonly string[]
  /** The same, done to what is read of an EventStoreDB. */
  asRead?: Change
  /** What of it is done in the database, wherever the log is. */
  beside?: readonly string[]
}

const inLog = (caughtBy: string, { statements, asRead, beside = [] }: Damage): Fault => ({
  caughtBy,
  ...(!asRead && { postgresOnly: true }),
  damage: async ({ query, eventStore, remembered }) => {
    const last = lastAccepted(remembered.journal.entries)
    await force(query, [...(eventStore ? [] : statements(last)), ...beside])
    return { remembered, ...(eventStore && asRead && { asRead: events => asRead(events, last) }) }
  },
})

const inDatabase = (caughtBy: string, ...statements: string[]): Fault => ({
  caughtBy,
  damage: async ({ query, remembered }) => {
    await force(query, statements)
    return { remembered }
  },
})

/** With the triggers off that refuse it; all in one transaction, so in one session. */
const force = (query: Damaged['query'], statements: readonly string[]): Promise<unknown> =>
  query(`SET LOCAL session_replication_role = replica; ${statements.join(';')}`)

const inMemory = (caughtBy: string, change: (entries: readonly Entry[]) => Entry[]): Fault => ({
  caughtBy,
  damage: async ({ remembered }) => {
    const { journal } = remembered
    return { remembered: { ...remembered, journal: { ...journal, entries: change(journal.entries) } } }
  },
})

const SET_HEAD = 'UPDATE log.head SET position = (SELECT max(position) FROM log.events)'
const COLUMNS = 'position, stream, revision, id, type, data, metadata'
const itsEvents = ({ command }: Entry): string => `metadata LIKE '%"command":"${command}"%'`
const EARLY = '2026-01-01T00:00:00.000Z'
/** The last event of a life that is a step of a ladder. */
const aStep = `position = (
  SELECT max(e.position) FROM log.events e WHERE e.metadata LIKE '%"person":"system:deadlines"%'
  AND NOT EXISTS (SELECT FROM log.events o WHERE o.stream = e.stream AND o.revision > e.revision))`
const model = (set: string): string =>
  `UPDATE lives_v1.lives SET ${set} WHERE id = (SELECT id FROM lives_v1.lives ORDER BY id LIMIT 1)`
const policyNames = policies.map(({ name }) => `system:${name}`)

export const faults: Record<string, Fault> = {
  'lose-acknowledged': inLog('acknowledged', {
    statements: last => [`DELETE FROM log.events WHERE ${itsEvents(last)}`],
    asRead: (events, last) => events.filter(event => !isOf(last)(event)),
  }),
  'lose-the-end': inLog('acknowledged', {
    statements: last => [
      `DELETE FROM log.events WHERE position >= (SELECT min(position) FROM log.events WHERE ${itsEvents(last)})`,
      SET_HEAD,
    ],
    asRead: (events, last) => events.slice(0, events.findIndex(isOf(last))),
  }),
  'double-a-command': inLog('acknowledged', {
    statements: last => [again(itsEvents(last), 'metadata'), SET_HEAD],
    asRead: (events, last) => [...events, ...onceMore(events, events.filter(isOf(last)))],
  }),
  'double-what-the-service-sent': inLog('done once', {
    statements: () => [
      again(`position = (SELECT max(position) FROM log.events WHERE metadata LIKE '%"person":"system:%')`, 'metadata'),
      SET_HEAD,
    ],
    asRead: events => [...events, ...onceMore(events, events.filter(isByTheService).slice(-1))],
  }),
  'lose-a-policys-effect': inLog('policies', {
    statements: () => [`DELETE FROM log.events WHERE metadata ~ '"person":"(${policyNames.join('|')})"'`],
    asRead: events => events.filter(({ metadata }) => !policyNames.includes(metadata.person)),
    beside: ['DELETE FROM engine.parked'],
  }),
  'lose-a-deadlines-step': inLog('deadlines', {
    statements: () => [`DELETE FROM log.events WHERE ${aStep}`],
    asRead: events => events.filter(event => event !== lastStepIn(events)),
  }),
  'move-a-deadline-forward': inLog('deadlines', {
    statements: () => [
      `UPDATE log.events SET metadata = regexp_replace(metadata, '"recordedAt":"[^"]*"', '"recordedAt":"${EARLY}"')
       WHERE ${aStep}`,
    ],
    asRead: events =>
      events.map(event => (event === lastStepIn(events) ? saying(event, { recordedAt: EARLY }) : event)),
  }),
  'event-nobody-sent': inLog('uninvited', {
    statements: last => [again(itsEvents(last), `replace(metadata, '"command":"', '"command":"0')`), SET_HEAD],
    asRead: (events, last) => [...events, ...onceMore(events, events.filter(isOf(last))).map(byNobody)],
  }),
  'claim-nobody-caused': inLog('uninvited', {
    statements: () => [
      `UPDATE log.events SET metadata = replace(metadata, '"command":"', '"command":"0') WHERE stream LIKE 'claim-%'`,
    ],
    asRead: events => events.map(event => (event.stream.startsWith('claim-') ? byNobody(event) : event)),
  }),
  'record-what-was-refused': inMemory('refused', entries =>
    entries.map(entry => (entry === lastAccepted(entries) ? { ...entry, outcome: { refused: 'refused' } } : entry)),
  ),
  'swap-positions': inLog('witnessed', {
    statements: () => [
      'UPDATE log.events SET position = -1 WHERE position = 3',
      'UPDATE log.events SET position = 3 WHERE position = 4',
      'UPDATE log.events SET position = 4 WHERE position = -1',
    ],
    asRead: ([first, second, ...rest]) => (first && second ? [second, first, ...rest] : []),
  }),
  'take-out-what-was-read': inLog('witnessed', {
    statements: () => ['DELETE FROM log.events WHERE position = 4'],
    asRead: events => events.filter((_, n) => n !== 3),
  }),
  'answer-out-of-order': inMemory('real time', entries => {
    const last = lastAccepted(entries)
    return entries.map(entry => (entry === last ? { ...entry, endedAt: -1 } : entry))
  }),
  'forget-an-update': {
    caughtBy: 'one after the other',
    damage: async ({ remembered }) => ({
      remembered: { ...remembered, histories: remembered.histories.map(withoutFirstPut) },
    }),
  },
  'write-without-the-lease': {
    caughtBy: 'fenced',
    damage: async ({ query, remembered }) => {
      await writeAs({ query }, 'somebody else')
      return { remembered }
    },
  },
  'move-a-checkpoint-back': inDatabase(
    'caught up',
    `UPDATE engine.checkpoints SET position = left(position, -4) || '0000' WHERE name LIKE 'lives@%'`,
  ),
  'stop-a-projection': inDatabase(
    'caught up',
    `UPDATE engine.checkpoints SET stopped_at = position, stopped_why = 'poison' WHERE name LIKE 'lives@%'`,
  ),
  'change-an-event': inLog("operator's check", {
    statements: () => [`UPDATE log.events SET data = replace(data, '"reason"', '"reazon"') WHERE position > 20`],
  }),
  'change-a-row': inDatabase("operator's check", model('revision = revision + 1')),
  'lose-a-row': inDatabase(
    "operator's check",
    'DELETE FROM lives_v1.lives WHERE id = (SELECT max(id) FROM lives_v1.lives)',
  ),
  'invent-a-row': inDatabase(
    "operator's check",
    `INSERT INTO lives_v1.lives
     SELECT (jsonb_populate_record(l, '{"key":"nobody"}')).* FROM lives_v1.lives l LIMIT 1`,
  ),
  'change-the-tree': inDatabase("operator's check", "UPDATE log_tree.tiles SET hashes = '\\x00' WHERE level = 0"),
}

/** All answers go on as if the first that was put in had never been. */
const withoutFirstPut = (history: History): History => {
  const first = history.find(({ input, output }) => input.command === 'put' && output && 'revision' in output)
  return history.filter(operation => operation !== first)
}

/** The events that it picks, once more, at the end of their stream and of the log. */
const again = (which: string, metadata: string): string => `
  INSERT INTO log.events (${COLUMNS})
  SELECT (SELECT position FROM log.head) + row_number() OVER (ORDER BY e.position), stream,
    (SELECT max(revision) FROM log.events o WHERE o.stream = e.stream) + row_number() OVER (ORDER BY e.position),
    gen_random_uuid(), type, data, ${metadata}
  FROM log.events e WHERE ${which}`

const lastAccepted = (entries: readonly Entry[]): Entry =>
  entries.findLast(({ outcome }) => outcome && 'accepted' in outcome) as Entry

const isOf =
  ({ command }: Entry) =>
  ({ metadata }: Kept): boolean =>
    metadata.command === command
const isByTheService = ({ metadata }: Kept): boolean => metadata.person.startsWith('system:')

const saying = (event: Kept, metadata: Partial<Kept['metadata']>): Kept => ({
  ...event,
  metadata: { ...event.metadata, ...metadata },
})
const byNobody = (event: Kept): Kept => saying(event, { command: `0${event.metadata.command}` })

const lastStepIn = (events: readonly Kept[]): Kept | undefined => {
  const ends = new Map(events.map(event => [event.stream, event]))
  return events.findLast(event => event.metadata.person === 'system:deadlines' && ends.get(event.stream) === event)
}

/** At the end of their stream and of the log: no position that a store prints sorts behind these. */
const onceMore = (events: readonly Kept[], which: readonly Kept[]): Kept[] =>
  which.map((event, n) => ({
    ...event,
    id: randomUUID(),
    position: `${events.at(-1)?.position}~${n}`,
    revision: (events.findLast(({ stream }) => stream === event.stream)?.revision ?? 0) + 1 + n,
  }))
