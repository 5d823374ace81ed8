/** The log in an EventStoreDB, against a real server. */
import t, { type Test } from 'tap'
import { openEventStoreLog } from '../engine/eventstore/log.ts'
import { systemRandomness } from '../engine/randomness.ts'
import { eventStoreContract, restartContract } from './event-store-contract.ts'
import { aLogName, eventStoreCommand, eventStoreUrl, ownServer } from './support/eventstore.ts'

const OTHER_LOG = `es00000000-${'0'.repeat(31)}1`

const logOf = (t: Test, url: string, log = aLogName()) => {
  const store = openEventStoreLog({ url, log, random: systemRandomness })
  t.teardown(() => store.close())
  return store
}

t.setTimeout(240_000)

t.test('the contract', async t => {
  const url = eventStoreUrl(t)
  if (!url) return
  eventStoreContract(t, async t => {
    const log = aLogName()
    return { store: logOf(t, url, log), beside: logOf(t, url, log), foreign: OTHER_LOG }
  })
})

t.test('the contract, over a restart', async t => {
  const command = eventStoreCommand(t)
  if (!command) return
  restartContract(t, async t => {
    const { url, kill, start } = await ownServer(t, command)
    const log = aLogName()
    return { store: logOf(t, url, log), beside: logOf(t, url, log), foreign: OTHER_LOG, kill, start }
  })
})
