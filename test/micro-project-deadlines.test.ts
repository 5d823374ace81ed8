/** By when a project's people should act: counted in working days, under the rule pack that it was drafted under. */
import t from 'tap'
import { addDays } from '../engine/clock.ts'
import { microProject } from '../workflows/micro-project/index.ts'
import { RULE_PACKS, rulePacks } from '../workflows/rule-packs/index.ts'
import { firstPack } from '../workflows/rule-packs/pack.ts'
import { CALENDAR, workingCalendar } from '../workflows/working-calendar/index.ts'
import years from '../workflows/working-calendar/years.json' with { type: 'json' }
import { actor, idOf, type Life, lifeOf, TODAY } from './support/given.ts'
import {
  afterPublicity,
  chapters,
  commitment,
  matching,
  need,
  PROJECT,
  people,
  reason,
  told,
  world,
} from './support/micro-project.ts'

const founding = actor('system:founding')
const city = actor(idOf(61), [{ role: 'bureau', place: '4201' }])

/** With the official holidays of the year. */
const calendar = (): Life =>
  lifeOf(workingCalendar, CALENDAR).given([
    founding,
    'publish-year',
    { year: 2026, ...years['2026'], source: '国务院办公厅关于2026年部分节假日安排的通知' },
  ])

const packs = (): Life =>
  lifeOf(rulePacks, RULE_PACKS).given([
    founding,
    'publish-version',
    { durations: firstPack.durations, limits: firstPack.limits, reason: '首次发布' },
  ])

const daysUntil = (day: string): number => Math.round((Date.parse(day) - Date.parse(TODAY)) / 86_400_000)
const project = (lives: readonly Life[], on = TODAY): Life => lifeOf(microProject, PROJECT, lives).later(daysUntil(on))
const dueOf = ({ instance }: Life, deadline: string) => instance.due[deadline]

t.test('the street has five working days to answer a need, and no holiday counts', async t => {
  const lives = [...world(), calendar(), packs()]
  const plain = project(lives).given(...chapters.drafted, ...chapters.posted)
  t.match(dueOf(plain, 'needAnswered'), {
    day: '2026-03-12',
    workingDays: 5,
    ahead: [
      { step: 0, on: '2026-03-11' },
      { step: 1, on: '2026-03-14' },
    ],
  })
  const golden = project(lives, '2026-09-29').given(...chapters.drafted, ...chapters.posted)
  t.match(dueOf(golden, 'needAnswered'), { day: '2026-10-12' }, 'over the National Day, with a Saturday made up')
  plain.given(...chapters.takenIn)
  t.equal(dueOf(plain, 'needAnswered'), undefined, 'taken in, nothing is due any more')
})

t.test('a project keeps the durations and limits it was drafted under', async t => {
  const register = packs()
  const lives = [...world(), calendar(), register]
  const before = project(lives).given(...chapters.drafted)
  register.given([
    city,
    'publish-version',
    {
      durations: { ...firstPack.durations, answerNeed: 10 },
      limits: { ...firstPack.limits, commissionAtMost: 100 },
      reason: '街道反映五日太短',
    },
  ])
  const after = project(lives).given(...chapters.drafted)
  for (const life of [before, after]) life.given(...chapters.posted)
  t.strictSame(
    [before, after].map(life => dueOf(life, 'needAnswered')?.day),
    ['2026-03-12', '2026-03-19'],
  )
  for (const life of [before, after]) life.given(...chapters.takenIn, ...chapters.proposed, ...chapters.agreed)
  const commission = { amount: 1_200_000, reason, minutes: { name: '纪要.txt', sha256: 'a'.repeat(64) } }
  t.notMatch(before.when(people.secondStreet, 'commission', commission), { unmet: ['withinCommissionCap'] })
  t.match(after.when(people.secondStreet, 'commission', commission), { unmet: ['withinCommissionCap'] })
})

t.test('publicity lasts five working days at least, closes by itself, and not while an objection is open', async t => {
  const life = told('ranked', [...world(), calendar(), packs()])
  const open = (until: string) => life.when(people.street, 'open-publicity', { until, where: '社区公示栏' })
  t.match(open('2026-03-11'), { unmet: ['publicityIsLongEnough'] })
  t.notOk('refused' in open('2026-03-12'))
  t.match(dueOf(life, 'publicityClosed'), { day: '2026-03-12', ahead: [{ step: 0, on: '2026-03-13' }, {}, {}] })
  t.match(life.when(actor('system:deadlines'), 'close-publicity'), { unmet: ['publicityIsOver'] }, 'never early')
  life.given([people.resident, 'note-objection', { statement: '名单有误' }])
  t.equal(dueOf(life, 'publicityClosed'), undefined)
  t.match(dueOf(life, 'objectionSettled'), { day: '2026-03-12', workingDays: 5 })
  const settling = { objection: 1, finding: 'rejected', reason, minutes: { name: '纪要.txt', sha256: 'a'.repeat(64) } }
  life.later(30).given([people.secondBureau, 'settle-objection', settling])
  t.match(dueOf(life, 'publicityClosed'), { day: '2026-03-12', ahead: [{ step: 0, on: '2026-03-13' }, {}, {}] })
  t.notOk('refused' in life.when(actor('system:deadlines'), 'close-publicity'), 'its days are over by then')
})

t.test('the first money is due fifteen working days after signing, whenever the fund is committed', async t => {
  const life = told('signing', [...world(), calendar(), packs()]).given(...afterPublicity.signed)
  const signed = addDays(TODAY, 8)
  t.match(dueOf(life, 'fundCommitted'), { from: signed, workingDays: 5, day: '2026-03-20' })
  life.later(5).given([people.funder, 'commit-fund', commitment])
  t.match(dueOf(life, 'firstPayment'), { from: signed, workingDays: 15, day: '2026-04-03' })
})

t.test('a deadline on a day that the data name follows them', async t => {
  const life = told('entered', [...world(), calendar(), packs()])
  const first = dueOf(life, 'proposalSubmitted')
  t.match(first, { day: '2026-06-30' })
  life.given([people.street, 'extend-call', { submitBy: '2026-07-31', reason }])
  t.match(dueOf(life, 'proposalSubmitted'), { day: '2026-07-31', since: (first?.since ?? 0) + 1 })
})

t.test('a match that the organisation does not answer lapses of itself, and the need is free again', async t => {
  const life = project([...world(), calendar(), packs()]).given(
    ...chapters.drafted,
    ...chapters.posted,
    ...chapters.takenIn,
    ...chapters.proposed,
  )
  t.match(dueOf(life, 'organisationAnswers'), { day: '2026-03-12', ahead: [{}, {}, { step: 2, on: '2026-03-20' }] })
  life.later(15).given([actor('system:deadlines'), 'lapse-match'])
  t.strictSame(life.instance.due, {})
  t.notOk('refused' in life.when(people.community, 'propose-match', matching))
  t.match(life.when(people.street, 'lapse-match'), { refused: 'not-permitted' })
})

t.test('without a calendar nothing is refused: weekdays are counted, provisionally', async t => {
  const life = project(world()).given([people.community, 'draft-need', need], ...chapters.posted)
  t.match(dueOf(life, 'needAnswered'), { day: '2026-03-12', provisional: true, calendar: -1 })
})
