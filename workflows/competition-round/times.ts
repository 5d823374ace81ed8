/** When a call is over and when its list is settled: instants in Shanghai, for what arrives in the last minute is weighed to the millisecond. */
import type { Day } from '../../engine/definition.ts'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

/** The first instant after a civil day, in milliseconds. */
const over = (day: Day): number => Date.parse(`${day}T00:00:00+08:00`) + DAY_MS

/** Receipts of arrival are good for ten minutes; whoever holds one has come back by then. */
export const SETTLED_AFTER_MINUTES = 15

/** Whether something arrived (ISO, UTC) before the call's last day was over. */
export const inTime = (arrived: string, closesOn: Day | undefined): boolean =>
  closesOn !== undefined && Date.parse(arrived) < over(closesOn)

export const receiptsAreOver = (now: string, closesOn: Day): boolean =>
  Date.parse(now) >= over(closesOn) + SETTLED_AFTER_MINUTES * MINUTE_MS
