/** 资格审查: every rule with its verdict and the figures behind it; what the data do not say a person decides. */
import type { Day, Title } from '../../engine/definition.ts'
import { daysFrom } from '../fields.ts'
import { covers } from '../places/places.ts'
import { type DataRule, dataRules } from '../round-pack/data-rules.ts'
import type { RoundPack } from '../round-pack/pack.ts'
import { type Tier, tiers } from '../vocabulary.ts'
import { percentDown, timesDown, yuan } from './decimal.ts'

export type EligibilityFacts = {
  organisation: {
    tier: Tier
    standing: 'active' | 'suspended' | 'dissolved'
    place: string
    /** Unknown where it stands in no register: then a person decides. */
    enrolledOn: Day | undefined
  }
  round: { place: string }
  today: Day
  /** Fen. */
  proposal: { requested: number; ownShare: number; lines: readonly { class: string; amount: number }[] }
  /** Other proposals of the applicant in this round. */
  others: number
}

/** `met` undefined: not known yet, a person decides. */
export type Verdict = Title & { rule: string; by: 'data' | 'person'; met: boolean | undefined }

type Look = (pack: RoundPack, facts: EligibilityFacts) => Title & { met: boolean | undefined }

const budgetOf = ({ proposal: { lines } }: EligibilityFacts): number =>
  lines.reduce((total, { amount }) => total + amount, 0)
const listed = (titles: readonly string[], between: string): string => titles.join(between)

const looks: Record<DataRule, Look> = {
  tier: ({ applicants }, { organisation: { tier } }) => ({
    met: applicants.tiers.includes(tier),
    zh: `申报组织为${tiers[tier].zh}组织；可申报：${listed(
      applicants.tiers.map(each => tiers[each].zh),
      '、',
    )}`,
    en: `The applicant is ${tiers[tier].en}; may apply: ${listed(
      applicants.tiers.map(each => tiers[each].en),
      ', ',
    )}.`,
  }),
  standing: (_, { organisation: { standing } }) => ({
    met: standing === 'active',
    zh: standing === 'active' ? '申报组织状态正常' : `申报组织已${standing === 'suspended' ? '暂停' : '注销'}`,
    en: `The applicant is ${standing}.`,
  }),
  place: ({ applicants: { ownPlaceOnly } }, { organisation, round }) => {
    const inside = covers(round.place, organisation.place)
    return {
      met: !ownPlaceOnly || inside,
      zh: `申报组织${inside ? '在' : '不在'}本轮次辖区内${ownPlaceOnly ? '' : '（不限辖区）'}`,
      en: `The applicant ${inside ? 'is' : 'is not'} of the round’s place${ownPlaceOnly ? '' : ' (any may apply)'}.`,
    }
  },
  enrolled: ({ applicants: { enrolledDays } }, { organisation: { enrolledOn }, today }) => {
    const days = enrolledOn && daysFrom(enrolledOn, today)
    return {
      met: enrolledDays === 0 || (days === undefined ? undefined : Number(days) >= enrolledDays),
      zh: `入册${days ?? '日数不详'}${days === undefined ? '' : '日'}；要求满${enrolledDays}日`,
      en: `Enrolled for ${days ?? 'an unknown number of'} days; ${enrolledDays} are asked for.`,
    }
  },
  'most-per-applicant': ({ applicants: { mostPerApplicant } }, { others }) => ({
    met: others < mostPerApplicant,
    zh: `该组织本轮次共申报${others + 1}个项目；最多${mostPerApplicant}个`,
    en: `Proposals of this applicant in the round: ${others + 1}; at most ${mostPerApplicant}.`,
  }),
  'adds-up': (_, facts) => {
    const { requested, ownShare } = facts.proposal
    return {
      met: requested + ownShare === budgetOf(facts),
      zh: `申请${yuan(requested)}元加自筹${yuan(ownShare)}元，预算各项合计${yuan(budgetOf(facts))}元`,
      en: `Requested ¥${yuan(requested)} and own share ¥${yuan(ownShare)}; the lines add up to ¥${yuan(budgetOf(facts))}.`,
    }
  },
  cap: ({ money: { cap } }, { proposal: { requested } }) => ({
    met: requested <= cap,
    zh: `申请${yuan(requested)}元；单个项目上限${yuan(cap)}元`,
    en: `Requested ¥${yuan(requested)}; at most ¥${yuan(cap)}.`,
  }),
  'share-of-budget': ({ money: { shareOfBudget } }, facts) => {
    const most = percentDown(budgetOf(facts), shareOfBudget)
    return {
      met: facts.proposal.requested <= most,
      zh: `申请${yuan(facts.proposal.requested)}元；不超过总预算的${shareOfBudget}%，即${yuan(most)}元`,
      en: `Requested ¥${yuan(facts.proposal.requested)}; at most ${shareOfBudget} % of the budget, ¥${yuan(most)}.`,
    }
  },
  matching: ({ money: { matchingMultiple } }, { proposal: { requested, ownShare } }) => {
    if (matchingMultiple === null) return { met: true, zh: '不要求配套资金', en: 'No matching funds are asked for.' }
    const most = timesDown(ownShare, matchingMultiple)
    return {
      met: requested <= most,
      zh: `申请${yuan(requested)}元；不超过自筹的${matchingMultiple}倍，即${yuan(most)}元`,
      en: `Requested ¥${yuan(requested)}; at most ${matchingMultiple} times the own share, ¥${yuan(most)}.`,
    }
  },
  'expense-classes': ({ money: { expenseClasses } }, { proposal: { lines } }) => {
    const allowed = new Set(expenseClasses.filter(each => each.allowed).map(({ id }) => id))
    const others = [...new Set(lines.map(line => line.class))].filter(each => !allowed.has(each))
    const titled = (language: 'zh' | 'en') =>
      others.map(other => expenseClasses.find(({ id }) => id === other)?.[language] ?? other)
    return {
      met: others.length === 0,
      zh: others.length === 0 ? '支出类别均允许列支' : `不得列支：${listed(titled('zh'), '、')}`,
      en: others.length === 0 ? 'All expense classes are allowed.' : `Not allowed: ${listed(titled('en'), ', ')}.`,
    }
  },
  'expense-shares': ({ money: { expenseClasses } }, facts) => {
    const spent = (id: string) =>
      facts.proposal.lines.filter(line => line.class === id).reduce((t, l) => t + l.amount, 0)
    const over = expenseClasses.filter(
      ({ id, most }) => most !== undefined && spent(id) > percentDown(budgetOf(facts), most),
    )
    return {
      met: over.length === 0,
      zh: over.length === 0 ? '各类支出占比符合要求' : over.map(each => `${each.zh}超过预算的${each.most}%`).join('；'),
      en:
        over.length === 0
          ? 'Every expense class keeps within its share.'
          : `${over.map(each => `${each.en} above ${each.most} % of the budget`).join('; ')}.`,
    }
  },
}

/** Every rule in one order, met or not: whoever is turned away reads all reasons at once. */
export const eligibilityOf = (pack: RoundPack, facts: EligibilityFacts): Verdict[] => [
  ...dataRules.map((rule): Verdict => {
    const verdict = looks[rule](pack, facts)
    return { rule, by: verdict.met === undefined ? 'person' : 'data', ...verdict }
  }),
  ...pack.applicants.rules.map(({ id, zh, en }): Verdict => ({ rule: id, by: 'person', met: undefined, zh, en })),
]
