/** What of a round each kind of reader sees. Whoever is not named here sees what is public; what is nobody's stands in no answer. */
import type { Permit } from '../../engine/definition.ts'
import { over } from '../roles.ts'
import { type CompetitionRound, missingSheets, panelChair, takesPart } from './data.ts'

type Sees = (permits: readonly Permit[]) => boolean

const offices = over('street', 'bureau')

/** Title, place, days, the pack, the draw that anybody can repeat, and the lists as they were published. */
const toAnybody = (data: CompetitionRound) => ({
  standing: data.standing,
  title: data.title,
  place: data.place,
  pack: data.pack,
  packDigest: data.packDigest,
  fund: data.fund,
  source: data.source,
  openedOn: data.openedOn,
  closesOn: data.closesOn,
  seeds: data.seeds.map(({ party, commitment, seed, forfeited }) => ({ party, commitment, seed, forfeited })),
  list: data.list,
  matrix: data.matrix,
  draw: data.draw,
  panel: data.panel.map(({ name, replaced }) => ({ name, replaced })),
  judging: data.judging,
  sitting: data.sitting,
  publications: data.publications,
})

/** Who submitted, who is invited, who runs it. */
const toTheOffices = (data: CompetitionRound) => ({
  chair: data.chair,
  formerChairs: data.formerChairs,
  observer: data.observer,
  entries: data.entries,
  judges: data.judges,
  panel: data.panel,
  objections: data.objections,
})

/** Which ballots are sealed and which sheets are missing; what is on a sheet nobody sees before the reveal. */
const toTheChair = (data: CompetitionRound) => ({
  chair: data.chair,
  observer: data.observer,
  judges: data.judges,
  panel: data.panel,
  objections: data.objections,
  candidates: data.entries
    .filter(takesPart)
    .map(({ proposal, eligible, bonuses }) => ({ proposal, eligible, bonuses })),
  seals: data.seals,
  missing: missingSheets(data),
  voids: data.voids,
  rescoring: data.rescoring,
})

const isRevealed = ({ tally, tallyDue }: CompetitionRound): boolean => tallyDue || tally !== undefined

const afterTheReveal = ({ tally, tallyDue, votes, decisions, settled, voids }: CompetitionRound) => ({
  tally,
  tallyDue,
  votes,
  decisions,
  settled,
  voids,
})

export const shows = (data: CompetitionRound, sees: Sees): unknown => ({
  ...toAnybody(data),
  ...(sees(offices) && toTheOffices(data)),
  ...(sees([panelChair]) && toTheChair(data)),
  ...(isRevealed(data) && sees([...over('bureau'), panelChair]) && afterTheReveal(data)),
})
