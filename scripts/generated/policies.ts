/** The policies: which events of which lifecycle each hears, and what it sends to which. */
import type { Title, Workflow } from '../../engine/definition.ts'
import type { Policy } from '../../engine/policy.ts'
import { commandTitle, eventTitle } from '../../services/api/openapi/words.ts'
import { code, page, stacked, table } from './markdown.ts'

export const policiesPage = (policies: readonly Policy[], workflows: readonly Workflow[]): string =>
  page(
    '# 策略 Policies',
    '一条记录中发生的事，在另一条记录中引出的操作；由系统办理，每件只办一次。\n\nWhat follows from an event in another life; the system sends it, once.',
    `\`\`\`mermaid\n${diagram(policies, workflows)}\n\`\`\``,
    table(
      ['策略 Policy', '听到 Hears', '办理 Sends'],
      policies.map(policy => [
        `${stacked(policy.title)}<br>${code(policy.name)}<br><br>${stacked(policy.about)}`,
        each(policy.when, workflows, eventTitle),
        each(policy.sends, workflows, commandTitle),
      ]),
    ),
  )

const namesIn = (listed: readonly string[] | object | undefined): readonly string[] =>
  Array.isArray(listed) ? listed : Object.keys(listed ?? {})

const each = (
  byWorkflow: Record<string, readonly string[] | object | undefined>,
  workflows: readonly Workflow[],
  titleOf: (workflow: Workflow, name: string) => Title,
): string =>
  workflows
    .flatMap(workflow =>
      namesIn(byWorkflow[workflow.name]).map(
        name => `${workflow.title.zh}：${titleOf(workflow, name).zh}<br>${code(`${workflow.name}.${name}`)}`,
      ),
    )
    .join('<br>')

const diagram = (policies: readonly Policy[], workflows: readonly Workflow[]): string => {
  const number = (name: string) => `w${workflows.findIndex(workflow => workflow.name === name)}`
  const named = new Set(policies.flatMap(({ when, sends }) => [...Object.keys(when), ...Object.keys(sends)]))
  const nodes = workflows
    .filter(({ name }) => named.has(name))
    .map(({ name, title }) => `  ${number(name)}["${title.zh} ${title.en}"]`)
  const arrows = policies.flatMap(({ name, when, sends }) =>
    Object.keys(when).flatMap(from =>
      Object.keys(sends)
        .filter(to => to !== from || Object.keys(sends).length === 1)
        .map(to => `  ${number(from)} -->|${name}| ${number(to)}`),
    ),
  )
  return ['flowchart LR', ...nodes, ...arrows].join('\n')
}
