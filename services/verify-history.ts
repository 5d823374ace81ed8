/** `npx gongchuang verify-history FILE`: an exported history, checked offline: chain, proofs, and the signature of the head. */
import { createPublicKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { publicTextOf } from '../engine/log-head.ts'
import { flawIn, type ProvenHistory, provenHistory } from '../engine/proven-history.ts'
import { jsonOrNothing } from './json.ts'
import type { SubCommand } from './sub-command.ts'

const USAGE = 'verify-history FILE [--key FILE]'

export const verifyHistoryCommand: SubCommand = {
  usage: USAGE,
  about: `checks a history from /v1/{workflow}/{id}/history/proof without the service; 1 where it is not whole
    --key   the public key of the log as PEM, kept from elsewhere; without it the key in the file is believed`,
  run: async args => {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { key: { type: 'string' } } })
    const [file] = positionals
    if (file === undefined) throw new Error(`Say which file: npx gongchuang ${USAGE}`)
    const history = provenHistory.safeParse(jsonOrNothing(await readFile(file, 'utf8')))
    if (!history.success) throw new Error(`${file} is no history with proofs`)
    const trusted = values.key === undefined ? undefined : await publicKeyIn(values.key)
    const flaw = flawIn(history.data) ?? strangeKey(history.data, trusted)
    process.stdout.write(flaw ? `${flaw.at}: ${flaw.zh} / ${flaw.en}\n` : summaryOf(history.data, trusted))
    return flaw ? 1 : 0
  },
}

const publicKeyIn = async (file: string): Promise<string> => publicTextOf(createPublicKey(await readFile(file)))

const strangeKey = ({ head }: ProvenHistory, trusted: string | undefined) =>
  trusted === undefined || trusted === head.publicKey
    ? undefined
    : { at: 'head', zh: '不是由给定的密钥签署', en: 'was not signed by the key that was given' }

const summaryOf = ({ stream, events, later, head }: ProvenHistory, trusted: string | undefined): string => {
  const notShown = events.filter(event => 'hash' in event).length
  const lines = [
    `${stream}: ${events.length} 个事件完好，其中 ${notShown} 个未示内容 / ${events.length} events whole, ${notShown} of them not shown`,
    `末版次 ${events.length - 1}，其后是否略去须与本系统核对 / Up to revision ${events.length - 1}: whether a later end was left out is for the service to say`,
    `日志头 / head: ${head.size}, ${head.signedAt}, ${head.publicKey}`,
    ...(later > 0 ? [`另有 ${later} 个事件晚于此日志头 / ${later} events are later than this head`] : []),
    ...(trusted === undefined
      ? ['密钥取自文件本身，请与另行得到的核对 / The key was taken from the file itself: compare it with one you know']
      : []),
  ]
  return `${lines.join('\n')}\n`
}
