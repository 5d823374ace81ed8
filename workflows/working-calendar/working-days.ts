/**
 * Counting working days: weekdays without the holidays that the State Council publishes each year, with the weekend days
 * that it makes up for them, and without what the bureau closes locally. Pure; the years and closures are passed in.
 */
import type { Day } from '../../engine/definition.ts'

/** The official days of one year: free weekdays, and worked weekend days. */
export type Year = { holidays: readonly Day[]; makeUpDays: readonly Day[] }
/** A place, and all that lies under it, closed from a day to a day, both included. */
export type Closure = { place: string; from: Day; to: Day }
export type WorkingCalendar = { years: { readonly [year: string]: Year }; closures: readonly Closure[] }

/** Nothing published: weekdays are worked, and everything counted is provisional. */
export const unpublished: WorkingCalendar = { years: {}, closures: [] }

const DAY_MS = 86_400_000
const next = (day: Day, step: 1 | -1): Day =>
  new Date(Date.parse(`${day}T00:00:00Z`) + step * DAY_MS).toISOString().slice(0, 10)

const yearOf = (day: Day): string => day.slice(0, 4)

const isWeekday = (day: Day): boolean => {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay()
  return weekday !== 0 && weekday !== 6
}

const isClosed = ({ closures }: WorkingCalendar, place: string | undefined, day: Day): boolean =>
  closures.some(({ place: closed, from, to }) => place?.startsWith(closed) && from <= day && day <= to)

export const isWorkingDay = (calendar: WorkingCalendar, place: string | undefined, day: Day): boolean => {
  if (isClosed(calendar, place, day)) return false
  const year = calendar.years[yearOf(day)]
  if (year?.makeUpDays.includes(day)) return true
  return isWeekday(day) && !year?.holidays.includes(day)
}

/**
 * The so-manieth working day after a day at a place (that day itself does not count), or before it where the number is
 * below zero. `provisional` where a day counted over, or not, lies in a year that nobody has published.
 */
export const addWorkingDays = (
  calendar: WorkingCalendar,
  place: string | undefined,
  from: Day,
  days: number,
): { day: Day; provisional: boolean } => {
  const step = days < 0 ? -1 : 1
  let day = from
  let provisional = false
  for (let left = Math.abs(days); left > 0; ) {
    day = next(day, step)
    provisional ||= calendar.years[yearOf(day)] === undefined
    if (isWorkingDay(calendar, place, day)) left--
  }
  return { day, provisional }
}
