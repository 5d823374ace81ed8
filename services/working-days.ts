/** Where the working-day calendar is: in the `working-calendar` lifecycle, of which there is one life. */
import type { WorkingDays } from '../engine/deadline.ts'
import { CALENDAR, workingCalendar } from '../workflows/working-calendar/index.ts'
import { addWorkingDays, unpublished, type WorkingCalendar } from '../workflows/working-calendar/working-days.ts'

export const workingDays: WorkingDays = {
  workflow: workingCalendar.name,
  id: CALENDAR,
  add: (calendar, place, from, days) =>
    addWorkingDays((calendar as WorkingCalendar | undefined) ?? unpublished, place, from, days),
}
