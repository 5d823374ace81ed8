/**
 * A chart as a Mermaid state diagram. States are declared nested, transitions stand together at the end: a
 * transition written inside a composite would draw the states it names into that composite.
 */
import type { AnyStateMachine } from 'xstate'
import type { Title, Workflow } from '../../engine/definition.ts'
import { commandTitle } from '../../services/api/openapi/words.ts'
import { pathTitle } from '../../services/api/text.ts'
import { code, page, stacked, table } from './markdown.ts'

type Node = AnyStateMachine['root']

export const diagramPage = (workflow: Workflow): string =>
  page(
    `# ${workflow.title.zh} ${workflow.title.en}`,
    `${workflow.about.zh}\n\n${workflow.about.en}`,
    `\`\`\`mermaid\n${diagram(workflow)}\n\`\`\``,
    undrawnTable(workflow),
    rulesTable(workflow),
  )

export const diagram = (workflow: Workflow): string => {
  const { root } = workflow.machine
  const arrows = movesOf(root)
    .filter(isDrawn)
    .map(move => arrow(workflow, move))
  return ['stateDiagram-v2', ...indented([...inside(root), ...arrows])].join('\n')
}

const indented = (lines: readonly string[]): string[] => lines.map(line => `  ${line}`)

// ── states ──────────────────────────────────────────────────────────────────────────────────────

const inside = (node: Node): string[] => {
  const children = Object.values(node.states) as Node[]
  if (node.type === 'parallel')
    return children.flatMap((region, index) => [...(index > 0 ? ['--'] : []), ...declared(region)])
  return [
    ...(node.initial?.target ?? []).map(first => `[*] --> ${idOf(first)}`),
    ...children.flatMap(child => declared(child)),
    ...children.filter(child => child.type === 'final').map(end => `${idOf(end)} --> [*]`),
  ]
}

const declared = (node: Node): string[] => {
  const line = `state "${plain(`${titleOf(node).zh} ${titleOf(node).en}`)}" as ${idOf(node)}`
  return isLeaf(node) ? [line] : [`${line} {`, ...indented(inside(node)), '}']
}

/** A prefix, because `end` and `state` are words of Mermaid. Names hold no underscores, so ids stay apart. */
const idOf = (node: Node): string => `at_${node.path.map(key => key.replaceAll('-', '_')).join('__')}`

const titleOf = (node: Node): Title => node.meta as Title

/** Signs that mean something to Mermaid, as the full-width ones that look the same. */
const FULL_WIDTH: Record<string, string> = {
  '"': '”',
  ':': '：',
  ';': '；',
  '#': '＃',
  '%': '％',
  '<': '＜',
  '>': '＞',
  '{': '｛',
  '}': '｝',
}

const plain = (text: string): string =>
  text.replace(/[":;#%<>{}]/g, sign => FULL_WIDTH[sign] as string).replace(/\s+/g, ' ')

// ── transitions ─────────────────────────────────────────────────────────────────────────────────

/** `to` is nothing where the state is not left. `command` is nothing where all regions are done. */
type Move = { from: Node; to: Node | undefined; command: string | undefined; rules: readonly string[] }

const movesOf = (node: Node): Move[] => [
  ...[...node.transitions.values()].flat().map(way => ({
    from: node,
    to: way.target?.[0] as Node | undefined,
    command: way.eventType.startsWith('xstate.done.') ? undefined : way.eventType,
    rules: (way.guard as { params?: readonly string[] } | undefined)?.params ?? [],
  })),
  ...(Object.values(node.states) as Node[]).flatMap(movesOf),
]

const isLeaf = (node: Node): boolean => Object.keys(node.states).length === 0

const isAbove = (upper: Node, lower: Node): boolean =>
  upper !== lower && upper.path.every((key, depth) => lower.path[depth] === key)

/** Mermaid has no line from a composite to itself or to what lies inside it, nor the other way. */
const isDrawn = ({ from, to = from }: Move): boolean =>
  from === to ? isLeaf(from) : !isAbove(from, to) && !isAbove(to, from)

const arrow = (workflow: Workflow, move: Move): string =>
  `${idOf(move.from)} --> ${idOf(move.to ?? move.from)} : ${label(workflow, move)}`

const label = (workflow: Workflow, { command, rules }: Move): string => {
  if (command === undefined) return '完成 done'
  const conditions = rules.length > 0 ? [`[${rules.join(', ')}]`] : []
  return [`${plain(commandTitle(workflow, command).zh)} ${command}`, ...conditions].join('<br/>')
}

// ── what a diagram cannot show ──────────────────────────────────────────────────────────────────

const undrawnTable = (workflow: Workflow): string => {
  const moves = movesOf(workflow.machine.root).filter(move => !isDrawn(move))
  if (moves.length === 0) return ''
  const rows = moves.map(move => [
    whereOf(workflow, move.from),
    move.command === undefined ? '完成<br>done' : named(workflow, move.command),
    move.to ? whereOf(workflow, move.to) : '不变<br>stays',
    move.rules.map(code).join(', '),
  ])
  return `## 图中未画出 Not drawn\n\n${table(['状态 In', '操作 Command', '到 To', '条件 Rules'], rows)}`
}

const whereOf = (workflow: Workflow, { path }: Node): string => {
  const at = path.join('.')
  return path.length === 0
    ? '任何状态<br>any state'
    : stacked({ zh: pathTitle(workflow, at, 'zh'), en: pathTitle(workflow, at, 'en') })
}

const named = (workflow: Workflow, command: string): string =>
  `${stacked(commandTitle(workflow, command))}<br>${code(command)}`

const rulesTable = (workflow: Workflow): string => {
  const rows = Object.entries(workflow.rules).map(([name, rule]) => [code(name), stacked(rule)])
  return rows.length === 0 ? '' : `## 条件 Rules\n\n${table(['名称 Name', '未满足时 When not met'], rows)}`
}
