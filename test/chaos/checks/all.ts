/** Every check, in the order in which they are made. Each has a fault that it catches in `../faults.ts`. */
import { acknowledged, doneOnce, refused } from './acknowledged.ts'
import { deadlinesFellDue } from './deadlines.ts'
import { type At, type Check, type Evidence, eventsIn, grouped, type Kept } from './evidence.ts'
import { fenced } from './fenced.ts'
import { caughtUp, operatorsCheck } from './followed.ts'
import { oneAfterTheOther, realTime, witnessed } from './order.ts'
import { policiesFollowed } from './policies.ts'
import { uninvited } from './uninvited.ts'

export const checks: readonly Check[] = [
  acknowledged,
  refused,
  uninvited,
  witnessed,
  realTime,
  oneAfterTheOther,
  doneOnce,
  policiesFollowed,
  deadlinesFellDue,
  fenced,
  caughtUp,
  operatorsCheck,
]

export type Finding = { check: string; what: string }

/** Stands between the log and the checks. */
export type AsRead = (events: readonly Kept[]) => readonly Kept[]

export const evidenceOf = async (
  at: At & Pick<Evidence, 'folder'>,
  remembered: Pick<Evidence, 'entries' | 'seen' | 'histories' | 'restedAt'>,
  asRead: AsRead = events => events,
): Promise<Evidence> => {
  const events = asRead(await eventsIn(at.log))
  return { ...at, ...remembered, events, byCommand: grouped(events, ({ metadata }) => metadata.command) }
}

/** By all checks, or by these alone. */
export const findingsIn = async (evidence: Evidence, by: readonly Check[] = checks): Promise<Finding[]> => {
  const findings: Finding[] = []
  for (const check of by) for (const what of await check.find(evidence)) findings.push({ check: check.name, what })
  return findings
}
