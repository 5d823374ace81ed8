/** 申报回避后分配申报书: a judge gets every proposal that neither what is known nor what they declared keeps them from. */
import { type Cause, type Look, policy } from '../../engine/policy.ts'
import type { Ballot } from '../ballot/data.ts'
import type { BallotEvents } from '../ballot/index.ts'
import { applicantsOf, type CompetitionRound, type Entry, isCandidate } from '../competition-round/data.ts'
import { dataOf } from './data-of.ts'
import { conflictsOf, packOf } from './known-conflicts.ts'

/** What is judged in this sitting. */
const judged = ({ entries, rescoring }: CompetitionRound): Entry[] =>
  entries.filter(entry => isCandidate(entry) && (rescoring.length === 0 || rescoring.includes(entry.proposal)))

const sheetOf = ({ proposal, project, ...entry }: Entry) => ({
  proposal,
  ...(project !== undefined && { project }),
  applicants: applicantsOf(entry),
})

const assign = async ({ id, after, meta }: Cause<Ballot, object>, look: Look) => {
  const { declared, assigned, name, judge, pack } = after
  if (declared === undefined || assigned) return []
  const round = await dataOf<CompetitionRound>(look, 'competition-round', after.round)
  const entries = judged(round)
  const { yearsApart } = (await packOf(look, pack)).panel
  const known = await conflictsOf(look, [judge], entries, { today: meta.occurredOn, yearsApart })
  const published = round.matrix?.find(each => each.name === name)?.mayNot ?? []
  const mayNot = new Set([...(known.get(judge) ?? []), ...published])
  const isFree = (entry: Entry): boolean =>
    !mayNot.has(entry.proposal) && !applicantsOf(entry).some(each => declared.includes(each))
  return [
    { workflow: 'ballot', id, command: 'assign-proposals', input: { sheets: entries.filter(isFree).map(sheetOf) } },
  ]
}

export const assignProposalsWhenConflictsDeclared = policy<{ ballot: { data: Ballot; events: BallotEvents } }>()({
  name: 'assign-proposals-when-conflicts-declared',
  title: { zh: '申报回避后分配申报书', en: 'Assign proposals when conflicts are declared' },
  about: {
    zh: '评委申报回避后，将其无须回避的申报书分配给其评分；须回避的从不向其开放。',
    en: 'When a judge has declared conflicts, every proposal without one is assigned to them; the others are never opened to them.',
  },
  sends: { ballot: ['assign-proposals'] },
  // Sealed meanwhile: it is assigned when the ballot is reopened, if it is.
  otherwise: () => ({
    notNeeded: { zh: '评分册此时已封存或已收回', en: 'the ballot is sealed or retired by now' },
  }),
  when: { ballot: { ConflictsDeclared: assign, BallotReopened: assign } },
})
