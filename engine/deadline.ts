/**
 * Deadlines that run. A state that is entered schedules them; the schedule stands beside the event that entered it, and
 * so does, beside each later event, what has become of it. A state that is left takes its deadlines along.
 *
 *   DeadlineReminded   a role has been reminded: the life stands in the work of whoever holds it there
 *   DeadlineEscalated  the same for the role above
 *   DeadlineElapsed    its day is over and a command follows of itself, beside this event; or was refused
 *   DeadlineMoved      the working days were published or closed anew, and it ends on another day
 *
 * They stand in the life's own stream. No lifecycle folds them; state and data stay as they are.
 */
import { addDays, dayOf, type Moment, minutesInto } from './clock.ts'
import type { Day, Deadline, LadderStep, Workflow } from './definition.ts'

export const DEADLINE_REMINDED = 'DeadlineReminded'
export const DEADLINE_ESCALATED = 'DeadlineEscalated'
export const DEADLINE_ELAPSED = 'DeadlineElapsed'
export const DEADLINE_MOVED = 'DeadlineMoved'
export const DEADLINE_EVENTS: readonly string[] = [
  DEADLINE_REMINDED,
  DEADLINE_ESCALATED,
  DEADLINE_ELAPSED,
  DEADLINE_MOVED,
]

/** Escalated says the same of the role above. */
export type DeadlineReminded = { deadline: string; role: string; day: Day }
/** `refused`: the code of why the chart said no; then nothing follows. */
export type DeadlineElapsed = { deadline: string; day: Day; command: string; refused?: string }
export type DeadlineMoved = { deadline: string; before: Day; day: Day; provisional: boolean }

/** Who sends what falls due of itself. */
export const DEADLINES = 'deadlines'

/** A step of a ladder that lies ahead: by its place in the ladder, and the moment at which it falls due. */
export type StepAhead = { step: number; on: Moment }

export type Running = {
  /** The last day in time. */
  day: Day
  /** The revision of the event that scheduled it. */
  since: number
  /** The day from which it is counted, and how many working days, where it is counted in those. */
  from: Day
  workingDays?: number
  /** The revision of the working-day calendar that it was counted with. */
  calendar?: number
  /** Counted over days of which nobody has published yet whether they are worked. */
  provisional?: true
  /** In order. */
  ahead: readonly StepAhead[]
  /** The roles that it has been brought before. */
  reminded?: readonly string[]
}
/** By the deadline's name. */
export type Due = Record<string, Running>

/** A day that was counted to; `provisional` where nobody has published yet which of the days between are worked. */
export type Counted = { day: Day; provisional: boolean }
/** The so-manieth working day after a day, or before it where the number is below zero. */
export type Counting = (from: Day, days: number) => Counted

/** Which life holds the working-day calendar, and how its data are counted with at a place. Without it nothing is published. */
export type WorkingDays = {
  workflow: string
  id: string
  add(calendar: unknown, place: string | undefined, from: Day, days: number): Counted
}

/** The calendar as it stands, at a place. */
export type CalendarAt = { revision: number; count: Counting }

type Entered = Pick<Running, 'from' | 'since'> & { today: Day; amount: number }

/** A deadline that begins to run. */
export const scheduled = (
  deadline: AnyDeadline,
  { amount, today, ...entered }: Entered,
  calendar: CalendarAt,
): Running => {
  const working = countsWorkingDays(deadline) && { workingDays: amount, calendar: calendar.revision }
  const { day, provisional, steps } = counted(deadline, entered.from, amount, calendar.count)
  // Whoever has just been given the work needs no reminder of a day that had begun before.
  const ahead = steps.filter(({ step, on }) => dayOf(on) > today || !isBefore(deadline.ladder[step]))
  return { day, ...entered, ...working, ...(provisional && { provisional }), ahead }
}

/** The same deadline under another calendar; nothing where that changes nothing. */
export const recounted = (
  deadline: AnyDeadline,
  running: Running,
  { since, today }: Pick<Entered, 'since' | 'today'>,
  calendar: CalendarAt,
): Running | undefined => {
  const { workingDays, provisional: _, ...rest } = running
  if (workingDays === undefined) return undefined
  const { day, provisional, steps } = counted(deadline, running.from, workingDays, calendar.count)
  if (day === running.day && provisional === (running.provisional ?? false)) return undefined
  // A step that was taken is taken again where its day is ahead again.
  const ahead = steps.filter(({ step, on }) => dayOf(on) > today || running.ahead.some(each => each.step === step))
  return { ...rest, workingDays, calendar: calendar.revision, day, since, ...(provisional && { provisional }), ahead }
}

type AnyDeadline = Deadline<string, never, never>

const countsWorkingDays = ({ after }: AnyDeadline): boolean => 'workingDays' in after

const isBefore = (step: LadderStep<string> | undefined): boolean =>
  step !== undefined && step.at !== 0 && 'before' in step.at

const counted = (deadline: AnyDeadline, from: Day, amount: number, workingDays: Counting) => {
  const add: Counting = countsWorkingDays(deadline)
    ? workingDays
    : (day, days) => ({ day: addDays(day, days), provisional: false })
  const end = add(from, amount)
  const steps = deadline.ladder.map(({ at }, step) => ({ step, ...fallsDue(at, end.day, add) }))
  return {
    day: end.day,
    provisional: end.provisional || steps.some(({ provisional }) => provisional),
    steps: steps.map(({ step, on }) => ({ step, on })),
  }
}

/** Before the last day: when that day begins. At the end and after it: when the day is over, which is when the next begins. */
const fallsDue = (at: LadderStep<string>['at'], end: Day, add: Counting): { on: Moment; provisional: boolean } => {
  if (at === 0) return { on: addDays(end, 1), provisional: false }
  if ('minutesAfter' in at) return { on: minutesInto(addDays(end, 1), at.minutesAfter), provisional: false }
  const { day, provisional } = 'before' in at ? add(end, -at.before) : add(end, at.after)
  return { on: 'before' in at ? day : addDays(day, 1), provisional }
}

/** The running deadline once the first step ahead of it was taken, which brought it before a role or before nobody. */
export const stepTaken = (running: Running, role?: string): Running => ({
  ...running,
  ahead: running.ahead.slice(1),
  ...(role !== undefined && { reminded: [...new Set([...(running.reminded ?? []), role])] }),
})

/** The roles that any of these deadlines has been brought before. */
export const remindedIn = (due: Due): string[] => [
  ...new Set(Object.values(due).flatMap(({ reminded = [] }) => reminded)),
]

/** The earliest last day of these deadlines. */
export const earliestDue = (due: Due): Day | undefined =>
  Object.values(due)
    .map(({ day }) => day)
    .sort()[0]

export const usesWorkingDays = ({ deadlines }: Pick<Workflow, 'deadlines'>): boolean =>
  Object.values(deadlines).some(countsWorkingDays)
