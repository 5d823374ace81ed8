/** Moves a simulated clock as time passes: what falls due on the way falls due when its day begins. */
import { civilDay, dayBegins, type simulatedClock } from '../engine/clock.ts'
import type { Services } from './api/services.ts'

type Clock = ReturnType<typeof simulatedClock>

/** Waits until nobody has anything to do at the clock's now. */
export const settled = async ({ deadlines, policies }: Pick<Services, 'deadlines' | 'policies'>): Promise<void> => {
  await policies.idle()
  await deadlines.idle()
  // What fell due may be what a policy waits for.
  await policies.idle()
}

/** Within a day nothing falls due. */
export const passTime = async (
  runtime: Pick<Services, 'deadlines' | 'policies'>,
  clock: Clock,
  to: Date,
): Promise<void> => {
  if (civilDay(to) > civilDay(clock.now())) await passDays(runtime, clock, to)
  clock.set(to)
}

const passDays = async (runtime: Pick<Services, 'deadlines' | 'policies'>, clock: Clock, to: Date): Promise<void> => {
  await settled(runtime)
  for (let day = await runtime.deadlines.next(); day && dayBegins(day) <= to; day = await runtime.deadlines.next()) {
    if (dayBegins(day) > clock.now()) clock.set(dayBegins(day))
    await settled(runtime)
  }
}
