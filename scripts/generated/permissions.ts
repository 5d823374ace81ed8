/** Who may do what, and who is kept apart from what. */
import type { Permit, Workflow } from '../../engine/definition.ts'
import { commandTitle, keptAwayWords, permitWords } from '../../services/api/openapi/words.ts'
import { code, page, stacked, table } from './markdown.ts'

export const permissionsPage = (workflows: readonly Workflow[]): string =>
  page(
    '# 权限 Permissions',
    '每个操作由谁办理、在哪里办理；以及即使有权也须由他人办理的情形（职责分离，按人判断）。\n\nWho may send each command, and where; and who may not though a permit would let them (kept apart, per person).',
    ...workflows.flatMap(workflow => [
      `## ${workflow.title.zh} ${workflow.title.en} (${code(workflow.name)})`,
      permits(workflow),
      intake(workflow),
      readers(workflow),
      apart(workflow),
    ]),
  )

const permits = (workflow: Workflow): string =>
  table(
    ['操作 Command', '谁 Who', '在哪里 Where'],
    Object.entries(workflow.permits).flatMap(([command, each]) =>
      reaches(workflow, each).map((row, index) => [index === 0 ? named(workflow, command) : '', ...row]),
    ),
  )

/** Whoever reaches equally far stands in one row. */
const reaches = (workflow: Workflow, permits: readonly Permit[]): [who: string, where: string][] => {
  const words = permits.map(permit => permitWords(workflow, permit))
  return [...Map.groupBy(words, ({ where }) => stacked(where))].map(([where, together]) => [
    stacked({
      zh: [...new Set(together.map(({ who }) => who.zh))].join('、'),
      en: [...new Set(together.map(({ who }) => who.en))].join(', '),
    }),
    where,
  ])
}

const named = (workflow: Workflow, command: string): string =>
  `${stacked(commandTitle(workflow, command))}<br>${code(command)}`

const intake = (workflow: Workflow): string => {
  const { commands, by } = workflow.intake
  if (commands.length === 0) return ''
  const named = commands.map(command => stacked(commandTitle(workflow, command))).join('<br>')
  const who = reaches(workflow, by).map(([who, where]) => [named, who, where])
  return `### 代为办理 On behalf of somebody without a device\n\n${table(['操作 Command', '谁代办 Who takes it in', '在哪里 Where'], who)}`
}

const readers = (workflow: Workflow): string =>
  `### 谁可以查看 Who may look\n\n${table(['谁 Who', '在哪里 Where'], reaches(workflow, workflow.sees))}`

const apart = (workflow: Workflow): string =>
  workflow.apart.length === 0
    ? ''
    : `### 职责分离 Kept apart\n\n${table(
        ['谁 Who', '不得办理 May not', '理由 Reason'],
        workflow.apart.map(pair => [
          stacked(keptAwayWords(workflow, pair)),
          pair.mayNot.map(command => named(workflow, command)).join('<br>'),
          stacked(pair),
        ]),
      )}`
