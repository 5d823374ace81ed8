/** Whether an error may pass by itself: then what was tried is tried again, and nobody is asked. */
import { EngineError, type EngineErrorCode } from './engine-error.ts'
import { LogMoved, LogUnavailable, OutcomeUnknown } from './event-store.ts'

const PASSING: ReadonlySet<EngineErrorCode> = new Set<EngineErrorCode>([
  'conflict',
  'too-busy',
  'claim-pending',
  'follower-behind',
  'position-not-reached',
  'too-busy',
])

/**
 * Classes of SQLSTATE: connection, transaction rolled back, resources, not now, operator intervened, system error,
 * and a server that lets nobody write.
 */
const PASSING_STATES = /^(08|40|53|55|57|58|25006)/
const PASSING_SYSTEM_ERRORS = /^(ECONN|EHOST|ENET|EPIPE|ETIMEDOUT|EAI_|ENOTFOUND)/
/** The database's client says these in words alone. */
const PASSING_WORDS = /connection terminated|timeout|not queryable|ended by the other side/i

export const isPassing = (error: unknown): boolean => {
  if (error instanceof EngineError) return PASSING.has(error.code)
  if (error instanceof LogUnavailable || error instanceof OutcomeUnknown || error instanceof LogMoved) return true
  if (!(error instanceof Error)) return false
  const { code = '' } = error as { code?: string }
  return PASSING_STATES.test(code) || PASSING_SYSTEM_ERRORS.test(code) || PASSING_WORDS.test(error.message)
}
