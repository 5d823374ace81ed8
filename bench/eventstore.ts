/**
 * `npm run bench:eventstore`: the log in the EventStoreDB at EVENTSTORE_URL against that store's own client, in one
 * interleaved run; read models are in PostgreSQL, as ever. The server should have nothing else to do.
 */
import { randomUUID } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import type { EventStore, NewEvent } from '../engine/event-store.ts'
import { openEventStoreLog } from '../engine/eventstore/log.ts'
import { systemRandomness } from '../engine/randomness.ts'
import manifest from '../package.json' with { type: 'json' }
import { readModels } from '../projections/index.ts'
import type { EventStoreConfig } from '../services/log.ts'
import { commandBench } from './command.ts'
import { type Comparison, interleaved, type Measures, rowsOf, tableOf } from './compare.ts'
import { openBare } from './eventstore-bare.ts'
import { fillLog, rebuildOf } from './rebuild.ts'
import { LANES, type Measure, openServer, rate, type Server, type Stops, stopAll } from './support.ts'

const MANY = 128
const EVENTS = 50_000

const comparisons: readonly Comparison[] = [
  {
    name: `append ÷ the bare client's, ${MANY} in flight`,
    of: `append: ${MANY} at once`,
    to: `bare append: ${MANY} at once`,
    goal: 0.9,
  },
  {
    name: `append ÷ the bare client's, ${LANES} in flight`,
    of: `append: ${LANES} at once`,
    to: `bare append: ${LANES} at once`,
    goal: 0.9,
  },
  {
    name: `full command ÷ the bare client's append, ${LANES} in flight`,
    of: 'command',
    to: `bare append: ${LANES} at once`,
    goal: 0.8,
  },
  {
    name: 'catch-up of lives ÷ a bare filtered subscription',
    of: 'catch-up of lives',
    to: 'bare subscription',
    goal: 0.7,
  },
  {
    name: 'catch-up of all read models at once, events times models ÷ a bare filtered subscription',
    of: 'catch-up of all read models',
    to: 'bare subscription',
    goal: 0.7,
  },
]

const open = async (url: string, server: Server, stops: Stops): Promise<Measures> => {
  const own = (): EventStoreConfig => ({ url, log: `bench${randomUUID().replaceAll('-', '')}`, inFlight: MANY })
  const command = await commandBench(await server.database('service'), server.folder, stops, { eventStore: own() })
  const bare = openBare(url, command.row, stops)
  const store = openEventStoreLog({ ...own(), random: systemRandomness })
  stops.push(store.close)
  const filled = own()
  const database = await server.database('filled')
  await fillLog(database, server.folder, EVENTS, filled)
  const rebuild = await rebuildOf(database, stops, 'built', filled)
  return {
    [`bare append: ${MANY} at once`]: bare.append(MANY),
    [`append: ${MANY} at once`]: appending(store, command.row, MANY),
    [`bare append: ${LANES} at once`]: bare.append(LANES),
    [`append: ${LANES} at once`]: appending(store, command.row, LANES),
    command: command.measure,
    'bare subscription': bare.subscription(`${filled.log}.`, EVENTS),
    'catch-up of lives': rebuild.rebuilding('lives'),
    'catch-up of all read models': rebuild.rebuilding(...readModels.map(({ name }) => name)),
  }
}

/** With what whoever made the event still knows of it, as the command handler has it. */
const appending = (store: EventStore, row: Omit<NewEvent, 'id'>, lanes: number): Measure => {
  const places = Array.from({ length: lanes }, () => ({ stream: `resource-${randomUUID()}`, revision: -1 }))
  const read = { data: JSON.parse(row.data), metadata: JSON.parse(row.metadata) }
  const append = async (lane: number): Promise<void> => {
    const place = places[lane] as (typeof places)[number]
    const event = { ...row, read, id: randomUUID() }
    place.revision = (await store.append(place.stream, place.revision, [event])).revision
  }
  return milliseconds => rate(milliseconds, append, undefined, lanes)
}

const versions = async (url: string, postgres: string): Promise<string> =>
  [
    `Node ${process.versions.node}`,
    `EventStoreDB ${await versionOf(url)}`,
    `@eventstore/db-client ${manifest.dependencies['@eventstore/db-client']}`,
    `PostgreSQL ${postgres}`,
  ].join(', ')

/** Only a server without TLS is asked over HTTP. */
const versionOf = async (url: string): Promise<string> => {
  const { host } = new URL(url)
  const info = await fetch(`http://${host}/info`).then(
    answer => answer.json(),
    () => ({}),
  )
  return (info as { esVersion?: string }).esVersion ?? '(it does not say which)'
}

const options = { seconds: { type: 'string', default: '90' }, strict: { type: 'boolean', default: false } } as const

const main = async (stops: Stops): Promise<void> => {
  const { values } = parseArgs({ options })
  const url = process.env.EVENTSTORE_URL
  if (!url) {
    process.stderr.write('NOT MEASURED: set EVENTSTORE_URL to an EventStoreDB that has nothing else to do\n')
    process.exitCode = values.strict ? 1 : 0
    return
  }
  const server = await openServer(stops)
  const rates = await interleaved(await open(url, server, stops), Number(values.seconds))
  const rows = rowsOf(comparisons, rates)
  const how = `durable, ${availableParallelism()} cores, the client on the same machine as both servers`
  process.stdout.write(`\n${tableOf(rows, rates)}\n\n${how}\n${await versions(url, server.version)}\n`)
  if (values.strict && rows.some(({ met }) => !met)) process.exitCode = 1
}

const stops: Stops = []
await main(stops).finally(() => stopAll(stops))
