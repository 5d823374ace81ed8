/** How an EventStoreDB says no: gRPC codes, and the headers that its client tells them apart by. */
import { status } from '@grpc/grpc-js'

export type Trouble = { code: status; details: string; headers?: Record<string, string> }

export const UNAVAILABLE: Trouble = { code: status.UNAVAILABLE, details: 'Server Is Not Ready' }
export const DEADLINE: Trouble = { code: status.DEADLINE_EXCEEDED, details: 'Deadline exceeded' }
export const CANCELLED: Trouble = { code: status.CANCELLED, details: 'Call cancelled by the server' }
export const UNAUTHENTICATED: Trouble = { code: status.UNAUTHENTICATED, details: '' }
export const ACCESS_DENIED: Trouble = {
  code: status.PERMISSION_DENIED,
  details: 'Access Denied',
  headers: { exception: 'access-denied' },
}
export const TOO_SLOW: Trouble = {
  code: status.ABORTED,
  details: 'Operation timed out: Consumer too slow to handle event while live. Client resubscription required.',
}
/** Of a place that no event of the log stands at. */
export const NO_SUCH_PLACE: Trouble = { code: status.UNKNOWN, details: 'Unexpected ReadAllResult: Error' }

export const notLeader = (host: string, port: number): Trouble => ({
  code: status.NOT_FOUND,
  details: 'Leader info available',
  headers: { exception: 'not-leader', 'leader-endpoint-host': host, 'leader-endpoint-port': String(port) },
})

export const streamDeleted = (stream: string): Trouble => ({
  code: status.FAILED_PRECONDITION,
  details: `Event stream '${stream}' is deleted.`,
  headers: { exception: 'stream-deleted', 'stream-name': stream },
})
