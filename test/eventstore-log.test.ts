/** The log in an EventStoreDB, against a real server. */
import t from 'tap'
import { eventStoreContract, restartContract } from './event-store-contract.ts'
import { aLogName, eventStoreCommand, eventStoreLog, eventStoreUrl, ownServer } from './support/eventstore.ts'

const OTHER_LOG = `es00000000-${'0'.repeat(31)}1`

t.setTimeout(240_000)

t.test('the contract', async t => {
  const url = eventStoreUrl(t)
  if (!url) return
  eventStoreContract(t, async t => {
    const log = aLogName()
    return { store: eventStoreLog(t, url, log), beside: eventStoreLog(t, url, log), foreign: OTHER_LOG }
  })
})

t.test('the contract, over a restart', async t => {
  const command = eventStoreCommand(t)
  if (!command) return
  restartContract(t, async t => {
    const { url, kill, start } = await ownServer(t, command)
    const log = aLogName()
    return { store: eventStoreLog(t, url, log), beside: eventStoreLog(t, url, log), foreign: OTHER_LOG, kill, start }
  })
})
