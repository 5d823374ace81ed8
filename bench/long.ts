/** `npm run bench:long`: a city's year built anew, and memory over very many commands. What counts are the ratios. */
import { parseArgs } from 'node:util'
import { openChild } from './child.ts'
import type { CommandsErrand, CommandsReport } from './long-commands.ts'
import type { RebuildErrand, RebuildReport } from './long-rebuild.ts'
import { fillLog } from './rebuild.ts'
import { openServer, type Server, type Stops, stopAll } from './support.ts'

type Row = { name: string; figure: number; goal: number; atMost: boolean }

const cityYear = async (server: Server, events: number, stops: Stops): Promise<Row[]> => {
  const url = await server.database('city')
  say(`filling a log with ${events.toLocaleString('en')} events …`)
  await fillLog(url, server.folder, events)
  say('reading it and building the read models anew …')
  const { ready } = await openChild('./long-rebuild.ts', { url } satisfies RebuildErrand, stops)
  const { reading, rebuilding, peakMiB } = ready as RebuildReport
  say(`  read and parsed ${Math.round(reading)}/s, rebuilt ${Math.round(rebuilding)}/s`)
  return [
    { name: `rebuild ÷ reading, ${events} events`, figure: rebuilding / reading, goal: 0.5, atMost: false },
    { name: 'peak of the rebuilding process, MiB', figure: peakMiB, goal: 512, atMost: true },
  ]
}

const flatMemory = async (server: Server, commands: number, stops: Stops): Promise<Row[]> => {
  const errand: CommandsErrand = { url: await server.database('commands'), folder: server.folder, commands }
  say(`sending ${commands.toLocaleString('en')} commands …`)
  const { ready } = await openChild('./long-commands.ts', errand, stops, ['--expose-gc'])
  const { tenthsMiB } = ready as CommandsReport
  say(`  MiB in use after each tenth: ${tenthsMiB.map(Math.round).join(', ')}`)
  const figure = (tenthsMiB.at(-1) ?? Number.NaN) / (tenthsMiB[1] ?? Number.NaN)
  return [{ name: `memory, last tenth ÷ second, ${commands} commands`, figure, goal: 1.1, atMost: true }]
}

const say = (line: string): void => void process.stderr.write(`${line}\n`)

const isMet = ({ figure, goal, atMost }: Row): boolean => (atMost ? figure <= goal : figure >= goal)

const lineOf = (row: Row): string =>
  `${isMet(row) ? '  ' : '✗ '}${row.figure.toFixed(2).padStart(7)}  goal ${row.atMost ? '≤' : '≥'} ${row.goal}  ${row.name}`

const options = {
  events: { type: 'string', default: '1500000' },
  commands: { type: 'string', default: '1000000' },
} as const

const main = async (stops: Stops): Promise<void> => {
  const { values } = parseArgs({ options })
  const server = await openServer(stops)
  const rows = [
    ...(await cityYear(server, Number(values.events), stops)),
    ...(await flatMemory(server, Number(values.commands), stops)),
  ]
  process.stdout.write(`\n${rows.map(lineOf).join('\n')}\n`)
  if (!rows.every(isMet)) process.exitCode = 1
}

const stops: Stops = []
await main(stops).finally(() => stopAll(stops))
