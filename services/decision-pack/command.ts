/** `npx gongchuang verify FILE`: a decision pack, checked offline: that it is whole, and that its result follows from it. */
import { createPublicKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { publicTextOf, type SignedHead } from '../../engine/log-head.ts'
import { headsIn } from '../heads-file.ts'
import { jsonOrNothing } from '../json.ts'
import { type SubCommand, WrongUse } from '../sub-command.ts'
import type { Outside } from './outside.ts'
import { verified } from './verify.ts'

const USAGE = 'verify FILE --head FILE | --key FILE'

/** Exit status: nothing is said against the file, and nobody vouches for it either. */
const LACKING = 3

export const verifyCommand: SubCommand = {
  usage: USAGE,
  about: `recomputes a round from its decision pack, without the service; 1 where something differs, ${LACKING} where only
    the head that was kept is not in it
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
    if (!flaw) return 0
    return 'lacks' in flaw ? LACKING : 1
  },
}

/** What a file says of itself proves nothing: a head or a key comes from elsewhere. */
const outsideOf = async ({ head, key }: { head?: string; key?: string }): Promise<Outside> => {
  if (head !== undefined) return { heads: await keptIn(head) }
  if (key !== undefined) return { publicKey: publicTextOf(createPublicKey(await readFile(key))) }
  throw new WrongUse(
    `须给定留存的日志头或公钥 / Give a head of the log or its key, kept from elsewhere: npx gongchuang ${USAGE}`,
  )
}

const keptIn = async (file: string): Promise<SignedHead[]> => {
  const heads = await headsIn(file)
  if (heads.length === 0) throw new WrongUse(`${file} 中没有日志头 / holds no head of a log`)
  return heads
}
