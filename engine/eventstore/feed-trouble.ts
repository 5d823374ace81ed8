/** What ends a subscription or a look, by the state that it is named with. */
import type { LogState } from '../log-standing.ts'
import { ClientTrouble, type TroubleKind } from './client.ts'

export class FeedTrouble extends Error {
  readonly code: LogState
  constructor(state: LogState, message: string) {
    super(message)
    this.code = state
  }
}

const STATES: Record<TroubleKind, LogState> = {
  unavailable: 'unreachable',
  unreachable: 'unreachable',
  'no-answer': 'unreachable',
  'not-leader': 'unreachable',
  unknown: 'unreachable',
  malformed: 'unreachable',
  'too-large': 'unreachable',
  'not-authenticated': 'not-authenticated',
  'access-denied': 'may-not-read-all',
  'stream-deleted': 'stream-deleted',
  'too-slow': 'fell-behind',
  'no-such-place': 'beyond-the-end',
}

export const stateOf = (error: unknown): LogState => {
  if (error instanceof FeedTrouble) return error.code
  return error instanceof ClientTrouble ? STATES[error.kind] : 'unreachable'
}
