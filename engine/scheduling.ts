/** Which deadlines run after a decision: those of the states entered begin, those of the states left are gone, the rest run on. */
import type { StateValue } from 'xstate'
import { activePaths } from './chart.ts'
import { type CalendarAt, type Due, type Running, recounted, scheduled } from './deadline.ts'
import type { Day, Deadline } from './definition.ts'
import type { Instance } from './instance.ts'

export type Scheduling = {
  due: Due
  /** True where the working-day calendar was counted with. */
  counted: boolean
}

type AnyDeadline = Deadline<string, never, never>
type Before = Pick<Instance, 'workflow' | 'value' | 'due' | 'revision'>
type After = { value: StateValue; data: unknown; consulted: Record<string, unknown>; today: Day; calendar: CalendarAt }

export const dueAfter = (before: Before, after: After): Scheduling => {
  const [left, stands] = [activePaths(before.value), activePaths(after.value)]
  const due: Due = {}
  let counted = false
  for (const [name, deadline] of Object.entries(before.workflow.deadlines)) {
    if (!stands.includes(deadline.in)) continue
    const running = left.includes(deadline.in) ? before.due[name] : undefined
    const runs = running && runsOn(deadline, running, after) ? running : begun(deadline, before, after)
    if (runs === undefined) continue
    due[name] = runs
    counted ||= runs !== running && runs.workingDays !== undefined
  }
  return { due, counted }
}

/** A deadline counted from a day that the data name begins anew where they name another. */
const runsOn = ({ after }: AnyDeadline, running: Running, { data }: After): boolean =>
  after.from === undefined || after.from(data as never) === running.from

const begun = (deadline: AnyDeadline, before: Before, after: After): Running | undefined => {
  const { data, consulted, today, calendar } = after
  const from = deadline.after.from ? deadline.after.from(data as never) : today
  if (from === undefined) return undefined
  const amount = 'days' in deadline.after ? deadline.after.days : deadline.after.workingDays
  const days = typeof amount === 'number' ? amount : amount(data as never, consulted as never)
  return scheduled(deadline, { from, since: before.revision + 1, today, amount: days }, calendar)
}

/** The running deadlines that end on another day under another calendar. */
export const movedIn = ({ workflow, due, revision }: Before, today: Day, calendar: CalendarAt): Due =>
  Object.fromEntries(
    Object.entries(due).flatMap(([name, running]): [string, Running][] => {
      const deadline = workflow.deadlines[name]
      const moved = deadline && recounted(deadline, running, { since: revision + 1, today }, calendar)
      return moved ? [[name, moved]] : []
    }),
  )
