/** 计票与评议: the sheets are counted, ties are voted on, a found conflict voids a sheet, and the ranking is settled with its awards. */
import { z } from 'zod'
import { heldSince } from '../../engine/definition.ts'
import { stage } from '../../engine/workflow.ts'
import { choice, freeText, reason } from '../fields.ts'
import { decimal } from '../judging/decimal.ts'
import type { Tally } from '../judging/tally.ts'
import { minutes } from '../micro-project/fields.ts'
import { over } from '../roles.ts'
import {
  activePanel,
  type Changes,
  type CompetitionRound,
  type Consulted,
  concerned,
  entryOf,
  isApplicantsOfficer,
  isCandidate,
  packIn,
  panelChair,
  type RoundFacts,
} from './data.ts'
import { awards, left, name, nothing, proposal, rank, share, total } from './fields.ts'
import { awardsOf, changesBetween, leftOf } from './results.ts'

// ── messages ────────────────────────────────────────────────────────────────────────────────────

const byName = z.record(z.string().max(40), decimal)
const result = z.strictObject({
  proposal,
  total,
  rank,
  score: total.meta({ zh: '评分', en: 'Score', examples: ['84.50'] }),
  bonuses: byName.meta({ zh: '加分', en: 'Bonuses', examples: [{ matching: '2.00' }] }),
  means: byName.meta({ zh: '各项平均分', en: 'Means by criterion', examples: [{ need: '21.50' }] }),
  sheets: z
    .array(
      z.strictObject({
        judge: name,
        total,
        dropped: z.boolean().meta({ zh: '已去掉', en: 'Dropped', examples: [false] }),
      }),
    )
    .max(99)
    .meta({ zh: '各评委总分', en: 'Totals of the sheets' }),
  tied: z.array(proposal).max(5_000).optional().meta({ zh: '同分申报书', en: 'Tied with' }),
  decidedBy: z
    .string()
    .max(40)
    .optional()
    .meta({ zh: '同分排序依据', en: 'Set apart by', examples: ['need'] }),
})
const whyBlocked = choice(
  { quorum: { zh: '有效评分不足法定份数', en: 'fewer valid sheets than the quorum' } },
  { zh: '原因', en: 'Why' },
)
const tallied = {
  results: z.array(result).max(5_000).meta({ zh: '计票结果', en: 'Results' }),
  blocked: z
    .array(z.strictObject({ proposal, why: whyBlocked }))
    .max(5_000)
    .meta({ zh: '无法计票', en: 'Without a result', examples: [[]] }),
  openTies: z
    .array(z.array(proposal).max(5_000))
    .max(5_000)
    .meta({ zh: '待表决的同分', en: 'Ties to be voted on', examples: [[]] }),
  counted: z
    .array(
      z.strictObject({
        name,
        ballot: z.uuid().meta({ zh: '评分册', en: 'Ballot' }),
        revision: z
          .int()
          .min(0)
          .meta({ zh: '版次', en: 'Revision', examples: [12] }),
      }),
    )
    .max(999)
    .meta({ zh: '所计评分册', en: 'Ballots counted' }),
}
const money = share.meta({ zh: '金额', en: 'Amount', shows: 'fen', examples: [1_200_000] })
const paid = z
  .array(z.strictObject({ proposal, amount: money }))
  .max(5_000)
  .meta({ zh: '已拨付', en: 'Paid already', examples: [[]] })
const moved = <T extends z.ZodType>(value: T) =>
  z.array(
    z.strictObject({
      proposal,
      before: value.meta({ zh: '原为', en: 'Before' }),
      after: value.meta({ zh: '现为', en: 'After' }),
    }),
  )
const changes = z
  .strictObject({
    ranks: moved(rank.nullable())
      .max(5_000)
      .meta({ zh: '名次', en: 'Ranks', examples: [[]] }),
    awards: moved(money)
      .max(5_000)
      .meta({ zh: '资助', en: 'Awards', examples: [[]] }),
    paid,
  })
  .meta({ zh: '与上次计票相比', en: 'Against the tally before' })

/** How many there were when the ballots were looked at: what came since is not counted. */
const many = z.int().min(0).max(100_000)
const seen = z
  .strictObject({
    voids: many.meta({ zh: '无效评分数', en: 'Sheets voided', examples: [0] }),
    votes: many.meta({ zh: '同分表决数', en: 'Votes', examples: [0] }),
  })
  .meta({ zh: '计票依据', en: 'Counted with' })

const people = z.int().min(0).max(99)
const votes = z
  .strictObject({
    for: people.meta({ zh: '赞成', en: 'For', examples: [4] }),
    against: people.meta({ zh: '反对', en: 'Against', examples: [1] }),
    abstained: people.meta({ zh: '弃权', en: 'Abstained', examples: [0] }),
  })
  .meta({ zh: '表决', en: 'Votes' })
const decisions = {
  withhold: { zh: '不予资助', en: 'not funded' },
  reserve: { zh: '列为候补', en: 'held in reserve' },
  prefer: { zh: '优先资助', en: 'awarded before the others' },
}

const commands = {
  'record-tally': z
    .strictObject({ ...tallied, paid: paid.optional(), seen })
    .meta({ zh: '记录计票', en: 'Record a tally' }),
  'record-vote': z
    .strictObject({
      order: z.array(proposal).min(2).max(5_000).meta({ zh: '表决排序', en: 'Order voted' }),
      votes,
      minutes,
    })
    .meta({ zh: '记录同分表决', en: 'Record a vote on a tie' }),
  deliberate: z
    .strictObject({
      proposal,
      decision: choice(decisions, { zh: '评议决定', en: 'Decision' }),
      votes,
      minutes,
      reasons: freeText(2000).meta({
        zh: '决定理由',
        en: 'Reasons',
        examples: ['与在建项目内容重复，评审会议决定不予资助'],
      }),
    })
    .meta({ zh: '记录评议决定', en: 'Record a decision in deliberation' }),
  'void-sheets': z
    .strictObject({ name, proposal: proposal.optional(), reason })
    .meta({ zh: '认定评分无效', en: 'Void sheets' }),
  'settle-ranking': nothing.meta({ zh: '确定排名', en: 'Settle the ranking' }),
}

const events = {
  TallyRecorded: z.strictObject({ ...tallied, changes }).meta({ zh: '计票已记录', en: 'tally recorded' }),
  VoteRecorded: commands['record-vote'].meta({ zh: '同分表决已记录', en: 'vote recorded' }),
  Deliberated: commands.deliberate.meta({ zh: '评议决定已记录', en: 'decided in deliberation' }),
  SheetsVoided: commands['void-sheets'].meta({ zh: '评分已认定无效', en: 'sheets voided' }),
  RankingSettled: z.strictObject({ awards, left }).meta({ zh: '排名已确定', en: 'ranking settled' }),
}

// ── rules' words ────────────────────────────────────────────────────────────────────────────────

type Votes = z.infer<typeof votes>
/** More than half of the panel, whoever stays away, and no more votes than judges. */
const carries = ({ data }: RoundFacts, { votes: cast }: { votes: Votes }): boolean => {
  const judges = activePanel(data).length
  return cast.for + cast.against + cast.abstained <= judges && 2 * cast.for > judges
}
const notCarried = {
  zh: '表决票数不能超过评审组人数，且赞成票须超过评审组全体评委的半数（五人评审组至少三票，七人至少四票）',
  en: 'There are no more votes than judges, and more than half of all judges on the panel are for it: three of five, four of seven.',
}

type Given = z.infer<(typeof commands)['record-tally']>
const tallyIn = ({ results, blocked, openTies }: Pick<Given, 'results' | 'blocked' | 'openTies'>): Tally => ({
  results: results.map(({ tied, decidedBy, ...rest }) => ({
    ...rest,
    ...(tied && { tied }),
    ...(decidedBy !== undefined && { decidedBy }),
  })),
  blocked,
  openTies,
})

const withTally = (
  data: CompetitionRound,
  given: Omit<Given, 'paid' | 'seen'>,
  changed: Changes,
): CompetitionRound => ({
  ...data,
  tally: { ...tallyIn(given), counted: given.counted, changes: changed, number: (data.tally?.number ?? 0) + 1 },
  tallyDue: false,
})

const NO_CHANGES: Changes = { ranks: [], awards: [], paid: [] }

const isOfCandidates = ({ data }: RoundFacts, { results, blocked }: Pick<Given, 'results' | 'blocked'>): boolean => {
  const given = [...results, ...blocked].map(each => each.proposal)
  const candidates = data.entries.filter(isCandidate).map(each => each.proposal)
  return new Set(given).size === given.length && given.sort().join() === candidates.sort().join()
}

type Voided = z.infer<(typeof commands)['void-sheets']>
const withVoided = (data: CompetitionRound, { name: who, proposal: which }: Voided): CompetitionRound => {
  const late = data.standing !== 'judging'
  return {
    ...data,
    voids: [...data.voids, { name: who, ...(which !== undefined && { proposal: which }), late }],
    tallyDue: data.tallyDue || late,
  }
}

const BY_RECUSAL = 'void-sheets-when-judge-recuses-late'
const followsARecusal = ({ actor }: Pick<RoundFacts, 'actor'>): boolean => actor.person === `system:${BY_RECUSAL}`

/** Something that counts now and would count no more. */
const hasSheet = ({ data }: RoundFacts, { name: who, proposal: which }: Voided): boolean =>
  data.seals.some(
    ({ name: sealed, submitted }) => sealed === who && (which === undefined || submitted.includes(which)),
  ) && !data.voids.some(each => each.name === who && (each.proposal === undefined || each.proposal === which))

const withheld = ({ decisions: taken }: CompetitionRound, which: string): boolean =>
  taken.some(each => each.proposal === which && each.decision === 'withhold')

/** By a post held at any time since the round opened, or by the register. */
export const belongsToNoApplicant = ({ data, actor }: Pick<RoundFacts, 'data' | 'actor'>): boolean =>
  !heldSince(actor, new Set(concerned(data)), data.openedOn ?? '') &&
  !isApplicantsOfficer(data, [actor.person, ...actor.doubles])

export const tallying = stage<CompetitionRound, Consulted>()({
  commands,
  events,
  rules: {
    belongsToNoApplicant: {
      of: '*',
      metBy: ['replace-chair'],
      zh: '申报组织的人员不得办理本轮次的征集、评审、排名、公示和资金事项，请由与申报组织无关的人员办理',
      en: 'Who belongs to an applicant runs nothing of the round: neither call, judging and ranking nor publicity and money; somebody without a part in any applicant does.',
      holds: belongsToNoApplicant,
    },
    tallyIsOfTheCandidates: {
      of: 'record-tally',
      reads: ['results', 'blocked'],
      zh: '计票与现在参评的申报书不符，请重新计票',
      en: 'The tally is not of the proposals that are ranked now; count again.',
      holds: isOfCandidates,
    },
    nothingCameSince: {
      of: 'record-tally',
      reads: ['seen'],
      zh: '计票期间有评分被认定无效或有新的表决，请重新计票',
      en: 'A sheet was voided or a vote recorded while it was counted; count again.',
      holds: ({ data }, { seen: { voids, votes: taken } }) =>
        voids === data.voids.length && taken === data.votes.length,
    },
    votesOnATie: {
      of: 'record-vote',
      reads: ['order'],
      zh: '表决排序应包含一组待表决同分的全部申报书，且不重复',
      en: 'The order holds every proposal of a tie that is open, each once.',
      holds: ({ data }, { order }) =>
        new Set(order).size === order.length &&
        (data.tally?.openTies ?? []).some(tie => tie.every(which => order.includes(which))),
    },
    voteCarries: { of: 'record-vote', reads: ['votes'], ...notCarried, holds: carries },
    decisionCarries: { of: 'deliberate', reads: ['votes'], ...notCarried, holds: carries },
    decidesOnACandidate: {
      of: 'deliberate',
      reads: ['proposal'],
      zh: '该申报书未参加评审',
      en: 'The proposal is not among those that are ranked.',
      holds: ({ data }, { proposal: which }) => {
        const entry = entryOf(data, which)
        return entry !== undefined && isCandidate(entry)
      },
    },
    // Asked by anybody else it is answered alike, whatever was submitted: who has is not known before the reveal.
    isARecusalBeforeTheReveal: {
      of: 'void-sheets',
      zh: '启封前只因评委申请回避而作废评分，由系统记录；缺评可认定无效、延长评审或更换评委',
      en: 'Before the reveal a sheet is voided only as its judge recuses themself; one that is missing is declared void, or judging extended.',
      holds: facts => facts.data.standing !== 'judging' || followsARecusal(facts),
    },
    sheetCounts: {
      of: 'void-sheets',
      reads: ['name', 'proposal'],
      zh: '没有这份评分，或已认定无效',
      en: 'There is no such sheet, or it was voided.',
      holds: (facts, given) => (facts.data.standing === 'judging' && !followsARecusal(facts)) || hasSheet(facts, given),
    },
    tallyIsCurrent: {
      of: 'settle-ranking',
      metBy: ['record-tally'],
      confidential: true,
      zh: '情况已变化，须重新计票',
      en: 'Something has changed since; it is to be counted again.',
      holds: ({ data }) => !data.tallyDue,
    },
    noTieIsOpen: {
      of: 'settle-ranking',
      metBy: ['record-vote'],
      confidential: true,
      zh: '尚有同分待评审会表决',
      en: 'A tie waits for a vote.',
      holds: ({ data }) => data.tally?.openTies.length === 0,
    },
    nothingBlocks: {
      of: 'settle-ranking',
      metBy: ['order-rescoring', 'deliberate'],
      confidential: true,
      zh: '有申报书的有效评分不足法定份数，请重新评分，或经评议决定不予资助',
      en: 'A proposal has fewer valid sheets than its quorum: have it scored again, or decide in deliberation to withhold the award.',
      holds: ({ data }) => (data.tally?.blocked ?? []).every(each => withheld(data, each.proposal)),
    },
  },
  records: {
    TallyRecorded: ({ data, consulted }, command) => {
      const { paid: already = [], seen: _, ...given } = command.data as Given
      const after = withTally(data, given, NO_CHANGES)
      const { ranks, awards: moves, paid: out } = changesBetween(packIn(consulted), data, after, already)
      return { ...given, changes: { ranks: [...ranks], awards: [...moves], paid: [...out] } }
    },
    RankingSettled: ({ data, consulted }) => {
      const given = awardsOf(packIn(consulted), data)
      return { awards: given, left: leftOf(data, given) }
    },
  },
  evolve: {
    TallyRecorded: (data, { changes: changed, ...given }) => withTally(data, given, changed),
    VoteRecorded: (data, { order }) => ({ ...data, votes: [...data.votes, { order }], tallyDue: true }),
    Deliberated: (data, { proposal: which, decision }) => ({
      ...data,
      decisions: [...data.decisions.filter(each => each.proposal !== which), { proposal: which, decision }],
    }),
    SheetsVoided: (data, given) => ({
      ...withVoided(data, given),
      standing: data.standing === 'judging' ? 'judging' : 'tally',
    }),
    RankingSettled: (data, { awards: given }) => ({ ...data, settled: given }),
  },
  confidential: {
    TallyRecorded: [...over('bureau'), panelChair],
    VoteRecorded: [...over('bureau'), panelChair],
    Deliberated: [...over('bureau'), panelChair],
    SheetsVoided: [...over('bureau'), panelChair],
    RankingSettled: [...over('bureau'), panelChair],
  },
  permits: {
    'record-tally': [{ system: 'record-tally-when-sheets-open' }],
    'record-vote': [panelChair],
    deliberate: [panelChair],
    'void-sheets': [...over('bureau'), panelChair, { system: BY_RECUSAL }],
    'settle-ranking': [panelChair],
  },
})
