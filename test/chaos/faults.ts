/**
 * Deliberate damage, each of which a check must catch: `npm run chaos -- --fault NAME`. It is done behind the service's
 * back, to a log whose service has ended, or to what the harness remembers of it.
 */
import { policies } from '../../workflows/policies/index.ts'
import type { Lived } from './chaos.ts'
import type { Entry, Journal } from './journal.ts'
import type { History } from './linear/history.ts'
import type { Direct } from './world.ts'

type Remembered = Pick<Lived, 'histories'> & { journal: Journal }
type Damaged = { query: Direct['query']; remembered: Remembered }

export type Fault = {
  /** The check that must find it. */
  caughtBy: string
  /** Gives what the harness remembers from then on. */
  damage(at: Damaged): Promise<Remembered>
}

const inLog = (caughtBy: string, statementsFor: (last: Entry) => readonly string[]): Fault => ({
  caughtBy,
  damage: async ({ query, remembered }) => {
    // With the triggers off that refuse it; both in one transaction, so in one session.
    const statements = statementsFor(lastAccepted(remembered.journal.entries)).join(';')
    await query(`SET LOCAL session_replication_role = replica; ${statements}`)
    return remembered
  },
})

const inMemory = (caughtBy: string, change: (entries: readonly Entry[]) => Entry[]): Fault => ({
  caughtBy,
  damage: async ({ remembered }) => {
    const { journal } = remembered
    return { ...remembered, journal: { ...journal, entries: change(journal.entries) } }
  },
})

const SET_HEAD = 'UPDATE log.head SET position = (SELECT max(position) FROM log.events)'
const COLUMNS = 'position, stream, revision, id, type, data, metadata'
const itsEvents = ({ command }: Entry): string => `metadata LIKE '%"command":"${command}"%'`
/** The last event of a life that is a step of a ladder. */
const aStep = `position = (
  SELECT max(e.position) FROM log.events e WHERE e.metadata LIKE '%"person":"system:deadlines"%'
  AND NOT EXISTS (SELECT FROM log.events o WHERE o.stream = e.stream AND o.revision > e.revision))`
const model = (set: string): string =>
  `UPDATE lives_v1.lives SET ${set} WHERE id = (SELECT id FROM lives_v1.lives ORDER BY id LIMIT 1)`

export const faults: Record<string, Fault> = {
  'lose-acknowledged': inLog('acknowledged', last => [`DELETE FROM log.events WHERE ${itsEvents(last)}`]),
  'lose-the-end': inLog('acknowledged', last => [
    `DELETE FROM log.events WHERE position >= (SELECT min(position) FROM log.events WHERE ${itsEvents(last)})`,
    SET_HEAD,
  ]),
  'double-a-command': inLog('acknowledged', last => [again(itsEvents(last), 'metadata'), SET_HEAD]),
  'double-what-the-service-sent': inLog('done once', () => [
    again(`position = (SELECT max(position) FROM log.events WHERE metadata LIKE '%"person":"system:%')`, 'metadata'),
    SET_HEAD,
  ]),
  'lose-a-policys-effect': inLog('policies', () => [
    `DELETE FROM log.events WHERE metadata ~ '"person":"system:(${policies.map(({ name }) => name).join('|')})"'`,
    'DELETE FROM engine.parked',
  ]),
  'lose-a-deadlines-step': inLog('deadlines', () => [`DELETE FROM log.events WHERE ${aStep}`]),
  'move-a-deadline-forward': inLog('deadlines', () => [
    `UPDATE log.events SET metadata = regexp_replace(metadata, '"recordedAt":"[^"]*"', '"recordedAt":"2026-01-01T00:00:00.000Z"')
     WHERE ${aStep}`,
  ]),
  'event-nobody-sent': inLog('uninvited', last => [
    again(itsEvents(last), `replace(metadata, '"command":"', '"command":"0')`),
    SET_HEAD,
  ]),
  'claim-nobody-caused': inLog('uninvited', () => [
    `UPDATE log.events SET metadata = replace(metadata, '"command":"', '"command":"0') WHERE stream LIKE 'claim-%'`,
  ]),
  'record-what-was-refused': inMemory('refused', entries =>
    entries.map(entry => (entry === lastAccepted(entries) ? { ...entry, outcome: { refused: 'refused' } } : entry)),
  ),
  'swap-positions': inLog('witnessed', () => [
    'UPDATE log.events SET position = -1 WHERE position = 3',
    'UPDATE log.events SET position = 3 WHERE position = 4',
    'UPDATE log.events SET position = 4 WHERE position = -1',
  ]),
  'answer-out-of-order': inMemory('real time', entries => {
    const last = lastAccepted(entries)
    return entries.map(entry => (entry === last ? { ...entry, endedAt: -1 } : entry))
  }),
  'forget-an-update': {
    caughtBy: 'one after the other',
    damage: async ({ remembered }) => ({ ...remembered, histories: remembered.histories.map(withoutFirstPut) }),
  },
  'move-a-checkpoint-back': inLog('caught up', () => [
    `UPDATE engine.checkpoints SET position = left(position, -4) || '0000' WHERE name LIKE 'lives@%'`,
  ]),
  'stop-a-projection': inLog('caught up', () => [
    `UPDATE engine.checkpoints SET stopped_at = position, stopped_why = 'poison' WHERE name LIKE 'lives@%'`,
  ]),
  'change-an-event': inLog("operator's check", () => [
    `UPDATE log.events SET data = replace(data, '"reason"', '"reazon"') WHERE position > 20`,
  ]),
  'change-a-row': inLog("operator's check", () => [model('revision = revision + 1')]),
  'lose-a-row': inLog("operator's check", () => [
    'DELETE FROM lives_v1.lives WHERE id = (SELECT max(id) FROM lives_v1.lives)',
  ]),
  'invent-a-row': inLog("operator's check", () => [
    `INSERT INTO lives_v1.lives
     SELECT (jsonb_populate_record(l, '{"key":"nobody"}')).* FROM lives_v1.lives l LIMIT 1`,
  ]),
  'change-the-tree': inLog("operator's check", () => ["UPDATE log_tree.tiles SET hashes = '\\x00' WHERE level = 0"]),
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
