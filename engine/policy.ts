/**
 * A policy listens to events and sends commands: what somebody would otherwise have to do by hand in another life. Its
 * name is the sentence of what it does.
 *
 *   when       an event of a lifecycle, and the commands that follow from it: a pure function
 *   sends      the commands that it may send, this way or the other; each permits `{ system: <its name> }`
 *   otherwise  what it sends to the life of the event where its command is refused: that life has a way for "no"; or why
 *              what was refused is needed no more
 *
 * A command's id follows from the event and the policy's name, so sent twice it is done once. A refusal that
 * `otherwise` leaves without an answer is parked for an operator. Commands carry ids and words of the policy's own,
 * never a text that people wrote: that could be taken back.
 */
import type { EventMeta, Title } from './definition.ts'
import type { Reason } from './engine-error.ts'

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

/** Why a command was refused; `reasons` are those of its rules. */
export type Refusal = { code: string; reasons: readonly Reason[] }

/** A command to the life in which the event happened. `orElse`: where that life has come to its end, and hears nothing. */
export type Answer = { command: string; input: object; orElse?: NotNeeded }

/** What was refused is wanted no more: it is kept with this reason, and nobody is asked. */
export type NotNeeded = { notNeeded: Title }

type Lives = { [workflow: string]: { data: unknown; events: object } }
type When<L extends Lives> = {
  [W in keyof L & string]?: {
    [E in keyof L[W]['events'] & string]?: (cause: Cause<L[W]['data'], L[W]['events'][E]>) => readonly Sending[]
  }
}

type Words<C> = {
  /** kebab-case, a sentence: `merge-double-when-recognised`. */
  name: string
  title: Title
  about: Title
  /** By workflow's name. */
  sends: { [workflow: string]: readonly string[] }
  /** Nothing where this refusal has no answer: then it is parked. */
  otherwise?(cause: C, sending: Sending, refusal: Refusal): Answer | NotNeeded | undefined
}

/** A policy with its types erased: what the engine works with. */
export type Policy = Words<Cause<never, never>> & {
  when: Record<string, Record<string, ((cause: Cause<never, never>) => readonly Sending[]) | undefined> | undefined>
}

type CauseIn<L extends Lives> = Cause<L[keyof L]['data'], L[keyof L]['events'][keyof L[keyof L]['events']]>

/** `L`: by workflow's name, its data and its events. */
export const policy =
  <L extends Lives>() =>
  (words: Words<CauseIn<L>> & { when: When<L> }): Policy =>
    words as unknown as Policy

/** As whom it sends. */
export const senderOf = ({ name }: Pick<Policy, 'name'>): string => `system:${name}`
