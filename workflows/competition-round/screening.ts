/** 资格审查: the verdict on each proposal is noted, late records of timely arrivals amend the list, and judges are invited. */
import { z } from 'zod'
import { stage } from '../../engine/workflow.ts'
import { over } from '../roles.ts'
import {
  acceptedJudges,
  type CompetitionRound,
  type Consulted,
  invited,
  isCandidate,
  isSelf,
  type Judge,
  packIn,
  panelChair,
  type RoundFacts,
  takesPart,
  withEntry,
} from './data.ts'
import { judgeLife, knows, name, nothing, outside, overridden, proposal } from './fields.ts'

// ── messages ────────────────────────────────────────────────────────────────────────────────────

const eligible = z.boolean().meta({ zh: '符合资格', en: 'Eligible', examples: [true] })
const accepts = z.boolean().meta({ zh: '接受邀请', en: 'Accepts', examples: [true] })

const commands = {
  'note-eligibility': z
    .strictObject({ proposal, eligible, overridden })
    .meta({ zh: '记录资格审查结果', en: 'Note the verdict on eligibility' }),
  'note-recheck': z
    .strictObject({ proposal })
    .meta({ zh: '记录重新审查资格', en: 'Note that eligibility is checked again' }),
  'invite-judge': z.strictObject({ judge: judgeLife }).meta({ zh: '邀请评委', en: 'Invite a judge' }),
  'answer-invitation': z.strictObject({ accepts }).meta({ zh: '答复评审邀请', en: 'Answer the invitation' }),
  'finish-screening': nothing.meta({ zh: '结束资格审查', en: 'Finish screening' }),
}

const events = {
  EligibilityNoted: commands['note-eligibility'].meta({ zh: '资格审查结果已记录', en: 'eligibility noted' }),
  EligibilityReopened: commands['note-recheck'].meta({ zh: '资格正在重新审查', en: 'eligibility is checked again' }),
  JudgeInvited: z
    .strictObject({
      name,
      judge: judgeLife,
      person: z.uuid().meta({ zh: '受邀人', en: 'Who is invited', shows: 'person' }),
      outside,
      fields: knows,
    })
    .meta({ zh: '评委已邀请', en: 'judge invited' }),
  InvitationAnswered: z.strictObject({ name, accepts }).meta({ zh: '评审邀请已答复', en: 'invitation answered' }),
  ScreeningFinished: commands['finish-screening'].meta({ zh: '资格审查已结束', en: 'screening finished' }),
}

// ── rules' words ────────────────────────────────────────────────────────────────────────────────

/** `C01`, `C02` …: in the order of invitation, which says nothing of anybody. */
const nextName = ({ judges }: CompetitionRound): string => `C${String(judges.length + 1).padStart(2, '0')}`

/** Somebody may have been invited twice: what they answer is the invitation that stands. */
const invitationOf = ({ data, actor }: RoundFacts): Judge | undefined =>
  data.judges.findLast(({ person }) => isSelf(actor, person))

/** Whoever said no may be asked once more. */
const standsInvited = ({ judges }: CompetitionRound, judge: string): boolean =>
  judges.some(each => each.judge === judge && each.accepts !== false)

const unchecked = ({ entries }: CompetitionRound): boolean =>
  entries.some(each => takesPart(each) && each.eligible === undefined)

const everyEntryIsChecked = ({ data }: RoundFacts): boolean => !unchecked(data)

const noted = ({ entries }: CompetitionRound, which: string) =>
  entries.find(each => each.proposal === which && takesPart(each))

const uncheckedAgain = (data: CompetitionRound, which: string): CompetitionRound =>
  withEntry(data, which, ({ eligible: _, ...entry }) => entry)

/** While a tally stands, another verdict makes it an old one. */
const withVerdict = (
  data: CompetitionRound,
  { proposal: which, ...verdict }: z.infer<(typeof commands)['note-eligibility']>,
): CompetitionRound => ({
  ...withEntry(data, which, entry => ({ ...entry, ...verdict })),
  tallyDue: data.tallyDue || data.tally !== undefined,
})

export const screening = stage<CompetitionRound, Consulted>()({
  commands,
  events,
  rules: {
    checkedStandsInTheList: {
      of: 'note-eligibility',
      reads: ['proposal'],
      zh: '该申报书不在名单中，或已退出',
      en: 'The proposal is not in the list, or takes no part any more.',
      holds: ({ data }, { proposal: which }) => noted(data, which) !== undefined,
    },
    isBeingChecked: {
      of: 'note-eligibility',
      reads: ['proposal'],
      zh: '资格审查已结束，只有经异议重新审查的结果可以记录',
      en: 'Screening is over; only a check that an objection asked for is noted.',
      // Of one that takes no part the rule above speaks.
      holds: ({ data }, { proposal: which }) => noted(data, which)?.eligible === undefined,
    },
    verdictLeavesTheDraw: {
      of: ['note-eligibility', 'note-recheck'],
      zh: '已有种子公开，申报名单不再因资格审查变更',
      en: 'A seed is known; the list does not change by a check any more.',
      holds: ({ data }) => data.seeds.every(({ seed }) => seed === undefined),
    },
    recheckedStandsInTheList: {
      of: 'note-recheck',
      reads: ['proposal'],
      zh: '该申报书不在名单中，或已退出',
      en: 'The proposal is not in the list, or takes no part any more.',
      holds: ({ data }, { proposal: which }) => noted(data, which) !== undefined,
    },
    verdictWasNoted: {
      of: 'note-recheck',
      reads: ['proposal'],
      zh: '该申报书已在等待审查结果',
      en: 'Its verdict is waited for already.',
      holds: ({ data }, { proposal: which }) => noted(data, which)?.eligible !== undefined,
    },
    judgeIsInThePool: {
      of: 'invite-judge',
      zh: '评委库中没有该评委，或其已暂停、退出',
      en: 'There is no such judge in the pool, or they are suspended or have left.',
      holds: ({ consulted }) => consulted.judge?.standing === 'active',
    },
    judgeIsNotYetInvited: {
      of: 'invite-judge',
      reads: ['judge'],
      zh: '该评委已受邀，尚未谢绝',
      en: 'The judge has been invited and has not declined.',
      holds: ({ data }, { judge }) => !standsInvited(data, judge),
    },
    judgeRunsNothing: {
      of: 'invite-judge',
      zh: '本轮次的评审组长（含已更换的）和监督人不能担任评委',
      en: 'Who chairs the round, or chaired it before, and its observer do not judge in it.',
      holds: ({ data, consulted }) =>
        consulted.judge === undefined ||
        ![data.chair, data.observer, ...(data.formerChairs ?? [])].includes(consulted.judge.person),
    },
    answerIsNew: {
      of: 'answer-invitation',
      reads: ['accepts'],
      zh: '您已如此答复',
      en: 'This has been your answer already.',
      holds: (facts, { accepts: says }) => invitationOf(facts)?.accepts !== says,
    },
    everyEntryIsChecked: {
      of: '*',
      zh: '尚有申报书未审查资格',
      en: 'Some proposals have not been checked yet.',
      holds: everyEntryIsChecked,
    },
    somethingIsEligible: {
      of: 'finish-screening',
      metBy: ['reopen-call'],
      zh: '没有符合资格的申报书，可重新征集或取消本轮次',
      en: 'No proposal is eligible; reopen the call, or cancel the round.',
      holds: ({ data }) => data.entries.some(isCandidate),
    },
    enoughJudgesAccepted: {
      of: 'finish-screening',
      metBy: ['invite-judge', 'answer-invitation'],
      zh: '接受邀请的评委少于规则包规定的评委人数',
      en: 'Fewer judges have accepted than the pack asks for.',
      holds: ({ data, consulted }) => acceptedJudges(data).length >= packIn(consulted).panel.size,
    },
  },
  records: {
    JudgeInvited: ({ data, consulted }, command) => ({
      name: nextName(data),
      judge: (command.data as { judge: string }).judge,
      person: consulted.judge?.person ?? '',
      outside: consulted.judge?.outside ?? false,
      fields: [...(consulted.judge?.fields ?? [])],
    }),
    InvitationAnswered: (facts, command) => ({
      name: invitationOf(facts)?.name ?? '',
      accepts: (command.data as { accepts: boolean }).accepts,
    }),
  },
  evolve: {
    EligibilityNoted: withVerdict,
    EligibilityReopened: (data, { proposal: which }) => uncheckedAgain(data, which),
    JudgeInvited: (data, judge) => ({ ...data, judges: [...data.judges, judge] }),
    InvitationAnswered: (data, { name: who, accepts: says }) => ({
      ...data,
      judges: data.judges.map(each => (each.name === who ? { ...each, accepts: says } : each)),
    }),
    ScreeningFinished: data => ({ ...data, standing: 'judging' }),
  },
  confidential: {
    EligibilityNoted: over('street', 'bureau'),
    EligibilityReopened: over('street', 'bureau'),
    JudgeInvited: [...over('street', 'bureau'), panelChair],
    InvitationAnswered: [...over('street', 'bureau'), panelChair],
  },
  permits: {
    'note-eligibility': [{ system: 'note-eligibility-when-decided' }],
    'note-recheck': [{ system: 'note-recheck-when-eligibility-reopened' }],
    'invite-judge': over('street', 'bureau'),
    'answer-invitation': [invited],
    'finish-screening': over('street', 'bureau'),
  },
})
