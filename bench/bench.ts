/** `npm run bench`: every measurement in one interleaved run on one machine. What counts are the ratios. */
import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import manifest from '../package.json' with { type: 'json' }
import { appendBench } from './append.ts'
import { checkBench } from './check.ts'
import { closingEvening } from './closing-evening.ts'
import { collector } from './collector.ts'
import { commandBench } from './command.ts'
import { type Comparison, interleaved, type Measures, notCompared, rowsOf, tableOf } from './compare.ts'
import { cpuBench, type LeftOut } from './cpu.ts'
import { httpBench } from './http.ts'
import { judgingBench } from './judging.ts'
import { lagBench } from './lag.ts'
import { lengthBench } from './length.ts'
import { loneBench } from './lone.ts'
import peers from './peers/package.json' with { type: 'json' }
import { INSTALL, peersBench } from './peers.ts'
import { proofBench } from './proof.ts'
import { rebuildBench } from './rebuild.ts'
import { LANES, openServer, type Server, type Stops, stopAll } from './support.ts'
import { uploadBench } from './upload.ts'

const comparisons: readonly Comparison[] = [
  { name: 'log append ÷ raw', of: 'log append', to: 'raw INSERT', goal: 2.5 },
  { name: 'full command ÷ raw', of: 'full command', to: 'raw INSERT', goal: 1.2 },
  { name: 'full command ÷ DBOS step', of: 'full command', to: 'DBOS step', goal: 12 },
  { name: 'full command ÷ Emmett command + inline projection', of: 'full command', to: 'Emmett command', goal: 12 },
  { name: 'HTTP command ÷ Emmett behind the same fastify', of: 'HTTP command', to: 'Emmett behind fastify', goal: 6 },
  { name: 'HTTP command ÷ bare fastify+zod route', of: 'HTTP command', to: 'bare route', goal: 0.25 },
  {
    name: 'a lone command, p50 ÷ a lone raw INSERT',
    of: 'lone command, µs',
    to: 'lone raw INSERT, µs',
    goal: 1.5,
    atMost: true,
  },
  {
    name: 'rebuild of lives from 100,000 events ÷ reading and parsing them',
    of: 'rebuild lives',
    to: 'read and parse',
    goal: 0.5,
  },
  {
    name: 'rebuild of the three read models of a district ÷ reading and parsing the same 100,000 events as often',
    of: 'rebuild three read models',
    to: 'read and parse',
    goal: 0.6,
  },
  {
    name: 'upload of 16 MiB ÷ bare fastify piping it to a file, with the same fsync',
    of: 'upload',
    to: 'bare upload',
    goal: 0.5,
  },
  {
    name: 'CPU per command with chain, HMAC and sealing ÷ without',
    of: 'sealed command, µs',
    to: 'plain command, µs',
    goal: 1.15,
    atMost: true,
  },
  {
    name: 'CPU per command with metrics, and spans that nobody listens to ÷ without',
    of: 'sealed command, µs',
    to: 'untold command, µs',
    goal: 1.05,
    atMost: true,
  },
  {
    name: 'CPU per command with every span made and sent ÷ without',
    of: 'traced command, µs',
    to: 'untold command, µs',
    goal: 1.6,
    atMost: true,
  },
  {
    name: 'a command, p50, on a life of 10,000 events ÷ of 10, both in memory',
    of: 'command at 10,000 events, ms',
    to: 'command at 10 events, ms',
    goal: 1.2,
    atMost: true,
  },
  {
    name: 'loading 10,000 events from a snapshot ÷ a command on them in memory, p50',
    of: 'load of 10,000 events, ms',
    to: 'command at 10,000 events, ms',
    goal: 2,
    atMost: true,
  },
  {
    name: 'read models behind an answer at half the top rate, p99, ms',
    of: 'projection lag, ms',
    goal: 250,
    atMost: true,
  },
  { name: 'check of chains and roots ÷ reading the log', of: 'check chains and roots', to: 'read the log', goal: 0.4 },
  { name: 'a proof on a log of 1.5 million events, ms', of: 'proof, ms', goal: 5, atMost: true },
  {
    name: "2,000 judges' sheets within 20 s, p99 of an answer, ms",
    of: 'closing evening, ms',
    goal: 500,
    atMost: true,
  },
  { name: 'a tally of 1,000 proposals with 7 sheets each, ms', of: 'tally, ms', goal: 1_000, atMost: true },
  {
    name: 'a what-if on 1,000 proposals with 7 sheets each, the pure part, ms',
    of: 'what-if, ms',
    goal: 300,
    atMost: true,
  },
  {
    name: 'a what-if on 1,000 proposals with 7 sheets each, over HTTP, from request to answer, ms',
    of: 'what-if over HTTP, ms',
    goal: 300,
    atMost: true,
  },
]

const open = async (server: Server, stops: Stops): Promise<Measures> => {
  const command = await commandBench(await server.database('service'), server.folder, stops)
  const logUrl = await server.database('log')
  const append = await appendBench(logUrl, command.row, stops)
  const lone = loneBench(logUrl, command, stops)
  const rebuildUrl = await server.database('rebuild')
  const rebuild = await rebuildBench(rebuildUrl, server.folder, stops)
  const check = checkBench(rebuildUrl)
  const cpu = async (name: string, leftOut?: LeftOut, collector?: string) =>
    cpuBench({ url: await server.database(name), folder: server.folder, collector }, stops, leftOut)
  const http = await httpBench(command, stops)
  const upload = await uploadBench(command, server.folder, stops)
  const judging = await judgingBench(await server.database('judging'), stops)
  const length = await lengthBench(await server.database('length'), server.folder, stops)
  return {
    'raw INSERT': append.raw,
    'log append': append.log,
    'full command': command.measure,
    'HTTP command': http.app,
    'bare route': http.bare,
    'projection lag, ms': lagBench(command),
    'lone command, µs': lone.command,
    'lone raw INSERT, µs': lone.insert,
    ...(await peersBench(server, http.ask, stops)),
    upload: upload.app,
    'bare upload': upload.bare,
    'read and parse': rebuild.reading,
    'rebuild lives': rebuild.rebuilding('lives'),
    'rebuild three read models': rebuild.rebuilding('street-board', 'funder-portfolio', 'disbursement-ledger'),
    'sealed command, µs': await cpu('sealed'),
    'plain command, µs': await cpu('plain', 'plain'),
    'untold command, µs': await cpu('untold', 'untold'),
    'traced command, µs': await cpu('traced', undefined, await collector(stops)),
    'command at 10 events, ms': length.short,
    'command at 10,000 events, ms': length.long,
    'load of 10,000 events, ms': length.load,
    'read the log': check.reading,
    'check chains and roots': check.chainsAndRoots,
    'check read models': check.folds,
    'closing evening, ms': await closingEvening(await server.database('evening'), stops),
    'tally, ms': judging.tally,
    'what-if, ms': judging.whatIf,
    'what-if over HTTP, ms': judging.asked,
    'proof, ms': await proofBench(await server.database('proof'), stops),
  }
}

/** Peers are somebody else's to install. */
const leftOut = (rates: ReadonlyMap<string, number>): string => {
  const names = notCompared(comparisons, rates)
  return names.length === 0 ? '' : `\nnot compared: ${names.join('; ')}. To compare: ${INSTALL}\n`
}

const OWN = ['pg', 'fastify', 'zod', 'xstate'] as const
const PEERS = ['@dbos-inc/dbos-sdk', '@event-driven-io/emmett-postgresql'] as const

const versions = (postgres: string): string => {
  const named = OWN.map(name => `${name} ${manifest.dependencies[name]}`)
  const others = PEERS.map(name => `${name} ${peers.dependencies[name]}`)
  return [`Node ${process.versions.node}`, `PostgreSQL ${postgres}`, ...named, ...others].join(', ')
}

const options = {
  json: { type: 'string' },
  seconds: { type: 'string', default: '120' },
  strict: { type: 'boolean', default: false },
} as const

const main = async (stops: Stops): Promise<void> => {
  const { values } = parseArgs({ options })
  const server = await openServer(stops)
  const rates = await interleaved(await open(server, stops), Number(values.seconds))
  const rows = rowsOf(comparisons, rates)
  const how = `${LANES} lifecycles at once, durable, ${availableParallelism()} cores, the client on the same machine`
  process.stdout.write(`\n${tableOf(rows, rates)}\n\n${how}\n${versions(server.version)}\n${leftOut(rates)}`)
  if (values.json) await writeFile(values.json, `${JSON.stringify(rows, undefined, 2)}\n`)
  if (values.strict && rows.some(({ met }) => !met)) process.exitCode = 1
}

const stops: Stops = []
await main(stops).finally(() => stopAll(stops))
