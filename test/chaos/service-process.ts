/** A process of the service, kept running: whatever ends it, it is started again, until it is dismissed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { FilesConfig } from '../../services/files/config.ts'
import type { EventStoreConfig } from '../../services/log.ts'
import type { Role } from '../../services/role.ts'

export type Opening = {
  databaseUrl: string
  eventStore?: EventStoreConfig
  role: Role
  dataDir: string
  files: FilesConfig
  movedMs: number
}
/** What the harness tells a process while it runs. */
export type Word = { movedMs: number }

export type ServiceProcess = {
  pid(): number | undefined
  /** Where it answers; nothing while it is down. */
  address(): string | undefined
  isUp(): Promise<void>
  /** As `kill -9`; it is started again. */
  kill(): Promise<void>
  /** Asked to stop; its exit status. It is started again. */
  ask(): Promise<number | null>
  /** Stands still until what is waited for is there. */
  freeze(waited: Promise<unknown>): Promise<void>
  tell(word: Word): void
  /** Ended, and left so. */
  dismiss(): Promise<void>
  /** How often it ended although nobody had ended it. */
  diedByItself(): number
}

const AGAIN_AFTER_MS = 100
const UP_WITHIN_MS = 120_000

/** `opening`: the first is 1. */
export const keepService = (opening: (nth: number) => Opening, logFile: string): ServiceProcess => {
  let child: ChildProcess | undefined
  let address: string | undefined
  let last: Word | undefined
  let [wanted, ending, deaths, starts] = [true, false, 0, 0]

  const runOnce = async (): Promise<void> => {
    const started = start(opening(++starts), logFile)
    child = started
    ending = false
    started.on('message', said => {
      address = (said as { address: string }).address
      // Told while it came up, it did not hear.
      if (last) hear(last)
    })
    await once(started, 'exit')
    // Before it was up, a database that was away is a good reason.
    if (address !== undefined && !ending) deaths++
    address = undefined
  }

  const hear = (word: Word): void => {
    if (child?.connected) child.send(word, () => undefined)
  }

  const running = (async () => {
    while (wanted) {
      await runOnce()
      await sleep(AGAIN_AFTER_MS)
    }
  })()

  const endWith = async (signal: NodeJS.Signals): Promise<number | null> => {
    const ended = child
    if (!ended || ended.exitCode !== null || ended.signalCode !== null) return null
    ending = true
    const exit = once(ended, 'exit')
    ended.kill(signal)
    const [status] = await exit
    return status as number | null
  }

  return {
    pid: () => child?.pid,
    address: () => address,
    isUp: async () => {
      for (let waited = 0; address === undefined; waited += 20) {
        if (waited > UP_WITHIN_MS) throw new Error(`a service did not come up: see ${logFile}`)
        await sleep(20)
      }
    },
    kill: async () => void (await endWith('SIGKILL')),
    ask: () => endWith('SIGTERM'),
    freeze: async waited => {
      const frozen = child
      frozen?.kill('SIGSTOP')
      await waited
      frozen?.kill('SIGCONT')
    },
    tell: word => {
      last = word
      // It may be about to end; the next one is opened with the time as it is.
      if (address !== undefined) hear(word)
    },
    dismiss: async () => {
      wanted = false
      await endWith('SIGKILL')
      await running
    },
    diedByItself: () => deaths,
  }
}

const start = (opening: Opening, logFile: string): ChildProcess => {
  const { NODE_OPTIONS: _, ...rest } = process.env
  // It is started often.
  const env = { ...rest, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(opening.dataDir, 'compiled') }
  const log = openSync(logFile, 'a')
  const script = fileURLToPath(new URL('service.ts', import.meta.url))
  const child = spawn(process.execPath, [script, JSON.stringify(opening)], { env, stdio: ['ignore', log, log, 'ipc'] })
  closeSync(log)
  return child
}
