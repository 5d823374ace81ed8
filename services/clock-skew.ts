/**
 * How far this process' clock is from the database's, which all processes share: what arrives at one process is in time or
 * late as it would be at any other. One whose clock is astray does not say when anything arrived.
 */
import type pg from 'pg'
import type { Logger } from 'pino'
import { pause } from '../engine/bell.ts'
import type { Clock } from '../engine/clock.ts'
import { EdgeError } from './api/problem.ts'

/** So that no two processes are more than two seconds apart. */
const MOST_MS = 1_000
const LOOK_EVERY_MS = 10_000

export type ClockSkew = {
  /** Milliseconds that this clock is ahead; nothing where none was measured, as of a clock that is simulated. */
  ms(): number | undefined
  isAstray(): boolean
  /** Throws `clock-astray` where it is. */
  checked(): void
  stop(): Promise<void>
}

export const watchClockSkew = (pool: pg.Pool, clock: Clock, logger: Logger): ClockSkew => {
  let measured: number | undefined
  const isAstray = () => measured !== undefined && Math.abs(measured) > MOST_MS
  const abort = new AbortController()

  const look = async (): Promise<void> => {
    const before = isAstray()
    measured = (await skewNow(pool, clock).catch(() => undefined)) ?? measured
    if (isAstray() && !before) logger.error({ skewMs: measured }, 'the clock is astray: set it by a time server')
  }
  const watch = async (): Promise<void> => {
    while (!abort.signal.aborted) {
      await look()
      await pause(LOOK_EVERY_MS, abort.signal)
    }
  }
  const watching = clock.simulated ? Promise.resolve() : watch()
  return {
    ms: () => measured,
    isAstray,
    checked: () => {
      if (isAstray()) throw new EdgeError('clock-astray', { skewMs: Math.round(measured ?? 0), mostMs: MOST_MS })
    },
    stop: async () => {
      abort.abort()
      await watching
    },
  }
}

/** Slower than this it says too little. */
const ANSWERED_WITHIN_MS = 500

/** The database's answer was made somewhere between question and answer: half way is off by half the way at most. */
const skewNow = async (pool: pg.Pool, clock: Clock): Promise<number | undefined> => {
  const asked = clock.now().getTime()
  const { rows } = await pool.query<{ now: number }>(
    'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now',
  )
  const answered = clock.now().getTime()
  if (answered - asked > ANSWERED_WITHIN_MS) return undefined
  return (asked + answered) / 2 - (rows[0]?.now ?? Number.NaN)
}
