/** The clock is passed in, never read: the one place that reads the machine's is `systemClock`. */
export type Clock = {
  now(): Date
  /** Somebody sets it: no other clock is to agree with it. */
  simulated?: true
}

export const systemClock: Clock = { now: () => new Date() }

/** A clock that stands until it is set; it never goes back. */
export const simulatedClock = (start: Date): Clock & { set(to: Date): void; advance(milliseconds: number): void } => {
  let current = start.getTime()
  const set = (to: Date) => {
    if (to.getTime() < current)
      throw new RangeError(
        `the clock stands at ${new Date(current).toISOString()} and cannot go back to ${to.toISOString()}`,
      )
    current = to.getTime()
  }
  return {
    simulated: true,
    now: () => new Date(current),
    set,
    advance: milliseconds => set(new Date(current + milliseconds)),
  }
}

/** China has one time zone and, since 1991, no summer time. */
const SHANGHAI_OFFSET = 8 * 3_600_000
const DAY = 86_400_000
const MINUTE = 60_000

/** The civil day in Asia/Shanghai, as `2026-03-05`. */
export const civilDay = (instant: Date): string => {
  const number = Math.floor((instant.getTime() + SHANGHAI_OFFSET) / DAY)
  if (number !== lastDay.number) lastDay = { number, text: new Date(number * DAY).toISOString().slice(0, 10) }
  return lastDay.text
}

/** It is asked for again and again, nearly always for the same day. */
let lastDay = { number: Number.NaN, text: '' }

/** When a civil day begins in Asia/Shanghai. */
export const dayBegins = (day: string): Date => new Date(Date.parse(`${day}T00:00:00Z`) - SHANGHAI_OFFSET)

/**
 * When something falls due, by Shanghai's clocks: with the beginning of a civil day (`2026-03-05`), or so many minutes
 * into it (`2026-03-05T00:15`). As text the earlier one is the smaller.
 */
export type Moment = string

/** So many minutes, less than a day's, after a civil day begins. */
export const minutesInto = (day: string, minutes: number): Moment =>
  momentOf(new Date(+dayBegins(day) + minutes * MINUTE))

/** The minute that Shanghai's clocks show: whatever is due by then is no greater. */
export const momentOf = (instant: Date): Moment =>
  new Date(instant.getTime() + SHANGHAI_OFFSET).toISOString().slice(0, 16)

export const dayOf = (moment: Moment): string => moment.slice(0, 10)

export const momentBegins = (moment: Moment): Date => {
  const [day = '', time = '00:00'] = moment.split('T')
  return new Date(Date.parse(`${day}T${time}:00Z`) - SHANGHAI_OFFSET)
}

/** An instant as Shanghai's clocks show it: `2026-03-05 09:30`. */
export const shanghaiTime = (instant: string): string =>
  new Date(Date.parse(instant) + SHANGHAI_OFFSET).toISOString().slice(0, 16).replace('T', ' ')

/** A civil day so many calendar days later. */
export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10)

/** Clocks differ between processes; a stream's times never go down. Both as ISO text in UTC. */
export const notBefore = (earlier: string, now: string): string => (earlier > now ? earlier : now)
