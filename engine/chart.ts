/** Reading a chart as plain data: its nodes, where an instance stands, what a command could do there. */
import type { StateValue } from 'xstate'
import { type Chart, type StateNode, type Transition, waysOf } from './definition.ts'

type AnyNode = StateNode<string, string, string>
type AnyChart = Chart<string, string, string>
export type Way = Transition<string, string>

/** Every node below the root with its dotted path, parents before children. */
export const nodesOf = (chart: AnyChart): { path: string; node: AnyNode }[] => {
  const below = (states: AnyChart['states'], prefix: string): { path: string; node: AnyNode }[] =>
    Object.entries(states).flatMap(([key, node]) => {
      const path = prefix + key
      return [{ path, node }, ...below(node.states ?? {}, `${path}.`)]
    })
  return below(chart.states, '')
}

/** The dotted paths of a state's leaves: `['running.stage.need.posted', 'running.standing.active']`. */
export const leavesOf = (value: StateValue): string[] =>
  typeof value === 'string'
    ? [value]
    : Object.entries(value).flatMap(([key, inner]) => {
        const below = leavesOf(inner as StateValue)
        return below.length === 0 ? [key] : below.map(leaf => `${key}.${leaf}`)
      })

/** The paths of all active nodes: the leaves and everything above them, outermost first. */
export const activePaths = (value: StateValue): string[] => {
  const paths = new Set<string>()
  for (const leaf of leavesOf(value)) {
    const keys = leaf.split('.')
    keys.forEach((_, depth) => {
      paths.add(keys.slice(0, depth + 1).join('.'))
    })
  }
  return [...paths]
}

export const nodeAt = (chart: AnyChart, path: string): AnyNode | undefined =>
  path.split('.').reduce<{ states?: AnyChart['states'] } | undefined>((node, key) => node?.states?.[key], chart) as
    | AnyNode
    | undefined

/** The ways a command can go from here, in order; none where the state does not know it. */
export const waysFrom = (chart: AnyChart, value: StateValue, command: string): readonly Way[] => {
  const atRoot = waysOf(chart.on?.[command])
  if (atRoot.length > 0) return atRoot
  for (const path of activePaths(value)) {
    const ways = waysOf(nodeAt(chart, path)?.on?.[command])
    if (ways.length > 0) return ways
  }
  return []
}

/** The commands a state knows. */
export const commandsAt = (chart: AnyChart, value: StateValue): string[] => [
  ...new Set([
    ...Object.keys(chart.on ?? {}),
    ...activePaths(value).flatMap(path => Object.keys(nodeAt(chart, path)?.on ?? {})),
  ]),
]

/** Where a command can be given: the paths of the nodes that know it. */
export const homesOf = (chart: AnyChart, command: string): string[] =>
  nodesOf(chart).flatMap(({ path, node }) => (node.on?.[command] ? [path] : []))

/** Every way of a command, wherever in the chart it stands. */
export const everyWay = (chart: AnyChart, command: string): Way[] => [
  ...waysOf(chart.on?.[command]),
  ...homesOf(chart, command).flatMap(path => waysOf(nodeAt(chart, path)?.on?.[command])),
]

/** The events that a command can record. */
export const recordedBy = (chart: AnyChart, command: string): string[] => [
  ...new Set(everyWay(chart, command).flatMap(way => waysOf(way.actions))),
]
