/** An event as a life's history shows it: the lifecycle's own, or the one that the engine may add to any life. */
import { z } from 'zod'
import { CLAIM_LAPSED } from '../../engine/claim.ts'
import type { Workflow } from '../../engine/definition.ts'

export const eventSchema = (workflow: Workflow, type: string): z.ZodObject | undefined =>
  type === CLAIM_LAPSED ? claimLapsed(workflow) : workflow.events[type]

const claimLapsed = ({ claims }: Workflow) =>
  z
    .strictObject({
      kind: z.string().meta({ zh: '唯一事项', en: 'One of its kind', shows: 'choice', choices: claims }),
      claim: z.string().meta({ zh: '占用记录', en: 'Claim' }),
      command: z.string().meta({ zh: '未完成的操作', en: 'Command that was not finished' }),
    })
    .meta({ zh: '占用已失效：操作未完成', en: 'claim lapsed: a command was not finished' })
