/**
 * 工作日历: which days are worked, as the State Council publishes it for each year and as the bureau closes places
 * locally. There is one; what counts working days counts with it.
 */
import { z } from 'zod'
import { all, type Facts } from '../../engine/definition.ts'
import { lifecycle } from '../../engine/workflow.ts'
import { day, dayBefore, daysFrom, freeText, reason } from '../fields.ts'
import { place } from '../places/place-field.ts'
import { over, roles } from '../roles.ts'
import { unpublished, type WorkingCalendar } from './working-days.ts'

/** The life that all count with: what `system:founding` starts under the key `the-working-calendar`. */
export const CALENDAR = '83afece5-7635-87af-b584-6249f3c1b627'

/** 武汉市: whoever publishes for all of it. */
const CITY = '4201'
const LONGEST_CLOSURE_DAYS = 366

const days = z.array(day).max(120)
const commands = {
  'publish-year': z
    .strictObject({
      year: z
        .int()
        .min(2000)
        .max(2100)
        .meta({ zh: '年份', en: 'Year', examples: [2027] }),
      holidays: days.meta({ zh: '放假日', en: 'Holidays', shows: 'day', examples: [['2027-01-01']] }),
      makeUpDays: days.meta({ zh: '调休上班日', en: 'Make-up days', shows: 'day', examples: [['2027-01-03']] }),
      source: freeText(200).meta({
        zh: '依据',
        en: 'Source',
        examples: ['国务院办公厅关于2027年部分节假日安排的通知'],
      }),
    })
    .meta({ zh: '公布年度放假安排', en: 'Publish a year' }),
  'close-locally': z
    .strictObject({
      place,
      from: day.meta({ zh: '停办首日', en: 'From' }),
      to: day.meta({ zh: '停办末日', en: 'To' }),
      reason,
    })
    .meta({ zh: '局部停办', en: 'Close locally' }),
  'reopen-locally': z
    .strictObject({
      closure: z
        .int()
        .positive()
        .max(9999)
        .meta({ zh: '停办编号', en: 'Closure', examples: [1] }),
      from: day.meta({ zh: '恢复办公日', en: 'From' }),
      reason,
    })
    .meta({ zh: '恢复办公', en: 'Reopen locally' }),
}

const events = {
  YearPublished: commands['publish-year'].meta({ zh: '年度放假安排已公布', en: 'year published' }),
  ClosedLocally: commands['close-locally'].meta({ zh: '已局部停办', en: 'closed locally' }),
  ReopenedLocally: commands['reopen-locally'].meta({ zh: '已恢复办公', en: 'reopened locally' }),
}

type CalendarFacts = Facts<WorkingCalendar, Record<never, never>>

const isOf = (year: number) => (each: string) => each.startsWith(`${year}-`)
const isWeekend = (each: string): boolean => [0, 6].includes(new Date(`${each}T00:00:00Z`).getUTCDay())
const closureOf = ({ closures }: WorkingCalendar, number: number) => closures[number - 1]

const publishing = all('isTheCalendar', 'daysAreOfTheYear', 'noDayIsBoth', 'madeUpAtWeekends')

export const workingCalendar = lifecycle<WorkingCalendar>()({
  name: 'working-calendar',
  title: { zh: '工作日历', en: 'Working calendar' },
  about: {
    zh: '哪些天上班：每年公布的放假和调休安排，以及各地的局部停办；按工作日计算的期限都依此计算。',
    en: 'Which days are worked: the holidays and make-up days published each year, and local closures; deadlines in working days are counted with it.',
  },
  version: 1,
  endless: true,
  roles,
  start: unpublished,
  commands,
  events,
  rules: {
    isTheCalendar: {
      of: 'publish-year',
      zh: '全市只有一份工作日历，请在该日历上公布',
      en: 'There is one working calendar; publish the year there.',
      holds: ({ id }: CalendarFacts) => id === CALENDAR,
    },
    daysAreOfTheYear: {
      of: 'publish-year',
      reads: ['year', 'holidays', 'makeUpDays'],
      zh: '放假日和调休上班日都应在该年度内',
      en: 'Holidays and make-up days lie in the year.',
      holds: (_, { year, holidays, makeUpDays }) => [...holidays, ...makeUpDays].every(isOf(year)),
    },
    noDayIsBoth: {
      of: 'publish-year',
      reads: ['holidays', 'makeUpDays'],
      zh: '同一天不能既放假又上班，也不能重复',
      en: 'No day is both a holiday and made up, or named twice.',
      holds: (_, { holidays, makeUpDays }) =>
        new Set([...holidays, ...makeUpDays]).size === holidays.length + makeUpDays.length,
    },
    madeUpAtWeekends: {
      of: 'publish-year',
      reads: ['makeUpDays'],
      zh: '调休上班日应是星期六或星期日',
      en: 'A make-up day is a Saturday or a Sunday.',
      holds: (_, { makeUpDays }) => makeUpDays.every(isWeekend),
    },
    closesForward: {
      of: 'close-locally',
      reads: ['from', 'to'],
      zh: '停办末日不能早于首日，停办不能超过一年',
      en: 'A closure ends on or after its first day, within a year.',
      holds: (_, { from, to }) => from <= to && daysFrom(from, to) < LONGEST_CLOSURE_DAYS,
    },
    closureIsKnown: {
      of: 'reopen-locally',
      reads: ['closure'],
      zh: '没有这一次停办',
      en: 'There is no such closure.',
      holds: ({ data }, { closure }) => closureOf(data, closure) !== undefined,
    },
    reopensWithin: {
      of: 'reopen-locally',
      reads: ['closure', 'from'],
      zh: '恢复办公日应在停办期间内',
      en: 'It is reopened on a day within the closure.',
      holds: ({ data }, { closure, from }) => {
        const closed = closureOf(data, closure)
        return closed !== undefined && closed.from <= from && from <= closed.to
      },
    },
  },
  consults: {},
  chart: {
    initial: 'blank',
    states: {
      blank: {
        meta: { zh: '未公布', en: 'nothing published' },
        on: { 'publish-year': { target: 'inForce', guard: publishing, actions: 'YearPublished' } },
      },
      inForce: {
        meta: { zh: '有效', en: 'in force' },
        on: {
          'publish-year': { guard: publishing, actions: 'YearPublished' },
          'close-locally': { guard: all('closesForward'), actions: 'ClosedLocally' },
          'reopen-locally': { guard: all('closureIsKnown', 'reopensWithin'), actions: 'ReopenedLocally' },
        },
      },
    },
  },
  evolve: {
    YearPublished: (data, { year, holidays, makeUpDays }) => ({
      ...data,
      years: { ...data.years, [year]: { holidays, makeUpDays } },
    }),
    ClosedLocally: (data, { place: closed, from, to }) => ({
      ...data,
      closures: [...data.closures, { place: closed, from, to }],
    }),
    ReopenedLocally: (data, { closure, from }) => ({
      ...data,
      closures: data.closures.map((each, index) => (index === closure - 1 ? { ...each, to: dayBefore(from) } : each)),
    }),
  },
  permits: {
    'publish-year': [...over('bureau'), { system: 'founding' }],
    'close-locally': over('bureau'),
    'reopen-locally': over('bureau'),
  },
  // A district's bureau closes what lies in its district; only the city's publishes a year.
  place: (data, command) => {
    if (command?.type === 'close-locally') return command.data.place
    return (command?.type === 'reopen-locally' && closureOf(data, command.data.closure)?.place) || CITY
  },
  sees: [{ anyone: true }],
  label: () => '武汉市工作日历',
})
