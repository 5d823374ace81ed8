/** Stands between one service and a store, on a port of 127.0.0.1. */
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection, ConnectThrough, Database, Trap } from './connection.ts'

export type StoreProxy = {
  port: number
  /** Traps that are set; one that springs is taken out. */
  traps: Set<Trap>
  /** Breaks so many in a hundred of the connections. */
  cut(percent: number): number
  /** Nothing goes either way for so long. */
  stall(milliseconds: number): Promise<void>
  /** Everything comes so much later, either way; nothing with 0. */
  slow(milliseconds: number): void
  close(): Promise<void>
}

export const openProxy = async (store: () => Database, connectThrough: ConnectThrough): Promise<StoreProxy> => {
  const connections = new Set<Connection>()
  const traps = new Set<Trap>()
  const server = createServer(socket => {
    const onEnd = (ended: Connection) => void connections.delete(ended)
    connections.add(connectThrough(socket, store(), { traps, onEnd }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    traps,
    cut: percent => cutSome([...connections], percent),
    stall: async milliseconds => {
      const held = [...connections]
      for (const connection of held) connection.hold()
      await sleep(milliseconds)
      for (const connection of held) connection.release()
    },
    slow: milliseconds => {
      for (const connection of connections) connection.slow?.(milliseconds)
    },
    close: async () => {
      for (const connection of connections) connection.cut()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Every n-th of them, so that both old and new ones are met. */
const cutSome = (connections: readonly Connection[], percent: number): number => {
  const cut = connections.filter((_, n) => (n * 37) % 100 < percent)
  for (const connection of cut) connection.cut()
  return cut.length
}
