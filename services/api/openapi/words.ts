/** What a definition says about one command, in sentences: who, where, in which states, under which rules, what is recorded. */
import type { z } from 'zod'
import { everyWay, homesOf, recordedBy } from '../../../engine/chart.ts'
import { rulesOf } from '../../../engine/decide.ts'
import type { Apart, ErasedRule, Permit, Title, Workflow } from '../../../engine/definition.ts'
import { rolesIn } from '../../../engine/permission.ts'
import { eventSchema } from '../event-schema.ts'
import type { Language } from '../language.ts'
import { roleTitle } from '../sentences.ts'
import { systemTitle } from '../system-posts.ts'
import { metaOf, pathTitle } from '../text.ts'

type Pair = Apart<string, string>

const titleOf = (meta: Partial<Title> | undefined, name: string): Title => ({
  zh: meta?.zh ?? name,
  en: meta?.en ?? name,
})

export const commandTitle = (workflow: Workflow, command: string): Title =>
  titleOf(workflow.commands[command]?.meta(), command)

/** Another lifecycle's event is known by its name only. */
export const eventTitle = (workflow: Workflow, event: string): Title =>
  titleOf(eventSchema(workflow, event)?.meta(), event)

/** The rules of a command by name, each once. */
export const rulesOfCommand = (workflow: Workflow, command: string): [string, ErasedRule][] => [
  ...new Map(everyWay(workflow.chart, command).flatMap(way => rulesOf(workflow, way))),
]

export const eventsOfCommand = (workflow: Workflow, command: string): string[] => recordedBy(workflow.chart, command)

/** The entries that a command says anew, or proposes to. */
export const entriesCorrected = (workflow: Workflow, command: string): string[] => {
  const recorded = eventsOfCommand(workflow, command)
  return workflow.corrections.flatMap(({ event, made, entries }) =>
    recorded.includes(event) || recorded.includes(made) ? entries : [],
  )
}

/** What a command takes that is one of its kind, or may take: an optional field may be left out. */
export const claimsOf = (workflow: Workflow, command: string): Title[] =>
  Object.values(workflow.claims).filter(({ by }) => eventsOfCommand(workflow, command).some(event => by[event]))

/** What a command lets go of. */
export const releasesOf = (workflow: Workflow, command: string): Title[] =>
  Object.values(workflow.claims).filter(({ releasedBy = [] }) =>
    eventsOfCommand(workflow, command).some(event => releasedBy.includes(event)),
  )

/** Who may send a command for somebody who has no device. */
const intakeOf = ({ intake }: Workflow, command: string): readonly Permit[] =>
  intake.commands.includes(command) ? intake.by : []

const EVERYWHERE: Title = { zh: '任何状态', en: 'any state' }

export const statesOf = (workflow: Workflow, command: string): Title[] =>
  workflow.chart.on?.[command]
    ? [EVERYWHERE]
    : homesOf(workflow.chart, command).map(path => ({
        zh: pathTitle(workflow, path, 'zh'),
        en: pathTitle(workflow, path, 'en'),
      }))

const titleOfRole = (workflow: Workflow, role: string): Title =>
  workflow.people[role] ?? workflow.roles[role] ?? roleTitle(role)

/** A permit in two halves: who, and where. */
export const permitWords = (workflow: Workflow, permit: Permit): { who: Title; where: Title } => {
  if ('self' in permit) return { who: roleTitle('self'), where: { zh: '本人的记录', en: 'their own record' } }
  if ('anyone' in permit) return { who: roleTitle('anyone'), where: { zh: '不限', en: 'anywhere' } }
  if ('named' in permit)
    return { who: roleTitle(permit.named, workflow), where: { zh: '该记录所指定的人', en: 'whom the record names' } }
  if ('system' in permit)
    return {
      who: systemTitle(permit.system),
      where: { zh: '不限', en: 'anywhere' },
    }
  const who = titleOfRole(workflow, permit.role)
  if ('over' in permit) return { who, where: overWords(workflow, permit) }
  return {
    who,
    where: within(workflow, permit.in, name => ({ zh: `在其“${name.zh}”中任职`, en: `with a post in its ${name.en}` })),
  }
}

const overWords = (workflow: Workflow, { impartial }: { impartial?: string }): Title => {
  const only = impartial === undefined ? undefined : workflow.impartial[impartial]
  return {
    zh: `辖区覆盖所在地点${only ? `；${only.zh}` : ''}`,
    en: `whose place covers its place${only ? `; ${only.en}` : ''}`,
  }
}

export const permitText = (workflow: Workflow, permit: Permit, language: Language): string => {
  const { who, where } = permitWords(workflow, permit)
  return language === 'zh' ? `${who.zh}（${where.zh}）` : `${who.en} (${where.en})`
}

const ORGANISATION: Title = { zh: '组织', en: 'organisation' }

/** An organisation that permits speak of seldom has a title of its own: a field or a role of that name has. */
const within = (workflow: Workflow, name: string, say: (title: Title) => Title): Title => {
  if (name === 'organisation') return say(ORGANISATION)
  const called = workflow.called[name]
  if (called) return say(called)
  const field = Object.values(workflow.commands).find(schema => Object.hasOwn(schema.shape, name))?.shape[name]
  const { zh, en } = field ? titleOf(metaOf(field as z.ZodType), name) : titleOfRole(workflow, name)
  return say({ zh, en: en.toLowerCase() })
}

/** Who may look at a read model, whose organisations have no names of their own. */
export const permitRoles = (permits: readonly Permit[]): Title[] => rolesIn(permits).map(role => roleTitle(role))

/** Whom a pair keeps away. */
export const keptAwayWords = (workflow: Workflow, pair: Pair): Title => {
  if ('belongsTo' in pair)
    return within(workflow, pair.belongsTo, name => ({
      zh: `现在或曾经属于其“${name.zh}”的人员`,
      en: `who belongs or belonged to its ${name.en}`,
    }))
  if ('among' in pair) return titleOfRole(workflow, pair.among)
  const events = pair.did.map(event => eventTitle(workflow, event))
  const [zh, en] = [events.map(event => event.zh).join('、'), events.map(event => event.en).join(', ')]
  if (pair.inLife !== undefined)
    return { zh: `在所关联的 ${pair.inLife} 中办理过“${zh}”的人员`, en: `who recorded '${en}' in its ${pair.inLife}` }
  const same = pair.same === undefined ? undefined : fieldOf(workflow, pair.did[0], pair.same)
  return {
    zh: `办理过“${zh}”${same ? `（同一${same.zh}）` : ''}的人员`,
    en: `who recorded '${en}'${same ? ` of the same ${same.en.toLowerCase()}` : ''}`,
  }
}

const fieldOf = (workflow: Workflow, event: string | undefined, field: string): Title =>
  titleOf(workflow.events[event ?? '']?.shape[field]?.meta(), field)

// ── a command's whole description ───────────────────────────────────────────────────────────────

const LABELS = {
  who: { zh: '谁可以办理', en: 'Who may send it' },
  intake: { zh: '谁可以代为办理（onBehalf）', en: 'Who may send it for somebody else (onBehalf)' },
  states: { zh: '在哪些状态', en: 'In which states' },
  rules: { zh: '条件（未满足时的说明）', en: 'Rules (said when not met)' },
  apart: { zh: '职责分离', en: 'Kept apart' },
  records: { zh: '记录', en: 'Records' },
  corrects: { zh: '更正', en: 'Corrects' },
  claims: { zh: '占用（全部记录中必须唯一）', en: 'Claims (one of its kind among all records)' },
  releases: { zh: '释放占用', en: 'Releases' },
} satisfies Record<string, Title>

export const commandDescription = (workflow: Workflow, command: string): string =>
  [inLanguage(workflow, command, 'zh'), inLanguage(workflow, command, 'en')].join('\n\n---\n\n')

const inLanguage = (workflow: Workflow, command: string, language: Language): string =>
  Object.entries(linesOf(workflow, command, language))
    .filter(([, lines]) => lines.length > 0)
    .map(([label, lines]) => `**${LABELS[label as keyof typeof LABELS][language]}**\n\n${bullets(lines)}`)
    .join('\n\n')

const linesOf = (workflow: Workflow, command: string, language: Language): Record<keyof typeof LABELS, string[]> => ({
  who: [...new Set((workflow.permits[command] ?? []).map(permit => permitText(workflow, permit, language)))],
  intake: intakeOf(workflow, command).map(permit => permitText(workflow, permit, language)),
  states: statesOf(workflow, command).map(title => title[language]),
  rules: [
    ...rulesOfCommand(workflow, command).map(([name, rule]) => `\`${name}\`: ${rule[language]}`),
    ...severalWays(workflow, command, language),
  ],
  apart: workflow.apart
    .filter(pair => pair.mayNot.includes(command))
    .map(pair => `${keptAwayWords(workflow, pair)[language]}: ${pair[language]}`),
  records: eventsOfCommand(workflow, command).map(event => `\`${event}\` ${eventTitle(workflow, event)[language]}`),
  corrects: entriesCorrected(workflow, command).map(event => `\`${event}\` ${eventTitle(workflow, event)[language]}`),
  claims: claimsOf(workflow, command).map(title => title[language]),
  releases: releasesOf(workflow, command).map(title => title[language]),
})

/** A command may have several ways, each with rules of its own. */
export const severalWays = (workflow: Workflow, command: string, language: Language): string[] => {
  const ways = [...new Set(everyWay(workflow.chart, command).map(way => `[${(way.guard?.params ?? []).join(', ')}]`))]
  if (ways.length < 2) return []
  return language === 'zh'
    ? [`满足其中一组即可：${ways.join(' 或 ')}`]
    : [`One of these sets suffices: ${ways.join(' or ')}`]
}

const bullets = (lines: string[]): string => lines.map(line => `- ${line}`).join('\n')
