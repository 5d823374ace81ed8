/**
 * 遮盖文字: a text that tells too much of somebody is taken back; that it was, by whom and why, stays. For every lifecycle
 * whose texts can be taken back.
 */
import { z } from 'zod'
import { all, ON_BEHALF, type Permit } from '../engine/definition.ts'
import { stage } from '../engine/workflow.ts'
import { reason } from './fields.ts'

const redaction = z.strictObject({
  revision: z
    .int()
    .min(0)
    .max(99_999)
    .meta({ zh: '版次', en: 'Revision', examples: [0] }),
  field: z
    .string()
    .regex(/^[a-z][A-Za-z]{0,40}$/)
    .meta({ zh: '栏目', en: 'Field', examples: ['detail'] }),
  reason,
})

/** Which text: the field of the event at that revision. */
type Text = { revision: number; field: string }

/** In every state, ends too. */
export const takingBack = { 'redact-text': { guard: all('textStands'), actions: 'TextRedacted' } } as const

/** The event that `redacts` names, its command, and `forget`: what a life still holds of the text is gone from its data. */
export const textsTakenBack = <Data, Consulted>(forget: (data: Data, text: Text) => Data, by: readonly Permit[]) =>
  stage<Data, Consulted>()({
    commands: { 'redact-text': redaction.meta({ zh: '遮盖文字', en: 'Redact a text' }) },
    events: { TextRedacted: redaction.meta({ zh: '文字已遮盖', en: 'text redacted' }) },
    rules: {
      textStands: {
        of: 'redact-text',
        reads: ['revision', 'field'],
        zh: '该版次没有这一栏文字，或已遮盖',
        en: 'There is no such text at that revision, or it is redacted already.',
        holds: ({ texts }, { revision, field }) => texts.get(revision)?.includes(field) ?? false,
      },
    },
    evolve: { TextRedacted: (data, text) => (text.field === ON_BEHALF ? data : forget(data, text)) },
    permits: { 'redact-text': by },
  })
