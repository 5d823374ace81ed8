/**
 * The bounded form of `npm run chaos -- --eventstore`: the same lives, troubles and checks with the log in an EventStoreDB
 * of this test's own, which is killed, frozen and started again; and each check shown a fault.
 */
import t from 'tap'
import { evidenceIn, judged, live } from './chaos/chaos.ts'
import { checks, findingsIn } from './chaos/checks/all.ts'
import { faults } from './chaos/faults.ts'
import { APART } from './chaos/scene.ts'
import { trialsText } from './chaos/trials.ts'
import { copyOf } from './chaos/world.ts'
import { eventStoreCommand } from './support/eventstore.ts'

t.setTimeout(900_000)

const SEED = 20261126
const WITHIN_MS = 90_000
const eventStore = eventStoreCommand(t)

if (eventStore) {
  t.test('whatever dies meanwhile, the server too, nothing that was acknowledged is lost or done twice', async t => {
    const lived = await live({ lifecycles: 24, kills: 5, seed: SEED, withinMs: WITHIN_MS, eventStore })
    t.teardown(() => lived.world.close())
    t.comment(lived.journal.counts)
    t.strictSame(await judged(lived), [])
  })

  t.test('two that answer and two that work, each kind killed, frozen and stopped', async t => {
    const lived = await live({ lifecycles: 12, kills: 'in turn', roles: APART, seed: SEED, eventStore })
    t.teardown(() => lived.world.close())
    t.comment(trialsText(lived.trials))
    t.strictSame(await judged(lived), [])
  })

  t.test('each check is able to fail', async t => {
    const lived = await live({ lifecycles: 12, kills: 0, seed: SEED, withinMs: 20_000, eventStore })
    t.teardown(() => lived.world.close())
    for (const [name, { caughtBy, postgresOnly, damage }] of Object.entries(faults)) {
      if (postgresOnly) continue
      const copy = await copyOf(lived.world, name.replaceAll('-', '_'))
      const { remembered, asRead } = await damage({ ...copy, remembered: lived })
      const evidence = await evidenceIn({ ...lived, ...remembered }, copy, asRead)
      const by = checks.filter(check => check.name === caughtBy)
      t.ok((await findingsIn(evidence, by)).length > 0, `${name} is caught by '${caughtBy}'`)
      await copy.leave()
    }
  })
}
