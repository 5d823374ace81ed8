/** Runs the policies while this process holds their lease. */
import type { Logger } from 'pino'
import { pause } from '../engine/bell.ts'
import type { Position } from '../engine/event-store.ts'
import { countParked } from '../engine/parked.ts'
import { checkpointOfPolicies, type PolicyParts, type PolicyRunner, runPolicies } from '../engine/policy-runner.ts'
import { idsIn } from '../engine/trace.ts'
import type { Leases } from './lease.ts'
import { keepRunner, type LeasedRunner } from './leased-runner.ts'

export type PolicyKeeper = LeasedRunner<PolicyRunner> & {
  /** Resolves once every event of the log, and whatever follows from it, has been dealt with. */
  idle(): Promise<void>
  /** Where they stand, whichever process runs them, and how many commands are parked. */
  standing(): Promise<PolicyStanding>
}

export type PolicyStanding = { position: Position | undefined; parked: number }

const ASK_EVERY_MS = 20

export const keepPolicies = (parts: Omit<PolicyParts, 'onTrouble'>, leases: Leases, logger: Logger): PolicyKeeper => {
  const onTrouble: PolicyParts['onTrouble'] = (error, traceparent) =>
    logger.warn({ err: error, ...idsIn(traceparent) }, 'a policy could not act; trying again')
  const { runner, stop } = keepRunner(leases, 'policies', fence => runPolicies({ ...parts, onTrouble }, fence))

  const position = async (): Promise<Position> => {
    const here = runner()
    if (!here) return (await checkpointOfPolicies(parts.pool)) ?? ''
    // What went wrong there goes wrong for the runner too, which says so and begins again.
    await here.catchUp().catch(() => undefined)
    return runner()?.position() ?? ''
  }

  let stopped = false

  /** At the head, and what was done on the way has not moved it; a checkpoint ahead of it is about to be set back. */
  const isIdle = async (): Promise<boolean> => (await position()) === (await parts.store.head())
  return {
    stop: async () => {
      stopped = true
      await stop()
    },
    runner,
    standing: async () => ({
      position: await checkpointOfPolicies(parts.pool),
      parked: await countParked(parts.pool),
    }),
    idle: async () => {
      // Of those that were stopped nothing follows any more: whoever waits here may be what is stopped next.
      while (!stopped && !(await isIdle())) await pause(ASK_EVERY_MS)
    },
  }
}
