/** Which days are worked in Wuhan, and how deadlines are counted with them. */
import fc from 'fast-check'
import t from 'tap'
import { addDays } from '../engine/clock.ts'
import { instanceIdOf } from '../engine/event-codec.ts'
import { yearsOfLibrary } from '../scripts/seed-years.ts'
import { RULE_PACKS } from '../workflows/rule-packs/index.ts'
import { CALENDAR, workingCalendar } from '../workflows/working-calendar/index.ts'
import {
  addWorkingDays,
  isWorkingDay,
  unpublished,
  type WorkingCalendar,
} from '../workflows/working-calendar/working-days.ts'
import years from '../workflows/working-calendar/years.json' with { type: 'json' }
import { actor, idOf, lifeOf } from './support/given.ts'

const official: WorkingCalendar = { years, closures: [] }
const COMMUNITY = '420106012021'
const count = (from: string, days: number, calendar = official, place = COMMUNITY) =>
  addWorkingDays(calendar, place, from, days)
const on = (from: string, days: number, calendar?: WorkingCalendar, place?: string) =>
  count(from, days, calendar, place).day

t.test('the calendar begins with what a kept library knows', async t => {
  t.strictSame(years, await yearsOfLibrary())
  t.match(Object.keys(years), ['2023', '2024', '2025', '2026'])
})

t.test('the one calendar and the one register have the ids under which they are begun', async t => {
  t.equal(CALENDAR, instanceIdOf('system:founding', 'working-calendar', 'the-working-calendar'))
  t.equal(RULE_PACKS, instanceIdOf('system:founding', 'rule-packs', 'the-rule-packs'))
})

t.test('working days step over the Spring Festival and land on its make-up days', async t => {
  t.equal(on('2026-02-12', 1), '2026-02-13', 'a Friday')
  t.equal(on('2026-02-12', 2), '2026-02-14', 'a Saturday that is made up')
  t.equal(on('2026-02-12', 3), '2026-02-24', 'after nine days off')
  t.equal(on('2026-02-27', 1), '2026-02-28', 'the other make-up day')
  t.equal(on('2026-02-24', -1), '2026-02-14', 'and backwards')
  t.equal(on('2026-02-16', 1), '2026-02-24', 'counted from within')
})

t.test('and over the National Day', async t => {
  t.equal(on('2026-09-18', 1), '2026-09-20', 'a Sunday that is made up')
  t.equal(on('2026-09-30', 1), '2026-10-08')
  t.equal(on('2026-10-09', 1), '2026-10-10', 'a Saturday that is made up')
  t.equal(on('2026-10-10', 1), '2026-10-12')
  t.equal(on('2025-09-30', 5), '2025-10-14', 'joined with the Mid-autumn Festival, with a Saturday made up')
})

t.test('a leap day is a day like any other', async t => {
  t.strictSame(count('2024-02-28', 1), { day: '2024-02-29', provisional: false })
  t.strictSame(count('2028-02-28', 2), { day: '2028-03-01', provisional: true })
})

t.test('beyond the years published weekdays are counted, provisionally', async t => {
  t.strictSame(count('2026-12-30', 1), { day: '2026-12-31', provisional: false })
  t.strictSame(count('2026-12-31', 1), { day: '2027-01-01', provisional: true }, 'nobody has said yet that it is free')
  const published = { years: { ...years, '2027': { holidays: ['2027-01-01'], makeUpDays: [] } }, closures: [] }
  t.strictSame(count('2026-12-31', 1, published), { day: '2027-01-04', provisional: false })
  t.ok(count('2026-03-05', 1, unpublished).provisional)
})

t.test('what is closed locally is closed there and below, and nowhere else', async t => {
  const closed = { years, closures: [{ place: '420106012', from: '2026-03-09', to: '2026-03-11' }] }
  t.equal(on('2026-03-06', 1, closed), '2026-03-12')
  t.equal(on('2026-03-06', 1, closed, '420106012'), '2026-03-12')
  t.equal(on('2026-03-06', 1, closed, '420106010'), '2026-03-09')
  t.equal(on('2026-03-06', 1, closed, '420106'), '2026-03-09', 'the district itself works')
})

const days = fc.integer({ min: 0, max: 1_400 }).map(ahead => addDays('2023-01-01', ahead))
t.test('counting is neither early nor late: just so many working days lie behind it', async () =>
  fc.assert(
    fc.property(days, fc.integer({ min: 1, max: 60 }), (from, amount) => {
      const end = on(from, amount)
      let worked = 0
      for (let day = addDays(from, 1); day <= end; day = addDays(day, 1))
        if (isWorkingDay(official, COMMUNITY, day)) worked++
      return worked === amount && isWorkingDay(official, COMMUNITY, end)
    }),
  ),
)

// ── the lifecycle ───────────────────────────────────────────────────────────────────────────────

const founding = actor('system:founding')
const city = actor(idOf(1), [{ role: 'bureau', place: '4201' }])
const district = actor(idOf(2), [{ role: 'bureau', place: '420106' }])
const year2027 = { year: 2027, holidays: ['2027-01-01'], makeUpDays: ['2027-01-03'], source: '通知' }
const reason = '道路抢修，社区服务中心停办'
const begun = () =>
  lifeOf(workingCalendar, CALENDAR).given([
    founding,
    'publish-year',
    { ...year2027, year: 2026, holidays: [], makeUpDays: [] },
  ])

t.test('the city publishes a year, and publishes it anew where it was changed', async t => {
  const life = begun().given([city, 'publish-year', year2027])
  t.match((life.data as WorkingCalendar).years['2027'], { holidays: ['2027-01-01'], makeUpDays: ['2027-01-03'] })
  life.given([city, 'publish-year', { ...year2027, holidays: ['2027-01-01', '2027-01-04'] }])
  t.match((life.data as WorkingCalendar).years['2027'], { holidays: ['2027-01-01', '2027-01-04'] })
  t.match(life.when(district, 'publish-year', year2027), { refused: 'outside-your-place' })
})

t.test('a year that does not hold together is refused, with every reason', async t => {
  const life = begun()
  const refused = (change: object) => life.when(city, 'publish-year', { ...year2027, ...change })
  t.match(refused({ holidays: ['2026-12-31'] }), { unmet: ['daysAreOfTheYear'] })
  t.match(refused({ holidays: ['2027-01-03'] }), { unmet: ['noDayIsBoth'] })
  t.match(refused({ holidays: ['2027-01-01', '2027-01-01'] }), { unmet: ['noDayIsBoth'] })
  t.match(refused({ makeUpDays: ['2027-01-04'] }), { unmet: ['madeUpAtWeekends'] })
  t.match(refused({ holidays: ['2027-02-30'] }), { refused: 'invalid-input' })
})

t.test('there is one calendar', async t => {
  t.match(lifeOf(workingCalendar, idOf(9)).when(city, 'publish-year', year2027), { unmet: ['isTheCalendar'] })
})

t.test('the district closes what lies in it, and opens it again', async t => {
  const life = begun().given([
    district,
    'close-locally',
    { place: '420106012', from: '2026-03-09', to: '2026-03-13', reason },
  ])
  const closings = () => (life.data as WorkingCalendar).closures
  t.strictSame(closings(), [{ place: '420106012', from: '2026-03-09', to: '2026-03-13' }])
  const elsewhere = { place: '420102005', from: '2026-03-09', to: '2026-03-13', reason }
  t.match(life.when(district, 'close-locally', elsewhere), { refused: 'outside-your-place' })
  t.match(life.when(district, 'close-locally', { ...elsewhere, place: '420106012', to: '2026-03-08' }), {
    unmet: ['closesForward'],
  })
  t.match(life.when(district, 'reopen-locally', { closure: 1, from: '2026-03-14', reason }), {
    unmet: ['reopensWithin'],
  })
  t.match(life.when(city, 'reopen-locally', { closure: 2, from: '2026-03-12', reason }), {
    unmet: ['closureIsKnown', 'reopensWithin'],
  })
  life.given([district, 'reopen-locally', { closure: 1, from: '2026-03-11', reason }])
  t.strictSame(closings(), [{ place: '420106012', from: '2026-03-09', to: '2026-03-10' }])
})
