/** `npx gongchuang verify FILE`: a decision pack, checked offline: that it is whole, and that its result follows from it. */
import { createPublicKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { publicTextOf } from '../../engine/log-head.ts'
import { headsIn } from '../heads-file.ts'
import { jsonOrNothing } from '../json.ts'
import { type SubCommand, WrongUse } from '../sub-command.ts'
import type { Outside } from './integrity.ts'
import { verified } from './verify.ts'

const USAGE = 'verify FILE --head FILE | --key FILE'

export const verifyCommand: SubCommand = {
  usage: USAGE,
  about: `recomputes a round from its decision pack, without the service; 1 where something differs
    --head  a signed head of the log that was kept since publicity, as the service gives it or copies it outside
    --key   the public key of the log as PEM, kept from elsewhere`,
  run: async args => {
    const options = { head: { type: 'string' }, key: { type: 'string' } } as const
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options })
    const [file] = positionals
    if (file === undefined) throw new WrongUse(`Say which file: npx gongchuang ${USAGE}`)
    const text = await readFile(file, 'utf8')
    const { flaw, report } = verified(text, jsonOrNothing(text), await outsideOf(values))
    const lines = [...report, ...(flaw ? [`${flaw.at}: ${flaw.zh} / ${flaw.en}`] : [])]
    process.stdout.write(`${lines.join('\n')}\n`)
    return flaw ? 1 : 0
  },
}

/** What a file says of itself proves nothing: a head or a key comes from elsewhere. */
const outsideOf = async ({ head, key }: { head?: string; key?: string }): Promise<Outside> => {
  if (head !== undefined) return { heads: await headsIn(head) }
  if (key !== undefined) return { publicKey: publicTextOf(createPublicKey(await readFile(key))) }
  throw new WrongUse(
    `须给定留存的日志头或公钥 / Give a head of the log or its key, kept from elsewhere: npx gongchuang ${USAGE}`,
  )
}
