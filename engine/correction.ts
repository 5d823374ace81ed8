/**
 * Nothing is edited: a correction is an event that says anew what an entry said, and why. What every correction
 * is, is said once here; a lifecycle says only what is its own: which entry, which of its fields, by whom, under
 * which rules, and what follows from it.
 *
 *   const { correct, corrections } = correcting<Tea>()(events, reason)
 *   export const corrected = corrections(
 *     correct('correct-cups', { zh: '杯数', en: 'cups', of: ['TeaPoured'], fields: ['cups'], event: 'CupsCorrected', … }))
 *
 * With `second` the command proposes, and somebody else decides. What was proposed is judged again when it is
 * approved: meanwhile it may have been paid or published.
 */
import type { z } from 'zod'
import { directly, type Parts, type Ways } from './correction-parts.ts'
import { bySecond, waiting } from './correction-second.ts'
import type { Corrections, EventMeta, Facts, Messages, Permit, StateNode, Title } from './definition.ts'
import { type Joined, join } from './workflow.ts'

export const noCorrections: Corrections = { proposed: 0 }

/** As any rule, but for its command, which is known. */
type Rule<F, G> = Title & { metBy?: readonly string[] } & (
    | { reads?: undefined; holds(facts: F): boolean }
    | { reads: readonly (keyof G & string)[]; holds(facts: F, given: G): boolean }
  )

/** `zh` and `en`: what is corrected, as a noun. */
type Words<Data, Consulted, O, A, F, Event, G, Second> = Title & {
  /** The events that may be the entry; the fields are the first one's. */
  of: readonly O[]
  /** The field by which an entry is told from others of its kind; without it the last one is meant. */
  at?: A
  fields: readonly F[]
  event: Event
  by: readonly Permit[]
  /** Who decides, where money or rank hangs on it. */
  second?: Second
  rules: { [name: string]: Rule<Facts<Data, Consulted>, G> }
  apply(data: Data, given: G, meta: EventMeta): Data
}

// ── what a correction's messages are ────────────────────────────────────────────────────────────

type Fields<E extends Messages, O extends keyof E> = E[O]['shape']
/** The field that names the entry, those that are said anew, and the reason. */
type Said<S, A, F, Why> = {
  [K in (A & keyof S) | (F & keyof S) | 'reason']: K extends 'reason'
    ? Why
    : K extends A & keyof S
      ? S[K]
      : K extends keyof S
        ? z.ZodOptional<S[K] & z.ZodType>
        : never
}
type Message<S> = S extends z.ZodRawShape ? z.ZodObject<S> : never
type Given<S> = S extends z.ZodRawShape ? z.infer<z.ZodObject<S>> : never
type Numbering = { correction: z.ZodNumber }

type Named<K extends string, T> = { [name in K]: T }
type Part<Data, C, E> = {
  commands: C
  events: E
  rules: Record<never, never>
  evolve: { [event in keyof E]: (data: Data, event: object, meta: EventMeta) => Data }
  permits: { [command in keyof C]: readonly Permit[] }
}
type AtOnce<Data, N extends string, B extends string, S> = Part<
  Data,
  Named<`correct-${N}`, Message<S>>,
  Named<`${B}Corrected`, Message<S>>
>
type BySecond<Data, N extends string, B extends string, S, A> = Part<
  Data,
  Named<`correct-${N}`, Message<S>> & Named<`approve-${N}-correction`, Message<Numbering & Pick<S, A & keyof S>>>,
  Named<`${B}Corrected` | `${B}CorrectionProposed`, Message<S & Numbering>>
>
type Waiting<Data> = Part<
  Data,
  Named<'reject-correction', Message<Numbering & { reason: z.ZodString }>>,
  Named<'CorrectionRejected', Message<Numbering & { reason: z.ZodString }>>
>

/** Only what is kept can wait for a second person. */
type Seconds<Data> = Data extends { corrections: Corrections } ? readonly Permit[] : never

/** How the entries among these events are corrected; `reason` is the field that says why. */
export const correcting =
  <Data, Consulted = Record<never, never>>() =>
  <const E extends Messages, Why extends z.ZodType>(events: E, reason: Why) => ({
    /** One correction. */
    correct: <
      const N extends string,
      const B extends string,
      O extends keyof E & string,
      F extends keyof Fields<E, O> & string,
      A extends keyof Fields<E, O> & string = never,
      P extends Seconds<Data> | undefined = undefined,
    >(
      command: `correct-${N}`,
      words: Words<Data, Consulted, O, A, F, `${B}Corrected`, Given<Said<Fields<E, O>, A, F, Why>>, P>,
    ): P extends readonly Permit[]
      ? BySecond<Data, N, B, Said<Fields<E, O>, A, F, Why>, A>
      : AtOnce<Data, N, B, Said<Fields<E, O>, A, F, Why>> => {
      const said = { ...words, command, entry: events[words.of[0] as O], reason } as never
      return (words.second ? bySecond(said) : directly(said)) as never
    },
    /** All corrections of a lifecycle, as one stage. */
    corrections: <const S extends readonly AnyPart[]>(...each: S): Joined<S[number] | WaitingOf<Data, S>> & Placed => {
      const parts = each as never as readonly Parts[]
      const seconded = parts.filter(({ ways }) => Object.keys(ways.decides).length > 0)
      const whole = seconded.length === 0 ? parts : [...parts, waiting(seconded, reason)]
      return { ...join(...(whole as never)), ...placed(whole.map(({ ways }) => ways)) } as never
    },
  })

type AnyPart = { [part in 'commands' | 'events' | 'rules' | 'evolve' | 'permits']: Record<string, unknown> }
/** Where one of these waits for a second person, there is a way to say no. */
type WaitingOf<Data, S extends readonly AnyPart[]> =
  'correction' extends KeysOf<S[number]['events']> ? Waiting<Data> : never
type KeysOf<M> = M extends Record<string, z.ZodObject> ? keyof M[keyof M]['shape'] : never

// ── where they stand in the chart ───────────────────────────────────────────────────────────────

/** Their names are looked up when the workflow is defined. */
type Placed = {
  /** To spread into a state in which corrections are possible. */
  on: Record<never, never>
  /** A region of its own beside those of a parallel state: whoever is to decide finds it among what is theirs to do. */
  region(title: Title, next: readonly string[]): StateNode<never, never, never>
}

const placed = (ways: readonly Parts['ways'][]): Placed => {
  const [always, proposes, decides] = (['always', 'proposes', 'decides'] as const).map(part =>
    Object.assign({}, ...ways.map(each => each[part])),
  ) as [Ways, Ways, Ways]
  return {
    on: { ...always, ...proposes, ...decides },
    region: (meta, next) => ({
      meta,
      initial: 'none',
      on: always,
      states: {
        none: {
          meta: { zh: '无待定更正', en: 'none waits', next: [] },
          on: leadingTo('proposed', proposes),
        },
        proposed: {
          meta: { zh: '更正待同意', en: 'one waits for a second person', next },
          on: leadingTo('none', decides),
        },
      },
    }),
  }
}

const leadingTo = (target: string, ways: Ways): Ways =>
  Object.fromEntries(Object.entries(ways).map(([command, way]) => [command, { target, ...way }]))
