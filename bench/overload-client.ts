/**
 * A worker thread that sends POSTs, each on a free connection or a new one: as many at once as it is told, each again
 * when it is answered; or so many a second, whether the ones before are answered or not.
 */
import { randomUUID } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort } from 'node:worker_threads'

export type Flood = {
  port: number
  /** Each with the token of who asks there. */
  askers: { path: string; token: string }[]
  body: string
  pace: { atOnce: number } | { perSecond: number }
  milliseconds: number
}
export type Answered = {
  /** Answers by status. */
  statuses: Record<string, number>
  /** Milliseconds that accepted ones took, in order. */
  took: number[]
  broken: number
  /** Not sent: too many connections were waiting. */
  unsent: number
}

const MOST_CONNECTIONS = 4_000
const STEP_MS = 5
const ANSWERED_WITHIN_MS = 1_000

const requestFor = (flood: Flood, nth: number): string => {
  const { path, token } = flood.askers[nth % flood.askers.length] as Flood['askers'][number]
  return [
    `POST ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    `authorization: Bearer ${token}`,
    `idempotency-key: ${randomUUID()}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(flood.body)}`,
    '',
    flood.body,
  ].join('\r\n')
}

const flooding = (flood: Flood, then: () => void) => {
  const answered: Answered = { statuses: {}, took: [], broken: 0, unsent: 0 }
  const free: Socket[] = []
  const open = new Set<Socket>()

  const opened = (): Socket => {
    const socket = connect({ host: '127.0.0.1', port: flood.port, noDelay: true })
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    return socket
  }

  const ask = (nth: number): void => {
    const socket = free.pop() ?? (open.size < MOST_CONNECTIONS ? opened() : undefined)
    if (!socket) return void answered.unsent++
    const from = performance.now()
    const heard = (chunk: Buffer) => {
      socket.off('error', failed)
      const status = chunk.toString('latin1', 9, 12)
      answered.statuses[status] = (answered.statuses[status] ?? 0) + 1
      if (status.startsWith('2')) answered.took.push(performance.now() - from)
      free.push(socket)
      then()
    }
    const failed = () => {
      socket.off('data', heard)
      answered.broken++
    }
    // These answers are small: they come in one piece.
    socket.once('data', heard)
    socket.once('error', failed)
    socket.write(requestFor(flood, nth))
  }

  const end = (): void => {
    for (const socket of open) socket.destroy()
  }
  return { ask, answered, end }
}

const run = async (flood: Flood): Promise<Answered> => {
  const from = performance.now()
  const passed = () => performance.now() - from
  let sent = 0
  const again = () => {
    if ('atOnce' in flood.pace && passed() < flood.milliseconds) ask(sent++)
  }
  const { ask, answered, end } = flooding(flood, again)
  const due = () => ('atOnce' in flood.pace ? flood.pace.atOnce : (passed() * flood.pace.perSecond) / 1_000)
  while (passed() < flood.milliseconds) {
    // Once a step: who falls behind still hears what is answered.
    for (const now = due(); sent < now; ) ask(sent++)
    await sleep(STEP_MS)
  }
  await sleep(ANSWERED_WITHIN_MS)
  end()
  return { ...answered, took: answered.took.sort((one, other) => one - other) }
}

parentPort?.on('message', async (flood: Flood) => parentPort?.postMessage(await run(flood)))
