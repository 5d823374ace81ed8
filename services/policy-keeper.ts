/** Runs the policies while this process holds their lease. */
import type { Logger } from 'pino'
import { pause } from '../engine/bell.ts'
import type { Position } from '../engine/event-store.ts'
import { countParked } from '../engine/parked.ts'
import { checkpointOfPolicies, type PolicyParts, type PolicyRunner, runPolicies } from '../engine/policy-runner.ts'
import type { Leased, Leases } from './lease.ts'

export type PolicyKeeper = Leased & {
  /** The runner in this process, where it holds the lease. */
  runner(): PolicyRunner | undefined
  /** Resolves once every event of the log, and whatever follows from it, has been dealt with. */
  idle(): Promise<void>
  /** Where they stand, whichever process runs them, and how many commands are parked. */
  standing(): Promise<PolicyStanding>
}

export type PolicyStanding = { position: Position | undefined; parked: number }

const ASK_EVERY_MS = 20

export const keepPolicies = (parts: Omit<PolicyParts, 'onTrouble'>, leases: Leases, logger: Logger): PolicyKeeper => {
  let current: PolicyRunner | undefined
  const onTrouble = (error: unknown) => logger.warn({ err: error }, 'a policy could not act; trying again')

  const { stop } = leases.keep('policies', async ({ signal, fence }) => {
    const runner = await runPolicies({ ...parts, onTrouble }, fence)
    const end = () => void runner.stop()
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) end()
    current = runner
    await runner.done.finally(() => {
      current = undefined
    })
  })

  const position = async (): Promise<Position> => {
    if (!current) return (await checkpointOfPolicies(parts.pool)) ?? ''
    // What went wrong there goes wrong for the runner too, which says so and begins again.
    await current.catchUp().catch(() => undefined)
    return current?.position() ?? ''
  }

  /** At the head, and what was done on the way has not moved it. */
  const isIdle = async (): Promise<boolean> => (await position()) >= (await parts.store.head())
  return {
    stop,
    runner: () => current,
    standing: async () => ({
      position: await checkpointOfPolicies(parts.pool),
      parked: await countParked(parts.pool),
    }),
    idle: async () => {
      while (!(await isIdle())) await pause(ASK_EVERY_MS)
    },
  }
}
