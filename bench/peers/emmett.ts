/** Commands of Emmett on PostgreSQL, each with its inline projection in one transaction; called here, or over fastify. */
import { randomUUID } from 'node:crypto'
import { CommandHandler, type Event, inlineProjections } from '@event-driven-io/emmett'
import { getPostgreSQLEventStore, pongoSingleStreamProjection } from '@event-driven-io/emmett-postgresql'
import fastify from 'fastify'
import pg from 'pg'
import type { z } from 'zod'
import { resource } from '../../workflows/resource.ts'
import { resourceInput } from '../resource-input.ts'
import { LANES, rate } from '../support.ts'
import { answerSlices, type PeerErrand } from './slices.ts'

type Resource = typeof resourceInput
type Revised = Event<'ResourceRevised', Resource>
type Shown = Resource & { revisions: number }

/** Each command reads its stream: a short life is the kindest. */
const LIFE = 20

const { url } = JSON.parse(process.argv[2] ?? '') as PeerErrand
const pool = new pg.Pool({ connectionString: url, max: LANES, idleTimeoutMillis: 0 })

const shown = pongoSingleStreamProjection<Shown, Revised>({
  collectionName: 'resources',
  canHandle: ['ResourceRevised'],
  evolve: (document: Shown | null, { data }: Revised) => ({ ...data, revisions: (document?.revisions ?? 0) + 1 }),
})
const store = getPostgreSQLEventStore(url, {
  projections: inlineProjections([shown]),
  schema: { autoMigration: 'CreateOrUpdate' },
  connectionOptions: { pooled: true, pool },
})
const handle = CommandHandler<Resource | undefined, Revised>({
  evolve: (_, { data }) => data,
  initialState: () => undefined,
})

const lanes = Array.from({ length: LANES }, () => ({ stream: '', commands: LIFE }))

const revise = (lane: number, data: Resource) => {
  const place = lanes[lane] as (typeof lanes)[number]
  if (place.commands === LIFE) Object.assign(place, { stream: `resource-${randomUUID()}`, commands: 0 })
  place.commands++
  return handle(store, place.stream, () => ({ type: 'ResourceRevised', data }))
}

const body = resource.commands['revise-resource'] as z.ZodType
const app = fastify()
app.post<{ Params: { lane: string } }>('/:lane/revise-resource', async request => {
  const done = await revise(Number(request.params.lane), body.parse(request.body) as Resource)
  return { revision: String(done.nextExpectedStreamVersion) }
})

await store.schema.migrate()
const address = await app.listen({ host: '127.0.0.1', port: 0 })

answerSlices({
  ready: Number(new URL(address).port),
  slice: milliseconds => rate(milliseconds, lane => revise(lane, resourceInput)),
  stop: () => app.close().finally(() => store.close()),
})
