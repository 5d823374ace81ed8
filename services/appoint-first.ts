/** `npx gongchuang appoint-first --name … --phone … --role bureau --place 4201`: the first post of an empty log, given once. */
import { parseArgs } from 'node:util'
import { civilDay } from '../engine/clock.ts'
import { EngineError } from '../engine/engine-error.ts'
import { withRuntime } from './command-line.ts'
import type { Runtime } from './runtime.ts'
import { type SubCommand, WrongUse } from './sub-command.ts'

const FOUNDER = 'system:founder'

/** Registers the first person and appoints them; safely repeated after a crash between the two. */
export const appointFirst = async (
  { handler, clock }: Pick<Runtime, 'handler' | 'clock'>,
  first: { name: string; phone: string; role: string; place: string },
) => {
  const { name, phone, role, place } = first
  const register = {
    workflow: 'person',
    command: 'register',
    input: { name, phone, place },
    person: FOUNDER,
    key: 'first-person',
  }
  const { id } = await handler.handle(register).catch(saidPlainly)
  const input = { role, place, from: civilDay(clock.now()) }
  await handler
    .handle({ workflow: 'person', id, command: 'appoint', input, person: FOUNDER, key: 'first-post' })
    .catch(saidPlainly)
  return id
}

const saidPlainly = (error: unknown): never => {
  if (!(error instanceof EngineError)) throw error
  if (error.code === 'key-reused')
    throw new Error('The first post was given before: posts are now given over HTTP, by the level above', {
      cause: error,
    })
  throw new Error(`${error.code}: ${reasonsIn(error).join(' ')}`, { cause: error })
}

const reasonsIn = ({ detail }: EngineError): string[] => {
  if ('reasons' in detail) return detail.reasons.map(reason => reason.text.en)
  return 'issues' in detail ? detail.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`) : []
}

export const appointFirstCommand: SubCommand = {
  usage: 'appoint-first --name NAME --phone PHONE [--role bureau] [--place 4201]',
  about: 'gives the first post of an empty log, once; prints the id of whom it was given to',
  run: async args => {
    const text = { type: 'string' } as const
    const { values } = parseArgs({ args, options: { name: text, phone: text, role: text, place: text } })
    const { name, phone, role = 'bureau', place = '4201' } = values
    if (!name || !phone) throw new WrongUse('Say who')
    const id = await withRuntime(({ runtime }) => appointFirst(runtime, { name, phone, role, place }))
    process.stdout.write(`${id}\n`)
    return 0
  },
}
