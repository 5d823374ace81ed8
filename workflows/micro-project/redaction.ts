/**
 * 遮盖文字: a text that tells too much of somebody is taken back; that it was, by whom and why, stays. What an
 * objection says has a key of its own, which is destroyed.
 */
import { z } from 'zod'
import { all, ON_BEHALF, REDACTED } from '../../engine/definition.ts'
import { stage } from '../../engine/workflow.ts'
import { reason } from '../fields.ts'
import { over } from '../roles.ts'
import { type Consulted, changed, type MicroProject, nth } from './data.ts'
import { objection } from './fields.ts'

const redaction = {
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
}

const commands = {
  'redact-text': z.strictObject(redaction).meta({ zh: '遮盖文字', en: 'Redact a text' }),
  'redact-objection': z.strictObject({ objection, reason }).meta({ zh: '遮盖异议内容', en: 'Redact an objection' }),
}

const events = {
  TextRedacted: commands['redact-text'].meta({ zh: '文字已遮盖', en: 'text redacted' }),
  ObjectionRedacted: z
    .strictObject({ objection, key: z.string().meta({ zh: '密钥名', en: 'Key' }), reason })
    .meta({ zh: '异议内容已遮盖', en: 'objection redacted' }),
}

type Lines = MicroProject['proposals'][number]['lines']
const withoutItems = (lines: Lines): Lines => lines.map(line => ({ ...line, item: REDACTED }))

type Forget = (data: MicroProject, field: string) => MicroProject

const forgetNeed: Forget = (data, field) => ({ ...data, need: data.need && { ...data.need, [field]: REDACTED } })

/** Budget lines keep their amounts, conditions whether they are met. */
const forgetAgreement: Forget = (data, field) => {
  if (field === 'tranches') return { ...data, tranches: data.tranches.map(withoutConditions) }
  if (field !== 'lines' || !data.agreement) return data
  return { ...data, agreement: { ...data.agreement, lines: withoutItems(data.agreement.lines) } }
}

const withoutConditions = (tranche: MicroProject['tranches'][number]) => ({
  ...tranche,
  conditions: tranche.conditions.map(condition => ({ ...condition, text: REDACTED })),
})

const forgetProposal =
  (revision: number): Forget =>
  (data, field) => ({
    ...data,
    proposals: data.proposals.map(each => {
      if (each.revision !== revision) return each
      return field === 'lines' ? { ...each, lines: withoutItems(each.lines) } : { ...each, [field]: REDACTED }
    }),
  })

/** The project forgets what it still holds of the text; most stand in the history alone. */
const forgetting = ({ texts }: MicroProject, revision: number): Forget => {
  if (texts.need === revision) return forgetNeed
  return texts.agreement === revision ? forgetAgreement : forgetProposal(revision)
}

/** In every state, ends too. */
export const redacting = {
  'redact-text': { guard: all('textStands'), actions: 'TextRedacted' },
  'redact-objection': { guard: all('statementStands', 'objectionIsAnswered'), actions: 'ObjectionRedacted' },
} as const

export const redactions = stage<MicroProject, Consulted>()({
  commands,
  events,
  rules: {
    textStands: {
      of: 'redact-text',
      reads: ['revision', 'field'],
      zh: '该版次没有这一栏文字，或已遮盖',
      en: 'There is no such text at that revision, or it is redacted already.',
      holds: ({ texts }, { revision, field }) => texts.get(revision)?.includes(field) ?? false,
    },
    statementStands: {
      of: 'redact-objection',
      reads: ['objection'],
      zh: '没有这一异议，或其内容已遮盖',
      en: 'There is no such objection, or it is redacted already.',
      holds: ({ data }, { objection }) => typeof nth(data.statements, objection) === 'string',
    },
    objectionIsAnswered: {
      of: 'redact-objection',
      reads: ['objection'],
      metBy: ['settle-objection'],
      zh: '异议尚未处理，处理后方可遮盖其内容',
      en: 'The objection is open; what it says is needed until it is settled.',
      holds: ({ data }, { objection }) => nth(data.objections, objection) !== 'open',
    },
  },
  records: {
    ObjectionRedacted: ({ data }, command) => {
      const asked = command.data as z.infer<(typeof commands)['redact-objection']>
      return { ...asked, key: nth(data.statements, asked.objection) ?? '' }
    },
  },
  erases: { ObjectionRedacted: ({ key }) => [key] },
  evolve: {
    ObjectionRedacted: (data, { objection }) => ({
      ...data,
      statements: changed(data.statements, objection, () => null),
    }),
    TextRedacted: (data, { revision, field }) => (field === ON_BEHALF ? data : forgetting(data, revision)(data, field)),
  },
  apart: [
    {
      zh: '社会组织的人员不得遮盖对本组织的异议',
      en: 'Who belongs to the organisation does not redact an objection to it.',
      belongsTo: 'organisation',
      mayNot: ['redact-objection'],
    },
  ],
  permits: { 'redact-text': over('bureau', 'street'), 'redact-objection': over('bureau', 'street') },
})
