/** `npm run import -- needs FILE --as NAME`: an office's list, sent through HTTP, with every bad line told by line and column. */
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { Presets, SingleBar } from 'cli-progress'
import { systemClock } from '../engine/clock.ts'
import { runCommand } from './command-line.ts'
import { readConfig } from './config.ts'
import { type ListName, lists, readList } from './lists/lists.ts'
import type { Finding } from './lists/read-table.ts'
import { type Send, type Sent, sendList } from './lists/send-list.ts'
import { peopleNamed } from './people.ts'

const USAGE = `npm run import -- LIST FILE [--as PERSON] [--within PLACE] [--to URL] [--keep-personal-text]

  LIST      ${Object.keys(lists).join(', ')}
  --as      whose list it is, by name or id (the local issuer gives the token); or set TOKEN
  --within  the code of the place whose list it is, where short place names are looked up (420106: 武昌区)
  --to      the service's address (default http://127.0.0.1:PORT)
  --keep-personal-text  send also texts that hold phones, id numbers, accounts or mail addresses`

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

const tokenFor = async (person: string): Promise<string> => {
  let token: string | undefined
  await runCommand(async ({ runtime, local }) => {
    const [found, ...others] = await peopleNamed(runtime, person)
    if (!found || others.length > 0)
      throw new Error(`There is ${found ? 'more than one' : 'no'} person '${person}'; give the id`)
    token = await local?.sign(found.id, systemClock.now(), 3_600)
  })
  if (token === undefined) throw new Error('No token: set TOKEN, or use --as with the local issuer')
  return token
}

const main = async (): Promise<number> => {
  const text = { type: 'string' } as const
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { as: text, within: text, to: text, 'keep-personal-text': { type: 'boolean', default: false } },
  })
  const [name, file] = positionals
  if (!name || !file || !Object.hasOwn(lists, name)) throw new Error(USAGE)
  const { drafts, findings } = readList(name as ListName, await readFile(file), values.within)
  for (const finding of findings) process.stdout.write(`${findingText(finding)}\n`)
  const token = process.env.TOKEN ?? (await tokenFor(values.as ?? ''))
  const url = values.to ?? `http://127.0.0.1:${readConfig(process.env).port}`
  const sent = await withBar(drafts.length, tick =>
    sendList(drafts, over(url, token, values['keep-personal-text']), tick),
  )
  return report(sent, findings)
}

const withBar = async (total: number, work: (tick: () => void) => Promise<Sent[]>): Promise<Sent[]> => {
  const bar = new SingleBar(
    { format: '{bar} {percentage}%  {value}/{total}  {eta_formatted}', noTTYOutput: false },
    Presets.shades_classic,
  )
  bar.start(total, 0)
  return work(() => bar.increment()).finally(() => bar.stop())
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

process.exitCode = await main().catch(error => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  return 2
})
