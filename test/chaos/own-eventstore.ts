/**
 * An EventStoreDB of the harness's own, which it stops in every way that a server stops. How one is started is the
 * caller's to say: a command that stays in the foreground and serves without TLS, one node. In it `{port}` and `{dir}`
 * stand for its port on 127.0.0.1 and its folder; where neither stands there, both are added at the end.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Ender } from './server-ender.ts'

export type OwnEventStore = {
  port: number
  /** Started again, on its own port. `kill`: as `kill -9`; `stop`: asked to. */
  restart(how: 'kill' | 'stop'): Promise<void>
  freeze(milliseconds: number): Promise<void>
  stop(): Promise<void>
}

const UP_WITHIN_MS = 120_000
const LOOK_EVERY_MS = 100
const SIGNALS = { kill: 'SIGKILL', stop: 'SIGTERM' } as const

export const startOwnEventStore = async (command: string, folder: string, ender: Ender): Promise<OwnEventStore> => {
  const port = await freePort()
  let node = await startNode({ command, folder, port }, ender)
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const exit = once(node, 'exit')
    if (node.exitCode !== null || node.signalCode !== null) return
    signalTo(node, signal)
    await exit
  }
  return {
    port,
    restart: async how => {
      await end(SIGNALS[how])
      node = await startNode({ command, folder, port }, ender)
    },
    freeze: async milliseconds => {
      signalTo(node, 'SIGSTOP')
      await sleep(milliseconds)
      signalTo(node, 'SIGCONT')
    },
    stop: async () => {
      await end('SIGKILL')
      ender.tell({ group: 0 })
    },
  }
}

/** The whole group: the command may be a script that starts the server. */
const signalTo = ({ pid }: ChildProcess, signal: NodeJS.Signals): void => {
  if (pid) process.kill(-pid, signal)
}

type Node = { command: string; folder: string; port: number }

const startNode = async ({ command, folder, port }: Node, ender: Ender): Promise<ChildProcess> => {
  await mkdir(folder, { recursive: true })
  const [program = '', ...args] = wordsOf(command, { port: String(port), dir: folder })
  const said = openSync(join(folder, 'said.log'), 'a')
  const node = spawn(program, args, { env: withoutOurs(), detached: true, stdio: ['ignore', said, said] })
  closeSync(said)
  await Promise.race([once(node, 'spawn'), once(node, 'error').then(([error]) => Promise.reject(error))])
  ender.tell({ group: node.pid ?? 0 })
  await isLive(node, port, folder)
  return node
}

/** The server takes every variable that begins as ours do for an option of its own, and refuses those it does not know. */
const withoutOurs = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(EVENTSTORE_|NODE_OPTIONS$)/.test(name)))

const wordsOf = (command: string, { port, dir }: { port: string; dir: string }): string[] =>
  (/\{(port|dir)\}/.test(command) ? command : `${command} {port} {dir}`)
    .trim()
    .split(/\s+/)
    .map(word => word.replaceAll('{port}', port).replaceAll('{dir}', dir))

const isLive = async (node: ChildProcess, port: number, folder: string): Promise<void> => {
  const until = performance.now() + UP_WITHIN_MS
  while (performance.now() < until && node.exitCode === null) {
    const answer = await fetch(`http://127.0.0.1:${port}/health/live`).catch(() => undefined)
    await answer?.arrayBuffer()
    if (answer?.ok) return
    await sleep(LOOK_EVERY_MS)
  }
  throw new Error(`the EventStoreDB did not come up on port ${port}: see ${join(folder, 'said.log')}`)
}

/** Below those that a system gives to whoever asks for any: while the node is down nobody else gets it. */
const PORTS = { from: 21_000, to: 31_000 }

const freePort = async (): Promise<number> => {
  for (;;) {
    const port = randomInt(PORTS.from, PORTS.to)
    const server = createServer()
    const free = await new Promise<boolean>(resolve => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true))
    })
    if (!free) continue
    await new Promise(resolve => server.close(resolve))
    return port
  }
}
