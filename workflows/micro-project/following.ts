/**
 * 公益创投 in a round that is held here: the project follows its proposal step by step, so that its own history tells the
 * way in the round and nothing is entered twice. The steps come from policies; nobody takes them by hand.
 */
import { z } from 'zod'
import { all } from '../../engine/definition.ts'
import { stage } from '../../engine/workflow.ts'
import { amount, choice, person } from '../fields.ts'
import { over } from '../roles.ts'
import type { Consulted, MicroProject, ProjectFacts } from './data.ts'
import { because, competition } from './fields.ts'

const steps = {
  drafted: { zh: '申报书已起草', en: 'a proposal was drafted' },
  submitted: { zh: '申报书已提交', en: 'handed in' },
  entered: { zh: '已列入申报名单', en: 'on the list of the round' },
  'not-entered': { zh: '未列入申报名单', en: 'not on the list of the round' },
  returned: { zh: '已退回补正', en: 'returned for completion' },
  completed: { zh: '补正已提交', en: 'completed' },
  eligible: { zh: '资格审查通过', en: 'eligible' },
  ineligible: { zh: '资格审查未通过', en: 'not eligible' },
  result: { zh: '评审结果已公示', en: 'its result is public' },
  offered: { zh: '拟予资助', en: 'an award is offered' },
  reserve: { zh: '列为候补', en: 'held in reserve' },
  declined: { zh: '未获资助', en: 'no award' },
  accepted: { zh: '已接受资助', en: 'the award is accepted' },
  'offer-refused': { zh: '未接受资助', en: 'the award is not taken' },
  excluded: { zh: '申报资格已取消', en: 'excluded' },
  withdrawn: { zh: '申报已撤回', en: 'withdrawn' },
  cancelled: { zh: '轮次已取消', en: 'the round was cancelled' },
  over: { zh: '轮次已结束', en: 'the round is over' },
} as const
export type Step = keyof typeof steps

// ── messages ────────────────────────────────────────────────────────────────────────────────────

const proposal = z.uuid().meta({ zh: '申报书', en: 'Proposal' })
const people = z.array(person).max(200)
const step = choice(steps, { zh: '进展', en: 'Step' })
const followed = { competition, proposal, step }

const commands = {
  'follow-round': z
    .strictObject({ ...followed, amount: amount.optional() })
    .meta({ zh: '跟进轮次', en: 'Follow the round' }),
  'leave-round': because.meta({ zh: '退出轮次', en: 'Leave the round' }),
  'note-judges': z
    .strictObject({
      competition,
      judges: people.meta({ zh: '评委', en: 'Judges', examples: [[]] }),
      deciders: people.meta({ zh: '作出评审决定的人', en: 'Who decided in the round', examples: [[]] }),
    })
    .meta({ zh: '记录轮次评委', en: 'Note who judged' }),
}

const events = {
  RoundFollowed: z.strictObject(followed).meta({ zh: '轮次进展', en: 'a step in the round' }),
  AwardedInRound: z
    .strictObject({ competition, proposal, amount })
    .meta({ zh: '轮次已确定资助', en: 'awarded in the round' }),
  EndedInRound: z.strictObject(followed).meta({ zh: '在轮次中未获资助', en: 'not funded in the round' }),
  WithdrawnInRound: z.strictObject(followed).meta({ zh: '申报已撤回，重新对接', en: 'withdrawn in the round' }),
  FreedFromRound: z.strictObject(followed).meta({ zh: '轮次已取消，可转入其他轮次', en: 'the round was cancelled' }),
  RoundLeft: commands['leave-round'].meta({ zh: '未申报，已退出轮次', en: 'left the round without a proposal' }),
  JudgesNoted: commands['note-judges'].meta({ zh: '轮次评委已记录', en: 'who judged was noted' }),
}

// ── rules' words ────────────────────────────────────────────────────────────────────────────────

type Followed = z.infer<(typeof commands)['follow-round']>

/** Only what is said of the proposal that it follows; a draft that nothing came of gives way to another. */
const isItsOwn = ({ data: { following } }: ProjectFacts, { competition, proposal }: Followed): boolean => {
  if (following?.competition !== competition) return false
  return following.proposal === undefined || following.proposal === proposal || following.step === 'drafted'
}

const followIn = (data: MicroProject, { competition, proposal, step }: Followed): MicroProject => ({
  ...data,
  following: { competition, proposal, step },
})

const withoutAmount = ({ amount: _, ...followed }: Followed) => followed

const together = (known: readonly string[] = [], more: readonly string[]): string[] => [...new Set([...known, ...more])]

/** Steps that lead somewhere; every other one is a line of its history. */
const ENDING: readonly Step[] = ['excluded', 'offer-refused', 'over']
const LEAVING: readonly Step[] = ['withdrawn', 'cancelled']
const goesOn = (step: Step): boolean => step !== 'accepted' && ![...ENDING, ...LEAVING].includes(step)

export const following = stage<MicroProject, Consulted>()({
  commands,
  events,
  rules: {
    followsItsProposal: {
      of: 'follow-round',
      reads: ['competition', 'proposal'],
      zh: '该申报书不是本项目在这一轮次中的申报书',
      en: 'This is not the proposal of this project in this round.',
      holds: isItsOwn,
    },
    stepGoesOn: {
      of: 'follow-round',
      reads: ['step'],
      zh: '轮次未结束的，记录进展',
      en: 'While the round goes on, the step is noted.',
      holds: (_, { step }) => goesOn(step),
    },
    stepAwards: {
      of: 'follow-round',
      reads: ['step', 'amount'],
      zh: '接受资助的，转入资助阶段',
      en: 'If an award is accepted, funding follows.',
      holds: (_, { step, amount }) => step === 'accepted' && amount !== undefined,
    },
    stepEnds: {
      of: 'follow-round',
      reads: ['step'],
      zh: '未获资助的，项目结束',
      en: 'If there is no award, the project ends.',
      holds: (_, { step }) => ENDING.includes(step),
    },
    stepWithdraws: {
      of: 'follow-round',
      reads: ['step'],
      zh: '申报撤回的，重新对接',
      en: 'If the proposal is withdrawn, a match is looked for anew.',
      holds: (_, { step }) => step === 'withdrawn',
    },
    stepCancels: {
      of: 'follow-round',
      reads: ['step'],
      zh: '轮次取消的，可转入其他轮次',
      en: 'If the round is cancelled, the project may be sent to another.',
      holds: (_, { step }) => step === 'cancelled',
    },
    nothingHandedIn: {
      of: 'leave-round',
      zh: '已提交申报书的，请在申报书上撤回',
      en: 'A proposal is handed in; withdraw that.',
      holds: ({ data }) => data.following?.step === undefined || data.following.step === 'drafted',
    },
  },
  records: {
    RoundFollowed: (_, command) => withoutAmount(command.data as Followed),
    AwardedInRound: (_, command) => {
      const { competition, proposal, amount = 0 } = command.data as Followed
      return { competition, proposal, amount }
    },
    EndedInRound: (_, command) => withoutAmount(command.data as Followed),
    WithdrawnInRound: (_, command) => withoutAmount(command.data as Followed),
    FreedFromRound: (_, command) => withoutAmount(command.data as Followed),
  },
  evolve: {
    RoundFollowed: followIn,
    AwardedInRound: (data, { amount, ...round }) => ({
      ...followIn(data, { ...round, step: 'accepted' }),
      award: amount,
    }),
    EndedInRound: (data, followed) => ({ ...followIn(data, followed), ended: true }),
    WithdrawnInRound: data => ({ ...data, following: undefined, match: undefined }),
    FreedFromRound: data => ({ ...data, following: undefined }),
    RoundLeft: data => ({ ...data, following: undefined }),
    JudgesNoted: (data, { judges, deciders }) => ({
      ...data,
      judges: together(data.judges, judges),
      deciders: together(data.deciders, deciders),
    }),
  },
  // Who judged a project is not for those who applied with it.
  confidential: { JudgesNoted: over('bureau') },
  permits: {
    'follow-round': [{ system: 'project-follows-its-proposal' }],
    'leave-round': over('street', 'bureau'),
    'note-judges': [{ system: 'project-follows-its-proposal' }],
  },
  apart: [
    {
      zh: '社会组织的人员不得为本组织的项目退出轮次',
      en: 'Who belongs to the organisation does not take its project out of a round.',
      belongsTo: 'organisation',
      mayNot: ['leave-round'],
    },
  ],
})

export const inRound = {
  id: 'inRound',
  meta: { zh: '轮次中', en: 'in a round', next: ['chair'] },
  on: {
    'follow-round': [
      { guard: all('followsItsProposal', 'stepGoesOn'), actions: 'RoundFollowed' },
      { target: '#funding', guard: all('followsItsProposal', 'stepAwards'), actions: 'AwardedInRound' },
      { target: '#declined', guard: all('followsItsProposal', 'stepEnds'), actions: 'EndedInRound' },
      { target: '#matchmaking', guard: all('followsItsProposal', 'stepWithdraws'), actions: 'WithdrawnInRound' },
      { target: '#agreed', guard: all('followsItsProposal', 'stepCancels'), actions: 'FreedFromRound' },
    ],
    'leave-round': { target: '#agreed', guard: all('nothingHandedIn'), actions: 'RoundLeft' },
  },
} as const
