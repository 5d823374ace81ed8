/** An organisation that is named beside an applicant: what its name does before it agreed, when it agrees, and when it leaves. */
import t from 'tap'
import type { Actor } from '../engine/definition.ts'
import { maySee, seenAs } from '../engine/permission.ts'
import { organisation } from '../workflows/organisation.ts'
import type { Entry, Proposal } from '../workflows/proposal/data.ts'
import { proposal } from '../workflows/proposal/index.ts'
import { actor, idOf, type Life, standing } from './support/given.ts'
import {
  by,
  decided,
  OTHER_ROUND,
  PARTNER,
  people,
  roundIn,
  SECOND_PARTNER,
  settle,
  told,
  version,
  world,
} from './support/proposal.ts'

const { street, bureau, chair, partnerChair, partnerMember } = people

const answer = (life: Life, sender: Actor, command: string, input: object = {}): string => {
  const outcome = life.when(sender, command, input)
  return 'refused' in outcome ? [outcome.refused, ...new Set(outcome.unmet)].join(' ') : 'accepted'
}
const dataOf = (life: Life): Proposal => life.data as Proposal
const naming = (...coApplicants: string[]) => ({ ...version, coApplicants })

const drafted = (...coApplicants: string[]): Life =>
  told('drafted').given([chair, 'write-version', naming(...coApplicants)])
const agreed = () => drafted(PARTNER).given([partnerChair, 'agree-to-apply'])

const confirmed = (life: Life, number: number): Life =>
  life.given([by('confirm-proposal-when-entered'), 'confirm-entry', { version: number }])

/** On the list with a co-applicant, in the world that is given, its call still open. */
const entered = (lives = world()): Life => {
  const life = told('drafted', lives).given(
    [chair, 'write-version', naming(PARTNER)],
    [partnerChair, 'agree-to-apply'],
    [chair, 'submit-version', { version: 1 }],
  )
  return confirmed(life, 1)
}
const settled = (life: Life, lives: readonly Life[]): Life => {
  const { blind: _, round: __, ...entry } = dataOf(life).entered as Entry
  settle(roundIn(lives), entry)
  return life.later(27)
}
const check = { version: 1, verdicts: decided() }

// ── agreeing ────────────────────────────────────────────────────────────────────────────────────

t.test('a version is handed in once each organisation it names has agreed', async t => {
  const life = drafted(PARTNER)
  t.equal(answer(life, chair, 'submit-version', { version: 1 }), 'refused coApplicantsAgree')
  t.equal(answer(life, chair, 'agree-to-apply'), 'outside-your-place', 'the applicant does not agree for it')
  t.equal(answer(life, partnerMember, 'agree-to-apply'), 'not-permitted', 'nor does a member')
  t.equal(answer(life, partnerChair, 'agree-to-apply'), 'accepted')
  t.strictSame(dataOf(life).agreed, [PARTNER])
  t.equal(answer(life, partnerChair, 'agree-to-apply'), 'refused isAskedToAgree', 'once')
  t.equal(answer(life, chair, 'submit-version', { version: 1 }), 'accepted')
})

t.test('nor with one that nobody knows, or that is suspended, whoever said yes', async t => {
  const nobody = drafted(idOf(404))
  nobody.instance.data = { ...dataOf(nobody), agreed: [idOf(404)] }
  t.equal(answer(nobody, chair, 'submit-version', { version: 1 }), 'refused coApplicantsAgree')
  const lives = world().filter(({ instance }) => instance.id !== PARTNER)
  const life = told('drafted', [...lives, standing(organisation, PARTNER, { standing: 'suspended' })])
  life.given([chair, 'write-version', naming(PARTNER)], [partnerChair, 'agree-to-apply'])
  t.equal(answer(life, chair, 'submit-version', { version: 1 }), 'refused coApplicantsAgree')
})

t.test('what it agreed to stands for later versions that name it, and ends with one that does not', async t => {
  const life = agreed().given([chair, 'write-version', naming(SECOND_PARTNER, PARTNER)])
  t.strictSame(dataOf(life).agreed, [PARTNER])
  life.given([chair, 'write-version', naming()], [chair, 'write-version', naming(PARTNER)])
  t.strictSame(dataOf(life).agreed, [])
  t.equal(answer(life, chair, 'submit-version', { version: 4 }), 'refused coApplicantsAgree')
})

t.test('it agreed for one round: in another one it is asked again', async t => {
  const life = agreed()
  life.instance.data = { ...dataOf(life), project: undefined }
  life.given([chair, 'take-to-another-round', { round: OTHER_ROUND }])
  t.equal(answer(life, chair, 'submit-version', { version: 1 }), 'refused coApplicantsAgree')
})

t.test('who chairs several of them says for which', async t => {
  const life = drafted(PARTNER, SECOND_PARTNER)
  t.equal(answer(life, partnerChair, 'agree-to-apply'), 'refused agreesForOne')
  t.equal(answer(life, partnerChair, 'agree-to-apply', { organisation: idOf(404) }), 'refused agreesForOne')
  t.equal(answer(life, partnerChair, 'agree-to-apply', { organisation: SECOND_PARTNER }), 'accepted')
  t.strictSame(dataOf(life).agreed, [SECOND_PARTNER])
  t.equal(answer(life, partnerChair, 'agree-to-apply'), 'accepted', 'one is left')
  t.equal(answer(life, partnerChair, 'leave-application'), 'refused leavesForOne')
})

t.test('its chair is reminded until it agrees', async t => {
  const due = (life: Life) => Object.keys(life.instance.due)
  t.strictSame(due(drafted(PARTNER)), ['coApplicantsAgreed'])
  t.strictSame(due(agreed()), [])
  t.strictSame(due(drafted()), [])
})

// ── what a name does ────────────────────────────────────────────────────────────────────────────

t.test('the people of an organisation that is named read all of it, and nothing of who judges', async t => {
  const life = drafted(PARTNER)
  for (const reader of [partnerChair, partnerMember]) {
    t.ok(maySee(life.instance, reader))
    t.match(proposal.shows(life.data as never, seenAs(life.instance, reader), life.data as never), {
      versions: [{ summary: version.summary }],
    })
  }
  t.notOk(maySee(drafted().instance, partnerChair), 'and of one that does not name it nothing')
})

t.test('a draft that names an organisation keeps its people from nothing', async t => {
  const lives = world()
  const life = settled(confirmed(told('submitted', lives), 1), lives)
  life.given([chair, 'write-version', naming(PARTNER)])
  const alsoThere = actor(idOf(70), [
    { role: 'street', place: '420106012' },
    { role: 'member', organisation: PARTNER },
  ])
  t.ok(maySee(life.instance, partnerMember), 'they may read it')
  t.equal(answer(life, alsoThere, 'check-eligibility', check), 'accepted')
  t.notOk(maySee(life.instance, partnerMember), 'what is judged does not name them: no more than anybody')
})

t.test('one that agreed and was handed in does', async t => {
  const lives = world()
  const alsoThere = actor(idOf(70), [
    { role: 'street', place: '420106012' },
    { role: 'member', organisation: PARTNER },
  ])
  t.equal(answer(settled(entered(lives), lives), alsoThere, 'check-eligibility', check), 'kept-apart')
})

// ── leaving ─────────────────────────────────────────────────────────────────────────────────────

t.test('before it is handed in an organisation leaves as it came', async t => {
  const life = agreed().given([partnerChair, 'leave-application'])
  t.equal(answer(life, chair, 'submit-version', { version: 1 }), 'refused coApplicantsAgree')
  t.equal(answer(life, partnerChair, 'leave-application'), 'refused leavesWhatItAgreedTo')
  t.equal(answer(life, partnerChair, 'agree-to-apply'), 'accepted', 'and may come back')
})

t.test('from the list it leaves while the call is open; the applicant hands in a version without it', async t => {
  const life = entered().given([partnerChair, 'leave-application'], [chair, 'write-version', naming()])
  t.equal(answer(life, chair, 'submit-version', { version: 2 }), 'accepted')
})

t.test(
  'where no such version came, the proposal is not eligible; returned for completion, it is completed without it',
  async t => {
    const left = () => {
      const lives = world()
      return settled(entered(lives).given([partnerChair, 'leave-application']), lives)
    }
    const life = left().given([street, 'check-eligibility', check])
    t.same(life.state, { screening: 'ineligible' })
    t.match(dataOf(life).check?.verdicts.at(-1), { rule: 'co-applicants-agree', met: false })
    const until = '2026-04-03'
    const completed = left().given(
      [street, 'return-for-completion', { missing: ['不含已退出组织的版本'], until }],
      [chair, 'write-version', naming()],
      [chair, 'complete-version', { version: 2 }],
    )
    confirmed(completed, 2).given([street, 'check-eligibility', { ...check, version: 2 }])
    t.same(completed.state, { screening: 'eligible' })
  },
)

t.test('once the call is over it stays', async t => {
  const lives = world()
  const life = settled(entered(lives), lives)
  t.equal(answer(life, partnerChair, 'leave-application'), 'refused leavesInTime')
})

t.test('a version that completes one names others only with their yes', async t => {
  const lives = world()
  const life = settled(confirmed(told('submitted', lives), 1), lives)
  life.given(
    [bureau, 'return-for-completion', { missing: ['安全预案'], until: '2026-04-03' }],
    [chair, 'write-version', naming(SECOND_PARTNER)],
  )
  t.equal(answer(life, chair, 'complete-version', { version: 2 }), 'refused completionsCoApplicantsAgree')
  life.given([partnerChair, 'agree-to-apply'])
  t.equal(answer(life, chair, 'complete-version', { version: 2 }), 'accepted')
})
