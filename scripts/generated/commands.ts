/** The catalogue of commands: fields, states, rules, what is recorded. */
import type { z } from 'zod'
import type { Title, Workflow } from '../../engine/definition.ts'
import { both, jsonSchema } from '../../services/api/openapi/json-schema.ts'
import {
  claimsOf,
  commandTitle,
  entriesCorrected,
  eventsOfCommand,
  eventTitle,
  releasesOf,
  rulesOfCommand,
  severalWays,
  statesOf,
} from '../../services/api/openapi/words.ts'
import { metaOf } from '../../services/api/text.ts'
import { code, page, stacked, table } from './markdown.ts'

export const commandsPage = (workflows: readonly Workflow[]): string =>
  page(
    '# 操作目录 Commands',
    ...workflows.flatMap(workflow => [
      `## ${workflow.title.zh} ${workflow.title.en} (${code(workflow.name)})`,
      `${workflow.about.zh}\n\n${workflow.about.en}`,
      ...Object.keys(workflow.commands).map(command => entry(workflow, command)),
    ]),
  )

const entry = (workflow: Workflow, command: string): string => {
  const corrected = entriesCorrected(workflow, command)
  return [
    `### ${both(commandTitle(workflow, command))} (${code(command)})`,
    `状态 States: ${statesOf(workflow, command).map(both).join('; ')}`,
    fields(workflow.commands[command] as z.ZodObject),
    rules(workflow, command),
    `记录 Records: ${named(workflow, eventsOfCommand(workflow, command))}`,
    corrected.length > 0 ? `更正 Corrects: ${named(workflow, corrected)}` : '',
    kinds('占用（全部记录中必须唯一） Claims, one of its kind', claimsOf(workflow, command)),
    kinds('释放占用 Releases', releasesOf(workflow, command)),
  ]
    .filter(Boolean)
    .join('\n\n')
}

const named = (workflow: Workflow, events: readonly string[]): string =>
  events.map(event => `${code(event)} ${both(eventTitle(workflow, event))}`).join('; ')

const kinds = (label: string, titles: readonly Title[]): string =>
  titles.length === 0 ? '' : `${label}: ${titles.map(both).join('; ')}`

const fields = (schema: z.ZodObject): string => {
  const { required = [] } = jsonSchema(schema, 'input') as { required?: string[] }
  const rows = (Object.entries(schema.shape) as [string, z.ZodType][]).map(([name, field]) => {
    const { zh, en, choices } = metaOf(field)
    return [
      code(name),
      stacked({ zh: zh ?? name, en: en ?? name }),
      required.includes(name) ? '必填<br>required' : '可不填<br>optional',
      Object.entries(choices ?? {})
        .map(choice)
        .join('<br>'),
    ]
  })
  return rows.length === 0 ? '' : table(['字段 Field', '名称 Title', '', '可选值 Choices'], rows)
}

const choice = ([value, title]: [string, Title]): string => `${code(value)} ${both(title)}`

const rules = (workflow: Workflow, command: string): string => {
  const rows = rulesOfCommand(workflow, command).map(([name, rule]) => [
    code(name),
    stacked(rule),
    (rule.reads ?? []).map(code).join(', '),
  ])
  if (rows.length === 0) return ''
  const ways = (['zh', 'en'] as const).flatMap(language => severalWays(workflow, command, language))
  return [table(['条件 Rule', '未满足时 When not met', '取决于 Reads'], rows), ...ways].join('\n\n')
}
