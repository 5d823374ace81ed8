/** What somebody does to streams behind the service's back, on a server without TLS: cuts them off, deletes them. */
import { randomUUID } from 'node:crypto'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import { credentials } from '@grpc/grpc-js'
import { NO_STREAM } from '../../engine/event-store.ts'
import { openEventStoreClient } from '../../engine/eventstore/client.ts'

export type Damaging = {
  /** Sets the stream's metadata, as `{ $maxCount: 1 }`; `after` is the revision of what was set before. */
  metadata(stream: string, metadata: object, after?: number): Promise<void>
  /** So that it can be written again. */
  delete(stream: string): Promise<void>
  /** For ever. */
  tombstone(stream: string): Promise<void>
}

/** `stream` is its name on the server. */
export const damaging = (url: string): Damaging => {
  const target = new URL(url).host
  return {
    metadata: async (stream, metadata, after = NO_STREAM) => {
      const client = openEventStoreClient({ url })
      const event = { id: randomUUID(), type: '$metadata', data: JSON.stringify(metadata), metadata: '{}' }
      await client.append(`$$${stream}`, after, [event])
      await client.close()
    },
    delete: async stream => {
      const options = new streams.DeleteReq.Options()
      options.setStreamIdentifier(named(stream))
      options.setAny(new shared.Empty())
      const request = new streams.DeleteReq()
      request.setOptions(options)
      await asked(target, (client, done) => client.delete(request, done))
    },
    tombstone: async stream => {
      const options = new streams.TombstoneReq.Options()
      options.setStreamIdentifier(named(stream))
      options.setAny(new shared.Empty())
      const request = new streams.TombstoneReq()
      request.setOptions(options)
      await asked(target, (client, done) => client.tombstone(request, done))
    },
  }
}

const named = (stream: string): shared.StreamIdentifier => {
  const identifier = new shared.StreamIdentifier()
  identifier.setStreamName(Buffer.from(stream).toString('base64'))
  return identifier
}

type Client = InstanceType<typeof streamsService.StreamsClient>

const asked = (target: string, ask: (client: Client, done: (error: unknown) => void) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    const client = new streamsService.StreamsClient(target, credentials.createInsecure())
    ask(client, error => {
      client.close()
      if (error) reject(error)
      else resolve()
    })
  })
