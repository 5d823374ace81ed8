/**
 * Follows the log for all policies, with one checkpoint. It moves past an event when every command that follows from it
 * has been answered or parked, together with what was parked: whoever dies before that is followed by somebody who
 * sends the same commands again, under the same ids.
 */
import type { Pool, PoolClient } from 'pg'
import type { Clock } from './clock.ts'
import type { EventStore, Position, RecordedEvent } from './event-store.ts'
import { type Fence, unfenced } from './fence.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { park, type ToPark } from './parked.ts'
import type { Policy } from './policy.ts'
import { actOn, type Occasion, type SendingParts } from './policy-sending.ts'
import { replayOf } from './replay.ts'
import { measureBatch, silent } from './telemetry.ts'
import { inTransaction } from './transaction.ts'

export type PolicyParts = SendingParts & { pool: Pool; policies: readonly Policy[]; clock: Clock }

export type PolicyRunner = {
  position(): Position
  /** Milliseconds since it last stood at the head of the log. */
  age(): number
  /** Takes what is in the log now, and what follows from it, without waiting for the next look. */
  catchUp(): Promise<void>
  stop(): Promise<void>
  /** Rejects where it lost its database, its checkpoint or its lease. */
  done: Promise<void>
}

export const POLICIES = 'policies'

const PAGE = 1_000
/** A checkpoint that passes nothing a policy listens to need not be written at once: it would be passed again. */
const WRITE_EVERY_MS = 1_000

export const runPolicies = async (given: PolicyParts, fence: Fence = unfenced): Promise<PolicyRunner> => {
  const parts = { ...given, replay: replayOf(given.store) }
  const { store } = parts
  const abort = new AbortController()
  const listening = listeners(parts)
  const checkpoint = await openCheckpoint(parts, fence)
  const alone = oneAtATime()
  let caughtUpAt = performance.now()

  const take = async (events: readonly RecordedEvent[]): Promise<void> => {
    for (const event of events.filter(({ position }) => position > checkpoint.position())) {
      const occasions = listening(event)
      const parked: ToPark[] = []
      for (const occasion of occasions) parked.push(...(await actOn(parts, occasion, abort.signal)))
      if (occasions.length > 0) await checkpoint.write(event.position, parked)
      else checkpoint.pass(event.position)
    }
    await checkpoint.writeNowAndThen()
  }

  const takeAlone = (events: () => Promise<readonly RecordedEvent[]>) =>
    alone('', async () => {
      const found = await events()
      await measureBatch(parts.telemetry ?? silent, POLICIES, found.length, () => take(found))
      return found.length
    })

  const catchUp = async (): Promise<void> => {
    while ((await takeAlone(() => store.readAll(checkpoint.position(), PAGE))) > 0) abort.signal.throwIfAborted()
  }

  const run = async (): Promise<void> => {
    try {
      for await (const { events, caughtUp } of store.tail({ after: checkpoint.position(), signal: abort.signal })) {
        await takeAlone(async () => events)
        if (caughtUp) caughtUpAt = performance.now()
      }
      await checkpoint.flush()
    } catch (error) {
      if (!abort.signal.aborted) throw error
    }
  }
  const done = run()
  return {
    position: checkpoint.position,
    age: () => performance.now() - caughtUpAt,
    catchUp,
    stop: async () => {
      abort.abort()
      await done.catch(() => undefined)
    },
    done,
  }
}

/** Which policies listen to an event; told by stream and type alone, so that what nobody listens to is not parsed. */
const listeners = ({ policies, handler }: PolicyParts): ((event: RecordedEvent) => readonly Occasion[]) => {
  const byKind = new Map<string, Omit<Occasion, 'event'>[]>()
  for (const policy of policies)
    for (const [workflow, events] of Object.entries(policy.when))
      for (const type of Object.keys(events ?? {})) {
        const kind = `${handler.workflow(workflow).category} ${type}`
        byKind.set(kind, [...(byKind.get(kind) ?? []), { policy, workflow }])
      }
  return event =>
    (byKind.get(`${event.stream.slice(0, event.stream.indexOf('-'))} ${event.type}`) ?? []).map(each => ({
      ...each,
      event,
    }))
}

const openCheckpoint = async ({ pool, store, clock }: PolicyParts, fence: Fence) => {
  let written = await readCheckpoint(pool, store)
  let position = written
  let writtenAt = performance.now()

  const write = async (to: Position, parked: readonly ToPark[]): Promise<void> => {
    const now = clock.now().toISOString()
    await inTransaction(
      pool,
      async client => {
        for (const each of parked) await park(client, each, now)
        await moveCheckpoint(client, written, to)
      },
      fence,
    )
    written = to
    position = to
    writtenAt = performance.now()
  }
  const flush = async (): Promise<void> => {
    if (position !== written) await write(position, [])
  }
  return {
    position: () => position,
    write,
    flush,
    pass: (to: Position) => {
      position = to
    },
    writeNowAndThen: async () => {
      if (performance.now() - writtenAt > WRITE_EVERY_MS) await flush()
    },
  }
}

const readCheckpoint = async (pool: Pool, store: EventStore): Promise<Position> => {
  await pool.query(
    'INSERT INTO engine.checkpoints (name, position, updated_at) VALUES ($1, $2, now()) ON CONFLICT DO NOTHING',
    [POLICIES, await store.origin()],
  )
  return (await checkpointOfPolicies(pool)) as Position
}

/** Where the policies of this database stand, whoever runs them. */
export const checkpointOfPolicies = async (pool: Pick<PoolClient, 'query'>): Promise<Position | undefined> => {
  const { rows } = await pool.query<{ position: Position }>('SELECT position FROM engine.checkpoints WHERE name = $1', [
    POLICIES,
  ])
  return rows[0]?.position
}

const moveCheckpoint = async (client: PoolClient, from: Position, to: Position): Promise<void> => {
  const { rowCount } = await client.query(
    'UPDATE engine.checkpoints SET position = $3, updated_at = now() WHERE name = $1 AND position = $2',
    [POLICIES, from, to],
  )
  if (rowCount !== 1) throw new Error('the policies are run by another process')
}
