/** What may pass by itself is tried again; everything else is answered or parked. */
import pg from 'pg'
import t from 'tap'
import { EngineError } from '../../engine/engine-error.ts'
import { LogUnavailable, OutcomeUnknown } from '../../engine/event-store.ts'
import { isPassing } from '../../engine/passing.ts'

const fromServer = (code: string) => Object.assign(new pg.DatabaseError('said the server', 0, 'error'), { code })
const fromSystem = (code: string) => Object.assign(new Error('said the system'), { code })

t.test('the log, the database or the service is away or busy: it may pass', t => {
  for (const error of [
    new LogUnavailable('away'),
    new OutcomeUnknown('broken off'),
    new EngineError('conflict', { tries: 5 }),
    new EngineError('follower-behind', { behindMs: 2_000 }),
    new EngineError('too-busy', { of: 'instance', most: 1 }),
    ...['57P01', '53300', '40001', '40P01', '08006', '55P03', '25006'].map(fromServer),
    ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'].map(fromSystem),
    new Error('Connection terminated unexpectedly'),
    new Error('timeout exceeded when trying to connect'),
    new Error('Query read timeout'),
  ])
    t.ok(isPassing(error), error.message)
  t.end()
})

t.test('a "no", and what is broken, does not pass', t => {
  for (const error of [
    new EngineError('refused', { command: 'merge', reasons: [] }),
    new EngineError('not-in-this-state', { command: 'merge', state: [], possible: [] }),
    ...['22P02', '23505', '42P01'].map(fromServer),
    new TypeError('undefined is not a function'),
    'a string',
  ])
    t.notOk(isPassing(error), String(error))
  t.end()
})
