/** Stands between a service and its database, and can do to the connections what a network does. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { Ending } from './postgres.ts'

/** Answers are passed on, or instead of one, or of each, the connection is cut. */
type Answers = 'passed' | 'cut once' | 'cut'

export type Proxy = {
  /** The database through this proxy. */
  url: string
  /** Cuts everything, and takes nothing any more. */
  close(): void
  answer(how: Answers): void
  /** The connections of this moment stay open, and nothing that is sent on them arrives any more. */
  swallow(): void
}

export const proxyTo = async (t: Ending, url: string): Promise<Proxy> => {
  const target = new URL(url)
  const through = new URL(url)
  const open = new Set<Socket>()
  const mute = new WeakSet<Socket>()
  let answers: Answers = 'passed'
  const proxy = createServer(client => {
    const server = connect(Number(target.port), target.hostname)
    for (const socket of [client, server]) {
      open.add(socket)
      socket
        .on('error', () => undefined)
        .on('close', () => [client, server].map(each => each.destroy() && open.delete(each)))
    }
    client.on('data', data => mute.has(client) || server.write(data))
    server.on('data', data => {
      if (mute.has(server)) return
      if (answers === 'passed') return client.write(data)
      if (answers === 'cut once') answers = 'passed'
      return client.destroy()
    })
  })
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
  const close = () => {
    proxy.close()
    for (const socket of open) socket.destroy()
  }
  t.teardown(close)
  through.host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`
  return {
    url: through.href,
    close,
    answer: how => {
      answers = how
    },
    swallow: () => {
      for (const socket of open) mute.add(socket)
    },
  }
}
