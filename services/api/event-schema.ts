/** An event as a life's history shows it: the lifecycle's own, or the one that the engine may add to any life. */
import { z } from 'zod'
import { CLAIM_LAPSED } from '../../engine/claim.ts'
import { DEADLINE_ELAPSED, DEADLINE_ESCALATED, DEADLINE_MOVED, DEADLINE_REMINDED } from '../../engine/deadline.ts'
import type { Title, Workflow } from '../../engine/definition.ts'
import { sentences } from './sentences.ts'

export const eventSchema = (workflow: Workflow, type: string): z.ZodObject | undefined =>
  ENGINES_OWN[type]?.(workflow) ?? workflow.events[type]

const claimLapsed = ({ claims }: Workflow) =>
  z
    .strictObject({
      kind: z.string().meta({ zh: '唯一事项', en: 'One of its kind', shows: 'choice', choices: claims }),
      claim: z.string().meta({ zh: '占用记录', en: 'Claim' }),
      command: z.string().meta({ zh: '未完成的操作', en: 'Command that was not finished' }),
    })
    .meta({ zh: '占用已失效：操作未完成', en: 'claim lapsed: a command was not finished' })

const deadline = ({ deadlines }: Workflow) =>
  z.string().meta({ zh: '期限', en: 'Deadline', shows: 'choice', choices: deadlines })
const role = z.string().meta({ zh: '提醒谁', en: 'Who', shows: 'role' })
const day = z.string().meta({ zh: '截止日', en: 'Last day', shows: 'day' })

const reminded = (workflow: Workflow) =>
  z.strictObject({ deadline: deadline(workflow), role, day }).meta({ zh: '期限提醒', en: 'reminded of a deadline' })

const escalated = (workflow: Workflow) =>
  z
    .strictObject({ deadline: deadline(workflow), role, day })
    .meta({ zh: '逾期上报', en: 'an overdue deadline brought before the level above' })

const elapsed = (workflow: Workflow) =>
  z
    .strictObject({
      deadline: deadline(workflow),
      day,
      command: z
        .string()
        .meta({ zh: '自动办理', en: 'What follows of itself', shows: 'choice', choices: titlesOf(workflow.commands) }),
      refused: z.string().optional().meta({ zh: '未能办理', en: 'Refused', shows: 'choice', choices: titlesOfCodes }),
    })
    .meta({ zh: '期限届满', en: 'deadline elapsed' })

const moved = (workflow: Workflow) =>
  z
    .strictObject({
      deadline: deadline(workflow),
      before: z.string().meta({ zh: '原截止日', en: 'Last day before', shows: 'day' }),
      day,
      provisional: z.boolean().meta({ zh: '暂定', en: 'Provisional' }),
    })
    .meta({ zh: '期限已按工作日历调整', en: 'deadline moved: the working days were published or closed anew' })

const titlesOf = (messages: Workflow['commands']): Record<string, Title> =>
  Object.fromEntries(
    Object.entries(messages).map(([name, schema]) => {
      const { zh = name, en = name } = schema.meta() ?? {}
      return [name, { zh, en }]
    }),
  )

const titlesOfCodes: Record<string, Title> = Object.fromEntries(
  Object.entries(sentences).map(([code, { title }]) => [code, title]),
)

/** What the engine may add to any life. */
const ENGINES_OWN: Record<string, ((workflow: Workflow) => z.ZodObject) | undefined> = {
  [CLAIM_LAPSED]: claimLapsed,
  [DEADLINE_REMINDED]: reminded,
  [DEADLINE_ESCALATED]: escalated,
  [DEADLINE_ELAPSED]: elapsed,
  [DEADLINE_MOVED]: moved,
}
