/** What the engine tells of its work beside what it records: to whoever listens, and at next to no cost where nobody does. */
import { type Link, type Span, SpanKind, type Tracer } from '@opentelemetry/api'
import type { Prepared } from './command.ts'
import type { CommandAnswer } from './command-answer.ts'
import type { Metadata } from './event-codec.ts'
import type { Appended, EventStore, NewEvent, RecordedEvent } from './event-store.ts'
import {
  beginSpan,
  inSpan,
  isSampled,
  kindOf,
  linksTo,
  noteError,
  type Traceparent,
  traceparentOf,
  untraced,
} from './trace.ts'

export type Telemetry = { tracer: Tracer; measures?: Measures }

/** Durations in seconds. */
export type Measures = {
  appended(seconds: number, events: number): void
  notAppended(seconds: number, error: string): void
  /** A batch of the log's events was taken, by the read models or by the policies. */
  taken(by: string, seconds: number, events: number): void
  commanded(workflow: string, outcome: string): void
}

export const silent: Telemetry = { tracer: untraced }

const traceparentIn = ({ read, metadata }: NewEvent): Traceparent | undefined => {
  if (read) return (read.metadata as Metadata).traceparent
  // Most events carry none, and their texts need not be read to see it.
  return metadata.includes('"traceparent"') ? (JSON.parse(metadata) as Metadata).traceparent : undefined
}

const secondsSince = (began: number): number => (performance.now() - began) / 1_000

// ── commands ────────────────────────────────────────────────────────────────────────────────────

/** One command: what it records, and what follows from that, stands beneath it. */
export const tellCommand = async (
  { tracer, measures }: Telemetry,
  asked: Prepared,
  isPerson: boolean,
  work: (asked: Prepared) => Promise<CommandAnswer>,
): Promise<CommandAnswer> => {
  const { name } = asked.workflow
  try {
    const answer = await (tracer === untraced ? work(asked) : commandIn(tracer, asked, isPerson, work))
    measures?.commanded(name, answer.repeated ? 'repeated' : 'done')
    return answer
  } catch (error) {
    measures?.commanded(name, kindOf(error))
    throw error
  }
}

const commandIn = (
  tracer: Tracer,
  asked: Prepared,
  isPerson: boolean,
  work: (asked: Prepared) => Promise<CommandAnswer>,
): Promise<CommandAnswer> => {
  const { workflow, command, traceparent: parent } = asked
  const attributes = { 'gongchuang.workflow': workflow.name, 'gongchuang.command': command.type }
  return inSpan(tracer, `${workflow.name} ${command.type}`, { parent, attributes }, async span => {
    const answer = await work({ ...asked, traceparent: traceparentOf(span) })
    noteAnswer(span, answer, isPerson)
    return answer
  })
}

/** An id is told where there is such a life: what was sent as one may be a person's, and a person's life has that person's. */
const noteAnswer = (span: Span, { id, revision, repeated, events }: CommandAnswer, isPerson: boolean): void => {
  span.setAttributes({
    ...(!isPerson && { 'gongchuang.id': id }),
    'gongchuang.revision': revision,
    'gongchuang.events': events.length,
    'gongchuang.repeated': repeated,
  })
}

// ── appends ─────────────────────────────────────────────────────────────────────────────────────

/** A store whose appends are told of, each beneath the command that made the events. `system`: what keeps the log. */
export const toldStore = (store: EventStore, telemetry: Telemetry, system: string): EventStore => ({
  ...store,
  append: async (stream, expected, events) => {
    const began = performance.now()
    try {
      const appended = await appendIn(store, telemetry.tracer, system, [stream, expected, events])
      telemetry.measures?.appended(secondsSince(began), events.length)
      return appended
    } catch (error) {
      telemetry.measures?.notAppended(secondsSince(began), kindOf(error))
      throw error
    }
  },
})

const appendIn = (
  store: EventStore,
  tracer: Tracer,
  system: string,
  append: Parameters<EventStore['append']>,
): Promise<Appended> => {
  const [stream, , events] = append
  const parent = tracer !== untraced && events[0] ? traceparentIn(events[0]) : undefined
  if (parent === undefined) return store.append(...append)
  const category = stream.slice(0, stream.indexOf('-'))
  const attributes = {
    'db.system.name': system,
    'db.operation.name': 'append',
    'db.collection.name': category,
    'db.operation.batch.size': events.length,
  }
  return inSpan(tracer, `append ${category}`, { parent, kind: SpanKind.CLIENT, attributes }, async span => {
    const appended = await store.append(...append)
    span.setAttribute('gongchuang.position', appended.position)
    return appended
  })
}

// ── followers of the log ────────────────────────────────────────────────────────────────────────

/** What a policy does about an event goes on in the event's trace, and what it sends stands beneath that. */
export const tellPolicy = <T>(
  { tracer }: Telemetry,
  policy: string,
  event: RecordedEvent,
  work: (traceparent: Traceparent | undefined) => Promise<T>,
): Promise<T> => {
  const parent = traceparentIn(event)
  if (tracer === untraced) return work(parent)
  const attributes = { 'gongchuang.policy': policy, 'gongchuang.event.type': event.type }
  const options = { parent, kind: SpanKind.CONSUMER, attributes }
  return inSpan(tracer, `policy ${policy}`, options, span => work(traceparentOf(span)))
}

/** A batch that somebody takes: measured, and nothing more. */
export const measureBatch = async (
  { measures }: Telemetry,
  by: string,
  events: number,
  work: () => Promise<void>,
): Promise<void> => {
  const began = performance.now()
  await work()
  if (events > 0) measures?.taken(by, secondsSince(began), events)
}

/**
 * A batch that the read models take has a trace of its own, linked to those of its events; and each of these, where it is
 * kept, shows the batch beneath the command that it came from: there it is seen when what was recorded can be read.
 */
export const tellBatch = (
  telemetry: Telemetry,
  by: string,
  events: readonly RecordedEvent[],
  work: () => Promise<void>,
): Promise<void> =>
  measureBatch(telemetry, by, events.length, async () => {
    const parents = telemetry.tracer === untraced ? [] : tracesIn(events)
    if (parents.length === 0) return work()
    const attributes = { 'messaging.consumer.group.name': by, 'messaging.batch.message_count': events.length }
    const links = linksTo(parents)
    await inSpan(telemetry.tracer, `batch ${by}`, { links, kind: SpanKind.CONSUMER, attributes }, batch =>
      beneathEach(telemetry.tracer, `process ${by}`, parents, batch, work),
    )
  })

/** A span may have so many links. */
const MOST_LINKS = 128

/** The commands that these events came from, where their spans are kept. */
const tracesIn = (events: readonly RecordedEvent[]): Traceparent[] => {
  const found = new Set<Traceparent>()
  for (const event of events) {
    const parent = traceparentIn(event)
    if (parent !== undefined && isSampled(parent)) found.add(parent)
    if (found.size === MOST_LINKS) break
  }
  return [...found]
}

const beneathEach = async (
  tracer: Tracer,
  name: string,
  parents: readonly Traceparent[],
  batch: Span,
  work: () => Promise<void>,
): Promise<void> => {
  const links: Link[] = [{ context: batch.spanContext() }]
  const spans = parents.map(parent => beginSpan(tracer, name, { parent, links, kind: SpanKind.CONSUMER }))
  try {
    await work()
  } catch (error) {
    for (const span of spans) noteError(span, error)
    throw error
  } finally {
    for (const span of spans) span.end()
  }
}

/**
 * What falls due begins a trace of its own, linked to the command that scheduled it: that may be a year ago, and one command
 * may have scheduled many things.
 */
export const tellDue = async <T>(
  { tracer }: Telemetry,
  name: string,
  cause: () => Promise<RecordedEvent | undefined>,
  work: (traceparent: Traceparent | undefined) => Promise<T>,
): Promise<T> => {
  if (tracer === untraced) return work(undefined)
  // Without a link rather than not at all.
  const scheduled = await cause().catch(() => undefined)
  const links = linksTo([scheduled && traceparentIn(scheduled)])
  return inSpan(tracer, name, { links }, span => work(traceparentOf(span)))
}
