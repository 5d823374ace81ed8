/**
 * Walks a workflow breadth first over real decisions: in every state reached, every command that the chart
 * knows there is tried with the inputs that a test gives for it. Permits stay out: this is about the chart.
 */
import { isDeepStrictEqual } from 'node:util'
import type { StateValue } from 'xstate'
import { activePaths, commandsAt, homesOf, nodeAt, waysFrom } from '../../engine/chart.ts'
import { type Actor, type AnyCommand, type AnyFacts, type Day, type Workflow, waysOf } from '../../engine/definition.ts'
import { step } from '../../engine/machine.ts'
import { TODAY } from './given.ts'
import { withSealedTexts } from './sealed.ts'

/** One input to try, by whom and on which day where that matters. */
export type Case = { input?: object; by?: Actor; on?: Day }
/** A place in a life from which a command was accepted. */
export type Moment<Data> = { data: Data; value: StateValue; command: AnyCommand; today: Day }

type Walk<Data> = {
  workflow: Workflow
  id: string
  by: Actor
  consulted: Record<string, unknown>
  /** The inputs worth trying where the data stand like this; few, so that the walk ends. */
  cases(command: string, data: Data, value: StateValue): readonly Case[]
  /** What tells two states of one value apart. */
  key(data: Data, value: StateValue): unknown
}
/** A text that every life walked has to lose. */
const TEXTS = new Map([[0, ['title']]])

type Step<Data> = { data: Data; value: StateValue }
export type Walked<Data> = {
  nodes: Set<string>
  ways: Set<string>
  moments: Map<string, Moment<Data>>
  states: number
}

export const walk = <Data>(words: Walk<Data>, from: Step<Data>): Walked<Data> => {
  const walked: Walked<Data> = { nodes: new Set(), ways: new Set(), moments: new Map(), states: 0 }
  const keyOf = ({ data, value }: Step<Data>) => JSON.stringify([value, words.key(data, value)])
  const seen = new Set([keyOf(from)])
  const queue = [from]
  for (const here of queue) {
    for (const path of activePaths(here.value)) walked.nodes.add(path)
    for (const next of stepsFrom(words, here, walked)) {
      const key = keyOf(next)
      if (!seen.has(key)) queue.push(next)
      seen.add(key)
    }
  }
  return { ...walked, states: seen.size }
}

const stepsFrom = <Data>(words: Walk<Data>, here: Step<Data>, walked: Walked<Data>): Step<Data>[] =>
  commandsAt(words.workflow.chart, here.value).flatMap(type =>
    words.cases(type, here.data, here.value).flatMap(each => tried(words, here, type, each, walked) ?? []),
  )

const tried = <Data>(
  words: Walk<Data>,
  { data, value }: Step<Data>,
  type: string,
  { input = {}, by = words.by, on: today = TODAY }: Case,
  walked: Walked<Data>,
): Step<Data> | undefined => {
  const { workflow, id, consulted } = words
  const command = { type, data: workflow.commands[type]?.parse(input) as never }
  const facts = {
    id,
    data,
    consulted,
    actor: by,
    now: `${today}T04:00:00.000Z`,
    arrived: `${today}T04:00:00.000Z`,
    today,
    texts: TEXTS,
  } as unknown as AnyFacts
  const taken = step(workflow.machine, workflow.rules, value, facts, command)
  if (taken.events.length === 0) {
    if (!isDeepStrictEqual(taken.value, value)) throw new Error(`'${type}' was refused and yet led elsewhere`)
    return undefined
  }
  walked.ways.add(wayTaken(workflow, value, facts, command))
  if (!walked.moments.has(type)) walked.moments.set(type, { data, value, command, today })
  return { data: folded(workflow, taken.events, facts, command) as Data, value: taken.value }
}

const folded = (workflow: Workflow, events: readonly string[], facts: AnyFacts, command: AnyCommand): unknown =>
  events.reduce<unknown>((data, event) => {
    const recorded = withSealedTexts(workflow, event, workflow.records[event]?.(facts, command) ?? command.data)
    const meta = { person: facts.actor.person, recordedAt: facts.now, occurredOn: facts.today, revision: -1 }
    return workflow.evolve[event]?.(data as never, recorded as never, meta)
  }, facts.data)

const nameOf = (home: string, command: string, way: number): string => `${home}: ${command} #${way + 1}`

const wayTaken = (workflow: Workflow, value: StateValue, facts: AnyFacts, command: AnyCommand): string => {
  const active = activePaths(value)
  const home = homesOf(workflow.chart, command.type).find(path => active.includes(path)) ?? ''
  const holds = (rule: string) => workflow.rules[rule]?.holds(facts, command.data)
  const way = waysFrom(workflow.chart, value, command.type).findIndex(({ guard }) => (guard?.params ?? []).every(holds))
  return nameOf(home, command.type, way)
}

/** Every transition that the chart has, by the names that a walk gives to those it took. */
export const everyWay = (workflow: Workflow): string[] =>
  Object.keys(workflow.commands).flatMap(command =>
    homesOf(workflow.chart, command).flatMap(home =>
      waysOf(nodeAt(workflow.chart, home)?.on?.[command]).map((_, way) => nameOf(home, command, way)),
    ),
  )
