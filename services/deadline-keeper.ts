/**
 * Lets deadlines fall due while this process holds their lease. It reads from the table what is due, in the order in
 * which it fell due, and sends each step through the command handler, where it is decided again: a step sent twice is
 * taken once, and one whose state was left meanwhile is none. After a day without service it is all still there.
 */
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { bell, pause } from '../engine/bell.ts'
import { type Clock, type Moment, momentOf } from '../engine/clock.ts'
import type { CommandAnswer } from '../engine/command-answer.ts'
import type { CommandHandler } from '../engine/command-handler.ts'
import { EngineError } from '../engine/engine-error.ts'
import type { EventStore, Position } from '../engine/event-store.ts'
import type { Instances } from '../engine/instances.ts'
import { errorOf, park, type ToPark } from '../engine/parked.ts'
import { isPassing } from '../engine/passing.ts'
import { checkpointOf } from '../engine/projection.ts'
import { standingOf } from '../engine/projection-runner.ts'
import { silent, type Telemetry, tellDue } from '../engine/telemetry.ts'
import { idsIn, type Traceparent } from '../engine/trace.ts'
import { type LifeWaiting, runningDeadlines, type StepWaiting, waitingTable } from '../projections/running-deadlines.ts'
import type { Leased, Leases } from './lease.ts'
import { workingDays } from './working-days.ts'

export type DeadlineKeeper = Leased & {
  /** Resolves once the table knows all of the log and nothing of it is due at the clock's now. */
  idle(): Promise<void>
  /** When something falls due next; for whoever moves a clock. Ask when idle. */
  next(): Promise<Moment | undefined>
  /** How many lives have a step that is due and not taken yet. */
  overdue(): Promise<number>
}

type Parts = {
  pool: Pool
  store: EventStore
  handler: CommandHandler
  instances: Instances
  clock: Clock
  logger: Logger
  /** Hears of each step; nobody unless said. */
  telemetry?: Telemetry
}

const LOOK_EVERY_MS = 500
const ASK_EVERY_MS = 5
const PAGE = 500
/** How long a page that was taken may need to reach the table; then it is looked at again all the same. */
const TABLE_WITHIN_MS = 2_000
const SENDER = 'system:deadlines'

export const keepDeadlines = (parts: Parts, leases: Leases): DeadlineKeeper => {
  const { pool, store, clock } = parts
  const wake = bell()
  /** How far the lives counted with an older calendar have been looked at, by whoever holds the lease. */
  let moved: Moved | undefined

  const { stop } = leases.keep('deadlines', async ({ signal }) => {
    moved = NOBODY
    try {
      for (let ring = wake.next(); !signal.aborted; ring = wake.next()) {
        moved = await moveAll(parts, moved, signal)
        if (await takeAll(parts, signal)) continue
        await pause(LOOK_EVERY_MS, signal, ring)
      }
    } finally {
      moved = undefined
    }
  })

  const isIdle = async (): Promise<boolean> => {
    const head = await store.head()
    if (moved && moved.calendar < (await calendarNow(parts))) return false
    const { position, due, older } = await tableNow(pool, momentOf(clock.now()), moved ?? NOBODY)
    return position >= head && !due && !older
  }
  return {
    stop,
    idle: async () => {
      while (!(await isIdle())) {
        wake.ring()
        await pause(ASK_EVERY_MS)
      }
    },
    next: async () => {
      const { rows } = await pool.query<{ next: Moment | null }>(`SELECT min(next) AS next FROM ${waitingTable}`)
      return rows[0]?.next ?? undefined
    },
    overdue: async () => {
      const { rows } = await pool.query<{ n: number }>(
        `SELECT count(*)::integer AS n FROM ${waitingTable} WHERE next <= $1`,
        [momentOf(clock.now())],
      )
      return rows[0]?.n ?? 0
    },
  }
}

// ── the table ───────────────────────────────────────────────────────────────────────────────────

type TableNow = { position: Position; due: boolean; older: boolean }

/** In one look: how far the table has come, and whether by then anything in it was due or to be counted again. */
const tableNow = async (pool: Pool, now: Moment, { calendar, upTo }: Moved): Promise<TableNow> => {
  const { rows } = await pool.query<TableNow>({
    name: 'deadlines now',
    text: `SELECT coalesce((SELECT position FROM engine.checkpoints WHERE name = $1), '') AS position,
             EXISTS (SELECT FROM ${waitingTable} WHERE next <= $2) AS due,
             EXISTS (SELECT FROM ${waitingTable} WHERE calendar < $3 AND position > $4) AS older`,
    values: [checkpointOf(runningDeadlines), now, calendar, upTo],
  })
  return rows[0] as TableNow
}

const position = async (pool: Pool): Promise<Position> => (await standingOf(pool, runningDeadlines))?.position ?? ''

const dueBy = async (pool: Pool, now: Moment, limit: number): Promise<LifeWaiting[]> => {
  const { rows } = await pool.query<LifeWaiting>({
    name: 'due deadlines',
    text: `SELECT * FROM ${waitingTable} WHERE next <= $1 ORDER BY next, stream LIMIT $2`,
    values: [now, limit],
  })
  return rows
}

/** Until the table has come as far as what was just recorded, so that it is not read twice. */
const tableReaches = async (pool: Pool, until: Position, signal: AbortSignal): Promise<void> => {
  const since = performance.now()
  while ((await position(pool)) < until && performance.now() - since < TABLE_WITHIN_MS && !signal.aborted)
    await pause(ASK_EVERY_MS, signal)
}

// ── steps ───────────────────────────────────────────────────────────────────────────────────────

type Step = StepWaiting & { life: LifeWaiting }

/** True where there may be more at once: a page was full, or what was taken lets something else fall due. */
const takeAll = async (parts: Parts, signal: AbortSignal): Promise<boolean> => {
  const now = momentOf(parts.clock.now())
  const lives = await dueBy(parts.pool, now, PAGE)
  let last: Position | undefined
  for (const step of inOrder(lives, now)) {
    if (signal.aborted) return false
    const taken = await take(parts, step)
    if (taken === 'later') return false
    last = taken ?? last
  }
  if (last !== undefined) await tableReaches(parts.pool, last, signal)
  return last !== undefined
}

/** Beyond the last life of a full page others may come first. */
const inOrder = (lives: readonly LifeWaiting[], now: Moment): Step[] => {
  const until = lives.length < PAGE ? now : (lives.at(-1)?.ahead[0]?.on ?? now)
  return lives
    .flatMap(life => life.ahead.filter(({ on }) => on <= until).map(step => ({ ...step, life })))
    .sort((one, other) => compare(one.on, other.on) || compare(one.life.stream, other.life.stream))
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

/**
 * Where the step stands in the log; nothing where none was taken. What may pass by itself is waited for, so that the order
 * stays; a life that cannot take a step does not keep the others waiting.
 */
const take = async (parts: Parts, step: Step): Promise<Position | 'later' | undefined> => {
  try {
    return (await takeStep(parts, step)).position
  } catch (error) {
    return !isNotDue(error) && isPassing(error) ? 'later' : undefined
  }
}

const takeStep = ({ logger, ...parts }: Parts, { life, on, ...step }: Step): Promise<CommandAnswer> =>
  tellDue(
    parts.telemetry ?? silent,
    `deadline ${step.deadline}`,
    () => eventAt(parts.store, life.stream, step.since),
    traceparent =>
      takeIn(parts, { ...life, traceparent }, step).catch(
        telling(error => {
          const said = { err: error, ...idsIn(traceparent), stream: life.stream, step: { ...step, on } }
          logger.warn(said, 'a deadline could not fall due; trying again')
        }),
      ),
  )

/** What is not due is nothing to be told of. */
const telling =
  (tell: (error: unknown) => void) =>
  (error: unknown): never => {
    if (!isNotDue(error)) tell(error)
    throw error
  }

const eventAt = async (store: EventStore, stream: string, revision: number) =>
  (await store.readStream(stream, revision, 1))[0]

type LifeTraced = LifeWaiting & { traceparent: Traceparent | undefined }

const takeIn = async (
  parts: Omit<Parts, 'logger'>,
  life: LifeTraced,
  step: Omit<StepWaiting, 'on'>,
): Promise<CommandAnswer> => {
  try {
    return await parts.handler.takeStep(life, step)
  } catch (error) {
    if (isNotDue(error) || isPassing(error) || !(error instanceof EngineError)) throw error
    // Parked first: who dies in between parks it again, under the same key.
    await park(parts.pool, parkedStep(parts, life, step, error), parts.clock.now().toISOString())
    return parts.handler.takeStep(life, step, error.code)
  }
}

const isNotDue = (error: unknown): boolean => error instanceof EngineError && error.code === 'not-due'

/** An operator sends again what it was to do, not the step: that is over. */
const parkedStep = (
  { handler }: Pick<Parts, 'handler'>,
  { workflow, id, stream, traceparent }: LifeTraced,
  { deadline, since, step }: Omit<StepWaiting, 'on'>,
  error: EngineError,
): ToPark => {
  const rung = handler.workflow(workflow).deadlines[deadline]?.ladder[step]
  const key = `${deadline}:${since}:${step}`
  const command = rung && 'act' in rung ? rung.act : undefined
  return {
    key: `${SENDER}:${stream}:${key}`,
    sender: SENDER,
    cause: { stream, revision: since },
    ...(command && { request: { workflow, id, command, input: {}, person: SENDER, key: `${key}:again`, traceparent } }),
    error: errorOf(error),
  }
}

// ── moved ───────────────────────────────────────────────────────────────────────────────────────

/** The lives counted with an older calendar than this revision have been looked at, as far as this position. */
type Moved = { calendar: number; upTo: Position }

const NOTHING_PUBLISHED = -1
/** Who does not hold the lease has nothing to count again. */
const NOBODY: Moved = { calendar: NOTHING_PUBLISHED, upTo: '' }

const calendarNow = async ({ handler, instances }: Parts): Promise<number> =>
  (await instances.get(handler.workflow(workingDays.workflow), workingDays.id)).revision

const moveAll = async (parts: Parts, before: Moved, signal: AbortSignal): Promise<Moved> => {
  const calendar = await calendarNow(parts)
  let moved = calendar === before.calendar ? before : { calendar, upTo: '' }
  for (;;) {
    const lives = await countedBefore(parts, moved, PAGE)
    for (const life of lives) {
      if (signal.aborted) return moved
      if (!(await move(parts, life, calendar))) return moved
      moved = { calendar, upTo: life.position }
    }
    if (lives.length < PAGE) return moved
  }
}

const countedBefore = async ({ pool }: Parts, { calendar, upTo }: Moved, limit: number): Promise<LifeWaiting[]> => {
  const { rows } = await pool.query<LifeWaiting>({
    name: 'deadlines counted before',
    text: `SELECT * FROM ${waitingTable} WHERE calendar < $1 AND position > $2 ORDER BY position LIMIT $3`,
    values: [calendar, upTo, limit],
  })
  return rows
}

const calendarStream = (handler: CommandHandler): string =>
  `${handler.workflow(workingDays.workflow).category}-${workingDays.id}`

/** False where it is to be tried again. */
const move = async (
  { handler, logger, store, telemetry = silent }: Parts,
  life: LifeWaiting,
  calendar: number,
): Promise<boolean> => {
  try {
    await tellDue(
      telemetry,
      'move deadlines',
      () => eventAt(store, calendarStream(handler), calendar),
      traceparent =>
        handler.moveDeadlines({ ...life, traceparent }, { calendar, revision: life.revision }).catch(
          telling(error => {
            const said = { err: error, ...idsIn(traceparent), stream: life.stream }
            logger.warn(said, 'the deadlines of a life could not be counted again')
          }),
        ),
    )
  } catch (error) {
    return isNotDue(error) || !isPassing(error)
  }
  return true
}
