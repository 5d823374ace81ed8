/**
 * A round whose sheets are open, put together from its lives for whoever may see sheets: the chair of its panel and the
 * bureau over its place. Before the reveal it is nobody's.
 */
import type { FastifyRequest } from 'fastify'
import type { Permit } from '../../engine/definition.ts'
import { EngineError } from '../../engine/engine-error.ts'
import type { Instance } from '../../engine/instance.ts'
import { grantedBy } from '../../engine/permission.ts'
import type { Ballot } from '../../workflows/ballot/data.ts'
import { activePanel, type CompetitionRound, candidatesOf, panelChair } from '../../workflows/competition-round/data.ts'
import { belongsToNoApplicant } from '../../workflows/competition-round/tally.ts'
import type { JudgedRound } from '../../workflows/judging/outcome.ts'
import { countedSheets } from '../../workflows/policies/counted-sheets.ts'
import { over } from '../../workflows/roles.ts'
import type { RoundPackLife } from '../../workflows/round-pack/data.ts'
import type { RoundPack } from '../../workflows/round-pack/pack.ts'
import { knownLife } from './known-life.ts'
import { EdgeError } from './problem.ts'
import type { Services } from './services.ts'

export const ROUND = 'competition-round'
/** Who sees sheets once they are open. */
const seeSheets: readonly Permit[] = [panelChair, ...over('bureau')]

const APART = {
  zh: '申报组织的人员不得查看评分的推演、敏感性和评委统计',
  en: 'Who belongs to an applicant is not told what follows from the sheets, nor how judges scored.',
}

export type Revealed = { pack: RoundPack; round: JudgedRound; ballots: readonly Instance[] }

/** Throws `not-visible` for whoever may not see sheets, `kept-apart` for an applicant's people, `not-revealed` before there is anything to see. */
export const revealedRound = async (
  services: Pick<Services, 'handler' | 'instances'>,
  request: FastifyRequest<{ Params: { id: string } }>,
): Promise<Revealed> => {
  const { handler } = services
  const workflow = handler.workflow(ROUND)
  const life = await knownLife(services, workflow, request.params.id)
  const actor = await handler.actor(request.person)
  if (!grantedBy(life, seeSheets, actor)) throw new EngineError('not-visible', { workflow: workflow.name, id: life.id })
  const data = life.data as CompetitionRound
  if (!belongsToNoApplicant({ data, actor })) throw new EngineError('kept-apart', { command: '', text: APART })
  const ballots = isRevealed(data) ? await ballotsOf(services, data) : []
  if (ballots.length === 0 || !ballots.every(areOpen)) throw new EdgeError('not-revealed', {})
  const pack = await packOf(services, data)
  return { pack, round: judged(pack, data, ballots.map(dataIn)), ballots }
}

/** Where some of it is scored anew, the new sheets are sealed again, and the old ones tell of them. */
const REVEALED = ['tally', 'publicity', 'awarded', 'archived']
const isRevealed = ({ standing }: CompetitionRound): boolean => REVEALED.includes(standing)

const dataIn = ({ data }: Instance): Ballot => data as Ballot
const areOpen = (ballot: Instance): boolean => ['opened', 'over'].includes(dataIn(ballot).standing)

const ballotsOf = ({ handler, instances }: Pick<Services, 'handler' | 'instances'>, data: CompetitionRound) =>
  Promise.all(activePanel(data).map(({ ballot = '' }) => knownLife({ instances }, handler.workflow('ballot'), ballot)))

const packOf = async (
  { handler, instances }: Pick<Services, 'handler' | 'instances'>,
  { pack: id }: CompetitionRound,
): Promise<RoundPack> => {
  const { data } = await knownLife({ instances }, handler.workflow('round-pack'), id)
  const { pack } = data as RoundPackLife
  if (!pack) throw new Error(`the round's pack ${id} says nothing`)
  return pack
}

const judged = (pack: RoundPack, data: CompetitionRound, ballots: readonly Ballot[]): JudgedRound => {
  const entries = new Map(data.entries.map(entry => [entry.proposal, entry]))
  return {
    candidates: candidatesOf(pack, data).map(candidate => {
      const { budget = 0, ownShare = 0 } = entries.get(candidate.proposal) ?? {}
      return { ...candidate, budget, ownShare }
    }),
    sheets: countedSheets(data, ballots),
    votes: data.votes,
    fund: data.fund,
    aside: [...decided(data, 'withhold', 'reserve'), ...declined(data)],
    preferred: decided(data, 'prefer'),
  }
}

const decided = ({ decisions }: CompetitionRound, ...which: CompetitionRound['decisions'][number]['decision'][]) =>
  decisions.filter(({ decision }) => which.includes(decision)).map(({ proposal }) => proposal)

const declined = ({ entries }: CompetitionRound): string[] =>
  entries.filter(({ offer }) => offer?.answer === 'declined').map(({ proposal }) => proposal)
