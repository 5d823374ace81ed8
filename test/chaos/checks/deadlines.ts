/** Deadlines fell due of themselves: none early, none twice, and none that was due is missing. */
import { momentBegins, momentOf } from '../../../engine/clock.ts'
import { DEADLINE_MOVED, DEADLINES } from '../../../engine/deadline.ts'
import { commandIdOf } from '../../../engine/event-codec.ts'
import { CALENDAR, workingCalendar } from '../../../workflows/working-calendar/index.ts'
import { type Check, type Evidence, where } from './evidence.ts'
import { type Before, type Moment, tellLives } from './told-lives.ts'

const SENDER = `system:${DEADLINES}`

export const deadlinesFellDue: Check = {
  name: 'deadlines',
  promise: 'no deadline fell due early or twice, and none that was due is missing',
  find: evidence => {
    const findings: string[] = []
    const taken = new Set<string>()
    const lives = tellLives(evidence, moment => {
      const { metadata } = moment.event
      if (metadata.person !== SENDER || taken.has(metadata.command)) return
      taken.add(metadata.command)
      findings.push(...wrongWith(moment, evidence))
    })
    const now = momentOf(evidence.restedAt)
    for (const { stream, due } of lives)
      for (const [name, { ahead }] of Object.entries(due))
        if (ahead[0] && ahead[0].on <= now)
          findings.push(`${stream}: ${name} was due on ${ahead[0].on} and nothing came`)
    return findings
  },
}

const wrongWith = (moment: Moment, evidence: Evidence): string[] => {
  const { event, before } = moment
  if (event.type === DEADLINE_MOVED) return movedBy(moment, evidence) ? [] : [`${where(event)}: no calendar moved it`]
  const step = stepTaken(moment)
  if (!step) return [`${where(event)}: no step ahead of revision ${before.revision} is this one`]
  const early = event.metadata.recordedAt < momentBegins(step.on).toISOString()
  return early ? [`${where(event)}: recorded at ${event.metadata.recordedAt}, due on ${step.on}`] : []
}

/** The step that came next in its ladder, known by the id that follows from what scheduled it. */
const stepTaken = ({ event, before, life }: Moment): { on: string } | undefined =>
  Object.entries(before.due)
    .filter(([name, { since, ahead }]) => idOf(life, `${name}:${since}:${ahead[0]?.step}`) === event.metadata.command)
    .map(([, { ahead }]) => ahead[0])[0]

const movedBy = ({ event, life, before }: Moment, evidence: Evidence): boolean =>
  calendarsIn(evidence).some(calendar =>
    revisionsTo(before).some(revision => idOf(life, `working-days:${calendar}:${revision}`) === event.metadata.command),
  )

const calendarsIn = ({ events }: Evidence): number[] =>
  events.filter(({ stream }) => stream === `${workingCalendar.category}-${CALENDAR}`).map(({ revision }) => revision)

/** Latest first: it was asked for at the revision at which the table had the life. */
const revisionsTo = ({ revision }: Before): number[] => Array.from({ length: revision + 1 }, (_, n) => revision - n)

const idOf = ({ workflow, id }: Moment['life'], key: string): string => commandIdOf(SENDER, workflow.name, id, key)
