/** What a newcomer does: `npm start`, the README's tour, Ctrl-C; and what must not harm: `kill -9` and starting again. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { seeProcess } from '../services/processes.ts'
import { aLogName } from './support/eventstore.ts'
import { folderFor } from './support/folder.ts'

const project = fileURLToPath(new URL('..', import.meta.url))
const dataDir = folderFor(t)

/** The goals are for an idle machine; tests share theirs. */
const COLD_MS = 20_000
const WARM_MS = 5_000
const LENIENCE = 4

/** Where the log is in an EventStoreDB: empty, as the sample wants it, and one for the whole tour. */
const log = aLogName()

/** Without what the runner and the caller's own shell have set. */
const environment = (more: Record<string, string>): NodeJS.ProcessEnv => {
  const {
    NODE_OPTIONS: _,
    DATABASE_URL,
    MASTER_KEY,
    LOG_SIGNING_KEY,
    TOKEN_ISSUER,
    TOKEN_JWKS_URL,
    NODE_ENV,
    ...own
  } = process.env
  return { ...own, EVENTSTORE_LOG: log, DATA_DIR: dataDir, PORT: '0', ...more }
}

const run = (program: string, args: string[], more: Record<string, string> = {}): ChildProcess =>
  // A group of its own, so that Ctrl-C can be sent as a terminal sends it: to all of it.
  spawn(program, args, { cwd: project, detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: environment(more) })

const outputOf = async (child: ChildProcess): Promise<{ status: number | null; said: string }> => {
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', chunk => (said += chunk))
  const [status] = await once(child, 'close')
  return { status, said }
}

type Started = { child: ChildProcess; address: string; pid: number; database: number; tookMs: number }

/** `npm start`, until it says that it is ready. */
const start = async (t: Test): Promise<Started> => {
  const began = performance.now()
  const child = run('npm', ['start'])
  const ended = outputOf(child)
  t.teardown(() => hurt(child, 'SIGKILL'))
  const address = await Promise.race([readyAt(child), ended.then(({ said }) => Promise.reject(new Error(said)))])
  const tookMs = Math.round(performance.now() - began)
  return { child, address, tookMs, pid: await pidIn('service.lock'), database: await pidIn('postgres/postmaster.pid') }
}

const readyAt = (child: ChildProcess): Promise<string> =>
  new Promise(resolve => {
    let said = ''
    child.stdout?.on('data', chunk => {
      said += chunk
      const address = /API +(http:\S+)\/v1/.exec(said)?.[1]
      if (address && said.includes('Ctrl-C')) resolve(address)
    })
  })

const pidIn = async (file: string): Promise<number> => Number.parseInt(await readFile(join(dataDir, file), 'utf8'), 10)

const hurt = (child: ChildProcess, signal: NodeJS.Signals): void => {
  if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid as number), signal)
}

const historyOf = async (address: string, id: string): Promise<unknown> => {
  const { said } = await outputOf(run('npm', ['run', '--silent', 'token', '--', '缪长河']))
  const headers = { authorization: `Bearer ${said.trim()}` }
  const state = await fetch(`${address}/v1/micro-project/${id}`, { headers })
  t.match(await state.json(), { state: { value: 'archived' } })
  const history = await fetch(`${address}/v1/micro-project/${id}/history`, { headers })
  return history.json()
}

t.test('from npm start through the tour, kill -9 and Ctrl-C', async t => {
  const cold = await start(t)
  t.comment(`ready after ${cold.tookMs} ms, cold and with the sample`)
  t.ok(cold.tookMs < COLD_MS * LENIENCE)

  const { status, said } = await outputOf(run('bash', ['docs/tour.sh'], { API: cold.address }))
  if (status !== 0) t.comment(said)
  t.equal(status, 0, 'the tour goes through')
  const id = /✓ archived {2}(\S+)/.exec(said)?.[1] as string
  const history = await historyOf(cold.address, id)

  process.kill(cold.pid, 'SIGKILL')
  await once(cold.child, 'exit')
  t.ok(await seeProcess(cold.database), 'the database was left running')
  const next = await start(t)
  t.equal(next.database, cold.database, 'and is taken over')
  t.strictSame(await historyOf(next.address, id), history, 'nothing is lost')

  hurt(next.child, 'SIGINT')
  await once(next.child, 'exit')
  t.notOk(await seeProcess(next.pid))
  t.notOk(await seeProcess(next.database))
  await t.rejects(stat(join(dataDir, 'service.lock')))

  const warm = await start(t)
  t.comment(`ready after ${warm.tookMs} ms, warm`)
  t.ok(warm.tookMs < WARM_MS * LENIENCE)
  t.strictSame(await historyOf(warm.address, id), history)
  hurt(warm.child, 'SIGINT')
  await once(warm.child, 'exit')
})
