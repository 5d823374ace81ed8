/**
 * What of a decision's events a reader is shown in its pack: what they may see anyway, and what everybody may once a
 * result is public. Of the rest stands what kind of event it was, or nothing but a hash.
 */
import type { Actor } from '../../engine/definition.ts'
import type { Fact } from '../../engine/event-codec.ts'
import type { Instance } from '../../engine/instance.ts'
import { maySee, maySeeEvent } from '../../engine/permission.ts'
import { redactionsIn } from '../../engine/redaction.ts'

export type Showing = 'shown' | 'masked' | 'hidden'

/** Who was asked to judge, why somebody left and who owed a sheet is not needed to recompute anything, and nobody's business. */
export const KEPT_OF_ROUND: readonly string[] = [
  'JudgeInvited',
  'InvitationAnswered',
  'JudgeReplaced',
  'SealNoted',
  'MissingVoided',
]

/** What a ballot shows when it is opened. Why a judge withdrew, and to whom they are tied, is not among it. */
export const OPENED_OF_BALLOT: readonly string[] = [
  'BallotSealed',
  'SheetsOpened',
  'SheetVoided',
  'ScoringBegunAnew',
  'BallotRetired',
  'BallotClosed',
]

/** One for each of a life's events, in their order. */
export const showingsOf = (instance: Instance, actor: Actor, facts: readonly Fact[]): Showing[] => {
  const redacted = redactionsIn(instance.workflow, facts)
  const open = openIn(instance.workflow.name, facts)
  const sees = maySee(instance, actor)
  return facts.map(fact => {
    if (redacted.has(fact.revision)) return 'masked'
    if (isSheet(fact)) return open(fact) ? 'shown' : 'masked'
    if (open(fact) || (sees && maySeeEvent(instance, actor, fact))) return 'shown'
    return sees || instance.workflow.name === 'ballot' ? 'masked' : 'hidden'
  })
}

/**
 * Sealed under the key that stands in the file: a draft, or a sheet that was amended before the seal, would be opened
 * with it. Not even its judge publishes it.
 */
const isSheet = ({ type }: Fact): boolean => type === 'DraftSaved' || type === 'SheetSubmitted'

const openIn = (workflow: string, facts: readonly Fact[]): ((fact: Fact) => boolean) => {
  if (workflow === 'competition-round') return ({ type }) => !KEPT_OF_ROUND.includes(type)
  if (workflow === 'round-pack') return () => true
  if (workflow !== 'ballot') return () => false
  const counted = revealedIn(facts)
  const wasOpened = facts.some(({ type }) => type === 'SheetsOpened')
  return fact => counted.has(fact) || (wasOpened && OPENED_OF_BALLOT.includes(fact.type))
}

type Named = { proposal: string }

/** The sheets as they were when they were opened: of each proposal the last before that. */
const revealedIn = (facts: readonly Fact[]): Set<Fact> => {
  const revealed = new Set<Fact>()
  const last = new Map<string, Fact>()
  for (const fact of facts) {
    if (fact.type === 'SheetSubmitted') last.set((fact.data as Named).proposal, fact)
    if (fact.type !== 'SheetsOpened') continue
    for (const { proposal } of (fact.data as { sheets: Named[] }).sheets) {
      const sheet = last.get(proposal)
      if (sheet) revealed.add(sheet)
    }
  }
  return revealed
}
