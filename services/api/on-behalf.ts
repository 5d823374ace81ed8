/** The member of a body that says for whom a command is sent: taken out before the command's own schema sees it. */
import { z } from 'zod'
import type { OnBehalf, Title } from '../../engine/definition.ts'
import { EngineError } from '../../engine/engine-error.ts'
import { choice, day, evidence, person, reason } from '../../workflows/fields.ts'

const CHANNELS = {
  paper: { zh: '纸质材料', en: 'on paper' },
  phone: { zh: '电话', en: 'by telephone' },
  'in-person': { zh: '当面', en: 'in person' },
} satisfies Record<OnBehalf['channel'], Title>
export const channelTitle = (channel: OnBehalf['channel']): Title => CHANNELS[channel]

export const onBehalf = z
  .strictObject({
    person: person.meta({ zh: '代为办理的对象', en: 'For whom', shows: 'person' }),
    channel: choice(CHANNELS, { zh: '收件方式', en: 'How it came in' }),
    on: day.meta({ zh: '本人办理日期', en: 'The day on which they did it', shows: 'day' }),
    document: evidence.optional().meta({ zh: '纸质材料扫描件', en: 'The paper, scanned' }),
    reason: reason.optional(),
  })
  .refine(({ channel, document }) => channel !== 'paper' || document !== undefined, {
    path: ['document'],
    params: { zh: '纸质材料须附扫描件', en: 'what came on paper comes with the paper, scanned' },
  })
  .meta({ zh: '代为办理', en: 'On behalf of somebody without a device' })

/** A body in its two halves. Throws `invalid-input` with paths into the body. */
export const halvesOf = (body: unknown): { input: unknown; onBehalf?: OnBehalf } => {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, 'onBehalf')) return { input: body ?? {} }
  const { onBehalf: given, ...input } = body as Record<string, unknown>
  const parsed = onBehalf.safeParse(given)
  if (parsed.success) return { input, onBehalf: parsed.data }
  const issues = parsed.error.issues.map(issue => ({ ...issue, path: ['onBehalf', ...issue.path] }))
  throw new EngineError('invalid-input', { issues })
}
