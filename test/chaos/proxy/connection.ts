/**
 * One connection of a service to its database, through the proxy. A trap that is set for a moment stops everything
 * there: `before`, the database never hears of it; `after`, it has done it, and the service never hears so.
 */
import { connect, type Socket } from 'node:net'
import { type Message, messagesIn } from './messages.ts'
import { type Moment, momentsOf } from './moments.ts'

export type Trap = { when: 'before' | 'after'; at(moment: Moment): boolean; spring(): void }

export type Database = { host: string; port: number }
export type Connection = {
  cut(): void
  hold(): void
  release(): void
  /** Everything comes so much later, either way. */
  slow?(milliseconds: number): void
}

type Watching = { traps: Set<Trap>; onEnd(connection: Connection): void }
export type ConnectThrough = (service: Socket, to: Database, watching: Watching) => Connection

const READY = 'Z'
/** Each is answered by one READY. */
const ASKS = new Set(['Q', 'S'])

export const connectThrough: ConnectThrough = (service, to, { traps, onEnd }) => {
  const database = connect({ ...to, noDelay: true })
  service.setNoDelay()
  const momentIn = momentsOf()
  const fromService = messagesIn({ first: 'without a letter' })
  const fromDatabase = messagesIn({ first: 'like all' })
  // Who has logged in is told READY too.
  let [asked, answered] = [1, 0]
  let frozen = false
  /** The answer at which a trap springs; nothing from there on reaches the service. */
  let awaited: { answer: number; trap: Trap } | undefined

  const sprung = (trap: Trap): void => {
    frozen = true
    traps.delete(trap)
    trap.spring()
  }

  const trapFor = (moment: Moment | undefined): Trap | undefined => moment && [...traps].find(trap => trap.at(moment))

  const forward = (message: Message): boolean => {
    const trap = awaited ? undefined : trapFor(momentIn(message))
    if (trap?.when === 'before') {
      sprung(trap)
      return false
    }
    if (ASKS.has(message.type)) asked++
    // What is bound is asked for by the SYNC that follows it.
    if (trap) awaited = { trap, answer: asked + (message.type === 'Q' ? 0 : 1) }
    return database.write(message.bytes)
  }

  const back = (message: Message): void => {
    const due = awaited?.answer === answered + 1
    if (message.type === READY) answered++
    if (!due) service.write(message.bytes)
    else if (awaited && message.type === READY) sprung(awaited.trap)
  }

  service.on('data', chunk => {
    for (const message of fromService(chunk as Buffer)) if (!frozen) forward(message)
  })
  database.on('data', chunk => {
    for (const message of fromDatabase(chunk as Buffer)) if (!frozen) back(message)
  })

  const cut = () => {
    service.destroy()
    database.destroy()
  }
  const connection: Connection = {
    cut,
    hold: () => [service, database].forEach(side => void side.pause()),
    release: () => [service, database].forEach(side => void side.resume()),
  }
  for (const side of [service, database]) {
    side.on('error', cut)
    side.on('close', cut)
  }
  database.on('close', () => onEnd(connection))
  return connection
}
