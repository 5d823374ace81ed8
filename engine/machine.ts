/** The chart as an XState machine. XState decides; it is given the facts as its context and runs nothing. */
import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  initialTransition,
  type StateValue,
  setup,
  transition,
} from 'xstate'
import type { AnyFacts, Chart, ErasedRule } from './definition.ts'

type Context = { facts: AnyFacts; judge: (rule: string) => boolean }

/** Far above what any chart of ours needs; XState's own default is to go on for ever. */
const MAX_MICROSTEPS = 100

export const buildMachine = (words: { name: string; chart: Chart<string, string, string> }): AnyStateMachine =>
  setup({
    types: {} as { context: Context; input: Context },
    guards: { all: ({ context }: { context: Context }, rules: readonly string[]) => rules.every(context.judge) },
  }).createMachine({
    ...(words.chart as object),
    id: words.name,
    context: ({ input }: { input: Context }) => input,
    options: { maxIterations: MAX_MICROSTEPS },
  } as never) as unknown as AnyStateMachine

/** The state an instance stands in before its first event. */
export const initialValue = (machine: AnyStateMachine): StateValue => initialTransition(machine, {})[0].value

export type Step = { events: string[]; value: StateValue }

/** What the chart answers to a command: the events to record and the state reached, or nothing recorded: refused. */
export const step = (
  machine: AnyStateMachine,
  rules: Record<string, ErasedRule>,
  value: StateValue,
  facts: AnyFacts,
  command: { type: string; data: unknown },
): Step => {
  const judge = (name: string) => (rules[name] as ErasedRule).holds(facts, command.data as never)
  const before = machine.resolveState({ value, context: { facts, judge } }) as AnyMachineSnapshot
  const [after, actions] = transition(machine, before, { type: command.type })
  return { events: actions.map(action => action.type), value: after.value }
}
