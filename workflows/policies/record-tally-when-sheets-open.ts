/** 评分启封后计票: once every ballot is open the sheets are counted, and again whenever what counts has changed. */
import { type Cause, type Look, policy, type Sending } from '../../engine/policy.ts'
import type { Ballot } from '../ballot/data.ts'
import type { BallotEvents } from '../ballot/index.ts'
import { activePanel, type CompetitionRound, candidatesOf } from '../competition-round/data.ts'
import type { CompetitionRoundEvents } from '../competition-round/index.ts'
import { tally } from '../judging/tally.ts'
import { type MicroProject, paidOut } from '../micro-project/data.ts'
import { countedSheets } from './counted-sheets.ts'
import { dataOf } from './data-of.ts'
import { packOf } from './known-conflicts.ts'

type Held = { ballot: string; revision: number; data: Ballot }

/** The ballots of the panel, once all of them are open. */
const openBallots = async (round: CompetitionRound, look: Look): Promise<Held[] | undefined> => {
  const held: Held[] = []
  for (const { ballot } of activePanel(round)) {
    const life = ballot === undefined ? undefined : await look.life('ballot', ballot)
    const data = life?.data as Ballot | undefined
    if (!life || data?.standing !== 'opened') return undefined
    held.push({ ballot: life.id, revision: life.revision, data })
  }
  return held
}

/** What the projects of the round were paid, also of one that is out by now; only a recount asks. */
const paidOn = async ({ tally: before, entries }: CompetitionRound, look: Look) => {
  const paid: { proposal: string; amount: number }[] = []
  for (const { proposal, project } of before ? entries : []) {
    if (project === undefined) continue
    const life = await look.life('micro-project', project)
    const amount = life ? paidOut(life.data as MicroProject) : 0
    if (amount > 0) paid.push({ proposal, amount })
  }
  return paid
}

const count = async (id: string, look: Look): Promise<Sending[]> => {
  const round = await dataOf<CompetitionRound>(look, 'competition-round', id)
  const ballots = round.tallyDue ? await openBallots(round, look) : undefined
  if (!ballots) return []
  const pack = await packOf(look, round.pack)
  const candidates = candidatesOf(pack, round)
  const sheets = countedSheets(
    round,
    ballots.map(({ data }) => data),
  )
  const { results, blocked, openTies } = tally(pack, { candidates, sheets, votes: round.votes })
  const counted = ballots.map(({ ballot, revision, data }) => ({ name: data.name, ballot, revision }))
  const seen = { voids: round.voids.length, votes: round.votes.length }
  const input = { results, blocked, openTies, counted, seen, paid: await paidOn(round, look) }
  return [{ workflow: 'competition-round', id, command: 'record-tally', input }]
}

const inBallot = ({ after }: Cause<Ballot, object>, look: Look) => count(after.round, look)
const inRound = ({ id }: Cause<CompetitionRound, object>, look: Look) => count(id, look)

export const recordTallyWhenSheetsOpen = policy<{
  ballot: { data: Ballot; events: BallotEvents }
  'competition-round': { data: CompetitionRound; events: CompetitionRoundEvents }
}>()({
  name: 'record-tally-when-sheets-open',
  title: { zh: '评分启封后计票', en: 'Count when the sheets are open' },
  about: {
    zh: '全部评分册启封后按规则包计票；评分作废、表决、申报书撤回或取消资格、重新审查后，重新计票并列出名次、资助和已拨付款项的变化。',
    en: 'Once all ballots are open, sheets are counted as the pack says; again when a sheet is voided, a vote is recorded, or a proposal is withdrawn, excluded or checked anew, with what that changes of ranks, awards and money already paid.',
  },
  sends: { 'competition-round': ['record-tally'] },
  // Whatever changed in between is an event of its own, upon which it is counted again.
  otherwise: () => ({
    notNeeded: { zh: '情况此后又有变化，另行计票', en: 'something has changed since, and is counted for itself' },
  }),
  when: {
    ballot: { SheetsOpened: inBallot },
    'competition-round': {
      SheetsVoided: inRound,
      VoteRecorded: inRound,
      ProposalExcluded: inRound,
      EntryWithdrawn: inRound,
      EligibilityNoted: inRound,
    },
  },
})
