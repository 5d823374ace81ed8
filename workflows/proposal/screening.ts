/** 资格审查: each rule of the pack with its verdict; what the data say is found by itself, the rest a person decides. */
import { z } from 'zod'
import { stage } from '../../engine/workflow.ts'
import { CO_APPLICANTS } from '../co-applicants.ts'
import { type CompetitionRound, entryOf as entryIn } from '../competition-round/data.ts'
import { inTime } from '../competition-round/times.ts'
import { choice, daysFrom, freeText, reason } from '../fields.ts'
import { type EligibilityFacts, eligibilityOf } from '../judging/eligibility.ts'
import { over } from '../roles.ts'
import { allAgree, notAllAgree, somebodyLeft } from './co-applying.ts'
import {
  type Consulted,
  chair,
  type Proposal,
  type ProposalFacts,
  packOf,
  type Resemblance,
  versionOf,
} from './data.ts'
import {
  alike,
  because,
  eligibilityFacts,
  entry,
  findings,
  kind,
  life,
  met,
  nothing,
  round,
  rule,
  until,
  type Verdict,
  verdict,
  version,
} from './fields.ts'
import { entryOf, isNew, isWritten, notNew, notWritten } from './writing.ts'

// ── messages ────────────────────────────────────────────────────────────────────────────────────

const decided = z.strictObject({ rule, met, reason })
const theRule = z.strictObject({ rule })
const overridden = z
  .array(z.strictObject({ rule, reason }))
  .max(40)
  .meta({ zh: '经复核放宽的条件', en: 'Rules set aside' })
const eligible = z.boolean().meta({ zh: '符合资格', en: 'Eligible', examples: [true] })

const commands = {
  'return-for-completion': z
    .strictObject({
      missing: z
        .array(freeText(200))
        .min(1)
        .max(20)
        .meta({ zh: '须补正的内容', en: 'What is missing', examples: [['缺少志愿者安全预案']] }),
      until,
    })
    .meta({ zh: '退回补正', en: 'Return for completion' }),
  'complete-version': z.strictObject({ version }).meta({ zh: '提交补正', en: 'Hand in what was missing' }),
  'lapse-completion': nothing.meta({ zh: '补正逾期', en: 'Let the time to complete it lapse' }),
  'check-eligibility': z
    .strictObject({
      version,
      verdicts: z
        .array(decided)
        .max(40)
        .meta({ zh: '人工判定', en: 'Decided by a person', examples: [[]] }),
    })
    .meta({ zh: '审查资格', en: 'Check eligibility' }),
  'recheck-eligibility': because.meta({ zh: '重新审查资格', en: 'Check eligibility again' }),
  'appeal-eligibility': because.meta({ zh: '申请资格复核', en: 'Appeal against the check' }),
  'override-eligibility': z
    .strictObject({ rule, reason })
    .meta({ zh: '提出放宽资格条件', en: 'Propose to set a rule aside' }),
  'confirm-override': theRule.meta({ zh: '确认放宽资格条件', en: 'Confirm that it is set aside' }),
  'reject-override': z
    .strictObject({ rule, reason })
    .meta({ zh: '不同意放宽资格条件', en: 'Reject that it is set aside' }),
  'flag-resemblance': z
    .strictObject({
      life,
      workflow: kind,
      aspects: z.array(alike).min(1).max(6).meta({ zh: '相似之处', en: 'What is alike' }),
    })
    .meta({ zh: '提示疑似重复申报', en: 'Flag what it resembles' }),
  'settle-resemblance': z
    .strictObject({ life, finding: choice(findings, { zh: '结论', en: 'Finding' }), reason })
    .meta({ zh: '认定是否重复申报', en: 'Decide whether it is the same' }),
}

const events = {
  ReturnedForCompletion: commands['return-for-completion'].meta({ zh: '已退回补正', en: 'returned for completion' }),
  ProposalCompleted: z.strictObject(entry).meta({ zh: '补正已提交', en: 'proposal completed' }),
  CompletionLapsed: commands['lapse-completion'].meta({ zh: '逾期未补正', en: 'not completed in time' }),
  EligibilityChecked: z
    .strictObject({
      round,
      version,
      facts: eligibilityFacts,
      verdicts: z.array(verdict).max(80).meta({ zh: '各项条件', en: 'Verdicts' }),
      eligible,
    })
    .meta({ zh: '资格已审查', en: 'eligibility checked' }),
  EligibilityReopened: commands['recheck-eligibility'].meta({ zh: '资格重新审查', en: 'eligibility is checked again' }),
  EligibilityAppealed: commands['appeal-eligibility'].meta({ zh: '已申请资格复核', en: 'eligibility appealed' }),
  OverrideProposed: commands['override-eligibility'].meta({
    zh: '已提出放宽资格条件',
    en: 'proposed to set a rule aside',
  }),
  OverrideConfirmed: z
    .strictObject({ round, rule, overridden, eligible })
    .meta({ zh: '资格条件已放宽', en: 'a rule was set aside' }),
  OverrideRejected: commands['reject-override'].meta({ zh: '未同意放宽资格条件', en: 'rule not set aside' }),
  ResemblanceFlagged: commands['flag-resemblance'].meta({ zh: '疑似重复申报', en: 'it resembles another' }),
  ResemblanceSettled: commands['settle-resemblance'].meta({ zh: '重复申报已认定', en: 'resemblance settled' }),
}

// ── verdicts ────────────────────────────────────────────────────────────────────────────────────

type Decided = { verdicts: readonly z.infer<typeof decided>[] }

/** What the check hangs on, as it is on this day. */
const factsOf = ({ id, data, consulted, today }: ProposalFacts): EligibilityFacts => {
  const { organisation, round } = consulted
  const { requested = 0, ownShare = 0, applicant } = data.entered ?? {}
  const lines = versionOf(data, data.entered?.version)?.lines ?? []
  const beside = round?.entries.filter(each => each.applicant === applicant && each.proposal !== id && !each.out) ?? []
  return {
    organisation: {
      tier: organisation?.tier ?? 'community-managed',
      standing: organisation?.standing ?? 'dissolved',
      place: organisation?.place ?? '',
      enrolledOn: organisation?.enrolledOn,
    },
    round: { place: round?.place ?? '' },
    today,
    proposal: { requested, ownShare, lines: lines.map(line => ({ class: line.class, amount: line.amount })) },
    others: beside.length,
  }
}

/** A need, an applicant and an activity are funded once: not a rule of a pack, but of every round. */
const FUNDED_ONCE = {
  rule: 'funded-once',
  by: 'person',
  zh: '经认定与其他申报或项目重复',
  en: 'It was found to be the same as another that asks for money.',
} as const
const fundedOnce = ({ resemblances }: Proposal): Verdict[] =>
  resemblances.some(({ finding }) => finding === 'same') ? [{ ...FUNDED_ONCE, met: false }] : []

/** Nobody applies for money together with somebody who has left: the applicant hands in a version without them. */
const APPLY_TOGETHER = {
  rule: 'co-applicants-agree',
  by: 'person',
  zh: '名单上版本的联合申报组织已退出',
  en: 'A co-applicant of the version on the list has left.',
} as const
const applyTogether = (data: Proposal): Verdict[] => (somebodyLeft(data) ? [{ ...APPLY_TOGETHER, met: false }] : [])

/** The rules that the data do not decide. */
const openRules = (facts: ProposalFacts): string[] => {
  const pack = packOf(facts)
  return pack ? eligibilityOf(pack, factsOf(facts)).flatMap(({ rule, met }) => (met === undefined ? [rule] : [])) : []
}

const verdictsOf = (facts: ProposalFacts, { verdicts: said }: Decided): Verdict[] => {
  const pack = packOf(facts)
  if (!pack) return []
  const found = eligibilityOf(pack, factsOf(facts)).map(each => {
    const by = each.by === 'person' ? said.find(({ rule }) => rule === each.rule) : undefined
    return { ...each, met: by?.met ?? each.met ?? false, ...(by && { reason: by.reason }) }
  })
  return [...found, ...fundedOnce(facts.data), ...applyTogether(facts.data)]
}

const isEligible = (verdicts: readonly Verdict[]): boolean => verdicts.every(({ met }) => met)
const unmet = ({ check }: Proposal): string[] => {
  const aside = check?.overridden.map(({ rule }) => rule) ?? []
  return (check?.verdicts ?? []).filter(({ rule, met }) => !met && !aside.includes(rule)).map(({ rule }) => rule)
}

/**
 * While the round screens, also in a call that is open once more. While the panel is drawn a list that changes would throw
 * the draw away, and a seed may be revealed in the same moment: the office returns to screening first. Later only where the
 * round itself waits for a verdict, as an objection asked.
 */
const verdictMayChange = ({ id, consulted: { round } }: ProposalFacts): boolean =>
  round !== undefined && (isScreening(round) || entryIn(round, id)?.eligible === undefined)
const isScreening = ({ standing }: CompetitionRound): boolean => ['open', 'closed', 'screening'].includes(standing)

const isLast = ({ data }: ProposalFacts, { rule }: { rule: string }): boolean =>
  unmet(data).every(each => each === rule)
const isProposed = ({ data }: ProposalFacts, { rule }: { rule: string }): boolean => data.override?.rule === rule
const notProposed = { zh: '没有提出放宽该条件', en: 'Nobody has proposed to set this rule aside.' }

const resembling = (data: Proposal, life: string): Resemblance | undefined =>
  data.resemblances.find(each => each.life === life)
const isUnsettled = ({ finding }: Resemblance): boolean => finding === undefined

// ── the stage ───────────────────────────────────────────────────────────────────────────────────

const deciding = [
  'return-for-completion',
  'check-eligibility',
  'recheck-eligibility',
  'override-eligibility',
  'confirm-override',
  'reject-override',
  'settle-resemblance',
] as const

export const screening = stage<Proposal, Consulted>()({
  commands,
  events,
  rules: {
    callIsOver: {
      of: ['check-eligibility', 'return-for-completion'],
      zh: '申报名单确定后方可审查资格',
      en: 'Eligibility is checked when the list of proposals is settled.',
      holds: ({ consulted: { round } }) => round !== undefined && !['draft', 'open', 'closed'].includes(round.standing),
    },
    verdictMayChange: {
      of: [
        'check-eligibility',
        'recheck-eligibility',
        'appeal-eligibility',
        'override-eligibility',
        'confirm-override',
      ],
      zh: '本轮次资格审查已结束，结果不再变更；抽取种子公开前可退回资格审查，此后有异议的可在名单公示期内提出',
      en: 'Screening is over and verdicts stand. Until a seed is known the round may return to screening; later whoever disagrees may file an objection once the list is public.',
      holds: verdictMayChange,
    },
    leavesTimeToComplete: {
      of: 'return-for-completion',
      reads: ['until'],
      zh: '补正截止日应晚于今天，且不超过规则包规定的补正期',
      en: 'The day to complete it by must be after today, within the days that the rule pack gives.',
      holds: (facts, { until }) =>
        until > facts.today && daysFrom(facts.today, until) <= (packOf(facts)?.durations.complete ?? 0),
    },
    completionIsWritten: {
      of: 'complete-version',
      reads: ['version'],
      metBy: ['write-version'],
      ...notWritten,
      holds: isWritten,
    },
    completionIsNew: { of: 'complete-version', reads: ['version'], metBy: ['write-version'], ...notNew, holds: isNew },
    completedInTime: {
      of: 'complete-version',
      zh: '补正期已过（以请求最后一个字节送达为准）',
      en: 'The time to complete it is over, by the last byte of the request.',
      holds: ({ data, arrived }) => inTime(arrived, data.completion?.until),
    },
    completionAsksNoMore: {
      of: 'complete-version',
      reads: ['version'],
      metBy: ['write-version'],
      zh: '补正不得提高申请金额',
      en: 'What is completed must not ask for more money.',
      holds: ({ data }, { version }) => (versionOf(data, version)?.requested ?? 0) <= (data.entered?.requested ?? 0),
    },
    completionsCoApplicantsAgree: {
      of: 'complete-version',
      reads: ['version'],
      metBy: ['agree-to-apply', 'write-version'],
      ...notAllAgree,
      holds: allAgree,
    },
    checksTheEntered: {
      of: 'check-eligibility',
      reads: ['version'],
      zh: '该版本不在申报名单上，请审查名单上的版本',
      en: 'This is not the version on the list; check the one that is.',
      holds: ({ data }, { version }) => data.entered?.version === version,
    },
    decidesWhatIsOpen: {
      of: 'check-eligibility',
      reads: ['verdicts'],
      zh: '须人工判定的每项条件应各判定一次，其余由系统按数据判定',
      en: 'Each rule that a person decides is decided once; the others follow from the data.',
      holds: (facts, { verdicts }) => {
        const open = openRules(facts)
        const said = verdicts.map(({ rule }) => rule)
        return said.length === open.length && open.every(rule => said.includes(rule))
      },
    },
    resemblancesAreSettled: {
      of: 'check-eligibility',
      metBy: ['settle-resemblance'],
      zh: '请先认定疑似重复的申报',
      en: 'Decide first about what it resembles.',
      holds: ({ data }) => !data.resemblances.some(isUnsettled),
    },
    meetsEveryRule: {
      of: 'check-eligibility',
      reads: ['verdicts'],
      zh: '各项条件均符合的，资格审查通过',
      en: 'If every rule is met, it is eligible.',
      holds: (facts, input) => isEligible(verdictsOf(facts, input)),
    },
    missesARule: {
      of: 'check-eligibility',
      reads: ['verdicts'],
      zh: '有条件不符合的，资格审查不通过',
      en: 'If a rule is not met, it is not eligible.',
      holds: (facts, input) => !isEligible(verdictsOf(facts, input)),
    },
    appealsOnce: {
      of: 'appeal-eligibility',
      zh: '资格复核只能申请一次',
      en: 'Eligibility may be appealed once.',
      holds: ({ data }) => !data.appealed,
    },
    overridesTheUnmet: {
      of: 'override-eligibility',
      reads: ['rule'],
      zh: '该条件已符合、已放宽，或不在审查之列；不重复资助和联合申报组织同意两项不能放宽',
      en: 'This rule is met, set aside already, or none of those checked; that nothing is funded twice and that co-applicants agree is never set aside.',
      holds: ({ data }, { rule }) =>
        unmet(data).includes(rule) && ![FUNDED_ONCE, APPLY_TOGETHER].some(each => each.rule === rule),
    },
    confirmsProposed: { of: 'confirm-override', reads: ['rule'], ...notProposed, holds: isProposed },
    rejectsProposed: { of: 'reject-override', reads: ['rule'], ...notProposed, holds: isProposed },
    nothingElseUnmet: {
      of: 'confirm-override',
      reads: ['rule'],
      zh: '其余条件均符合或已放宽的，资格审查通过',
      en: 'If all other rules are met or set aside, it is eligible.',
      holds: isLast,
    },
    othersUnmet: {
      of: 'confirm-override',
      reads: ['rule'],
      zh: '尚有其他条件不符合的，资格审查仍不通过',
      en: 'While others are not met, it stays ineligible.',
      holds: (facts, input) => !isLast(facts, input),
    },
    flagsAnother: {
      of: 'flag-resemblance',
      reads: ['life'],
      zh: '该申报或项目已提示过',
      en: 'It was flagged already.',
      holds: ({ data }, { life }) => resembling(data, life) === undefined,
    },
    settlesFlagged: {
      of: 'settle-resemblance',
      reads: ['life'],
      zh: '没有提示与该申报或项目相似',
      en: 'It was not flagged as resembling this one.',
      holds: ({ data }, { life }) => resembling(data, life) !== undefined,
    },
  },
  records: {
    ProposalCompleted: entryOf,
    EligibilityChecked: (facts, command) => {
      const { round, entered } = facts.data
      const verdicts = verdictsOf(facts, command.data as Decided)
      return {
        round,
        version: entered?.version ?? 0,
        facts: factsOf(facts),
        verdicts,
        eligible: isEligible(verdicts),
      } as z.input<typeof events.EligibilityChecked>
    },
    OverrideConfirmed: (facts, command) => {
      const { round, check, override } = facts.data
      const { rule } = command.data as { rule: string }
      const aside = [...(check?.overridden ?? []), ...(override ? [override] : [])]
      return { round, rule, overridden: aside, eligible: isLast(facts, { rule }) }
    },
  },
  evolve: {
    ReturnedForCompletion: (data, completion, { revision }) => ({
      ...data,
      completion,
      texts: { ...data.texts, missing: revision },
    }),
    ProposalCompleted: (data, submitted) => ({ ...data, submitted, blind: submitted.blind }),
    CompletionLapsed: data => ({ ...data, completion: undefined }),
    EligibilityChecked: (data, { version, verdicts }, { revision }) => ({
      ...data,
      texts: { ...data.texts, verdicts: revision },
      check: { version, verdicts, overridden: [] },
      override: undefined,
    }),
    EligibilityReopened: data => ({ ...data, check: undefined, override: undefined }),
    EligibilityAppealed: data => ({ ...data, appealed: true }),
    OverrideProposed: (data, override, { revision }) => ({
      ...data,
      override,
      texts: { ...data.texts, override: revision },
    }),
    OverrideConfirmed: (data, { overridden }, { revision }) => ({
      ...data,
      texts: { ...data.texts, overridden: revision },
      check: data.check && { ...data.check, overridden },
      override: undefined,
    }),
    OverrideRejected: data => ({ ...data, override: undefined }),
    ResemblanceFlagged: (data, flagged) => ({ ...data, resemblances: [...data.resemblances, flagged] }),
    ResemblanceSettled: (data, { life, finding }) => ({
      ...data,
      resemblances: data.resemblances.map(each => (each.life === life ? { ...each, finding } : each)),
    }),
  },
  permits: {
    'return-for-completion': over('street', 'bureau'),
    'complete-version': [chair],
    'lapse-completion': [{ system: 'deadlines' }],
    'check-eligibility': over('street', 'bureau'),
    'recheck-eligibility': [...over('bureau'), { system: 'recheck-eligibility-when-objection-upheld' }],
    'appeal-eligibility': [chair],
    'override-eligibility': over('street', 'bureau'),
    'confirm-override': over('bureau'),
    'reject-override': over('bureau'),
    'flag-resemblance': [{ system: 'flag-proposal-that-resembles-another' }],
    'settle-resemblance': over('street', 'bureau'),
  },
  apart: [
    {
      zh: '申报组织的人员不得审查本组织的申报资格，也不得认定其是否重复申报',
      en: 'Who belongs to the applicant does not check its eligibility or decide what it resembles.',
      belongsTo: 'organisation',
      mayNot: deciding,
    },
    ...CO_APPLICANTS.map(name => ({
      zh: '联合申报组织的人员不得审查该申报的资格，也不得认定其是否重复申报',
      en: 'Who belongs to a co-applicant does not check the proposal or decide what it resembles.',
      belongsTo: name,
      mayNot: deciding,
    })),
    {
      zh: '提出放宽资格条件的人不得自行确认或否决',
      en: 'Who proposed to set a rule aside does not confirm or reject it.',
      did: ['OverrideProposed'],
      mayNot: ['confirm-override', 'reject-override'],
    },
  ],
  deadlines: {
    completed: {
      zh: '补正申报书',
      en: 'the proposal is completed',
      in: 'screening.returned',
      after: { days: 0, from: ({ completion }) => completion?.until },
      ladder: [
        { at: { before: 2 }, remind: 'chair' },
        { at: 0, act: 'lapse-completion' },
      ],
    },
  },
})
