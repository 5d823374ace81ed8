/** 公示后反馈结果: each applicant is told its own scores by criterion, its rank, and what the judges wrote. */
import { type Cause, type Look, policy, type Sending } from '../../engine/policy.ts'
import type { Sealed } from '../../engine/sealed.ts'
import type { Ballot, BallotSheet } from '../ballot/data.ts'
import { activePanel, type CompetitionRound } from '../competition-round/data.ts'
import type { CompetitionRoundEvents } from '../competition-round/index.ts'
import type { Result } from '../judging/tally.ts'

/** By judge, and by proposal. */
type Ballots = ReadonlyMap<string, ReadonlyMap<string, BallotSheet>>

const ballotsOf = async (round: CompetitionRound, look: Look): Promise<Ballots> => {
  const found = activePanel(round).map(async ({ name, ballot }) => {
    const life = ballot === undefined ? undefined : await look.life('ballot', ballot)
    const { sheets } = (life?.data ?? { sheets: [] }) as Pick<Ballot, 'sheets'>
    return [name, new Map(sheets.map(sheet => [sheet.proposal, sheet]))] as const
  })
  return new Map(await Promise.all(found))
}

/**
 * What was written on the sheets that count, sealed as it is. In the order of their nonces, which are random: in that of
 * the judges, comments on several proposals would tell which are by one hand.
 */
const commentsOn = ({ proposal, sheets }: Result, ballots: Ballots): Sealed[] =>
  sheets
    .flatMap(({ judge }) => ballots.get(judge)?.get(proposal)?.submitted?.comments ?? [])
    .sort((one, other) => (one.nonce < other.nonce ? -1 : 1))

const give = async (
  { after, event: { until } }: Cause<CompetitionRound, { until: string }>,
  look: Look,
): Promise<Sending[]> => {
  const ballots = await ballotsOf(after, look)
  const results = after.tally?.results ?? []
  return results.map(result => ({
    workflow: 'proposal',
    id: result.proposal,
    command: 'take-result',
    input: {
      total: result.total,
      rank: result.rank,
      of: results.length,
      means: Object.entries(result.means).map(([criterion, mean]) => ({ criterion, mean })),
      comments: commentsOn(result, ballots),
      objectUntil: until,
    },
  }))
}

export const giveResultWhenPublicityOpens = policy<{
  'competition-round': {
    data: CompetitionRound
    events: Pick<CompetitionRoundEvents, 'PublicityOpened' | 'PublishedAgain'>
  }
}>()({
  name: 'give-result-when-publicity-opens',
  title: { zh: '公示后向申报方反馈结果', en: 'Give each applicant its result when publicity opens' },
  about: {
    zh: '名单公示后，向每份申报书告知其总分、名次、各项得分和评语（按规则包公开），并告知异议截止日。',
    en: 'When the list is public, each proposal is told its total, rank, scores by criterion, the comments where the rule pack releases them, and until when it may object.',
  },
  sends: { proposal: ['take-result'] },
  when: { 'competition-round': { PublicityOpened: give, PublishedAgain: give } },
  // Anywhere else it stands in the list and is told nothing: somebody has to look.
  otherwise: (_, __, { state = [] }) =>
    state.some(each => ['withdrawn', 'excluded', 'ended'].includes(each))
      ? { notNeeded: { zh: '申报书已退出该轮次', en: 'the proposal takes no part in the round any more' } }
      : undefined,
})
