/**
 * A FIXTURE, not a server: it speaks the EventStoreDB client's own protocol over real gRPC, and answers what a test's
 * script says. What no script speaks for it answers honestly, from a little log in memory. Nothing that is shown against
 * it has been shown against EventStoreDB.
 */
import serverFeatures from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js'
import features from '@eventstore/db-client/generated/serverfeatures_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import rpcStatus from '@eventstore/db-client/generated/status_pb.js'
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerWritableStream,
  type sendUnaryData,
} from '@grpc/grpc-js'
import anyMessage from 'google-protobuf/google/protobuf/any_pb.js'
import emptyMessage from 'google-protobuf/google/protobuf/empty_pb.js'
import type { Test } from 'tap'
import { type Outcome, type PeerEvent, type PeerLog, type Proposed, peerLog } from './eventstore-peer-log.ts'
import type { Trouble } from './eventstore-peer-troubles.ts'

/** After which place a subscription or a read was asked for. */
export type Asked = number | 'start' | 'end'

export type SubscriptionCall = {
  after: Asked
  prefixes: readonly string[]
  send(...events: readonly PeerEvent[]): void
  checkpoint(place: number): void
  caughtUp(): void
  fail(trouble: Trouble): void
  /** Ends without an error. */
  end(): void
  /** What happens where no script says otherwise: everything after the place asked for, and then what is written. */
  follow(): void
  isOver(): boolean
}

export type ReadCall = {
  /** Undefined where the whole log is read. */
  stream?: string
  from: Asked
  backwards: boolean
  limit: number
  answer(events: readonly PeerEvent[]): void
  fail(trouble: Trouble): void
  honestly(): void
}

export type AppendCall = Proposed & {
  /** Writes what was asked for, or finds that it cannot; answers nothing. */
  write(): Outcome
  answer(outcome: Outcome): void
  /** Fails this append alone. */
  fail(trouble: Trouble): void
  /** Breaks the stream that it came by, whatever else is under way there. */
  breakOff(trouble: Trouble): void
  honestly(): void
}

export type Script<Call> = (call: Call) => void

export type EventStorePeer = {
  url: string
  log: PeerLog
  /** One script for each call to come, in turn; after the last one the peer is honest again. */
  onSubscribe(...scripts: Script<SubscriptionCall>[]): void
  onRead(...scripts: Script<ReadCall>[]): void
  onAppend(...scripts: Script<AppendCall>[]): void
  /** For every call to come, until it is set back by `undefined`. */
  always(scripts: { subscribe?: Script<SubscriptionCall>; read?: Script<ReadCall>; append?: Script<AppendCall> }): void
  /** Every subscription that was asked for, in order. */
  subscriptions: readonly SubscriptionCall[]
  appends: readonly AppendCall[]
  /** Gives the place up, breaking what is under way, and takes it again: a server that is killed and started. */
  kill(): void
  start(): Promise<void>
}

type Implementation =
  ConstructorParameters<typeof Server> extends unknown[] ? Parameters<Server['addService']>[1] : never
type Scripts<Call> = { inTurn: Script<Call>[]; always?: Script<Call> }
type Parts = {
  log: PeerLog
  subscribe: Scripts<SubscriptionCall>
  read: Scripts<ReadCall>
  append: Scripts<AppendCall>
  subscriptions: SubscriptionCall[]
  appends: AppendCall[]
}

export const eventStorePeer = async (t: Test): Promise<EventStorePeer> => {
  const parts: Parts = {
    log: peerLog(),
    subscribe: { inTurn: [] },
    read: { inTurn: [] },
    append: { inTurn: [] },
    subscriptions: [],
    appends: [],
  }
  let server = serverOf(parts)
  const port = await listen(server, 0)
  t.teardown(() => server.forceShutdown())
  return {
    url: `esdb://127.0.0.1:${port}?tls=false`,
    log: parts.log,
    onSubscribe: (...scripts) => void parts.subscribe.inTurn.push(...scripts),
    onRead: (...scripts) => void parts.read.inTurn.push(...scripts),
    onAppend: (...scripts) => void parts.append.inTurn.push(...scripts),
    always: scripts => {
      for (const kind of ['subscribe', 'read', 'append'] as const)
        if (kind in scripts) Object.assign(parts[kind], { always: scripts[kind] })
    },
    subscriptions: parts.subscriptions,
    appends: parts.appends,
    kill: () => server.forceShutdown(),
    start: async () => {
      server = serverOf(parts)
      await listen(server, port)
    },
  }
}

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    )
  })

const serverOf = (parts: Parts): Server => {
  const server = new Server()
  server.addService(serverFeatures.ServerFeaturesService as never, { getSupportedMethods } as unknown as Implementation)
  server.addService(
    streamsService.StreamsService as never,
    {
      read: (call: ReadStream) => (call.request.getOptions()?.hasSubscription() ? subscribe : read)(parts, call),
      append: (call: AppendStream, done: AppendDone) => void append(parts, call, done),
      batchAppend: (call: BatchStream) => batchAppend(parts, call),
    } as unknown as Implementation,
  )
  return server
}

type ReadStream = ServerWritableStream<streams.ReadReq, streams.ReadResp>
type AppendStream = ServerReadableStream<streams.AppendReq, streams.AppendResp>
type AppendDone = sendUnaryData<streams.AppendResp>
type BatchStream = ServerDuplexStream<streams.BatchAppendReq, streams.BatchAppendResp>

const METHODS = ['Read', 'Append', 'BatchAppend', 'Delete', 'Tombstone']

const getSupportedMethods = (_: unknown, done: sendUnaryData<features.SupportedMethods>): void => {
  const answer = new features.SupportedMethods()
  answer.setEventStoreServerVersion('fixture')
  for (const name of METHODS) {
    const method = new features.SupportedMethod()
    method.setServiceName('event_store.client.streams.streams')
    method.setMethodName(name.toLowerCase())
    answer.addMethods(method)
  }
  done(null, answer)
}

const play = <Call extends { honestly(): void }>(scripts: Scripts<Call>, call: Call): void =>
  (scripts.inTurn.shift() ?? scripts.always ?? (each => each.honestly()))(call)

const failing = (call: { emit(event: 'error', error: unknown): boolean }, trouble: Trouble): void => {
  const metadata = new Metadata()
  for (const [name, value] of Object.entries(trouble.headers ?? {})) metadata.set(name, value)
  call.emit('error', { code: trouble.code, details: trouble.details, metadata })
}

const askedAt = (options: streams.ReadReq.Options | undefined): Asked => {
  const all = options?.getAll()
  const position = all?.getPosition()
  if (position) return Number(position.getPreparePosition())
  if (all?.hasEnd()) return 'end'
  const stream = options?.getStream()
  if (stream?.hasEnd()) return 'end'
  return stream?.hasRevision() ? Number(stream.getRevision()) : 'start'
}

const subscribe = (parts: Parts, stream: ReadStream): void => {
  const options = stream.request.getOptions()
  const after = askedAt(options)
  const prefixes = options?.getFilter()?.getStreamIdentifier()?.getPrefixList() ?? []
  const say = (fill: (answer: streams.ReadResp) => void) => {
    const answer = new streams.ReadResp()
    fill(answer)
    if (!over) stream.write(answer)
  }
  let over = false
  const finish = (how: () => void) => {
    if (over) return
    over = true
    how()
  }
  stream.on('cancelled', () => finish(() => undefined))
  const isTold = (event: PeerEvent) => prefixes.some(prefix => event.stream.startsWith(prefix))
  const call: SubscriptionCall & { honestly(): void } = {
    after,
    prefixes,
    send: (...events) => {
      for (const event of events) say(answer => answer.setEvent(readEventOf(event)))
    },
    checkpoint: place => say(answer => answer.setCheckpoint(checkpointAt(place))),
    caughtUp: () => say(answer => answer.setCaughtUp(new streams.ReadResp.CaughtUp())),
    fail: trouble => finish(() => failing(stream, trouble)),
    end: () => finish(() => stream.end()),
    follow: () => {
      const from = after === 'start' ? 0 : after === 'end' ? Number.POSITIVE_INFINITY : after
      for (const event of parts.log.all()) if (event.place > from && isTold(event)) call.send(event)
      call.caughtUp()
      const deaf = parts.log.listen(event => {
        if (over) deaf()
        else if (isTold(event)) call.send(event)
      })
    },
    isOver: () => over,
    honestly: () => call.follow(),
  }
  parts.subscriptions.push(call)
  say(answer => answer.setConfirmation(new streams.ReadResp.SubscriptionConfirmation()))
  play(parts.subscribe as Scripts<typeof call>, call)
}

const checkpointAt = (place: number): streams.ReadResp.Checkpoint => {
  const checkpoint = new streams.ReadResp.Checkpoint()
  checkpoint.setCommitPosition(String(place))
  checkpoint.setPreparePosition(String(place))
  return checkpoint
}

const named = (stream: string): shared.StreamIdentifier => {
  const identifier = new shared.StreamIdentifier()
  identifier.setStreamName(Buffer.from(stream).toString('base64'))
  return identifier
}

const readEventOf = (event: PeerEvent): streams.ReadResp.ReadEvent => {
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent()
  const id = new shared.UUID()
  id.setString(event.id)
  recorded.setId(id)
  recorded.setStreamIdentifier(named(event.stream))
  recorded.setStreamRevision(String(event.revision))
  recorded.setCommitPosition(String(event.place))
  recorded.setPreparePosition(String(event.place))
  recorded.getMetadataMap().set('type', event.type)
  recorded.getMetadataMap().set('content-type', event.contentType)
  recorded.getMetadataMap().set('created', '0')
  recorded.setData(event.data)
  recorded.setCustomMetadata(event.metadata)
  const read = new streams.ReadResp.ReadEvent()
  read.setEvent(recorded)
  read.setCommitPosition(String(event.place))
  return read
}

const read = (parts: Parts, stream: ReadStream): void => {
  const options = stream.request.getOptions()
  const of = options?.getStream()?.getStreamIdentifier()?.getStreamName_asU8()
  const name = of && Buffer.from(of).toString()
  const call: ReadCall = {
    ...(name !== undefined && { stream: name }),
    from: askedAt(options),
    backwards: options?.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS,
    limit: Number(options?.getCount()),
    answer: events => {
      for (const event of events) {
        const answer = new streams.ReadResp()
        answer.setEvent(readEventOf(event))
        stream.write(answer)
      }
      if (events.length === 0 && name !== undefined) stream.write(notFound(name))
      stream.end()
    },
    fail: trouble => failing(stream, trouble),
    honestly: () => call.answer(parts.log.read(call)),
  }
  play(parts.read, call)
}

const notFound = (stream: string): streams.ReadResp => {
  const answer = new streams.ReadResp()
  const missing = new streams.ReadResp.StreamNotFound()
  missing.setStreamIdentifier(named(stream))
  answer.setStreamNotFound(missing)
  return answer
}

type ProposedMessage = streams.AppendReq.ProposedMessage | streams.BatchAppendReq.ProposedMessage

const proposedOf = (message: ProposedMessage) => ({
  id: message.getId()?.getString() ?? '',
  type: message.getMetadataMap().get('type') ?? '',
  contentType: message.getMetadataMap().get('content-type') ?? '',
  data: Buffer.from(message.getData_asU8()),
  metadata: Buffer.from(message.getCustomMetadata_asU8()),
})

const nameIn = (identifier: shared.StreamIdentifier | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString()

const append = async (parts: Parts, stream: AppendStream, done: AppendDone): Promise<void> => {
  const asked: streams.AppendReq[] = []
  for await (const request of stream) asked.push(request)
  const options = asked[0]?.getOptions()
  const proposed: Proposed = {
    stream: nameIn(options?.getStreamIdentifier()),
    expected: options?.hasNoStream() ? -1 : Number(options?.getRevision()),
    events: asked.flatMap(request => request.getProposedMessage() ?? []).map(proposedOf),
  }
  const fail = (trouble: Trouble) => failing(stream, trouble)
  const call = appendCall(parts, proposed, {
    answer: outcome => done(null, answerOf(outcome)),
    fail,
    breakOff: fail,
  })
  play(parts.append, call)
}

const appendCall = (
  parts: Parts,
  proposed: Proposed,
  how: Pick<AppendCall, 'answer' | 'fail' | 'breakOff'>,
): AppendCall => {
  const write = () => parts.log.append(proposed)
  const call = { ...proposed, ...how, write, honestly: () => how.answer(write()) }
  parts.appends.push(call)
  return call
}

const answerOf = (outcome: Outcome): streams.AppendResp => {
  const answer = new streams.AppendResp()
  if (outcome.written) {
    const position = new streams.AppendResp.Position()
    position.setCommitPosition(String(outcome.place))
    position.setPreparePosition(String(outcome.place))
    const success = new streams.AppendResp.Success()
    success.setCurrentRevision(String(outcome.revision))
    success.setPosition(position)
    answer.setSuccess(success)
    return answer
  }
  const wrong = new streams.AppendResp.WrongExpectedVersion()
  if (outcome.actual < 0) wrong.setCurrentNoStream(new shared.Empty())
  else wrong.setCurrentRevision(String(outcome.actual))
  answer.setWrongExpectedVersion(wrong)
  return answer
}

type Batch = { options?: streams.BatchAppendReq.Options | undefined; messages: ProposedMessage[] }

const batchAppend = (parts: Parts, stream: BatchStream): void => {
  const batches = new Map<string, Batch>()
  stream.on('data', (request: streams.BatchAppendReq) => {
    const id = request.getCorrelationId()?.getString() ?? ''
    const batch = batches.get(id) ?? { messages: [] }
    batches.set(id, batch)
    batch.options ??= request.getOptions()
    batch.messages.push(...request.getProposedMessagesList())
    if (!request.getIsFinal()) return
    batches.delete(id)
    play(parts.append, batchCall(parts, stream, id, batch))
  })
  stream.on('end', () => stream.end())
}

const batchCall = (parts: Parts, stream: BatchStream, id: string, { options, messages }: Batch): AppendCall => {
  const name = nameIn(options?.getStreamIdentifier())
  const expected = options?.hasNoStream() ? -1 : Number(options?.getStreamPosition())
  const respond = (fill: (answer: streams.BatchAppendResp) => void) => {
    const correlation = new shared.UUID()
    correlation.setString(id)
    const answer = new streams.BatchAppendResp()
    answer.setCorrelationId(correlation)
    answer.setStreamIdentifier(named(name))
    fill(answer)
    stream.write(answer)
  }
  return appendCall(
    parts,
    { stream: name, expected, events: messages.map(proposedOf) },
    {
      answer: outcome =>
        respond(answer =>
          outcome.written ? answer.setSuccess(successOf(outcome)) : answer.setError(wrongVersion(expected, outcome)),
        ),
      fail: () => respond(answer => answer.setError(packed('Timeout', new shared.Timeout()))),
      breakOff: trouble => failing(stream, trouble),
    },
  )
}

const successOf = (outcome: Outcome & { written: true }): streams.BatchAppendResp.Success => {
  const position = new shared.AllStreamPosition()
  position.setCommitPosition(String(outcome.place))
  position.setPreparePosition(String(outcome.place))
  const success = new streams.BatchAppendResp.Success()
  success.setCurrentRevision(String(outcome.revision))
  success.setPosition(position)
  return success
}

const wrongVersion = (expected: number, { actual }: Outcome & { written: false }): rpcStatus.Status => {
  const wrong = new shared.WrongExpectedVersion()
  if (expected < 0) wrong.setExpectedNoStream(new emptyMessage.Empty())
  else wrong.setExpectedStreamPosition(String(expected))
  if (actual < 0) wrong.setCurrentNoStream(new emptyMessage.Empty())
  else wrong.setCurrentStreamRevision(String(actual))
  return packed('WrongExpectedVersion', wrong)
}

const packed = (name: string, message: { serializeBinary(): Uint8Array }): rpcStatus.Status => {
  const details = new anyMessage.Any()
  details.pack(message.serializeBinary(), `event_store.client.${name}`)
  const status = new rpcStatus.Status()
  status.setDetails(details)
  return status
}
