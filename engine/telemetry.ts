/** What the engine tells of its work beside what it records: to whoever listens, and at no cost where nobody does. */
import { type Attributes, type Span, SpanKind, type Tracer } from '@opentelemetry/api'
import type { Prepared } from './command.ts'
import type { CommandAnswer } from './command-answer.ts'
import type { Metadata } from './event-codec.ts'
import type { EventStore, NewEvent, RecordedEvent } from './event-store.ts'
import { inSpan, type Traceparent, traceparentOf, untraced } from './trace.ts'

export type Telemetry = { tracer: Tracer }

export const silent: Telemetry = { tracer: untraced }

/** Most events carry none, and their texts need not be read to see it. */
const traceparentIn = ({ read, metadata }: NewEvent): Traceparent | undefined => {
  if (read) return (read.metadata as Metadata).traceparent
  return metadata.includes('"traceparent"') ? (JSON.parse(metadata) as Metadata).traceparent : undefined
}

/** One command: what it records, and what follows from that, stands beneath it. */
export const tellCommand = (
  { tracer }: Telemetry,
  asked: Prepared,
  isPerson: boolean,
  work: (asked: Prepared) => Promise<CommandAnswer>,
): Promise<CommandAnswer> => {
  const { workflow, id, command, traceparent: parent } = asked
  // The id of a person's life is that person's.
  const attributes = { ...commandNamed(workflow.name, command.type), ...(!isPerson && { 'gongchuang.id': id }) }
  return inSpan(tracer, `${workflow.name} ${command.type}`, { parent, attributes }, async span => {
    const own = traceparentOf(span)
    const answer = await work(own === parent ? asked : { ...asked, traceparent: own })
    noteAnswer(span, answer)
    return answer
  })
}

const commandNamed = (workflow: string, command: string): Attributes => ({
  'gongchuang.workflow': workflow,
  'gongchuang.command': command,
})

const noteAnswer = (span: Span, { revision, repeated, events }: CommandAnswer): void => {
  span.setAttributes({
    'gongchuang.revision': revision,
    'gongchuang.events': events.length,
    'gongchuang.repeated': repeated,
  })
}

/** A store whose appends are told of, each beneath the command that made the events. `system`: what keeps the log. */
export const toldStore = (store: EventStore, { tracer }: Telemetry, system: string): EventStore => ({
  ...store,
  append: (stream, expected, events) => {
    const parent = events[0] && traceparentIn(events[0])
    if (parent === undefined) return store.append(stream, expected, events)
    const category = stream.slice(0, stream.indexOf('-'))
    const attributes = {
      'db.system.name': system,
      'db.operation.name': 'append',
      'db.collection.name': category,
      'db.operation.batch.size': events.length,
    }
    return inSpan(tracer, `append ${category}`, { parent, kind: SpanKind.CLIENT, attributes }, async span => {
      const appended = await store.append(stream, expected, events)
      span.setAttribute('gongchuang.position', appended.position)
      return appended
    })
  },
})

/** What a policy does about an event goes on in the event's trace, and what it sends stands beneath that. */
export const tellPolicy = <T>(
  { tracer }: Telemetry,
  policy: string,
  event: RecordedEvent,
  work: (traceparent: Traceparent | undefined) => Promise<T>,
): Promise<T> => {
  const attributes = { 'gongchuang.policy': policy, 'gongchuang.event.type': event.type }
  const options = { parent: traceparentIn(event), kind: SpanKind.CONSUMER, attributes }
  return inSpan(tracer, `policy ${policy}`, options, span => work(traceparentOf(span)))
}
