/**
 * One connection of a service to its EventStoreDB, through the proxy. Of gRPC it knows only that texts go in it as they
 * are: an append is known by the metadata that only appends bring, and its end by the stream's name in what comes back.
 */
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ConnectThrough, Trap } from './connection.ts'
import type { Moment } from './moments.ts'

/** In the metadata of every event of ours. */
const METADATA = '$correlationId'
const STREAM = /\.([A-Za-z]+-[0-9a-f-]{36})/g
const NOTHING: Moment['wrote'] = new Set()

const momentIn = (bytes: Buffer): Moment | undefined =>
  bytes.includes(METADATA) ? { kind: 'append', wrote: NOTHING, bytes } : undefined

const streamsIn = (bytes: Buffer): string[] =>
  [...bytes.toString('latin1').matchAll(STREAM)].map(([, name = '']) => name)

export const connectBytes: ConnectThrough = (service, to, { traps, onEnd }) => {
  const store = connect({ ...to, noDelay: true })
  service.setNoDelay()
  let frozen = false
  let delayMs = 0
  /** The streams whose name ends the wait; nothing from there on reaches the service. */
  let awaited: { trap: Trap; streams: readonly string[] } | undefined

  const sprung = (trap: Trap): void => {
    frozen = true
    traps.delete(trap)
    trap.spring()
  }

  const forward = (bytes: Buffer): void => {
    const moment = momentIn(bytes)
    const trap = moment && [...traps].find(each => each.at(moment))
    if (trap?.when === 'before') {
      sprung(trap)
      return
    }
    if (trap) awaited = { trap, streams: streamsIn(bytes) }
    toStore(bytes)
  }

  const isAwaited = (bytes: Buffer): boolean =>
    awaited !== undefined && traps.has(awaited.trap) && awaited.streams.some(name => bytes.includes(name))

  const back = (bytes: Buffer): void => {
    if (awaited && isAwaited(bytes)) sprung(awaited.trap)
    else toService(bytes)
  }

  const later = () => delayMs
  const [toStore, toService] = [inOrder(store, later), inOrder(service, later)]
  service.on('data', chunk => !frozen && forward(chunk as Buffer))
  store.on('data', chunk => !frozen && back(chunk as Buffer))

  const cut = () => {
    service.destroy()
    store.destroy()
  }
  const connection = {
    cut,
    hold: () => [service, store].forEach(side => void side.pause()),
    release: () => [service, store].forEach(side => void side.resume()),
    slow: (milliseconds: number) => {
      delayMs = milliseconds
    },
  }
  for (const side of [service, store]) {
    side.on('error', cut)
    side.on('close', cut)
  }
  store.on('close', () => onEnd(connection))
  return connection
}

/** What was delayed goes before what is not. */
const inOrder = (to: Socket, delayMs: () => number): ((bytes: Buffer) => void) => {
  let before: Promise<unknown> | undefined
  return bytes => {
    const wait = delayMs()
    if (!before && wait === 0) return void to.write(bytes)
    const turn = Promise.all([before, sleep(wait)]).then(() => to.write(bytes))
    before = turn
    void turn.then(() => {
      if (before === turn) before = undefined
    })
  }
}
