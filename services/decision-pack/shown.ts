/**
 * What of a decision's events a reader is shown in its pack: what they may see anyway, and what everybody may once a
 * result is public. Of the rest stands what kind of event it was, or nothing but a hash.
 */
import type { Actor } from '../../engine/definition.ts'
import type { Fact } from '../../engine/event-codec.ts'
import type { Instance } from '../../engine/instance.ts'
import { maySee, maySeeEvent, maySeeWhole } from '../../engine/permission.ts'
import { redactionsIn } from '../../engine/redaction.ts'
import type { Sealed } from '../../engine/sealed.ts'

export type Showing = 'shown' | 'masked' | 'hidden'

/** Who was asked to judge, why somebody left, who stands for an applicant and who owed a sheet is not needed to recompute anything, and nobody's business. */
export const KEPT_OF_ROUND: readonly string[] = [
  'JudgeInvited',
  'InvitationAnswered',
  'JudgeReplaced',
  'OfficersNoted',
  'ChairReplaced',
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

/** What of a proposal its place in the round hangs on: whoever reads one of these reads all; a judge reads none of them. */
export const DECIDING = /^(Eligibility|Override|Resemblance|CoApplication|Offer|ProposalSubmitted|ProposalCompleted)/

/** One for each of a life's events, in their order. */
export const showingsOf = (instance: Instance, actor: Actor, facts: readonly Fact[]): Showing[] => {
  const redacted = redactionsIn(instance.workflow, facts)
  const open = openIn(instance.workflow.name, facts)
  const sees = maySee(instance, actor)
  const whole = sees && maySeeWhole(instance, actor)
  return facts.map(fact => {
    if (isSheet(fact)) return 'masked'
    // Of a life that one may not see, also what was taken back is hidden: its kind would tell.
    const stands = !redacted.has(fact.revision)
    if (stands && (open(fact) || (whole && maySeeEvent(instance, actor, fact)))) return 'shown'
    return sees || instance.workflow.name === 'ballot' ? 'masked' : 'hidden'
  })
}

/**
 * Beside it stands who judges, whom the round calls by a pseudonym; what was sealed stands beside the seal. A draft, or a
 * sheet that was amended before the seal, would be opened with the key in the file: not even its judge publishes it.
 */
const isSheet = ({ type }: Fact): boolean => type === 'DraftSaved' || type === 'SheetSubmitted'

const openIn = (workflow: string, facts: readonly Fact[]): ((fact: Fact) => boolean) => {
  if (workflow === 'competition-round') {
    const gone = goneBeforeTheList(facts)
    return fact => !KEPT_OF_ROUND.includes(fact.type) && !gone.has(fact)
  }
  if (workflow === 'round-pack') return () => true
  if (workflow !== 'ballot') return () => false
  const wasOpened = facts.some(({ type }) => type === 'SheetsOpened')
  return ({ type }) => wasOpened && OPENED_OF_BALLOT.includes(type)
}

type Named = { proposal: string }

/** Of a round, too: who applied and withdrew before there was a list, from which all that follows is worked out. */
export const GONE_OF_ROUND: readonly string[] = ['ProposalEntered', 'EntryWithdrawn']

const goneBeforeTheList = (facts: readonly Fact[]): Set<Fact> => {
  const settled = facts.findIndex(({ type }) => type === 'ListSettled')
  const entries = facts.slice(0, Math.max(settled, 0)).filter(({ type }) => GONE_OF_ROUND.includes(type))
  const byProposal = Map.groupBy(entries, ({ data }) => (data as Named).proposal)
  const gone = [...byProposal.values()].filter(each => each.at(-1)?.type === 'EntryWithdrawn')
  return new Set(gone.flat())
}

// ── what was sealed ─────────────────────────────────────────────────────────────────────────────

type Sheet = Named & { scores: Sealed }

/** For each seal of a ballot that was opened the sheets under it, or none where one of them stays shut: the key would open it. */
export const sealedIn = (facts: readonly Fact[]): { revision: number; sheets: Sheet[] }[] => {
  const last = new Map<string, Sealed>()
  const seals: { revision: number; sheets: Sheet[] }[] = []
  for (const { type, data, revision } of facts) {
    if (type === 'SheetSubmitted') last.set((data as Sheet).proposal, (data as Sheet).scores)
    if (type === 'BallotSealed')
      seals.push({ revision, sheets: sheetsOf((data as { submitted: string[] }).submitted, last) })
  }
  return seals.filter(({ revision, sheets }) =>
    wasOpenedWhole(
      facts,
      revision,
      sheets.map(({ proposal }) => proposal),
    ),
  )
}

const sheetsOf = (submitted: readonly string[], last: ReadonlyMap<string, Sealed>): Sheet[] =>
  submitted.flatMap(proposal => {
    const scores = last.get(proposal)
    return scores ? [{ proposal, scores }] : []
  })

type Step = { type: string; data: unknown; revision: number }

/** Whether all that a seal is over was opened: told by what everybody is shown. */
export const wasOpenedWhole = (steps: readonly Step[], revision: number, submitted: readonly string[]): boolean => {
  const next = steps.find(step => step.revision > revision && /^(SheetsOpened|BallotSealed)$/.test(step.type))
  if (next?.type !== 'SheetsOpened') return false
  const opened = new Set<string>()
  for (const { type, data, revision: at } of steps) {
    if (at > next.revision) break
    if (type === 'SheetsOpened') for (const { proposal } of (data as { sheets: Named[] }).sheets) opened.add(proposal)
    if (type === 'ScoringBegunAnew')
      for (const proposal of (data as { proposals: string[] }).proposals) opened.delete(proposal)
  }
  return submitted.every(proposal => opened.has(proposal))
}
