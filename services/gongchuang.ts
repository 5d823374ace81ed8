#!/usr/bin/env node
/** `npx gongchuang COMMAND …`: what is done to a log beside the service that keeps it. */
import { checkCommand } from './check/command.ts'
import { keysCommand } from './keys-command.ts'
import type { SubCommand } from './sub-command.ts'
import { verifyHistoryCommand } from './verify-history.ts'

const commands: Record<string, SubCommand> = {
  check: checkCommand,
  'verify-history': verifyHistoryCommand,
  keys: keysCommand,
}

const usage = (): string =>
  Object.values(commands)
    .map(command => `npx gongchuang ${command.usage}\n    ${command.about}\n`)
    .join('\n')

const main = async ([name = '', ...args]: string[]): Promise<number> => {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command) return command.run(args)
  const asked = ['', 'help', '--help', '-h'].includes(name)
  process[asked ? 'stdout' : 'stderr'].write(asked ? usage() : `There is no command '${name}'.\n\n${usage()}`)
  return asked ? 0 : 1
}

process.exitCode = await main(process.argv.slice(2)).catch(error => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  return 1
})
