/** An operator lets a parked command be sent again, under the id that it had: had it been done meanwhile, it is not done twice. */
import type { Pool } from 'pg'
import type { Clock } from './clock.ts'
import { errorOf, noteTried, type Parked, type ParkedError, park, settleParked, type ToPark } from './parked.ts'
import { isPassing } from './passing.ts'
import { type Policy, senderOf } from './policy.ts'
import { actOn, type SendingParts } from './policy-sending.ts'

export type RetryParts = SendingParts & { pool: Pool; policies: readonly Policy[]; clock: Clock }

/** Nothing where it went well; otherwise why not, and it waits on. Throws what may pass by itself. */
export const retryParked = async (parts: RetryParts, parked: Parked): Promise<ParkedError | undefined> => {
  const { pool, clock } = parts
  const failed = await (parked.request ? sendAgain(parts, parked) : makeAgain(parts, parked))
  const at = clock.now().toISOString()
  if (failed) await noteTried(pool, parked.id, failed, at)
  else await settleParked(pool, parked.id, { settled: 'done', at })
  return failed
}

const sendAgain = async ({ handler }: SendingParts, { request }: Parked): Promise<ParkedError | undefined> => {
  try {
    if (request) await handler.handle(request)
    return undefined
  } catch (error) {
    if (isPassing(error)) throw error
    return errorOf(error)
  }
}

/** A policy that could not even make its commands makes them now; those that are refused are parked each by itself. */
const makeAgain = async (parts: RetryParts, parked: Parked): Promise<ParkedError | undefined> => {
  const waiting = await actAgain(parts, parked)
  const failed = waiting.find(({ key }) => key === parked.key)
  if (failed) return failed.error
  for (const each of waiting) await park(parts.pool, each, parts.clock.now().toISOString())
  return undefined
}

const actAgain = async (parts: RetryParts, { sender, cause }: Parked): Promise<ToPark[]> => {
  const policy = parts.policies.find(each => senderOf(each) === sender)
  const [event] = await parts.store.readStream(cause.stream, cause.revision, 1)
  if (!policy || !event) throw new Error(`${sender} is no policy here any more; drop it with a reason`)
  const workflow = Object.keys(policy.when).find(name =>
    cause.stream.startsWith(`${parts.handler.workflow(name).category}-`),
  )
  return actOn(parts, { policy, workflow: workflow ?? '', event }, AbortSignal.timeout(30_000))
}
