/** 申报回避: a judge says to which applicants they are tied before any proposal is opened to them; then they get those that are left. */
import { z } from 'zod'
import { stage } from '../../engine/workflow.ts'
import { organisation, person } from '../fields.ts'
import { type Ballot, type BallotFacts, type Consulted, itsJudge } from './data.ts'
import { proposal, sitting, until } from './fields.ts'

// ── messages ────────────────────────────────────────────────────────────────────────────────────

const organisations = z.array(organisation).max(5_000)
const sheet = z.strictObject({
  proposal,
  project: z.uuid().optional().meta({ zh: '微项目', en: 'Micro-project' }),
  applicants: organisations.min(1).max(11).meta({ zh: '申报组织', en: 'Applicants' }),
})

const commands = {
  'open-ballot': z
    .strictObject({
      round: z.uuid().meta({ zh: '创投轮次', en: 'Round' }),
      pack: z.uuid().meta({ zh: '创投规则包', en: 'Rule pack' }),
      chair: person.meta({ zh: '评审组长', en: 'Chair of the panel' }),
      name: z
        .string()
        .regex(/^C\d{2,3}$/)
        .meta({ zh: '评委代号', en: 'Pseudonym of the judge', examples: ['C01'] }),
      judge: z.uuid().meta({ zh: '评委库记录', en: 'Judge in the pool' }),
      person: person.meta({ zh: '评委', en: 'Judge' }),
      until,
      sitting,
      applicants: organisations.meta({ zh: '全部申报组织', en: 'All applicants' }),
    })
    .meta({ zh: '发放评分册', en: 'Open a ballot' }),
  'declare-conflicts': z
    .strictObject({
      organisations: organisations.meta({
        zh: '须回避的申报组织',
        en: 'Applicants that one is tied to',
        examples: [[]],
      }),
      none: z.boolean().meta({ zh: '声明与所有申报组织均无利害关系', en: 'Tied to none of them', examples: [true] }),
    })
    .meta({ zh: '申报回避', en: 'Declare conflicts' }),
  'assign-proposals': z
    .strictObject({ sheets: z.array(sheet).max(5_000).meta({ zh: '待评申报书', en: 'Proposals to score' }) })
    .meta({ zh: '分配申报书', en: 'Assign proposals' }),
}

const events = {
  BallotOpened: commands['open-ballot'].meta({ zh: '评分册已发放', en: 'ballot opened' }),
  ConflictsDeclared: commands['declare-conflicts'].meta({ zh: '回避已申报', en: 'conflicts declared' }),
  ProposalsAssigned: commands['assign-proposals'].meta({ zh: '申报书已分配', en: 'proposals assigned' }),
}

/** The round is judging, and its last day is not over; who was quicker than the seal, the ballot itself decides. */
export const isTimeToScore = ({ data, consulted: { round }, today }: BallotFacts): boolean =>
  round?.standing === 'judging' && today <= (round.judging?.until ?? data.until)

export const declaring = stage<Ballot, Consulted>()({
  commands,
  events,
  rules: {
    declaresInTime: {
      of: 'declare-conflicts',
      zh: '本轮评审未在进行，或评分截止日已过',
      en: 'The round is not being judged, or its last day to score is over.',
      holds: isTimeToScore,
    },
    namesApplicants: {
      of: 'declare-conflicts',
      reads: ['organisations'],
      zh: '只能填写本轮名单中的申报组织',
      en: 'Only organisations that apply in this round are named.',
      holds: ({ data }, { organisations: named }) => named.every(each => data.applicants.includes(each)),
    },
    saysSomeOrNone: {
      of: 'declare-conflicts',
      reads: ['organisations', 'none'],
      zh: '请选择须回避的组织，或声明均无利害关系，二者只选其一',
      en: 'Name whom you are tied to, or say that it is none of them; never both.',
      holds: (_, { organisations: named, none }) => none === (named.length === 0),
    },
  },
  confidential: {
    // Whom a judge is tied to is nobody's business but theirs.
    ConflictsDeclared: [itsJudge],
    // It says whose the proposals are, which in a blind round the judge does not know either.
    ProposalsAssigned: [],
  },
  evolve: {
    BallotOpened: (data, opened) => ({ ...data, ...opened }),
    ConflictsDeclared: (data, { organisations: declared }) => ({ ...data, declared }),
    ProposalsAssigned: (data, { sheets }) => ({
      ...data,
      assigned: true,
      sheets: sheets.map(each => ({ ...each, standing: 'open' as const })),
    }),
  },
  permits: {
    'open-ballot': [{ system: 'open-ballots-when-judging-opens' }],
    'declare-conflicts': [itsJudge],
    'assign-proposals': [{ system: 'assign-proposals-when-conflicts-declared' }],
  },
})
