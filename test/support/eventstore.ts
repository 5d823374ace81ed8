/**
 * An EventStoreDB for the tests that need one. EVENTSTORE_URL points to a server that runs; each test has a log of its
 * own on it. EVENTSTORE_COMMAND starts one: it is called with a port and a folder, stays in the foreground, and serves
 * without TLS on 127.0.0.1, so that it can be killed, stopped and started again. Nothing is left out in silence.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import type { EventStore } from '../../engine/event-store.ts'
import { openEventStoreLog } from '../../engine/eventstore/log.ts'
import { systemRandomness } from '../../engine/randomness.ts'
import { folderFor } from './folder.ts'

const HOW = `Start one (EventStoreDB 23.10, for instance \`docker run -p 2113:2113 eventstore/eventstore:23.10.7-bookworm-slim \
--insecure --run-projections=None\`)`

/** The server's address; without one, says what did not run. */
export const eventStoreUrl = (t: Pick<Test, 'pass'>): string | undefined => {
  const url = process.env.EVENTSTORE_URL
  if (!url) leftOut(t, `they need an EventStoreDB. ${HOW} and set EVENTSTORE_URL=esdb://127.0.0.1:2113?tls=false`)
  return url
}

/** The command that starts a server; without one, says what did not run. */
export const eventStoreCommand = (t: Pick<Test, 'pass'>): string | undefined => {
  const command = process.env.EVENTSTORE_COMMAND
  if (!command)
    leftOut(
      t,
      'they stop and kill an EventStoreDB of their own. Set EVENTSTORE_COMMAND to a command that, given a port and a folder, runs a node without TLS on 127.0.0.1 in the foreground',
    )
  return command
}

/** The address of a server with TLS, as its admin; without one, says what did not run. */
export const adminUrl = (t: Pick<Test, 'pass'>): string | undefined => {
  const url = process.env.EVENTSTORE_ADMIN_URL
  if (!url)
    leftOut(
      t,
      'they make users on an EventStoreDB with TLS. Set EVENTSTORE_ADMIN_URL=esdb://admin:PASSWORD@HOST:2113?tls=true&tlsCaFile=CA',
    )
  return url
}

/** A server with TLS and users, as a user who may read everything; without one, says what did not run. */
export const secureEventStoreUrl = (t: Pick<Test, 'pass'>): string | undefined => {
  const url = process.env.EVENTSTORE_TLS_URL
  if (!url)
    leftOut(
      t,
      'they need an EventStoreDB with TLS and users. Set EVENTSTORE_TLS_URL=esdb://user:password@host:2113?tlsCaFile=…, and EVENTSTORE_LIMITED_URL to the same as a user who may not read $all',
    )
  return url
}

/** A cluster of three, and a command that, given KILL or STOP, does that to its leader and comes back when all is whole. */
export const eventStoreCluster = (t: Pick<Test, 'pass'>): { url: string; failLeader: string } | undefined => {
  const { EVENTSTORE_CLUSTER_URL: url, EVENTSTORE_FAIL_LEADER: failLeader } = process.env
  if (url && failLeader) return { url, failLeader }
  leftOut(
    t,
    'they need a cluster of EventStoreDB. Set EVENTSTORE_CLUSTER_URL to it, and EVENTSTORE_FAIL_LEADER to a command that, given KILL or STOP, kills its leader or stops it for some seconds, and comes back when the cluster is whole',
  )
  return undefined
}

const leftOut = (t: Pick<Test, 'pass'>, why: string): void => {
  const file = process.argv[1]?.split('/').at(-1)
  process.stderr.write(`\n!! NOT RUN: tests of ${file}: ${why}.\n\n`)
  t.pass('NOT RUN', { skip: why })
}

/** The name of a log that nobody else has. */
export const aLogName = (): string => `t${randomUUID().replaceAll('-', '')}`

/** A log on a server, closed after the test. */
export const eventStoreLog = (t: Test, url: string, log = aLogName()): EventStore => {
  const store = openEventStoreLog({ url, log, random: systemRandomness })
  t.teardown(() => store.close())
  return store
}

export type OwnServer = {
  url: string
  port: number
  /** Starts it again, on the same folder. */
  start(): Promise<void>
  kill(): Promise<void>
  /** Stops it as a debugger does: connections stay, and nothing answers. */
  freeze(): void
  thaw(): void
}

const STARTED_WITHIN_MS = 60_000

/** A server of this test's own, started by `command`; ended with the test. */
export const ownServer = async (t: Test, command: string): Promise<OwnServer> => {
  const folder = folderFor(t)
  const port = await freePort()
  let running: ChildProcess | undefined
  const kill = async (): Promise<void> => {
    const ended = running
    running = undefined
    if (!ended?.pid || ended.exitCode !== null) return
    const gone = new Promise(resolve => ended.once('exit', resolve))
    process.kill(ended.pid, 'SIGKILL')
    await gone
  }
  const start = async (): Promise<void> => {
    running = spawn(command, [String(port), folder], { stdio: 'ignore', env: withoutOurs() })
    await answering(port)
  }
  await start()
  t.teardown(kill)
  const signal = (name: 'SIGSTOP' | 'SIGCONT') => running?.pid && process.kill(running.pid, name)
  return {
    url: `esdb://127.0.0.1:${port}?tls=false`,
    port,
    start,
    kill,
    freeze: () => void signal('SIGSTOP'),
    thaw: () => void signal('SIGCONT'),
  }
}

/** The server takes every variable that begins as ours do for an option of its own, and refuses those it does not know. */
const withoutOurs = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('EVENTSTORE_')))

const answering = async (port: number): Promise<void> => {
  for (let waited = 0; waited < STARTED_WITHIN_MS; waited += 100) {
    const health = await fetch(`http://127.0.0.1:${port}/health/live`).catch(() => undefined)
    if (health?.status === 204) return
    await sleep(100)
  }
  throw new Error(`the EventStoreDB on port ${port} does not answer`)
}

/** Its neighbour ten thousand above is free too: a node takes both. */
const freePort = async (): Promise<number> => {
  const port = 20_000 + (process.pid % 5_000) + Math.floor(performance.now() % 5_000)
  return (await isFree(port)) && (await isFree(port + 10_000)) ? port : freePort()
}

const isFree = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
