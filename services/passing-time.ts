/** Moves a simulated clock as time passes: what falls due on the way falls due when its day begins. */
import { civilDay, dayBegins, type simulatedClock } from '../engine/clock.ts'
import type { Position } from '../engine/event-store.ts'
import type { Services } from './api/services.ts'

type Clock = ReturnType<typeof simulatedClock>
type Parts = Pick<Services, 'deadlines' | 'policies' | 'store'>

/** Waits until nobody has anything to do at the clock's now. */
export const settled = async ({ deadlines, policies, store }: Parts): Promise<void> => {
  for (let head: Position | undefined; head !== (await store.head()); ) {
    head = await store.head()
    // What falls due may be what a policy waits for, and the other way round.
    await Promise.all([policies.idle(), deadlines.idle()])
  }
}

/** Within a day nothing falls due. */
export const passTime = async (runtime: Parts, clock: Clock, to: Date): Promise<void> => {
  if (civilDay(to) > civilDay(clock.now())) await passDays(runtime, clock, to)
  clock.set(to)
}

const passDays = async (runtime: Parts, clock: Clock, to: Date): Promise<void> => {
  await settled(runtime)
  for (let day = await runtime.deadlines.next(); day && dayBegins(day) <= to; day = await runtime.deadlines.next()) {
    if (dayBegins(day) > clock.now()) clock.set(dayBegins(day))
    await settled(runtime)
  }
}
