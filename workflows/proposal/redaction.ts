/** 遮盖文字: what a proposal still holds of a text that is taken back; most stand in the history alone. */
import { REDACTED } from '../../engine/definition.ts'
import { join, stage, withoutTexts } from '../../engine/workflow.ts'
import { belongsToNoApplicant } from '../competition-round/tally.ts'
import { textsTakenBack } from '../redaction.ts'
import { over } from '../roles.ts'
import type { Consulted, Proposal, Version } from './data.ts'
import { type Written, written } from './fields.ts'

type Text = { revision: number; field: string }

const forgetting = (data: Proposal, { revision, field }: Text): Proposal => {
  const said = (what: keyof Proposal['texts']): boolean => data.texts[what] === revision
  const { title, versions, completion, override, check } = data
  return {
    ...data,
    title: said('title') ? REDACTED : title,
    versions: versions.map(each => (each.revision === revision ? withoutText(each, field as keyof Written) : each)),
    completion:
      completion && said('missing') ? { ...completion, missing: completion.missing.map(() => REDACTED) } : completion,
    override: override && said('override') ? withoutReason(override) : override,
    check: check && {
      ...check,
      verdicts: said('verdicts') ? check.verdicts.map(withoutReason) : check.verdicts,
      overridden: said('overridden') ? check.overridden.map(withoutReason) : check.overridden,
    },
  }
}

/** Budget lines keep their amounts, attachments their hash. */
const withoutText = (version: Version, field: keyof Written): Version => ({
  ...version,
  [field]: withoutTexts(written[field], version[field]),
})

const withoutReason = <T extends { reason?: string | undefined }>(each: T): T =>
  each.reason === undefined ? each : { ...each, reason: REDACTED }

const byOthers = stage<Proposal, Consulted>()({
  commands: {},
  events: {},
  rules: {
    takenBackByOthers: {
      of: '*',
      zh: '本轮次申报组织的人员不得遮盖申报书的文字，请由与申报组织无关的人员办理',
      en: 'Who belongs to an applicant of the round takes back no text of a proposal; somebody without a part in any applicant does.',
      holds: ({ consulted: { round }, actor }) => round === undefined || belongsToNoApplicant({ data: round, actor }),
    },
  },
  evolve: {},
  permits: {},
})

/** By the bureau alone: what judges are to read is not for the office of one street to take away. */
export const redactions = join(textsTakenBack<Proposal, Consulted>(forgetting, over('bureau')), byOthers)
