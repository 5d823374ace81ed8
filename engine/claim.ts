/**
 * A thing that must be one of its kind (a credit code, an invoice) has a stream of its own, named after the thing.
 * A life claims it there before its own events say that it holds it. The truth is in the life; the claim's stream
 * keeps everybody else from saying the same.
 *
 *   Claimed         a life that stands at `revision` is about to say that it holds the thing
 *   ClaimConfirmed  it has said so
 *   ClaimReleased   it has not and never will, or it holds the thing no more: the thing is free
 *   ClaimLapsed     in the life's own stream, where it was to say so: what was still under way can no longer be
 *                   appended there. No lifecycle folds it; state and data stay as they are
 */
import { createHmac, type KeyObject } from 'node:crypto'
import { type Fact, type Holding, uuidFrom } from './event-codec.ts'
import { NO_STREAM } from './event-store.ts'

/** The streams' category, which no lifecycle may have. */
export const CLAIM = 'claim'
export const CLAIM_LAPSED = 'ClaimLapsed'

/** Personal or not, what is claimed is known by its HMAC alone: the log does not tell what it was. */
export const claimStream = (key: KeyObject, kind: string, value: string): string =>
  `${CLAIM}-${uuidFrom(createHmac('sha256', key).update(`${kind}\n${value}`).digest('hex'))}`

export type Claim = {
  stream: string
  revision: number
  /** The last event's, to which the next is chained. */
  hash: string
  recordedAt: string
  /** Nothing where the thing is free. */
  held?: {
    /** The claimant's stream, and the revision at which it was to say that it holds the thing. */
    holder: string
    revision: number
    kind: string
    /** The command by which it was to say so. */
    command: string
    since: string
    confirmed: boolean
  }
}

export type Claimed = { kind: string; holder: string; revision: number; command: string }
export type ClaimConfirmed = Record<never, never>
/** `gone`: the life holds it no more. `passed`: it went on without it. */
export type ClaimReleased = { why: 'gone' | 'passed' }

export const blankClaim = (stream: string): Claim => ({ stream, revision: NO_STREAM, hash: '', recordedAt: '' })

export const takeInClaim = (claim: Claim, { type, data, revision, metadata }: Fact): Claim => {
  const { recordedAt, hash } = metadata
  const { held, ...rest } = { ...claim, revision, hash, recordedAt }
  if (type === 'Claimed') return { ...rest, held: { ...(data as Claimed), since: recordedAt, confirmed: false } }
  return type === 'ClaimConfirmed' && held ? { ...rest, held: { ...held, confirmed: true } } : rest
}

/**
 * `unconfirmed`: the life says that it holds the thing, its claim does not yet. `passed`: it will never say so, or
 * holds it no more. `pending`: it may be about to say so. `overdue`: it had time enough.
 */
export type ClaimStanding = 'free' | 'held' | 'unconfirmed' | 'passed' | 'pending' | 'overdue'

/** What its claimant's life makes of a claim. `patience` in milliseconds. */
export const standingOf = (
  { stream, held }: Claim,
  holder: { revision: number; holds: ReadonlyMap<string, Holding> } | undefined,
  now: Date,
  patience: number,
): ClaimStanding => {
  if (!held || !holder) return 'free'
  if ([...holder.holds.values()].some(holding => holding.stream === stream))
    return held.confirmed ? 'held' : 'unconfirmed'
  if (holder.revision > held.revision) return 'passed'
  return now.getTime() - Date.parse(held.since) >= patience ? 'overdue' : 'pending'
}
