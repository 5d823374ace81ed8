/** 评审与结果: opened to its judges; afterwards its own scores, and what is offered and answered. */
import { z } from 'zod'
import { sealedElsewhere } from '../../engine/sealed.ts'
import { stage } from '../../engine/workflow.ts'
import { amount, choice, day, evidence, person, text } from '../fields.ts'
import { decimal } from '../judging/decimal.ts'
import {
  type Consulted,
  chair,
  leftRound,
  type Mean,
  type Proposal,
  type ProposalFacts,
  pinned,
  versionOf,
} from './data.ts'
import { because, criterion, nothing, project, round, version } from './fields.ts'

// ── messages ────────────────────────────────────────────────────────────────────────────────────

const judge = z.strictObject({ judge: person.meta({ zh: '评委', en: 'Judge', shows: 'person' }) })
const number = z.int().positive().max(100_000)
const mean = decimal.meta({ zh: '平均分', en: 'Mean', examples: ['21.50'] })

const told = {
  total: decimal.meta({ zh: '总分', en: 'Total', examples: ['86.50'] }),
  rank: number.meta({ zh: '名次', en: 'Rank', examples: [3] }),
  of: number.meta({ zh: '参评项目数', en: 'Of', examples: [40] }),
  comments: z
    .array(sealedElsewhere)
    .max(99)
    .meta({ zh: '评语', en: 'Comments', examples: [[]] }),
  objectUntil: day.optional().meta({ zh: '异议截止日', en: 'Objections until', shows: 'day' }),
}
const scored = z.strictObject({
  criterion,
  zh: text(80).meta({ zh: '评分项名称', en: 'Title in Chinese' }),
  en: text(160).meta({ zh: '评分项英文名称', en: 'Title' }),
  weight: z
    .int()
    .positive()
    .meta({ zh: '分值', en: 'Points', examples: [25] }),
  mean,
})

const offered = z.strictObject({
  amount,
  partial: z.boolean().meta({ zh: '部分资助', en: 'In part', examples: [false] }),
})
const whyDeclined = choice(
  {
    rank: { zh: '名次未达到', en: 'its rank' },
    fund: { zh: '资金不足', en: 'the fund' },
    quorum: { zh: '有效评分不足', en: 'too few valid sheets' },
    deliberation: { zh: '评审会合议决定', en: 'a decision of the panel' },
  },
  { zh: '未获资助的原因', en: 'Why' },
)
const whyExcluded = choice(
  {
    objection: { zh: '异议成立', en: 'an objection was upheld' },
    eligibility: { zh: '不符合资格', en: 'it is not eligible' },
    conflict: { zh: '利益冲突', en: 'a conflict of interest' },
  },
  { zh: '取消的原因', en: 'Why' },
)
const whyEnded = choice(
  {
    cancelled: { zh: '轮次已取消', en: 'the round was cancelled' },
    archived: { zh: '轮次已归档', en: 'it was archived' },
  },
  { zh: '原因', en: 'Why' },
)

const commands = {
  'open-to-judge': judge.meta({ zh: '向评委开放', en: 'Open it to a judge' }),
  'close-to-judge': judge.meta({ zh: '不再向评委开放', en: 'Close it to a judge' }),
  'take-result': z
    .strictObject({
      ...told,
      means: z.array(z.strictObject({ criterion, mean })).max(20).meta({ zh: '各项得分', en: 'Scores by criterion' }),
    })
    .meta({ zh: '记录评审结果', en: 'Take the result' }),
  'offer-award': offered.meta({ zh: '拟予资助', en: 'Offer an award' }),
  'hold-in-reserve': z
    .strictObject({ position: number.meta({ zh: '候补次序', en: 'Position', examples: [1] }) })
    .meta({ zh: '列为候补', en: 'Hold in reserve' }),
  'decline-award': z.strictObject({ why: whyDeclined }).meta({ zh: '不予资助', en: 'Decline an award' }),
  exclude: z.strictObject({ why: whyExcluded }).meta({ zh: '取消申报资格', en: 'Exclude the proposal' }),
  'accept-offer': z
    .strictObject({ amount: amount.meta({ zh: '接受的资助金额', en: 'Amount accepted', shows: 'fen' }) })
    .meta({ zh: '接受资助', en: 'Accept the offer' }),
  'decline-offer': because.meta({ zh: '放弃资助', en: 'Decline the offer' }),
  'lapse-offer': nothing.meta({ zh: '逾期未答复', en: 'Let the offer lapse' }),
  'end-with-round': z.strictObject({ why: whyEnded }).meta({ zh: '随轮次结束', en: 'End with the round' }),
}

const answered = { round, project: project.optional() }

const events = {
  OpenedToJudge: commands['open-to-judge'].meta({ zh: '已向评委开放', en: 'opened to a judge' }),
  MaterialsOpened: z
    .strictObject({
      version,
      files: z.array(evidence).max(20).meta({ zh: '供评委查看的附件', en: 'Files for the judges' }),
    })
    .meta({ zh: '申报材料已开放', en: 'materials opened' }),
  ClosedToJudge: commands['close-to-judge'].meta({ zh: '不再向评委开放', en: 'closed to a judge' }),
  ResultTaken: z
    .strictObject({
      ...told,
      band: z
        .int()
        .positive()
        .max(100)
        .meta({ zh: '名次分段（前%）', en: 'Band (first %)', examples: [25] }),
      means: z.array(scored).max(20).meta({ zh: '各项得分', en: 'Scores by criterion' }),
    })
    .meta({ zh: '评审结果已告知', en: 'result told' }),
  AwardOffered: commands['offer-award'].meta({ zh: '拟予资助', en: 'award offered' }),
  HeldInReserve: commands['hold-in-reserve'].meta({ zh: '已列为候补', en: 'held in reserve' }),
  AwardDeclined: commands['decline-award'].meta({ zh: '未获资助', en: 'no award' }),
  ProposalExcluded: z
    .strictObject({ ...answered, ...commands.exclude.shape })
    .meta({ zh: '申报资格已取消', en: 'excluded' }),
  OfferAccepted: z.strictObject({ ...answered, amount }).meta({ zh: '已接受资助', en: 'offer accepted' }),
  OfferDeclined: z.strictObject({ ...answered, ...because.shape }).meta({ zh: '已放弃资助', en: 'offer declined' }),
  OfferLapsed: z.strictObject(answered).meta({ zh: '逾期未答复，资助已失效', en: 'offer lapsed' }),
  RoundEnded: z
    .strictObject({ ...answered, ...commands['end-with-round'].shape })
    .meta({ zh: '轮次已结束', en: 'the round has ended' }),
}

// ── rules' words ────────────────────────────────────────────────────────────────────────────────

const inRound = ({ data: { round, project } }: ProposalFacts) => ({
  round,
  ...(project !== undefined && { project }),
})

/** The narrowest band of the pack that holds this rank. */
const bandOf = (bands: readonly number[], rank: number, of: number): number =>
  bands.find(band => rank * 100 <= band * of) ?? 100

type Taken = z.infer<(typeof commands)['take-result']>
/** A criterion by its title, so that it can be read when the pack has long been another. */
const titled = (facts: ProposalFacts, { means }: Taken): Mean[] =>
  pinned(facts).rubric.criteria.flatMap(({ id, zh, en, weight }) => {
    const found = means.find(({ criterion }) => criterion === id)
    return found ? [{ criterion: id, zh, en, weight, mean: found.mean }] : []
  })

const withoutOffer = ({ offer: _, ...data }: Proposal): Proposal => data

const withoutJudge = (data: Proposal, judge: string): Proposal => ({
  ...data,
  judges: data.judges.filter(each => each !== judge),
})

export const result = stage<Proposal, Consulted>()({
  commands,
  events,
  rules: {
    judgesAnew: {
      of: 'open-to-judge',
      reads: ['judge'],
      zh: '已向该评委开放',
      en: 'It is open to this judge already.',
      holds: ({ data }, { judge }) => !data.judges.includes(judge),
    },
    judgesIt: {
      of: 'close-to-judge',
      reads: ['judge'],
      zh: '未向该评委开放',
      en: 'It is not open to this judge.',
      holds: ({ data }, { judge }) => data.judges.includes(judge),
    },
    acceptsWhatIsOffered: {
      of: 'accept-offer',
      reads: ['amount'],
      zh: '金额与拟资助金额不一致，请核对后再接受',
      en: 'This is not the amount offered; look at it again before you accept.',
      holds: ({ data }, { amount }) => data.offer?.amount === amount,
    },
    acceptingIsActive: {
      of: 'accept-offer',
      zh: '申报组织已暂停或注销，恢复后方可接受资助',
      en: 'The applicant is suspended or dissolved; it may accept once it is reinstated.',
      holds: ({ consulted }) => consulted.organisation?.standing === 'active',
    },
    acceptedProjectIsThere: {
      of: 'accept-offer',
      zh: '所申报的微项目已结束或已离开本轮次，不能接受资助',
      en: 'The project is over, or not in this round any more; the award cannot be accepted.',
      holds: ({ data, consulted: { project } }) =>
        data.project === undefined || (project?.following?.competition === data.round && !project.ended),
    },
    roundIsCancelled: {
      of: 'end-with-round',
      reads: ['why'],
      zh: '轮次取消的，申报书退回编写，可改报其他轮次',
      en: 'If the round is cancelled, the proposal is a draft again, and may be taken to another.',
      holds: (_, { why }) => why === 'cancelled',
    },
    roundIsArchived: {
      of: 'end-with-round',
      reads: ['why'],
      zh: '轮次归档的，申报办结',
      en: 'If the round is archived, the proposal has come to its end.',
      holds: (_, { why }) => why === 'archived',
    },
  },
  records: {
    OpenedToJudge: (_, command) => command.data as { judge: string },
    MaterialsOpened: ({ data }) => ({
      version: data.entered?.version ?? 0,
      files: (versionOf(data, data.entered?.version)?.attachments ?? []).flatMap(({ file, forJudges }) =>
        forJudges ? [file] : [],
      ),
    }),
    ResultTaken: (facts, command) => {
      const { means: _, comments, ...taken } = command.data as Taken
      const { bands, comments: released } = pinned(facts).feedback
      return {
        ...taken,
        band: bandOf(bands, taken.rank, taken.of),
        means: titled(facts, command.data as Taken),
        comments: released ? comments : [],
      }
    },
    ProposalExcluded: (facts, command) => ({ ...inRound(facts), ...(command.data as { why: 'objection' }) }),
    OfferAccepted: (facts, command) => ({ ...inRound(facts), ...(command.data as { amount: number }) }),
    OfferDeclined: (facts, command) => ({ ...inRound(facts), ...(command.data as { reason: string }) }),
    OfferLapsed: inRound,
    RoundEnded: (facts, command) => ({ ...inRound(facts), ...(command.data as { why: 'archived' }) }),
  },
  evolve: {
    OpenedToJudge: (data, { judge }) => ({ ...data, judges: [...data.judges, judge] }),
    MaterialsOpened: data => data,
    ClosedToJudge: (data, { judge }) => withoutJudge(data, judge),
    ResultTaken: (data, result) => ({ ...data, result }),
    AwardOffered: (data, offer) => ({ ...data, offer }),
    HeldInReserve: withoutOffer,
    AwardDeclined: withoutOffer,
    ProposalExcluded: data => data,
    OfferAccepted: data => data,
    OfferDeclined: withoutOffer,
    OfferLapsed: withoutOffer,
    RoundEnded: (data, { why }) => (why === 'cancelled' ? leftRound(data) : data),
  },
  permits: {
    'open-to-judge': [{ system: 'open-proposal-to-its-judge' }],
    'close-to-judge': [{ system: 'close-proposal-to-judge' }],
    'take-result': [{ system: 'give-result-when-publicity-opens' }],
    'offer-award': [{ system: 'offer-award-when-decided' }],
    'hold-in-reserve': [{ system: 'offer-award-when-decided' }],
    'decline-award': [{ system: 'offer-award-when-decided' }],
    exclude: [{ system: 'exclude-proposal-when-round-excludes' }],
    'accept-offer': [chair],
    'decline-offer': [chair],
    'lapse-offer': [{ system: 'deadlines' }],
    'end-with-round': [{ system: 'end-proposal-when-round-ends' }],
  },
  deadlines: {
    offerAnswered: {
      zh: '答复拟资助',
      en: 'the offer is answered',
      in: 'result.offered',
      after: { workingDays: (_, consulted) => pinned({ consulted }).durations.answerOffer },
      ladder: [
        { at: { before: 1 }, remind: 'chair' },
        { at: 0, act: 'lapse-offer' },
      ],
    },
  },
})
