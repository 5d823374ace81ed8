/** A decision as events, ready to be appended: what stands in their metadata, and how they are linked. */
import type { StateValue } from 'xstate'
import type { Claiming } from './claiming.ts'
import { notBefore } from './clock.ts'
import type { Prepared, Sent } from './command.ts'
import { calendarAt, consultedIn, type Decided, nextRoles, type Surroundings } from './decide.ts'
import { type Decision, type Encoded, encodeEvent, type Fact } from './event-codec.ts'
import type { Appended, NewEvent } from './event-store.ts'
import { correctedBy, evolved, type Instance } from './instance.ts'
import { recordedFact, shapeNow } from './lift.ts'
import { filesNamedIn, type NamedFile } from './named-files.ts'
import { dueAfter, type Scheduling } from './scheduling.ts'
import { whereabouts } from './whereabouts.ts'

export type Made = {
  expected: number
  state: StateValue
  events: NewEvent[]
  claiming: Claiming
  /** The files that the events name. */
  named: NamedFile[]
  /** The events as facts once their place in the log is known. */
  facts(appended: Appended): Fact[]
}

export const make = (
  instance: Instance,
  request: Prepared,
  decided: Decided,
  around: Surroundings,
  others: readonly Instance[],
  claiming: Claiming,
  salt: string,
): Made => {
  const decision = decisionOf(instance, request, decided, around, others, claiming, salt)
  const { stream, revision: expected } = instance
  const encoded = chained(instance, decided.events, decision)
  const facts = ({ position }: Appended): Fact[] =>
    encoded.map((event, index) => recordedFact({ ...event, stream, revision: expected + 1 + index, position }))
  return {
    expected,
    state: decided.value,
    events: encoded,
    claiming,
    named: filesIn(request, decided.events),
    facts,
  }
}

/** One decision's events, each linked to the one before it. */
const chained = (
  { workflow, stream, revision, hash }: Instance,
  events: Decided['events'],
  decision: Decision,
): Encoded[] => {
  let place = { stream, revision: revision + 1, before: hash }
  return events.map(({ type, data }) => {
    const shape = shapeNow(workflow, type)
    const encoded = encodeEvent(place, type, data, shape === 1 ? decision : { ...decision, shape })
    place = { stream, revision: place.revision + 1, before: encoded.read.metadata.hash }
    return encoded
  })
}

const decisionOf = (
  instance: Instance,
  request: Prepared,
  decided: Decided,
  around: Surroundings,
  others: readonly Instance[],
  { claims, releases }: Claiming,
  salt: string,
): Decision => {
  const { workflow } = instance
  const data = dataAfter(instance, decided, request.person, around)
  const { due, counted } = scheduling(instance, decided, data, around)
  const lookedAt = counted && around.calendar?.life ? [...others, around.calendar.life] : others
  const corrects = decided.events.map(event => correctedBy(instance, event)).find(entry => entry !== undefined)
  return {
    command: request.commandId,
    name: request.command.type,
    bodyHmac: request.bodyHmac,
    person: request.person,
    ...(request.kept && { kept: true as const }),
    ...(decided.post && { post: decided.post }),
    ...(decided.for && { for: decided.for }),
    recordedAt: notBefore(instance.recordedAt, around.now),
    occurredOn: around.today,
    ...(corrects !== undefined && { corrects }),
    $correlationId: request.correlation ?? request.commandId,
    $causationId: request.causation ?? request.commandId,
    ...(request.traceparent !== undefined && { traceparent: request.traceparent }),
    consulted: Object.fromEntries(lookedAt.map(other => [other.stream, other.revision])),
    workflow: workflow.name,
    version: workflow.version,
    workflowHash: workflow.hash.slice(0, 16),
    state: decided.value,
    ...whereabouts(workflow, instance.id, data),
    next: nextRoles(workflow, decided.value),
    due,
    ...(claims.length > 0 && { claims }),
    ...(releases.length > 0 && { releases }),
    salt,
  }
}

const dataAfter = (instance: Instance, decided: Decided, person: string, around: Surroundings): unknown => {
  const meta = (index: number) => ({
    person,
    post: decided.post,
    recordedAt: around.now,
    occurredOn: around.today,
    revision: instance.revision + 1 + index,
  })
  return decided.events.reduce<unknown>(
    (before, event, index) => evolved(instance.workflow, before, event, meta(index)),
    instance.data,
  )
}

/** What somebody sends for another runs from the day on which it comes in. */
export const scheduling = (
  instance: Instance,
  decided: Pick<Decided, 'value' | 'due' | 'counted'>,
  data: unknown,
  around: Pick<Surroundings, 'lives' | 'calendar' | 'today' | 'intake'>,
): Scheduling => {
  const { workflow, revision, value } = instance
  const { due, counted } = dueAfter(
    { workflow, revision, value, due: decided.due ?? instance.due },
    {
      value: decided.value,
      data,
      consulted: consultedIn(around),
      today: around.intake?.today ?? around.today,
      calendar: calendarAt(around, workflow.place(data as never)),
    },
  )
  return { due, counted: counted || decided.counted === true }
}

/** Those of the events, and the paper that it was taken in on; each by where the request names it. */
export const filesIn = ({ onBehalf }: Sent, events: Decided['events']): NamedFile[] => [
  ...events.flatMap(({ data }) => filesNamedIn(data)),
  ...filesNamedIn(onBehalf, '/onBehalf'),
]
