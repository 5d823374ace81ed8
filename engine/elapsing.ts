/** What falls due of itself, as a command like any other: decided again when it comes, sent twice it is done once. */
import type { KeyObject } from 'node:crypto'
import { momentBegins } from './clock.ts'
import type { Prepared } from './command.ts'
import {
  DEADLINE_ELAPSED,
  DEADLINE_ESCALATED,
  DEADLINE_MOVED,
  DEADLINE_REMINDED,
  DEADLINES,
  type DeadlineElapsed,
  type DeadlineMoved,
  type DeadlineReminded,
  type Running,
  stepTaken,
} from './deadline.ts'
import { calendarAt, type Decided, decide, type Surroundings } from './decide.ts'
import type { LadderStep, Workflow } from './definition.ts'
import { EngineError } from './engine-error.ts'
import { bodyHmacOf, commandIdOf } from './event-codec.ts'
import type { Instance } from './instance.ts'
import { systemPost } from './permission.ts'
import { movedIn } from './scheduling.ts'
import type { Traceparent } from './trace.ts'
import { placeOf } from './whereabouts.ts'

/** One step of a ladder: of the deadline that the event at `since` scheduled. */
export type DeadlineStep = { deadline: string; since: number; step: number }

/** Decides without the chart: what is recorded leaves the state as it is, or follows from a command of its own. */
export type Deciding = (instance: Instance, around: Surroundings) => Decided

const PERSON = `system:${DEADLINES}`
const POST = systemPost(DEADLINES)

type Life = { workflow: Workflow; id: string; traceparent?: Traceparent }

const ofItself = (
  { workflow, id, traceparent }: Life,
  key: string,
  name: string,
  decides: Deciding,
  bodyKey: KeyObject,
): Prepared => ({
  workflow,
  id,
  key,
  traceparent,
  person: PERSON,
  starts: false,
  command: { type: name, data: {} as never },
  commandId: commandIdOf(PERSON, workflow.name, id, key),
  bodyHmac: bodyHmacOf(bodyKey, {}),
  decides,
})

/** The key under which a step is sent: it follows from what scheduled it. */
const stepKey = ({ deadline, since, step }: DeadlineStep): string => `${deadline}:${since}:${step}`

/** `refused`: the chart has said no to what the step would do; then that is what is recorded. */
export const stepCommand = (life: Life, step: DeadlineStep, bodyKey: KeyObject, refused?: string): Prepared => {
  const rung = life.workflow.deadlines[step.deadline]?.ladder[step.step]
  return ofItself(life, stepKey(step), nameOf(rung), taking(step, refused), bodyKey)
}

const nameOf = (rung: LadderStep<string> | undefined): string =>
  rung && 'act' in rung ? rung.act : rung && 'escalate' in rung ? 'escalate-deadline' : 'remind-of-deadline'

const taking =
  (step: DeadlineStep, refused?: string): Deciding =>
  (instance, around) => {
    const { deadline } = step
    const running = dueNow(instance, step, around)
    const rung = instance.workflow.deadlines[deadline]?.ladder[step.step]
    const role = rung && ('remind' in rung ? rung.remind : 'escalate' in rung ? rung.escalate : undefined)
    const due = { ...instance.due, [deadline]: stepTaken(running, role) }
    if (rung && 'act' in rung) return { ...acting(instance, around, deadline, running, rung.act, refused), due }
    if (role === undefined) throw new EngineError('not-due', { deadline, revision: instance.revision })
    const data: DeadlineReminded = { deadline, role, day: running.day }
    const type = rung && 'escalate' in rung ? DEADLINE_ESCALATED : DEADLINE_REMINDED
    return { post: POST, events: [{ type, data }], value: instance.value, due }
  }

/** Throws where the state was left, the step was taken, another comes before it, or its moment has not come. */
const dueNow = (
  { due, revision }: Instance,
  { deadline, since, step }: DeadlineStep,
  { now }: Surroundings,
): Running => {
  const running = due[deadline]
  const [next] = running?.ahead ?? []
  if (!running || running.since !== since || next?.step !== step || now < momentBegins(next.on).toISOString())
    throw new EngineError('not-due', { deadline, revision })
  return running
}

const acting = (
  instance: Instance,
  around: Surroundings,
  deadline: string,
  { day }: Running,
  command: string,
  refused: string | undefined,
): Decided => {
  const elapsed: DeadlineElapsed = { deadline, day, command, ...(refused !== undefined && { refused }) }
  const event = { type: DEADLINE_ELAPSED, data: elapsed }
  if (refused !== undefined) return { post: POST, events: [event], value: instance.value }
  const decided = decide(instance, { type: command, data: {} as never }, around)
  return { ...decided, events: [event, ...decided.events] }
}

/** The working days were published or closed anew: what that moves of a life that stood at `revision` is moved. */
export const moveCommand = (life: Life, { calendar, revision }: Recount, bodyKey: KeyObject): Prepared =>
  ofItself(life, `working-days:${calendar}:${revision}`, 'move-deadlines', moving, bodyKey)

/** The calendar's revision, and the life's for which it is counted again. */
export type Recount = { calendar: number; revision: number }

const moving: Deciding = (instance, around) => {
  const moved = movedIn(instance, around.today, calendarAt(around, placeOf(instance)))
  const events = Object.entries(moved).map(([deadline, { day, provisional = false }]) => {
    const data: DeadlineMoved = { deadline, before: (instance.due[deadline] as Running).day, day, provisional }
    return { type: DEADLINE_MOVED, data }
  })
  if (events.length === 0) throw new EngineError('not-due', { deadline: '', revision: instance.revision })
  return { post: POST, events, value: instance.value, due: { ...instance.due, ...moved }, counted: true }
}
