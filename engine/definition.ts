/**
 * A workflow is one definition: a sentence, its messages, its rules, its statechart, its fold, its
 * permits, its deadlines. Everything else (routes, forms, diagrams, tests) is derived from it.
 *
 *   command   what somebody asks for, imperative, kebab-case: `post-need`
 *   event     what happened, past tense, PascalCase: `NeedPosted`
 *   rule      a named business rule of a command; its sentence is the reason shown when it is not met
 *   permit    which posts may send a command, and where
 *   apart     who did or belongs to A may not send B
 *   consults  what a decision needs from other lives, read by the handler, passed in as data
 *   claims    what a life holds as the only one of all lives
 */
import type { AnyStateMachine } from 'xstate'
import type { z } from 'zod'
import type { Fingerprinting, Kind, Sealed, Sealing } from './sealed.ts'

/** What people read, in the two languages they read. */
export type Title = { zh: string; en: string }

declare module 'zod' {
  interface GlobalMeta {
    zh?: string
    en?: string
    /** How a value is written for people: `fen` as yuan, `place` as its path of names, `choice` by its titles, `instant` in Shanghai's time, `file`, and a life such as a `person` or a `round`, by its name. */
    shows?:
      | 'fen'
      | 'place'
      | 'day'
      | 'person'
      | 'organisation'
      | 'proposal'
      | 'round'
      | 'choice'
      | 'role'
      | 'state'
      | 'instant'
      | 'file'
    /** Titles of an enumeration's values. */
    choices?: Record<string, Title>
    /** Text that people write as they like: searched for personal data when it is sent, and may be redacted. */
    freeText?: true
  }
}

/** A message's schema: a strict object whose fields all carry a Chinese and an English title in `meta`. */
export type Messages = Record<string, z.ZodObject>
export type Command<C extends Messages> = {
  [K in keyof C & string]: { type: K; data: z.infer<C[K]> }
}[keyof C & string]

/** A civil day in Asia/Shanghai: `2026-03-05`. */
export type Day = string

/** A person's role at a place (official code) or in an organisation, from a day to a day, both included. */
export type Post = {
  id: string
  role: string
  place?: string
  organisation?: string
  from: Day
  to?: Day
  /** The day on which somebody recorded that it ends: `to` may be dated back, a conflict of interest may not. */
  ended?: Day
}

export type Actor = {
  person: string
  /** In force today. */
  posts: readonly Post[]
  /** Held at any time, ended ones included: what keeps a former chair away from their old project. */
  heldPosts: readonly Post[]
  /** Ids under which the same human being acted before. */
  doubles: readonly string[]
}

/** Held a post in one of these organisations at any time since a day; one whose end was dated back, until that was recorded. */
export const heldSince = (
  { heldPosts }: Pick<Actor, 'heldPosts'>,
  organisations: ReadonlySet<string>,
  since: Day,
): boolean =>
  heldPosts.some(
    ({ organisation, to, ended = '' }) =>
      organisation !== undefined &&
      organisations.has(organisation) &&
      (to === undefined || to >= since || ended >= since),
  )

/** Stands where a text was that was taken back: no text that people send can hold a control character. */
export const REDACTED = '\u001aredacted'

/** As a field that is redacted: what is told beside an event of how it was taken in for somebody, the reason and the paper's name. */
export const ON_BEHALF = 'onBehalf'

/** Somebody who has no device, for whom somebody else sends a command; `on`: the day on which they did it. */
export type OnBehalf = { person: string; channel: Channel; on: Day; document?: Paper; reason?: string }

/** As it stands beside an event: for whom, under which post of theirs, how it came in. */
export type ActedFor = { person: string; post?: Post; channel: Channel; paper?: Paper; reason?: string }

export type Channel = 'paper' | 'phone' | 'in-person'
type Paper = { name: string; sha256: string }

/**
 * What a rule sees: everything from before the command. `now` is an ISO time in UTC, `today` the civil day. `arrived`: when
 * the last byte of the request came in, where the command is one whose arrival counts; for all others that is `now`.
 */
export type Facts<Data, Consulted> = {
  id: string
  data: Data
  consulted: { [K in keyof Consulted]: Consulted[K] | undefined }
  actor: Actor
  /** Who takes it in at a counter, where the actor asks by somebody else. */
  takenInBy?: string
  now: string
  arrived: string
  today: Day
  /** The free texts that can be read in this life's past: at each revision, the fields of its event. */
  texts: ReadonlyMap<number, readonly string[]>
}

/**
 * A business rule. `of` names its command or commands ('*': every command it is listed on).
 * `reads` names the input it looks at; without it, "why not?" can answer before any form is filled.
 * `metBy` names commands that could make it true: from their permits follows who could meet it. `wrongIn` says what it
 * is of this very input that does not meet it.
 */
/** `confidential`: that it is not met is told to nobody but those who may send the command. */
export type Rule<C extends Messages, F> = Title & { metBy?: readonly string[]; confidential?: true } & (
    | { of: '*' | readonly (keyof C & string)[]; reads?: undefined; holds(facts: F): boolean }
    | {
        [K in keyof C & string]:
          | { of: K; reads?: undefined; holds(facts: F): boolean }
          | {
              of: K
              reads: readonly (keyof z.infer<C[K]> & string)[]
              holds(facts: F, input: z.infer<C[K]>): boolean
              wrongIn?(facts: F, input: z.infer<C[K]>): readonly Wrong[]
            }
      }[keyof C & string]
  )

/** What exactly a rule finds wrong, and where in the input: told to nobody but who sent it. */
export type Wrong = Title & { path: readonly string[]; code: string }

/** Another life: its workflow's name and its id; no id (nothing named yet) means there is nothing to consult. */
export type Ref<T> = { workflow: string; id: string | undefined; as?: T }

/** One way a command can go: what it records, under which rules, where it leads. Plain data, XState's own shape. */
export type Transition<E extends string, R extends string> = {
  target?: string
  guard?: { type: 'all'; params: readonly R[] }
  actions: E | readonly E[]
}

export type StateMeta = Title & {
  /** The roles whose turn it is while an instance stands here, or the people whom it names. */
  next?: readonly string[]
}

export type StateNode<C extends string, E extends string, R extends string> = {
  id?: string
  type?: 'parallel' | 'final'
  initial?: string
  meta: StateMeta
  on?: { [K in C]?: Transition<E, R> | readonly Transition<E, R>[] }
  onDone?: { target: string }
  states?: { [name: string]: StateNode<C, E, R> }
}
export type Chart<C extends string, E extends string, R extends string> = {
  type?: 'parallel'
  initial?: string
  on?: StateNode<C, E, R>['on']
  states: { [name: string]: StateNode<C, E, R> }
}

/** The guard of a transition: all these rules must hold. */
export const all = <const R extends string>(...rules: readonly R[]): { type: 'all'; params: readonly R[] } => ({
  type: 'all',
  params: rules,
})

/**
 * Which posts may send a command, and where:
 * `over: 'place'` the post's place covers the instance's place;
 * `in: name` the post is in the organisation that `within[name]` gives;
 * `named` the people whom the life itself names, whatever their posts: those that `people[named]` gives;
 * `self` the person whose own life it is; `anyone` every known person with a post in force or none.
 * `impartial`, of what may be read: where the life says so, only those of them whom no pair keeps from a command.
 */
export type Permit =
  | { role: string; over: 'place'; impartial?: string }
  | { role: string; in: string }
  | { named: string }
  | { self: true }
  | { anyone: true }
  | { system: string }

/**
 * Who may not send a command though a permit would let them (per person, over the whole life):
 * `did`: recorded that event in this life, or in the life consulted under `inLife`; with `same`, only
 * where the field of that name is equal in event and command (the same payment);
 * `belongsTo`: holds or held, since this life began, a post in the organisation `within[belongsTo]`,
 * or stands among the people `members[belongsTo]` gives;
 * `among`: is one of those whom the life names, as `people[among]` gives them at that moment.
 */
export type Apart<C extends string, E extends string> = Title & { mayNot: readonly C[] } & (
    | { did: readonly E[]; same?: string; inLife?: undefined }
    | { did: readonly string[]; inLife: string; same?: undefined }
    | { belongsTo: string }
    | { among: string }
  )

/** A number, or one found in the data and in what is consulted (a rule pack). */
export type HowMany<Data, Consulted> =
  | number
  | ((data: Data, consulted: { [K in keyof Consulted]: Consulted[K] | undefined }) => number)

/**
 * A day by which somebody should have acted while the life stands in a state. It is counted from the day on which the
 * state was entered, or from the day that `from` gives (without one it does not run); a day elapses when it is over in
 * Shanghai. What happens around it stands in the ladder, from the first step to the last.
 */
export type Deadline<C extends string, Data, Consulted> = Title & {
  in: string
  after: ({ days: HowMany<Data, Consulted> } | { workingDays: HowMany<Data, Consulted> }) & {
    from?: (data: Data) => Day | undefined
  }
  ladder: readonly LadderStep<C>[]
}

/**
 * One step of a ladder. `at`: when the last day is over (0), or so many days before it (when that day begins) or after
 * it (when that day is over), in the deadline's own kind of days; or so many minutes after the last day is over, where
 * what came in time may still be on its way. It reminds a role or the people whom the life names,
 * brings the matter before the role above, or sends a command that needs no input, as `system:deadlines`.
 */
export type LadderStep<C extends string> = {
  at: 0 | { before: number } | { after: number } | { minutesAfter: number }
} & ({ remind: string } | { escalate: string } | { act: C })

/** How an entry is corrected: see `correction.ts`. */
export type Correction = {
  /** The events that may be the entry. */
  entries: readonly string[]
  /** The field by which entry and correction name the same thing; without it the last entry is meant. */
  at?: string
  /** The event that says the entry anew. */
  event: string
  /** Whoever recorded this one counts as having made the entry, where somebody is kept apart for that. */
  made: string
  /** Whoever may not make the entry may not send these. */
  commands: readonly string[]
  /** What says no to a correction, this one or another; it names no entry. */
  dismissal?: string
}

/** What a lifecycle keeps where second persons decide on corrections: how many were proposed, and the one that waits. */
export type Corrections = { proposed: number; open?: { correction: number; command: string; given: object } }

export type EventMeta = {
  revision: number
  person: string
  /** The post acted under. */
  post?: Post
  recordedAt: string
  occurredOn: Day
}

export type Fold<Data, E extends Messages> = {
  [K in keyof E & string]: (data: Data, event: z.infer<E[K]>, meta: EventMeta) => Data
}

/** From one shape of an event's data to the next. Pure, and never changed: events of that shape stay as they are for ever. */
export type Lift<To = object> = (before: never) => To

/**
 * A kind of thing that only one life may hold at a time, of whatever workflow says the same kind: its title, the
 * events that take it and those that let it go. `by` gives the value, so written that equal values are one thing,
 * or nothing where this event takes none; a value taken instead of an earlier one lets that go. `entry` names the
 * field by which events tell a life's entries apart, where each may hold one.
 */
export type OneOfItsKind<Data, E extends Messages> = Title & {
  by: { [K in keyof E & string]?: (event: z.input<E[K]>, data: Data) => string | undefined }
  entry?: string
  /** Without the field `entry`, an event lets go what every entry holds. */
  releasedBy?: readonly (keyof E & string)[]
}

/** What one stage of a lifecycle says; a small lifecycle is one stage. */
export type Stage<Data, Consulted, C extends Messages, E extends Messages, R extends string> = {
  commands: C
  events: E
  rules: { [N in R]: Rule<C, Facts<Data, Consulted>> }
  /** An event's data is the command's data unless a builder here says otherwise. */
  records?: {
    [K in keyof E & string]?: (facts: Facts<Data, Consulted>, command: Command<C>) => z.input<E[K]>
  }
  /** The keys that an event destroys, named from the event alone: whoever reads the log can do it. */
  erases?: { [K in keyof E & string]?: (event: z.infer<E[K]>, id: string) => readonly string[] }
  /** Events for a few: whoever may see the life sees that there is one, only its sender and these permits see what it says. */
  confidential?: { [K in keyof E & string]?: readonly Permit[] }
  evolve: Fold<Data, E>
  /** Where an event's shape was another before: from each old shape to the next, the oldest first. */
  lifts?: { [K in keyof E & string]?: readonly [...Lift[], Lift<z.infer<E[K]>>] }
  permits: { [K in keyof C & string]: readonly Permit[] }
  apart?: readonly Apart<keyof C & string, string>[]
  corrections?: readonly Correction[]
  deadlines?: { [name: string]: Deadline<keyof C & string, Data, Consulted> }
  claims?: { [kind: string]: OneOfItsKind<Data, E> }
}

/** What a whole lifecycle adds to its stages. */
export type Frame<Data, Consulted, C extends Messages, E extends Messages, R extends string> = {
  /** kebab-case; also the route: `/v1/micro-project`. */
  name: string
  title: Title
  /** What it is, in a sentence. */
  about: Title
  version: number
  /** A register of which there is one: it never ends. */
  endless?: true
  start: Data
  chart: Chart<keyof C & string, keyof E & string, R>
  roles: Record<string, Title>
  consults: {
    [K in keyof Consulted]: (data: Data, command: Command<C>) => Ref<Consulted[K]>
  }
  /** The official code of the instance's place; `command` where nothing is recorded yet. */
  place(data: Data, command?: Command<C>): string | undefined
  /** The organisations that permits and apart pairs speak of. */
  within?: { [name: string]: (data: Data, command: Command<C> | undefined, id: string) => string | undefined }
  /** What organisations of `within` are called where neither a field nor a role has their name. */
  called?: { [name: string]: Title }
  /** People who belong to an organisation of `within` by other means than a post. */
  members?: { [name: string]: (facts: Facts<Data, Consulted>) => readonly string[] }
  /**
   * The people whom the life itself names, and what they are called: a judge, a chair. Told by their ids, and asked with
   * what is recorded at that moment; `command` where somebody may be named by what they send. One who takes no command
   * never hangs on input. Nothing but permits and pairs learns who they are.
   */
  people?: {
    [name: string]: Title & { who(data: Data, command: Command<C> | undefined, id: string): readonly string[] }
  }
  /**
   * What is read, where `where` says so, by those alone whom no pair keeps from the command `of`. Which pairs hold is
   * asked of other lives: where these are not at hand, as for a list, nobody reads it.
   */
  impartial?: { [name: string]: Title & { where(data: Data): boolean; of: keyof C & string } }
  /** The keys that several lives seal under: the whole name, which begins with its own name here (`scores:<id>`). */
  keys?: { [name: string]: (data: Data, command: Command<C> | undefined, id: string) => string }
  /** Who may read an instance. */
  sees: readonly Permit[]
  /**
   * Who of those may also learn what stands beside its events: the place, the organisations, the lives that decisions
   * asked. Everybody else has hashes alone in a history with proofs, and no refusal tells them the place. Default:
   * nothing of that is kept from anybody.
   */
  seesWhole?: readonly Permit[]
  /** Who sees what is sealed under the life's own key in clear; everybody else who may see the life sees it masked. */
  opens?: { [K in Kind]?: readonly Permit[] }
  /** Who may ask who looked at it. */
  seesAccess?: readonly Permit[]
  /** The event that takes a text back: from then on nobody reads the field it names of the event at the revision it names. */
  redacts?: keyof E & string
  /** What may be sent for somebody who has no device, and who may take it in. */
  intake?: { commands: readonly (keyof C & string)[]; by: readonly Permit[] }
  /**
   * Commands that are in time by when they arrived, and not by when they were decided: one that is turned away by load
   * is told so with a receipt of its arrival, which it brings along when it comes again.
   */
  arrivalCounts?: readonly (keyof C & string)[]
  /** What people call an instance: a title, a name. */
  label?(data: Data): string | Sealed
  /**
   * The data as a reader may see them. Default: all of them. `sees` says whether one of these permits holds for the
   * reader on the life as it is today, also where the data are those of another day; `today`: its data of today.
   */
  shows?(data: Data, sees: Sees, today: Data): unknown
}

export type Sees = (permits: readonly Permit[]) => boolean

/** A checked definition, types erased: what the engine works with. */
export type Workflow = {
  name: string
  /** The stream's category: `microProject` of `microProject-<uuid>`. */
  category: string
  title: Title
  about: Title
  version: number
  /** SHA-256 over chart, schemas, rules, builders and fold. */
  hash: string
  commands: Messages
  events: Messages
  startCommand: string
  endless: boolean
  start: unknown
  rules: Record<string, ErasedRule>
  records: Record<string, ((facts: AnyFacts, command: AnyCommand) => unknown) | undefined>
  erases: Record<string, ((event: never, id: string) => readonly string[]) | undefined>
  /** The fields of each event that are sealed. */
  sealings: Record<string, readonly Sealing[]>
  /** The fields of each event that tell the fingerprint of a key. */
  fingerprints: Record<string, readonly Fingerprinting[]>
  evolve: Record<string, (data: never, event: never, meta: EventMeta) => unknown>
  lifts: Record<string, readonly Lift[] | undefined>
  permits: Record<string, readonly Permit[]>
  apart: readonly Apart<string, string>[]
  corrections: readonly Correction[]
  deadlines: Record<string, Deadline<string, never, never>>
  claims: Record<string, ErasedKind>
  chart: Chart<string, string, string>
  machine: AnyStateMachine
  roles: Record<string, Title>
  consults: Record<string, (data: never, command: AnyCommand) => Ref<unknown>>
  place(data: never, command?: AnyCommand): string | undefined
  within: Record<string, (data: never, command: AnyCommand | undefined, id: string) => string | undefined>
  called: Record<string, Title>
  members: Record<string, (facts: AnyFacts) => readonly string[]>
  people: Record<string, Named>
  impartial: Record<string, Impartial>
  keys: Record<string, (data: never, command: AnyCommand | undefined, id: string) => string>
  sees: readonly Permit[]
  seesWhole?: readonly Permit[]
  intake: { commands: readonly string[]; by: readonly Permit[] }
  arrivalCounts: readonly string[]
  opens: { [K in Kind]?: readonly Permit[] }
  seesAccess: readonly Permit[]
  confidential: Record<string, readonly Permit[] | undefined>
  redacts?: string
  /** The fields of each event that hold free text. */
  texts: Record<string, readonly string[]>
  label(data: never): string | Sealed
  shows(data: never, sees: Sees, today: never): unknown
}
export type Named = Title & { who(data: never, command: AnyCommand | undefined, id: string): readonly string[] }
export type Impartial = Title & { where(data: never): boolean; of: string }
export type AnyCommand = { type: string; data: never }
export type AnyFacts = Facts<never, Record<string, never>>
export type ErasedRule = Title & {
  of: string | readonly string[]
  metBy?: readonly string[]
  confidential?: true
  reads?: readonly string[]
  holds(facts: AnyFacts, input?: never): boolean
  wrongIn?(facts: AnyFacts, input?: never): readonly Wrong[]
}

export type ErasedKind = Title & {
  by: Record<string, ((event: never, data: never) => string | undefined) | undefined>
  entry?: string
  releasedBy?: readonly string[]
}

/** A command has one way, or several that are tried in order. */
export const waysOf = <T>(ways: T | readonly T[] | undefined): readonly T[] =>
  ways === undefined ? [] : Array.isArray(ways) ? ways : [ways as T]
