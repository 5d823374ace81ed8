/** What the chaos harness finds while it runs, and not afterwards in the log, is found: each is shown a fault. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import type { RecordedEvent } from '../engine/event-store.ts'
import { deliver } from './chaos/deliver.ts'
import type { LogView } from './chaos/direct.ts'
import { openJournal } from './chaos/journal.ts'
import { watchLog } from './chaos/witness.ts'
import type { Slot } from './chaos/world.ts'

type Answer = { status: number; body: object }

const command = { workflow: 'purse', name: 'open', input: {}, person: 'p', key: 'k' }
const accepted = (position: string): Answer => ({
  status: 201,
  body: { id: 'i', revision: 0, position, events: [{ type: 'Opened', revision: 0 }] },
})

/** A service that gives these answers, one after the other. */
const answering = async (t: Test, answers: Answer[]): Promise<Slot> => {
  const server = createServer((_, response) => {
    const { status, body } = answers.shift() ?? { status: 503, body: {} }
    response.writeHead(status, { connection: 'close' }).end(JSON.stringify(body))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => server.close())
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { process: { address: () => address } } as unknown as Slot
}

const found = async (t: Test, twice: boolean, ...answers: Answer[]): Promise<string[]> => {
  const [slot, journal] = [await answering(t, answers), openJournal()]
  const random = { below: () => 0, percent: () => twice, pick: <T>(list: readonly T[]) => list[0] as T }
  await deliver({ slots: [slot], journal, random, token: async () => 'token' }, command)
  return journal.findings
}

t.test('an answer of 500', async t => {
  const broken = { status: 500, body: { code: 'internal', reference: 'r1' } }
  t.match(await found(t, false, broken, accepted('pg-01')), [/an answer of 500 to open: see r1/])
  t.strictSame(await found(t, false, { status: 503, body: { code: 'too-busy' } }, accepted('pg-01')), [])
})

t.test('two answers to one command', async t => {
  t.match(await found(t, true, accepted('pg-01'), accepted('pg-02')), [/two answers to one command/])
  t.strictSame(await found(t, true, accepted('pg-01'), accepted('pg-01')), [])
})

t.test('an event that was seen before the one in front of it', async t => {
  const at = (position: string) => ({ position, id: position }) as RecordedEvent
  const pages = [[at('pg-01'), at('pg-03')], [at('pg-02')]]
  const witness = watchLog({ log: { readAll: async () => pages.shift() ?? [] } as unknown as LogView })
  await witness.stop()
  t.match(witness.findings, [/pg-02 was read after pg-03/])
})
