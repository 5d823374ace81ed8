/** Acting for somebody without a device: whose permit counts, who may take it in, on which day, and who is kept apart by it. */
import t from 'tap'
import { actor, idOf, type Life, type Represented, TODAY } from './support/given.ts'
import { activity, COMMUNITY, matching, people, reason, told } from './support/micro-project.ts'

const { community, street, finance, chair, member, resident } = people
const objection = { statement: '预算重复' }

const answer = (life: Life, by = community, represented: Represented = { actor: resident }): string => {
  const outcome = life.when(by, 'note-objection', objection, represented)
  return 'refused' in outcome ? [outcome.refused, ...outcome.unmet].join(' ') : 'accepted'
}

t.test('who takes it in needs the intake, whom it is for needs the permit', async t => {
  t.equal(answer(told('public')), 'accepted')
  t.equal(answer(told('public'), street), 'accepted')
  t.equal(answer(told('public'), finance), 'no-intake')
  t.equal(answer(told('public'), people.otherStreet), 'no-intake')
  t.equal(answer(told('public'), community, { actor: community }), 'for-oneself')
  const offer = (represented: Represented) => told('takenIn').when(community, 'offer-to-serve', matching, represented)
  t.match(offer({ actor: chair }), { events: [{ type: 'ServiceOffered' }] })
  t.match(offer({ actor: resident }), { refused: 'not-permitted' })
})

t.test('what decides about money or rank is not taken in', async t => {
  const signed = told('signing').when(street, 'sign-agreement-as-organisation', {}, { actor: chair })
  t.match(signed, { refused: 'invalid-input' })
  for (const command of ['renounce-award', 'reopen-agreement'])
    t.match(told('signing').when(street, command, { reason }, { actor: chair }), { refused: 'not-on-behalf' }, command)
})

t.test(
  'it happened on the day it was done: bounded by the life and by today, with a reason where that is long ago',
  async t => {
    const on = (day: string, more: object = {}) =>
      answer(told('public').later(3), community, { actor: resident, on: day, ...more })
    t.equal(on('2026-03-06'), 'accepted')
    t.equal(on('2026-03-04'), 'no-such-day', 'before the project began')
    t.equal(on('2026-03-09'), 'no-such-day', 'tomorrow')
    const late = told('public').later(9)
    t.equal(answer(late), 'refused objectionInTime', 'said today')
    t.equal(answer(late, community, { actor: resident, on: '2026-03-12' }), 'accepted', 'said in time, sent in late')
    const long = told('delivering').later(40)
    const log = (more: object) => long.when(community, 'log-activity', activity, { actor: member, on: TODAY, ...more })
    t.match(log({}), { refused: 'long-ago' })
    t.match(log({ reason: '材料在街道积压' }), { events: [{ type: 'ActivityLogged' }] })
  },
)

t.test('both did it: neither who sent it nor for whom settles, checks or answers for the other side', async t => {
  const objected = () => {
    const life = told('public')
    answer(life)
    return life
  }
  const asBureau = (person: string) => actor(person, [{ role: 'bureau', place: '420106' }])
  const settles = { objection: 1, finding: 'rejected', reason, minutes: { name: '纪要.pdf', sha256: 'a'.repeat(64) } }
  for (const { person } of [community, resident])
    t.match(objected().when(asBureau(person), 'settle-objection', settles), { refused: 'kept-apart' })
  t.match(objected().when(asBureau(idOf(81)), 'settle-objection', settles), { events: [{}] })

  const logged = told('delivering')
  logged.when(community, 'log-activity', activity, { actor: member })
  const checks = { activity: 1, finding: 'confirmed', findings: '属实' }
  t.match(logged.when(community, 'check-activity', checks), { refused: 'kept-apart' })
  t.match(logged.when(street, 'check-activity', checks), { events: [{}] })

  const corrected = told('delivering').given([member, 'log-activity', activity])
  const anew = { activity: 1, participants: 8, reason }
  t.match(
    corrected.when(community, 'correct-activity', anew, { actor: member }),
    { events: [{}] },
    'mistyped from paper',
  )
  t.match(corrected.when(community, 'check-activity', checks), { refused: 'kept-apart' })

  const offered = told('takenIn')
  offered.when(street, 'offer-to-serve', matching, { actor: chair })
  t.match(offered.when(street, 'accept-match-as-need-side', { match: 1 }), { refused: 'kept-apart' })
  t.match(offered.when(community, 'accept-match-as-need-side', { match: 1 }), { events: [{}] })
})

t.test('sending it for somebody else gets nobody around being kept apart', async t => {
  const asked = told('delivering').given([chair, 'request-change', { kind: 'scope', explanation: reason }])
  const chairOfPlace = actor(chair.person, [{ role: 'street', place: '420106012' }])
  t.match(asked.when(chairOfPlace, 'reject-change', { change: 1, reason }), { refused: 'kept-apart' })
  const officer = actor(idOf(82), [{ role: 'community', place: COMMUNITY }])
  const answered = told('proposed')
  answered.when(officer, 'accept-match-as-organisation', { match: 1 }, { actor: chair })
  t.match(answered.when(officer, 'accept-match-as-need-side', { match: 1 }), { refused: 'kept-apart' })
})

t.test('both are recorded, each under their post', async t => {
  const life = told('takenIn')
  life.when(community, 'offer-to-serve', matching, { actor: chair })
  t.ok(life.instance.acts.has(`ServiceOffered|${community.person}`))
  t.ok(life.instance.acts.has(`ServiceOffered|${chair.person}`))
})
