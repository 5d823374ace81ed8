/**
 * Which log this database goes with. Each process holds a shared lock as long as it lives, on a connection of its own,
 * and looks every second: so a log is moved under nobody's hands, and one who was cut off from the database, and cannot
 * know, decides nothing until it has asked again.
 */
import type pg from 'pg'
import type { Logger } from 'pino'
import { pause } from '../engine/bell.ts'
import { type EventStore, LogMoved, LogUnavailable } from '../engine/event-store.ts'
import { logOf } from '../engine/position.ts'
import { besides } from './lease.ts'

export type LogInUse = {
  /** `unconfirmed`: the database has not said for a while that it is still this one. */
  standing(): 'in-use' | 'unconfirmed' | 'moved'
  /** Aborts when the database was given to another log. */
  moved: AbortSignal
  stop(): Promise<void>
}

/** It was started on a log that is not this database's; the message says what to do, in Chinese and in English. */
export class WrongLog extends Error {
  readonly code = 'wrong-log'
}

type Connection = Pick<pg.ClientBase, 'query'>
type Parts = { pool: pg.Pool; store: EventStore; logger: Logger; confirmedForMs?: number }

const LOOK_EVERY_MS = 1_000
const ANSWER_WITHIN_MS = 5_000
/** Whoever moves a log that cannot refuse an append by itself waits longer than this before it counts as quiet. */
export const CONFIRMED_FOR_MS = 10_000
/** Any number, the same in every process: shared by who works on the log, alone with it who moves it. */
export const AT_WORK = 4_201_955

/** Notes the log where none is noted yet. Throws `WrongLog`. */
export const useLog = async ({ pool, store, logger, confirmedForMs = CONFIRMED_FOR_MS }: Parts): Promise<LogInUse> => {
  const log = logOf(await store.origin())
  const connections = besides(pool, 1, ANSWER_WITHIN_MS)
  const moved = new AbortController()
  const stopping = new AbortController()
  let confirmedAt = performance.now()
  let client = await begun(connections, log)

  const look = async (): Promise<void> => {
    const asked = performance.now()
    client ??= await atWork(connections)
    const now = await logInUse(client)
    if (now === log) confirmedAt = asked
    else moved.abort()
  }

  const lookOrLetGo = async (): Promise<void> => {
    try {
      await look()
    } catch (error) {
      client?.release(true)
      client = undefined
      logger.warn({ err: error }, 'it is not known whether the log is still in use; asking again')
    }
  }

  const over = AbortSignal.any([stopping.signal, moved.signal])
  const run = async (): Promise<void> => {
    for (; !over.aborted; await pause(LOOK_EVERY_MS, over)) await lookOrLetGo()
    client?.release(true)
    await connections.end()
  }
  const running = run()
  return {
    standing: () => {
      if (moved.signal.aborted) return 'moved'
      return performance.now() - confirmedAt > confirmedForMs ? 'unconfirmed' : 'in-use'
    },
    moved: moved.signal,
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}

/** What is recorded goes into the log that the database goes with, or nowhere. */
export const decidingWhileInUse = (store: EventStore, { standing }: Pick<LogInUse, 'standing'>): EventStore => ({
  ...store,
  append: async (stream, expected, events) => {
    const now = standing()
    if (now === 'moved') throw new LogMoved('the database was given to another log; nothing was written')
    if (now === 'unconfirmed')
      throw new LogUnavailable('the database has not confirmed for a while which log is in use')
    return store.append(stream, expected, events)
  },
})

/** The log that the database goes with; nothing where nobody has started on it yet. */
export const logInUse = async (connection: Connection): Promise<string | undefined> =>
  (await connection.query<{ log: string }>('SELECT log FROM engine.log_in_use')).rows[0]?.log

const begun = async (connections: pg.Pool, log: string): Promise<pg.PoolClient | undefined> => {
  try {
    const client = await atWork(connections)
    await noted(client, log)
    return client
  } catch (error) {
    // A connection that is out is not waited for: it ends with the pool's others.
    await connections.end()
    throw error
  }
}

const atWork = async (connections: pg.Pool): Promise<pg.PoolClient> => {
  const client = await connections.connect()
  try {
    const { rows } = await client.query<{ held: boolean }>('SELECT pg_try_advisory_lock_shared($1) AS held', [AT_WORK])
    if (!rows[0]?.held) throw new WrongLog(BEING_MOVED)
    return client
  } catch (error) {
    client.release(true)
    throw error
  }
}

/** A database that has a log of its own, with events, goes with that one unless it was moved. */
const NOTE = `
  INSERT INTO engine.log_in_use (log) SELECT $1::text
  WHERE $1::text = (SELECT 'pg' || id FROM log.identity) OR NOT EXISTS (SELECT FROM log.events)
  ON CONFLICT DO NOTHING`

const noted = async (client: pg.PoolClient, log: string): Promise<void> => {
  try {
    await client.query(NOTE, [log])
    const inUse = await logInUse(client)
    if (inUse !== log) throw new WrongLog(inUse === undefined ? notCopied(log) : another(inUse, log))
  } catch (error) {
    client.release(true)
    throw error
  }
}

const BEING_MOVED = `日志正在搬迁：等 npx gongchuang log copy 结束后再启动。
The log is being moved: start again when npx gongchuang log copy has ended.`

const notCopied = (
  given: string,
): string => `本数据库自己的日志中已有事件，尚未搬到 ${given}。要搬，先运行 npx gongchuang log copy --switch；不搬，去掉 EVENTSTORE_URL。
This database has a log of its own, with events that were not copied to ${given}. To move them, run npx gongchuang log copy --switch first; to go on with them, take EVENTSTORE_URL away.`

const another = (
  inUse: string,
  given: string,
): string => `本数据库使用的日志是 ${inUse}，给出的却是 ${given}。如属误配或别的城市的日志，请改正 EVENTSTORE_URL、EVENTSTORE_LOG 或 DATABASE_URL；要把日志搬到那里，请运行 npx gongchuang log copy --switch。
This database goes with the log ${inUse}, and was started on ${given}. If that is a mistake, or the log of another city, correct EVENTSTORE_URL, EVENTSTORE_LOG or DATABASE_URL; to move the log there, run npx gongchuang log copy --switch.`
