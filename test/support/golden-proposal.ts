/**
 * Proposals to which everything happens once, and projects that follow them, for the golden histories. Told to a service
 * without policies: what a round and a project would hear is told here.
 */
import { randomUUID } from 'node:crypto'
import { addDays, civilDay } from '../../engine/clock.ts'
import { reason } from './micro-project.ts'
import { enrolled, type Scene, scene } from './open-round.ts'
import { decided, result, version } from './proposal.ts'
import type { Person, Service } from './service.ts'

export const tellProposals = async (s: Service): Promise<void> => {
  const w = await scene(s)
  const [round, other] = [await w.openRound(), await w.openRound()]
  const checked = await begun(w, round)
  const alone = await apart(w, round, other)
  await together(w, round)
  await entered(w, round, checked, 1)
  const application = { life: checked.id, kind: 'proposal' }
  await teller(w, 'organisation', w.organisation).tell([
    'flag-proposal-that-resembles-another',
    'note-application',
    application,
  ])
  await w.later(27)
  await completed(w, round, checked)
  await overridden(checked, w)
  await judged(w, checked)
  await answered(checked, w)
  await endings(w, alone)
  await projects(w)
}

type Told = { id: string; tell(...sent: readonly Sent[]): Promise<void> }
type Sent = readonly [by: Person | string, command: string, input?: object]

/** One command after the other on one life, each by its sender: a person, or a policy by its name. */
const teller = ({ s }: Pick<Scene, 's'>, workflow: string, id: string): Told => ({
  id,
  tell: async (...sent) => {
    for (const [by, command, input = {}] of sent) {
      if (typeof by !== 'string') await s.given(by, `/v1/${workflow}/${id}/${command}`, input)
      else await s.runtime.handler.handle({ workflow, id, command, input, key: randomUUID(), person: `system:${by}` })
    }
  },
})

const without = { ...version, attachments: [] }
const about = { field: 'elders-and-orphans', place: '420106012021', title: '独居老人敲门探访' }

const begun = async (w: Scene, round: string): Promise<Told> => {
  const { organisation, chair, s } = w
  const { id } = await s.given(chair, '/v1/proposal', { round, organisation, ...about })
  const proposal = teller(w, 'proposal', id)
  await proposal.tell([chair, 'write-version', without], [chair, 'submit-version', { version: 1 }])
  return proposal
}

/** Refused by its round, it is taken to another, which is cancelled. */
const apart = async (w: Scene, round: string, other: string): Promise<Told> => {
  const proposal = await begun(w, round)
  await proposal.tell(
    ['enter-proposal-when-submitted', 'note-not-entered', { version: 1, why: 'too-many' }],
    [w.chair, 'take-to-another-round', { round: other }],
    [w.chair, 'submit-version', { version: 1 }],
    ['confirm-proposal-when-entered', 'confirm-entry', { version: 1 }],
    ['flag-proposal-that-resembles-another', 'flag-resemblance', resembling],
    [w.street, 'settle-resemblance', { life: TWIN, finding: 'distinct', reason }],
    ['end-proposal-when-round-ends', 'end-with-round', { why: 'cancelled' }],
  )
  return proposal
}
/** Another organisation agrees to apply together with it, thinks better of it, and comes back. */
const together = async (w: Scene, round: string): Promise<void> => {
  const beside = await enrolled(w.s)
  const partner = await w.s.somebody({ role: 'chair', organisation: beside })
  const { id } = await w.s.given(w.chair, '/v1/proposal', { round, organisation: w.organisation, ...about })
  await teller(w, 'proposal', id).tell(
    [w.chair, 'write-version', { ...without, coApplicants: [beside] }],
    [partner, 'agree-to-apply'],
    [partner, 'leave-application'],
    [partner, 'agree-to-apply', { organisation: beside }],
    [w.chair, 'submit-version', { version: 1 }],
    ['confirm-proposal-when-entered', 'confirm-entry', { version: 1 }],
  )
}

const TWIN = randomUUID()
const resembling = { life: TWIN, workflow: 'proposal', aspects: [{ aspect: 'title', alike: 90 }] }

const entered = async ({ s }: Scene, round: string, { id, tell }: Told, number: number): Promise<void> => {
  const { data } = (await s.call(s.founder, 'GET', `/v1/proposal/${id}`)).body
  const { blind: _, round: __, ...entry } = data.submitted as Record<string, unknown>
  await teller({ s }, 'competition-round', round).tell([
    'enter-proposal-when-submitted',
    'enter-proposal',
    { proposal: id, ...entry },
  ])
  await tell(['confirm-proposal-when-entered', 'confirm-entry', { version: number }])
}

/** Returned twice: once the time is over, once it is completed. */
const completed = async (w: Scene, round: string, proposal: Told): Promise<void> => {
  const { chair, street, s, later } = w
  const missing = ['志愿者安全预案']
  const inDays = (days: number) => addDays(civilDay(s.runtime.clock.now()), days)
  await proposal.tell([street, 'return-for-completion', { missing, until: inDays(1) }])
  await later(3)
  await proposal.tell(
    [street, 'return-for-completion', { missing, until: inDays(3) }],
    [chair, 'write-version', { ...without, summary: '每周两次上门探访，附安全预案' }],
    [chair, 'complete-version', { version: 2 }],
  )
  await entered(w, round, proposal, 2)
}

const overridden = async ({ tell }: Told, { street, bureau, secondBureau, chair }: Scene): Promise<void> => {
  const [breach] = decided()
  const rule = breach?.rule
  const failing = decided().map(each => ({ ...each, met: each.rule !== rule }))
  const check: Sent = [street, 'check-eligibility', { version: 2, verdicts: failing }]
  await tell(
    check,
    [chair, 'appeal-eligibility', { reason }],
    check,
    [bureau, 'override-eligibility', { rule, reason }],
    [secondBureau, 'reject-override', { rule, reason }],
    [bureau, 'override-eligibility', { rule, reason }],
    [secondBureau, 'confirm-override', { rule }],
    [bureau, 'recheck-eligibility', { reason }],
    [street, 'check-eligibility', { version: 2, verdicts: decided() }],
  )
}

const judged = async ({ s }: Scene, { tell }: Told): Promise<void> => {
  const [one, other] = [await s.register(), await s.register()]
  await tell(
    ['open-proposal-to-its-judge', 'open-to-judge', { judge: one.id }],
    ['open-proposal-to-its-judge', 'open-to-judge', { judge: other.id }],
    ['close-proposal-to-judge', 'close-to-judge', { judge: one.id }],
    ['give-result-when-publicity-opens', 'take-result', result],
  )
}

const DECIDES = 'offer-award-when-decided'
const offer = { amount: 700_000, partial: true }
const answered = async ({ tell }: Told, { chair, bureau }: Scene): Promise<void> =>
  tell(
    [DECIDES, 'decline-award', { why: 'rank' }],
    [DECIDES, 'hold-in-reserve', { position: 1 }],
    [DECIDES, 'offer-award', offer],
    [chair, 'accept-offer', { amount: offer.amount }],
    ['end-proposal-when-round-ends', 'end-with-round', { why: 'archived' }],
    [bureau, 'redact-text', { revision: 1, field: 'team', reason }],
  )

/** One each: an offer that is declined, one that lapses, one excluded, one withdrawn. */
const endings = async (w: Scene, { tell }: Told): Promise<void> => {
  await tell([w.chair, 'withdraw', { reason }])
  const round = await w.openRound()
  const [declining, lapsing, excluded] = [await begun(w, round), await begun(w, round), await begun(w, round)]
  await entered(w, round, declining, 1)
  await entered(w, round, lapsing, 1)
  await excluded.tell(
    ['confirm-proposal-when-entered', 'confirm-entry', { version: 1 }],
    ['exclude-proposal-when-round-excludes', 'exclude', { why: 'objection' }],
  )
  await w.later(27)
  const { id: chair } = await w.s.register()
  for (const proposal of [declining, lapsing])
    await proposal.tell(
      ['note-chair-when-chair-replaced', 'note-chair', { round, chair, revision: 40 }],
      [w.street, 'check-eligibility', { version: 1, verdicts: decided() }],
      [DECIDES, 'offer-award', offer],
    )
  await declining.tell([w.chair, 'decline-offer', { reason }])
  await w.later(20)
}

// ── projects ────────────────────────────────────────────────────────────────────────────────────

const FOLLOWS = 'project-follows-its-proposal'

/** Each sent to a round; what a proposal of its own would come to there is told to it. */
const projects = async (w: Scene): Promise<void> => {
  const [competition, proposal] = [await w.openRound(), randomUUID()]
  const step = (step: string, more: object = {}): Sent => [
    FOLLOWS,
    'follow-round',
    { competition, proposal, step, ...more },
  ]
  const sent = async (...steps: Sent[]) => {
    const project = teller(w, 'micro-project', await w.matched())
    await project.tell([w.street, 'join-round', { competition }], ...steps)
  }
  const judges = { competition, judges: [w.panelChair.id], deciders: [w.bureau.id] }
  await sent(step('submitted'), [FOLLOWS, 'note-judges', judges], step('accepted', { amount: offer.amount }))
  await sent(step('excluded'))
  await sent(step('withdrawn'))
  await sent(step('cancelled'))
  await sent([w.street, 'leave-round', { reason }])
}
