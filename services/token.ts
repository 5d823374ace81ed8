/** `npm run token -- PERSON`: a token of the local issuer for a person, by id or by name. */
import { parseArgs } from 'node:util'
import { systemClock } from '../engine/clock.ts'
import { runCommand } from './command-line.ts'
import { peopleNamed } from './people.ts'

const HOURS = 12

await runCommand(async ({ runtime, local }) => {
  const { positionals } = parseArgs({ allowPositionals: true })
  const asked = positionals.join(' ')
  if (asked === '') throw new Error('Say whose: npm run token -- PERSON (an id or a name)')
  if (!local) throw new Error('An issuer is configured (TOKEN_ISSUER): tokens come from there, not from here')
  const found = await peopleNamed(runtime, asked)
  if (found.length === 0) throw new Error(`There is no person '${asked}'`)
  if (found.length > 1)
    throw new Error(
      `Several people are named '${asked}'; say which:\n${found.map(each => `  ${each.id}  ${each.name}`).join('\n')}`,
    )
  process.stdout.write(`${await local.sign(found[0]?.id as string, systemClock.now(), HOURS * 3_600)}\n`)
})
