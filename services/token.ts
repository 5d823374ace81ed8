/** `npx gongchuang token PERSON`: a token of the local issuer for a person, by id or by name. */
import { systemClock } from '../engine/clock.ts'
import { livesModel } from '../projections/lives.ts'
import { upToDate, withRuntime } from './command-line.ts'
import { peopleNamed } from './people.ts'
import { type SubCommand, WrongUse } from './sub-command.ts'

const HOURS = 12

export const tokenCommand: SubCommand = {
  usage: 'token PERSON',
  about: `prints a token of the local issuer for ${HOURS} hours; PERSON is an id or a name`,
  run: async args => {
    const asked = args.join(' ')
    if (asked === '') throw new WrongUse('Say whose token')
    process.stdout.write(`${await tokenOf(asked, HOURS * 3_600)}\n`)
    return 0
  },
}

/** Throws where the name is nobody's, or several people's. */
export const tokenOf = (asked: string, seconds: number): Promise<string> =>
  withRuntime(async ({ runtime, local }) => {
    if (!local) throw new Error('An issuer is configured (TOKEN_ISSUER): tokens come from there, not from here')
    await upToDate(runtime, livesModel)
    const [person, ...others] = await peopleNamed(runtime, asked)
    if (!person) throw new Error(`There is no person '${asked}'`)
    if (others.length > 0)
      throw new Error(
        `Several people are named '${asked}'; say which:\n${[person, ...others].map(each => `  ${each.id}  ${each.name}`).join('\n')}`,
      )
    return local.sign(person.id, systemClock.now(), seconds)
  })
