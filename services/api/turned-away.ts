/** What is said to who is not let in. */
import { EngineError } from '../../engine/engine-error.ts'
import type { TurnedAway } from '../admission.ts'
import type { Limits } from '../limits.ts'
import { EdgeError } from './problem.ts'

export const turnedAwayBecause = (why: TurnedAway, limits: Limits): EdgeError | EngineError => {
  if (why === 'stopping' || why === 'log-moved') return new EdgeError(why, {})
  if (why === 'person') return new EdgeError('too-many-requests', { most: limits.requestsPerPerson })
  return new EngineError('too-busy', { of: why, most: limits[why] })
}
