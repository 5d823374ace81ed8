/** `npx gongchuang parked`: what policies and deadlines could not do, for an operator to send again or to drop. */
import { parseArgs } from 'node:util'
import type pg from 'pg'
import { shanghaiTime, systemClock } from '../engine/clock.ts'
import type { Title, Workflow } from '../engine/definition.ts'
import { openParked, type Parked, type ParkedError, settleParked } from '../engine/parked.ts'
import { retryParked } from '../engine/parked-retry.ts'
import { workflows } from '../workflows/index.ts'
import { policies } from '../workflows/policies/index.ts'
import { STATUS, sentence } from './api/problem.ts'
import type { Code } from './api/sentences.ts'
import { systemTitle } from './api/system-posts.ts'
import { withPool, withRuntime } from './command-line.ts'
import { type SubCommand, WrongUse } from './sub-command.ts'

export const parkedCommand: SubCommand = {
  usage: 'parked [list | retry ID… | drop ID… --reason TEXT]',
  about: `commands that policies and deadlines sent and that were refused for good, oldest first
    retry  sends them again, under the ids that they had; 1 where one is refused again
    drop   takes them from the list; they stay on record, with the reason`,
  run: async args => {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { reason: { type: 'string' } } })
    const [what = 'list', ...ids] = positionals
    if (what === 'list' && ids.length === 0) return withPool(list)
    if (what === 'retry') return retry(idsIn(ids))
    if (what === 'drop') return drop(idsIn(ids), values.reason?.trim() ?? '')
    throw new WrongUse(`There is no 'parked ${positionals.join(' ')}'`)
  },
}

const idsIn = (words: readonly string[]): number[] => {
  if (words.length === 0) throw new WrongUse('Say which: the numbers that the list shows')
  const ids = words.map(word => {
    const id = Number(word.replace(/^#/, ''))
    if (!Number.isSafeInteger(id) || id < 1) throw new WrongUse(`'${word}' is no number of the list`)
    return id
  })
  return [...new Set(ids)]
}

const say = (text: string): void => void process.stdout.write(`${text}\n`)

const list = async (pool: pg.Pool): Promise<number> => {
  const parked = await openParked(pool)
  for (const each of parked) say(textOf(each))
  say(parked.length === 0 ? '没有搁置的命令 / Nothing is parked.' : `${parked.length} 个待处理 / parked`)
  return 0
}

const retry = (ids: readonly number[]): Promise<number> =>
  withRuntime(async ({ runtime }) => {
    const found = await wanted(runtime.pool, ids)
    let refused = 0
    for (const parked of found) {
      const failed = await retryParked({ ...runtime, policies }, parked)
      say(failed ? textOf({ ...parked, error: failed, tries: parked.tries + 1 }) : `#${parked.id} 已办理 / done`)
      if (failed) refused++
    }
    return refused > 0 ? 1 : 0
  })

const drop = (ids: readonly number[], reason: string): Promise<number> => {
  if (reason === '') throw new WrongUse('Say why: --reason TEXT')
  return withPool(async pool => {
    for (const { id } of await wanted(pool, ids)) {
      const dropped = await settleParked(pool, id, { settled: 'dropped', at: systemClock.now().toISOString(), reason })
      if (!dropped) throw new Error(`#${id} 其间已由他人处理 / #${id} was settled by somebody else meanwhile`)
      say(`#${id} 已放弃 / dropped`)
    }
    return 0
  })
}

/** All of them or none: a number that was mistyped is said before anything is done. */
const wanted = async (pool: pg.Pool, ids: readonly number[]): Promise<Parked[]> => {
  const parked = await openParked(pool)
  return ids.map(id => {
    const found = parked.find(each => each.id === id)
    if (!found) throw new Error(`没有搁置的命令 #${id} / Nothing is parked under #${id}`)
    return found
  })
}

const textOf = (parked: Parked): string => {
  const { id, sender, cause, request, error, tries } = parked
  const who = systemTitle(sender)
  const why = whyOf(error, request?.workflow)
  return [
    `#${id}  ${shanghaiTime(parked.parkedAt)}  ${who.zh} / ${who.en}`,
    `    起因 cause    ${cause.stream}@${cause.revision}`,
    ...(request
      ? [
          `    命令 command  ${request.workflow} ${request.command} ${request.id ?? ''} ${JSON.stringify(request.input)}`,
        ]
      : []),
    `    ${why.zh}\n    ${why.en}`,
    `    已试 tries ${tries}, ${shanghaiTime(parked.triedAt)}`,
  ].join('\n')
}

const whyOf = (error: ParkedError, workflowName: string | undefined): Title => {
  if (!Object.hasOwn(STATUS, error.code)) return { zh: `出错：${error.message}`, en: `broken: ${error.message}` }
  const workflow: Workflow | undefined = workflows.find(({ name }) => name === workflowName)
  const said = (language: 'zh' | 'en') => sentence(error.code as Code, error.detail ?? {}, language, workflow).detail
  return { zh: said('zh'), en: said('en') }
}
