/**
 * A rule pack: the numbers that the action plan leaves open. They are published in versions; what runs under a version
 * keeps it. More of them (scores, shares) are further groups beside these.
 */
import { z } from 'zod'
import { amount } from '../fields.ts'

const workingDays = z.int().positive().max(250)
const calendarDays = z.int().positive().max(730)

export const durations = z
  .strictObject({
    answerNeed: workingDays.meta({ zh: '受理需求（工作日）', en: 'Answer a need (working days)', examples: [5] }),
    answerMatch: workingDays.meta({ zh: '答复对接（工作日）', en: 'Answer a match (working days)', examples: [5] }),
    checkProposal: workingDays.meta({
      zh: '资格审查（工作日）',
      en: 'Check eligibility (working days)',
      examples: [5],
    }),
    publicity: workingDays.meta({ zh: '公示（工作日）', en: 'Publicity (working days)', examples: [5] }),
    settleObjection: workingDays.meta({
      zh: '处理异议（工作日）',
      en: 'Settle an objection (working days)',
      examples: [5],
    }),
    commitFund: workingDays.meta({
      zh: '落实资金，自签订协议起（工作日）',
      en: 'Commit the fund, from signing (working days)',
      examples: [5],
    }),
    firstPayment: workingDays.meta({
      zh: '首期拨付，自签订协议起（工作日）',
      en: 'First payment, from signing (working days)',
      examples: [15],
    }),
    rectificationLeast: calendarDays.meta({
      zh: '整改期下限（日）',
      en: 'Rectification, least (days)',
      examples: [15],
    }),
    rectificationMost: calendarDays.meta({ zh: '整改期上限（日）', en: 'Rectification, most (days)', examples: [30] }),
    report: calendarDays.meta({ zh: '提交结项材料（日）', en: 'Hand in the final papers (days)', examples: [30] }),
  })
  .meta({ zh: '办理时限', en: 'Durations' })

export const limits = z
  .strictObject({
    commissionAtMost: amount.meta({ zh: '直接委托上限', en: 'Commissioned directly at most', shows: 'fen' }),
    movedByStreet: z
      .int()
      .min(0)
      .max(100)
      .meta({
        zh: '街道可批准的预算调整比例（%）',
        en: 'Moved between budget lines with the street’s approval (%)',
        examples: [10],
      }),
  })
  .meta({ zh: '额度', en: 'Limits' })

export type Pack = {
  version: number
  durations: z.infer<typeof durations>
  limits: z.infer<typeof limits>
}

/** The first version: what holds where nobody has decided otherwise. */
export const firstPack: Pack = {
  version: 1,
  durations: {
    /** Our own. */
    answerNeed: 5,
    /** Our own. */
    answerMatch: 5,
    /** Our own. */
    checkProposal: 5,
    /** Five working days in public notices. */
    publicity: 5,
    /** Five working days in public notices. */
    settleObjection: 5,
    /** Our own: a third of the time to the first payment. */
    commitFund: 5,
    /** First money within 15 working days of signing, in public rules. */
    firstPayment: 15,
    /** Common practice. */
    rectificationLeast: 15,
    rectificationMost: 30,
    /** Our own. */
    report: 30,
  },
  limits: {
    /** Our own: above it a need goes to a round. In fen. */
    commissionAtMost: 3_000_000,
    /** Our own: of the award, all changes together. */
    movedByStreet: 10,
  },
}

export type RulePacks = { versions: readonly Pack[] }

/** The version that something runs under. The first is known without a register: it is in the code. */
export const packNamed = (packs: RulePacks | undefined, version: number | undefined): Pack =>
  packs?.versions.find(each => each.version === version) ?? firstPack

export const latestPack = (packs: RulePacks | undefined): Pack => packs?.versions.at(-1) ?? firstPack
