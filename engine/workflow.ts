/** What a lifecycle's file is written with: `lifecycle`, and for a big one `stage`, `join`, `everywhere`. */

import { DefinitionError, defineWorkflow, type UncheckedWorkflow } from './define-workflow.ts'
import {
  all,
  type Correction,
  type Frame,
  type Messages,
  type Stage,
  type StateNode,
  type Workflow,
  waysOf,
} from './definition.ts'

export { withoutTexts } from './redaction.ts'

/** One stage of a big lifecycle, in a file of its own: as a lifecycle reads, with its states as a fragment of the chart. */
export const stage =
  <Data, Consulted>() =>
  <const C extends Messages, const E extends Messages, R extends string>(
    words: Stage<Data, Consulted, C, E, R> & {
      states?: { [name: string]: StateNode<keyof C & string, keyof E & string, NoInfer<R>> }
      on?: StateNode<keyof C & string, keyof E & string, NoInfer<R>>['on']
    },
  ) =>
    words

/** A whole lifecycle. Throws a `DefinitionError` whose sentence says what is wrong and where. */
export const lifecycle =
  <Data, Consulted = Record<never, never>>() =>
  <C extends Messages, E extends Messages, R extends string>(
    words: Stage<Data, Consulted, C, E, R> &
      Frame<Data, Consulted, C, E, NoInfer<R>> & {
        /** What may be corrected, and how: see `correction.ts`. */
        corrected?: Words
      },
  ): Workflow =>
    defineWorkflow(
      (words.corrected ? { ...words, ...join(words, words.corrected) } : words) as unknown as UncheckedWorkflow,
    )

type Dictionary = Record<string, unknown>
type Words = { [part in 'commands' | 'events' | 'rules' | 'evolve' | 'permits']: Dictionary } & {
  records?: Dictionary
  erases?: Dictionary
  confidential?: Dictionary
  deadlines?: Dictionary
  claims?: Dictionary
  lifts?: Dictionary
  apart?: readonly unknown[]
  corrections?: readonly Correction[]
}
type Intersection<U> = (U extends unknown ? (u: U) => void : never) extends (i: infer I) => void ? I : never
export type Joined<S extends Words> = {
  [P in 'commands' | 'events' | 'rules' | 'evolve' | 'permits']: Intersection<S[P]>
} & {
  records: Record<never, never>
  erases: Record<never, never>
  confidential: Record<never, never>
  deadlines: Record<never, never>
  claims: Record<never, never>
  lifts: Record<never, never>
  apart: never[]
  corrections: Correction[]
}

const PARTS = [
  'commands',
  'events',
  'rules',
  'evolve',
  'permits',
  'records',
  'erases',
  'confidential',
  'deadlines',
  'claims',
  'lifts',
] as const

/** The stages of a big lifecycle as one: every command, event and rule has one home. */
export const join = <const S extends readonly Words[]>(...stages: S): Joined<S[number]> =>
  ({
    ...Object.fromEntries(
      PARTS.map(part => [
        part,
        mergeOnce(
          part,
          stages.map(words => words[part] ?? {}),
        ),
      ]),
    ),
    apart: stages.flatMap(words => words.apart ?? []),
    corrections: stages.flatMap(words => words.corrections ?? []),
  }) as unknown as Joined<S[number]>

const mergeOnce = (part: string, dictionaries: readonly Dictionary[]): Dictionary => {
  const merged: Dictionary = {}
  for (const [name, value] of dictionaries.flatMap(Object.entries)) {
    if (Object.hasOwn(merged, name))
      throw new DefinitionError(`${part}: '${name}' is written in two stages; give it one home`)
    merged[name] = value
  }
  return merged
}

/** Puts a rule on every transition of a fragment, except on the commands named: what a suspended life must not do. */
export const everywhere = <States extends { [name: string]: StateNode<string, string, string> }>(
  rule: string,
  except: readonly string[],
  states: States,
): States =>
  Object.fromEntries(
    Object.entries(states).map(([name, node]) => [
      name,
      {
        ...node,
        ...(node.on && { on: guardEach(rule, except, node.on) }),
        ...(node.states && { states: everywhere(rule, except, node.states) }),
      },
    ]),
  ) as States

const guardEach = (rule: string, except: readonly string[], on: NonNullable<StateNode<string, string, string>['on']>) =>
  Object.fromEntries(
    Object.entries(on).map(([command, ways]) => [
      command,
      except.includes(command)
        ? ways
        : waysOf(ways).map(way => ({ ...way, guard: all(rule, ...(way.guard?.params ?? [])) })),
    ]),
  )
