/** Moves a simulated clock as time passes: what falls due on the way falls due when its day or minute begins. */
import { civilDay, momentBegins, type simulatedClock } from '../engine/clock.ts'
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

/** Within a day little falls due: nobody waits for what does not. */
export const passTime = async (runtime: Parts, clock: Clock, to: Date): Promise<void> => {
  if (civilDay(to) > civilDay(clock.now())) await settled(runtime)
  for (let due = await nextDue(runtime); due && due <= to; due = await nextDue(runtime)) {
    if (due > clock.now()) clock.set(due)
    await settled(runtime)
  }
  clock.set(to)
}

const nextDue = async ({ deadlines }: Parts): Promise<Date | undefined> => {
  const next = await deadlines.next()
  return next === undefined ? undefined : momentBegins(next)
}
