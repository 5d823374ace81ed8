/** What the log and the thread that holds its client say to each other. Many at once, so that few have to be sent. */
import type { NewEvent } from '../event-store.ts'
import type { From, TroubleKind } from './client.ts'

export type Question =
  | { ask: 'append'; stream: string; expected: number; events: readonly Sent[] }
  | { ask: 'readStream'; stream: string; from: number; limit: number }
  | { ask: 'readAll'; from: From; backwards?: true; limit: number }
  | { ask: 'subscribe'; after: From; prefixes: readonly string[] }
  /** To a subscription: the reader has taken one in. */
  | { ask: 'more' }
  | { ask: 'stop' }

/** `isJson`: made as JSON, so that it need not be looked at again. */
export type Sent = Omit<NewEvent, 'read'> & { isJson: boolean }

/** Of several with one number, the first opens it. */
export type Asked = { to: number } & Question

export type Failure =
  | { wrong: { stream: string; expected: number; actual: number } }
  | { kind: TroubleKind; message: string }

export type Answer = { value: unknown } | { failure: Failure }
export type Answered = { to: number } & Answer

/** A subscription may be so many batches ahead of its reader. */
export const BATCHES_AHEAD = 4
