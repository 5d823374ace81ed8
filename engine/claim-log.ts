/** Reads and writes the events of claims. An append names the revision that was read: who comes second is told. */
import {
  blankClaim,
  CLAIM,
  CLAIM_LAPSED,
  type Claim,
  type ClaimConfirmed,
  type Claimed,
  type ClaimReleased,
  takeInClaim,
} from './claim.ts'
import { type Clock, civilDay, notBefore } from './clock.ts'
import { nextRoles } from './decide.ts'
import { commandIdOf, type Decision, encodeEvent } from './event-codec.ts'
import type { EventStore } from './event-store.ts'
import type { Instance } from './instance.ts'
import type { Instances } from './instances.ts'
import { recordedFact } from './lift.ts'
import { type Randomness, saltFrom } from './randomness.ts'
import { streamPages } from './stream-pages.ts'
import { whereabouts } from './whereabouts.ts'

export type ClaimLogOptions = { store: EventStore; instances: Instances; clock: Clock; random: Randomness }

/** The command on whose way a claim was met. */
export type Cause = Pick<Decision, 'command' | '$correlationId' | 'traceparent'>

type ClaimEvent =
  | { type: 'Claimed'; data: Claimed }
  | { type: 'ClaimConfirmed'; data: ClaimConfirmed }
  | { type: 'ClaimReleased'; data: ClaimReleased }

const SETTLER = 'system:claims'

export const claimLog = ({ store, instances, clock, random }: ClaimLogOptions) => {
  /** What every event of a claim says of how it came about, whichever stream it stands in. */
  const decisionAt = (stream: string, revision: number, recordedAt: string, cause: Cause) => {
    const now = clock.now()
    return {
      command: commandIdOf(SETTLER, CLAIM, stream, String(revision)),
      name: 'settle-claim',
      bodyHmac: '',
      person: SETTLER,
      recordedAt: notBefore(recordedAt, now.toISOString()),
      occurredOn: civilDay(now),
      $correlationId: cause.$correlationId,
      $causationId: cause.command,
      ...(cause.traceparent !== undefined && { traceparent: cause.traceparent }),
      salt: saltFrom(random),
    }
  }

  return {
    read: async (stream: string): Promise<Claim> => {
      let claim = blankClaim(stream)
      for await (const page of streamPages(store, stream)) claim = page.map(recordedFact).reduce(takeInClaim, claim)
      return claim
    },

    /** Throws `WrongRevision` where the claim has moved. */
    write: async ({ stream, revision, hash, recordedAt }: Claim, event: ClaimEvent, cause: Cause): Promise<void> => {
      const decision: Decision = {
        ...decisionAt(stream, revision, recordedAt, cause),
        consulted: {},
        workflow: CLAIM,
        version: 1,
        workflowHash: '',
        state: event.type,
        within: {},
        next: [],
        due: {},
      }
      const place = { stream, revision: revision + 1, before: hash }
      await store.append(stream, revision, [encodeEvent(place, event.type, event.data, decision)])
    },

    /** Ends in the claimant's own stream what may still be under way to it. Throws `WrongRevision` where it has moved. */
    lapse: async (life: Instance, { stream, kind, command }: Lapsing, cause: Cause): Promise<void> => {
      const { workflow, revision } = life
      const decision: Decision = {
        ...decisionAt(life.stream, revision, life.recordedAt, cause),
        consulted: {},
        workflow: workflow.name,
        version: workflow.version,
        workflowHash: workflow.hash.slice(0, 16),
        state: life.value,
        ...whereabouts(workflow, life.id, life.data),
        next: nextRoles(workflow, life.value),
        due: life.due,
      }
      const place = { stream: life.stream, revision: revision + 1, before: life.hash }
      const data = { kind, claim: stream, command }
      const event = encodeEvent(place, CLAIM_LAPSED, data, decision)
      const { position } = await store.append(life.stream, revision, [event])
      instances.took(life, [recordedFact({ ...event, stream: life.stream, revision: revision + 1, position })])
    },
  }
}

type Lapsing = { stream: string; kind: string; command: string }
