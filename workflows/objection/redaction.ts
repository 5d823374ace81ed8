/** 遮盖异议内容: what an objection says is taken back once it is dealt with, where it tells too much of somebody. */
import { z } from 'zod'
import { stage } from '../../engine/workflow.ts'
import { reason } from '../fields.ts'
import { over } from '../roles.ts'
import type { Consulted, Objection } from './data.ts'

const commands = {
  'redact-statement': z.strictObject({ reason }).meta({ zh: '遮盖异议内容', en: 'Redact what it says' }),
}

const events = {
  StatementRedacted: z
    .strictObject({ key: z.string().meta({ zh: '密钥名', en: 'Key' }), reason })
    .meta({ zh: '异议内容已遮盖', en: 'statement redacted' }),
}

/** In every end. */
export const redacting = {
  'redact-statement': { guard: { type: 'all', params: ['statementStands'] }, actions: 'StatementRedacted' },
} as const

export const redaction = stage<Objection, Consulted>()({
  commands,
  events,
  rules: {
    statementStands: {
      of: 'redact-statement',
      zh: '异议内容已遮盖',
      en: 'What it says is redacted already.',
      holds: ({ data }) => data.statement !== undefined,
    },
  },
  records: {
    StatementRedacted: ({ data }, command) => ({
      ...(command.data as z.infer<(typeof commands)['redact-statement']>),
      key: data.statement?.key ?? '',
    }),
  },
  erases: { StatementRedacted: ({ key }) => [key] },
  evolve: { StatementRedacted: data => ({ ...data, statement: undefined }) },
  permits: { 'redact-statement': over('bureau') },
})
