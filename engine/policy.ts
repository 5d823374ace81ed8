/**
 * A policy listens to events and sends commands: what somebody would otherwise have to do by hand in another life. Its
 * name is the sentence of what it does.
 *
 *   when       an event of a lifecycle, and the commands that follow from it: a pure function of them, and of what it
 *              looks up of other lives where the event does not say enough
 *   opens      the shared keys whose sealed values it may open, by their names
 *   sends      the commands that it may send, this way or the other; each permits `{ system: <its name> }`
 *   otherwise  what it sends to the life of the event where its command is refused: that life has a way for "no"; or why
 *              what was refused is needed no more
 *
 * A command's id follows from the event and the policy's name, so sent twice it is done once. One that looked may see
 * more the second time: what it sent the first time stands. A refusal that `otherwise` leaves without an answer is parked
 * for an operator. Commands carry ids and words of the policy's own,
 * never a text that people wrote: that could be taken back.
 */
import type { Day, EventMeta, Title } from './definition.ts'
import type { Reason } from './engine-error.ts'
import type { Sealed } from './sealed.ts'

/** An event, and the life in which it happened, as it was before it and after. */
export type Cause<Data = unknown, Event = unknown> = {
  /** The life's. */
  id: string
  event: Event
  before: Data
  after: Data
  meta: EventMeta
}

/** A command to send; without an id it starts a life. */
export type Sending = { workflow: string; id?: string; command: string; input: object }

/** Why a command was refused; `reasons` are those of its rules, `state` where it stands if that does not know the command. */
export type Refusal = { code: string; reasons: readonly Reason[]; state?: readonly string[] }

/** A command to the life in which the event happened. `orElse`: where that life has come to its end, and hears nothing. */
export type Answer = { command: string; input: object; orElse?: NotNeeded }

/** What was refused is wanted no more: it is kept with this reason, and nobody is asked. */
export type NotNeeded = { notNeeded: Title }

/** Another life as it is now, at the head of the log. */
export type LookedAt = {
  id: string
  data: unknown
  revision: number
  /** The last event's, to which the next is chained. */
  hash: string
  startedOn: Day | undefined
  /** Who recorded that event here, or had it recorded for them. */
  did(event: string): readonly string[]
}

export type Look = {
  /** Nothing where no such life was started. */
  life(workflow: string, id: string): Promise<LookedAt | undefined>
  /** In clear, in the same order. Throws for a key that the policy does not say that it opens, or that is no more. */
  open(values: readonly Sealed[]): Promise<unknown[]>
}

type Sendings = readonly Sending[]
type Lives = { [workflow: string]: { data: unknown; events: object } }
type When<L extends Lives> = {
  [W in keyof L & string]?: {
    [E in keyof L[W]['events'] & string]?: (
      cause: Cause<L[W]['data'], L[W]['events'][E]>,
      look: Look,
    ) => Sendings | Promise<Sendings>
  }
}

type Words<C> = {
  /** kebab-case, a sentence: `merge-double-when-recognised`. */
  name: string
  title: Title
  about: Title
  /** By workflow's name. */
  sends: { [workflow: string]: readonly string[] }
  opens?: readonly string[]
  /** Nothing where this refusal has no answer: then it is parked. */
  otherwise?(cause: C, sending: Sending, refusal: Refusal): Answer | NotNeeded | undefined
}

/** A policy with its types erased: what the engine works with. */
export type Policy = Words<Cause<never, never>> & {
  when: Record<string, Record<string, Handler | undefined> | undefined>
}

type Handler = (cause: Cause<never, never>, look: Look) => Sendings | Promise<Sendings>

type CauseIn<L extends Lives> = Cause<L[keyof L]['data'], L[keyof L]['events'][keyof L[keyof L]['events']]>

/** `L`: by workflow's name, its data and its events. */
export const policy =
  <L extends Lives>() =>
  (words: Words<CauseIn<L>> & { when: When<L> }): Policy =>
    words as unknown as Policy

/** As whom it sends. */
export const senderOf = ({ name }: Pick<Policy, 'name'>): string => `system:${name}`
