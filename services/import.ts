/** `npx gongchuang import needs FILE --as NAME`: an office's list, sent through HTTP, with every bad line told by line and column. */
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { withBar } from './command-line.ts'
import { readConfig } from './config.ts'
import { type ListName, lists, readList } from './lists/lists.ts'
import type { Finding } from './lists/read-table.ts'
import { type Send, type Sent, sendList } from './lists/send-list.ts'
import { type SubCommand, WrongUse } from './sub-command.ts'
import { tokenOf } from './token.ts'

export const importCommand: SubCommand = {
  usage: 'import LIST FILE [--as PERSON] [--within PLACE] [--to URL] [--keep-personal-text]',
  about: `sends an office's list to the service that runs; every bad line is told by line and column
    LIST      ${Object.keys(lists).join(', ')}
    --as      whose list it is, by name or id (the local issuer gives the token); or set TOKEN
    --within  the code of the place whose list it is, where short place names are looked up (420106: 武昌区)
    --to      the service's address (default http://127.0.0.1:PORT)
    --keep-personal-text  send also texts that hold phones, id numbers, accounts or mail addresses`,
  run: args => sendFile(args),
}

const over =
  (url: string, token: string, keepPersonalText: boolean): Send =>
  async ({ method, path, body, key }) => {
    const address = new URL(path, url)
    if (keepPersonalText && method === 'POST') address.searchParams.set('personalText', 'keep')
    const response = await fetch(address, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(key && { 'idempotency-key': key }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    })
    return { status: response.status, body: await response.json() }
  }

const TOKEN_SECONDS = 3_600

const tokenFor = async (person: string | undefined): Promise<string> => {
  if (process.env.TOKEN) return process.env.TOKEN
  if (person === undefined) throw new WrongUse('Say whose list it is: --as PERSON, or TOKEN in the environment')
  return tokenOf(person, TOKEN_SECONDS)
}

const sendFile = async (args: string[]): Promise<number> => {
  const text = { type: 'string' } as const
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { as: text, within: text, to: text, 'keep-personal-text': { type: 'boolean', default: false } },
  })
  const [name, file] = positionals
  if (!name || !file || !Object.hasOwn(lists, name)) throw new WrongUse('Say which list, and its file')
  const { drafts, findings } = readList(name as ListName, await readFile(file), values.within)
  for (const finding of findings) process.stdout.write(`${findingText(finding)}\n`)
  const token = await tokenFor(values.as)
  const url = values.to ?? `http://127.0.0.1:${readConfig(process.env).port}`
  const sent = await withBar(drafts.length, did =>
    sendList(drafts, over(url, token, values['keep-personal-text']), () => did(1)),
  )
  return report(sent, findings)
}

const findingText = ({ line, column, title, problem }: Finding): string =>
  `第 ${line} 行${column > 0 ? `第 ${column} 列（${title}）` : ''}：${problem.zh}。${problem.mend.zh}。\n  line ${line}${column > 0 ? `, column ${column}` : ''}: ${problem.en}; ${problem.mend.en}.`

const report = (sent: readonly Sent[], findings: readonly Finding[]): number => {
  for (const each of sent)
    if (each.outcome === 'refused') process.stdout.write(`第 ${each.line} 行 / line ${each.line}：${each.problem}\n`)
  const count = (outcome: Sent['outcome']) => sent.filter(each => each.outcome === outcome).length
  const wrongLines = new Set(findings.map(finding => finding.line)).size
  process.stdout.write(
    `已提交 ${count('posted')}，此前已提交 ${count('repeated')}，被拒 ${count('refused')}，填写有误 ${wrongLines} / ` +
      `${count('posted')} posted, ${count('repeated')} there already, ${count('refused')} refused, ${wrongLines} with mistakes\n`,
  )
  return count('refused') + wrongLines > 0 ? 1 : 0
}
