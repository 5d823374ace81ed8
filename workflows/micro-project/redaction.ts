/** 遮盖文字: a text that tells too much of somebody is taken back; that it was, by whom and why, stays. */
import { z } from 'zod'
import { all, REDACTED } from '../../engine/definition.ts'
import { stage } from '../../engine/workflow.ts'
import { reason } from '../fields.ts'
import { over } from '../roles.ts'
import type { Consulted, MicroProject } from './data.ts'

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
}

const events = {
  TextRedacted: commands['redact-text'].meta({ zh: '文字已遮盖', en: 'text redacted' }),
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
export const redacting = { 'redact-text': { guard: all('textStands'), actions: 'TextRedacted' } } as const

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
  },
  evolve: {
    TextRedacted: (data, { revision, field }) => forgetting(data, revision)(data, field),
  },
  permits: { 'redact-text': over('bureau', 'street') },
})
