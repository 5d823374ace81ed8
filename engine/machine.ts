/**
 * The chart as an XState machine. XState decides and runs nothing: all it hears of the facts is whether each guard that
 * it asks about holds. So its answer hangs on state, command and those guards alone, and is remembered by them.
 */
import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  initialTransition,
  type StateValue,
  setup,
  transition,
} from 'xstate'
import type { AnyFacts, Chart, ErasedRule } from './definition.ts'

/** Whether a guard's rules are all met. */
type Judge = (rules: readonly string[]) => boolean
type Context = { judge: Judge }

/** Far above what any chart of ours needs; XState's own default is to go on for ever. */
const MAX_MICROSTEPS = 100

export const buildMachine = (words: { name: string; chart: Chart<string, string, string> }): AnyStateMachine =>
  setup({
    types: {} as { context: Context; input: Context },
    guards: { all: ({ context }: { context: Context }, rules: readonly string[]) => context.judge(rules) },
  }).createMachine({
    ...(words.chart as object),
    id: words.name,
    context: ({ input }: { input: Context }) => input,
    options: { maxIterations: MAX_MICROSTEPS },
  } as never) as unknown as AnyStateMachine

/** The state an instance stands in before its first event. */
export const initialValue = (machine: AnyStateMachine): StateValue => initialTransition(machine, {})[0].value

export type Step = { events: readonly string[]; value: StateValue }

/** What the chart answers to a command: the events to record and the state reached, or nothing recorded: refused. */
export const step = (
  machine: AnyStateMachine,
  rules: Record<string, ErasedRule>,
  value: StateValue,
  facts: AnyFacts,
  command: { type: string; data: unknown },
): Step => {
  const holds = (name: string) => (rules[name] as ErasedRule).holds(facts, command.data as never)
  const judge: Judge = names => names.every(holds)
  const remembered = rememberedOf(machine)
  const place = `${command.type} ${JSON.stringify(value)}`
  const known = recall(remembered.get(place), judge)
  if (known) return known
  const { answer, heard } = asked(machine, value, command.type, judge)
  remembered.set(place, learnt(remembered.get(place), heard, answer))
  return answer
}

/** XState's own answer, and what it heard of each guard on the way to it. */
export const asked = (
  machine: AnyStateMachine,
  value: StateValue,
  type: string,
  judge: Judge,
): { answer: Step; heard: Heard[] } => {
  const heard: Heard[] = []
  const listening: Judge = guard => {
    const holds = judge(guard)
    heard.push({ guard, holds })
    return holds
  }
  const before = machine.resolveState({ value, context: { judge: listening } }) as AnyMachineSnapshot
  const [after, actions] = transition(machine, before, { type })
  return { answer: { events: actions.map(action => action.type), value: after.value }, heard }
}

type Heard = { guard: readonly string[]; holds: boolean }
/** The guard that XState asks about next and what follows from each answer to it, or the end: its own answer. */
type Remembered = { answer: Step } | { guard: readonly string[]; met?: Remembered; unmet?: Remembered }

/** One entry for each command in each state it was sent in, however long the process runs. */
const memories = new WeakMap<AnyStateMachine, Map<string, Remembered>>()

const rememberedOf = (machine: AnyStateMachine): Map<string, Remembered> => {
  const known = memories.get(machine) ?? new Map<string, Remembered>()
  memories.set(machine, known)
  return known
}

const recall = (known: Remembered | undefined, judge: Judge): Step | undefined => {
  if (!known || 'answer' in known) return known?.answer
  return recall(judge(known.guard) ? known.met : known.unmet, judge)
}

const learnt = (known: Remembered | undefined, [next, ...rest]: readonly Heard[], answer: Step): Remembered => {
  if (!next) return { answer }
  const before = known && 'guard' in known ? known : { guard: next.guard }
  return next.holds
    ? { ...before, met: learnt(before.met, rest, answer) }
    : { ...before, unmet: learnt(before.unmet, rest, answer) }
}
