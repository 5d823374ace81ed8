/** 遮盖文字: what a project still holds of a text that is taken back. What an objection says has a key of its own, which is destroyed. */
import { z } from 'zod'
import { all, REDACTED } from '../../engine/definition.ts'
import { join, stage } from '../../engine/workflow.ts'
import { reason } from '../fields.ts'
import { takingBack, textsTakenBack } from '../redaction.ts'
import { over } from '../roles.ts'
import { type Consulted, changed, type MicroProject, nth } from './data.ts'
import { objection } from './fields.ts'

const commands = {
  'redact-objection': z.strictObject({ objection, reason }).meta({ zh: '遮盖异议内容', en: 'Redact an objection' }),
}

const events = {
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
  ...takingBack,
  'redact-objection': { guard: all('statementStands', 'objectionIsAnswered'), actions: 'ObjectionRedacted' },
} as const

const by = over('bureau', 'street')

const statements = stage<MicroProject, Consulted>()({
  commands,
  events,
  rules: {
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
  },
  apart: [
    {
      zh: '社会组织的人员不得遮盖对本组织的异议',
      en: 'Who belongs to the organisation does not redact an objection to it.',
      belongsTo: 'organisation',
      mayNot: ['redact-objection'],
    },
  ],
  permits: { 'redact-objection': by },
})

export const redactions = join(
  textsTakenBack<MicroProject, Consulted>((data, { revision, field }) => forgetting(data, revision)(data, field), by),
  statements,
)
