#!/usr/bin/env node
/** `npx gongchuang COMMAND …`: starts the service, and does what is done to it and to its log from the command line. */
import type { SubCommand } from './sub-command.ts'

/** Each is loaded when it is asked for. */
const commands: Record<string, () => Promise<SubCommand>> = {
  start: async () => (await import('./start.ts')).startCommand,
  token: async () => (await import('./token.ts')).tokenCommand,
  'appoint-first': async () => (await import('./appoint-first.ts')).appointFirstCommand,
  import: async () => (await import('./import.ts')).importCommand,
  parked: async () => (await import('./parked-command.ts')).parkedCommand,
  rebuild: async () => (await import('./rebuild-command.ts')).rebuildCommand,
  log: async () => (await import('./log-copy/command.ts')).logCommand,
  check: async () => (await import('./check/command.ts')).checkCommand,
  'verify-history': async () => (await import('./verify-history.ts')).verifyHistoryCommand,
  verify: async () => (await import('./decision-pack/command.ts')).verifyCommand,
  keys: async () => (await import('./keys-command.ts')).keysCommand,
  certificates: async () => (await import('./certificates-command.ts')).certificatesCommand,
  'eventstore-user': async () => (await import('./eventstore-user.ts')).eventStoreUserCommand,
  diagrams: async () => (await import('./diagrams-command.ts')).diagramsCommand,
}

const HELP = ['--help', '-h']
const STATUS = `Exit status: 0 done, 1 not done or something differs, 2 used wrongly; verify: 3 a head is lacking.
Configuration comes from the environment: see README.md.
`

const helpOn = ({ usage, about }: SubCommand): string => `npx gongchuang ${usage}\n    ${about}\n`

const everything = async (): Promise<string> => {
  const all = await Promise.all(Object.values(commands).map(load => load()))
  return `${all.map(helpOn).join('\n')}\n${STATUS}`
}

const say = (text: string, to: 'stdout' | 'stderr' = 'stdout'): void => void process[to].write(text)

const main = async ([name = '', ...args]: string[]): Promise<number> => {
  if (['', 'help', ...HELP].includes(name)) {
    say(await everything())
    return 0
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!load) {
    say(`There is no command '${name}'. There are: ${Object.keys(commands).join(', ')}.\n`, 'stderr')
    return 2
  }
  const command = await load()
  if (args.some(arg => HELP.includes(arg))) {
    say(helpOn(command))
    return 0
  }
  return command.run(args).catch(error => failed(command, error))
}

const failed = (command: SubCommand, error: unknown): number => {
  say(`${error instanceof Error ? error.message : String(error)}\n`, 'stderr')
  const { code = '' } = error as { code?: string }
  if (code !== 'wrong-use' && !code.startsWith('ERR_PARSE_ARGS')) return 1
  say(`\n${helpOn(command)}`, 'stderr')
  return 2
}

process.exitCode = await main(process.argv.slice(2))
