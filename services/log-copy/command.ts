/** `npx gongchuang log copy`: a log from one store into another, and, when asked, the service onto it. */
import { parseArgs } from 'node:util'
import type pg from 'pg'
import type { Logger } from 'pino'
import type { Position } from '../../engine/event-store.ts'
import { factReader } from '../../engine/lift.ts'
import { copyLog, type LogCopied, NotACopy, SameLog } from '../../engine/log-copying.ts'
import { logOf } from '../../engine/position.ts'
import { bringUp, prepareReadModels } from '../../engine/projection-runner.ts'
import { readModels } from '../../projections/index.ts'
import { workflows } from '../../workflows/index.ts'
import { eventsKnown } from '../check/snapshot.ts'
import { withBar, withPool } from '../command-line.ts'
import type { Config } from '../config.ts'
import { copiersOf } from '../pools.ts'
import { type SubCommand, WrongUse } from '../sub-command.ts'
import { positionsKept } from './carried.ts'
import { makeQuiet, QUIET_MS, type Quiet } from './quiet.ts'
import { openSide, SIDES } from './sides.ts'
import { leaveSource, ownerOf, type Switching, switchLog } from './switch.ts'

export const logCommand: SubCommand = {
  usage: 'log copy --from STORE --to STORE [--from-log NAME] [--to-log NAME] [--switch]',
  about: `copies the log into another store and holds every event against the source; broken off, it goes on where it was
    STORE       ${SIDES}: the service's database, the EventStoreDB of EVENTSTORE_URL, or another
    --from-log  the log's name in an EventStoreDB, where it is not EVENTSTORE_LOG
    --switch    then gives the database of the service to the copy; everything of the service must have stopped`,
  run: async args => {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS })
    if (positionals.join(' ') !== 'copy') throw new WrongUse(`There is no 'log ${positionals.join(' ')}'`)
    const { from, to } = values
    if (!from || !to) throw new WrongUse('Say --from and --to')
    await withSides({ ...values, from, to }, values.switch ? copyAndSwitch : copyAhead)
    return 0
  },
}

const OPTIONS = {
  from: { type: 'string' },
  to: { type: 'string' },
  'from-log': { type: 'string' },
  'to-log': { type: 'string' },
  switch: { type: 'boolean', default: false },
} as const

type Asked = { from: string; to: string; 'from-log'?: string | undefined; 'to-log'?: string | undefined }

const withSides = (asked: Asked, work: (switching: Switching) => Promise<void>): Promise<void> =>
  withPool((database, around) => betweenSides({ ...around, database }, asked, work), copiersOf)

const betweenSides = async (
  around: { config: Config; logger: Logger; database: pg.Pool },
  asked: Asked,
  work: (switching: Switching) => Promise<void>,
): Promise<void> => {
  const source = await openSide({ side: asked.from, log: asked['from-log'] }, around)
  try {
    const target = await openSide({ side: asked.to, log: asked['to-log'] }, around)
    await work({ database: around.database, source, target }).finally(target.close)
  } finally {
    await source.close()
  }
}

const say = (text: string): void => void process.stdout.write(`${text}\n`)

/** While the service goes on: what it records meanwhile is left for the next time. */
const copyAhead = async (switching: Switching): Promise<void> => {
  await copyAll(switching, [])
  say(AHEAD)
}

const AHEAD = `服务仍在使用原来的日志；停止服务后加 --switch 再运行一次，即完成搬迁。
The service goes on with the log that it has. To move it, stop it and run this again with --switch.`

const copyAndSwitch = async (switching: Switching): Promise<void> => {
  const { database, source } = switching
  const quiet = await makeQuiet([database, source.pool ?? database])
  try {
    if ((await ownerOf(switching)) === 'source') await copyAndGive(switching, quiet)
    await leaveSource(switching)
    await buildReadModels(switching)
  } finally {
    quiet.end()
  }
  say(switching.target.pool ? ON_POSTGRES : ON_EVENTSTORE)
}

const copyAndGive = async (switching: Switching, quiet: Quiet): Promise<void> => {
  const { database, source } = switching
  const wanted = await positionsKept(database, logOf(await source.store.origin()))
  const copied = await copyAll(switching, wanted)
  await switchLog(switching, copied, { since: quiet.since, lastsMs: QUIET_MS })
  say(`已切换到 ${logOf(copied.to)} / switched to ${logOf(copied.to)}`)
}

const ON_POSTGRES = `搬迁完成：去掉 EVENTSTORE_URL 再启动服务。
The log is moved: take EVENTSTORE_URL away and start the service.`
const ON_EVENTSTORE = `搬迁完成：把 EVENTSTORE_URL（和 EVENTSTORE_LOG）设为新的日志再启动服务。
The log is moved: set EVENTSTORE_URL (and EVENTSTORE_LOG) to it and start the service.`

// ── the work, shown ─────────────────────────────────────────────────────────────────────────────

const copyAll = async ({ database, source, target }: Switching, wanted: readonly Position[]): Promise<LogCopied> => {
  const [from, to] = [logOf(await source.store.origin()), logOf(await target.store.origin())]
  say(`${source.text} (${from}) → ${target.text} (${to})`)
  const began = performance.now()
  const copied = await withBar(await eventsKnown(database), heard =>
    copyLog({ source: source.store, target: target.store, write: target.write, heard, wanted }),
  ).catch(inWords)
  const seconds = (performance.now() - began) / 1_000
  say(
    `两边相同 / the same on both sides: ${copied.events} 个事件 / events, SHA-256 ${copied.hash}, ${seconds.toFixed(1)} s`,
  )
  return copied
}

const inWords = (error: unknown): never => {
  if (error instanceof SameLog) throw new Error(SAME, { cause: error })
  if (error instanceof NotACopy) throw new Error(`${OTHER}\n${error.message}`, { cause: error })
  throw error
}

const SAME = `来源和目标是同一个日志。
Source and target are the same log.`
const OTHER = `目标中有不是来自来源日志的内容，没有继续：请换一个空的日志（另取 --to-log 名，或另一个数据库）。
The target holds something that is not of the source, and nothing more was written: copy into an empty log (another --to-log, or another database).`

/** Anew from the log; broken off here, the service goes on with it at its next start. */
const buildReadModels = async ({ database, target: { store } }: Switching): Promise<void> => {
  await prepareReadModels(database, store, readModels)
  const events = await eventsKnown(database)
  for (const model of readModels) {
    say(`${model.title.zh} ${model.title.en} (${model.name})`)
    await withBar(events, heard => bringUp(database, store, model, factReader(workflows), heard))
  }
}
