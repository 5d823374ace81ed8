/** Each check of the chaos harness is able to fail: damage done on purpose is caught by the one that is there for it. */
import t from 'tap'
import { judged, live } from './chaos/chaos.ts'
import { checks } from './chaos/checks/all.ts'
import { faults } from './chaos/faults.ts'
import { copyOf } from './chaos/world.ts'

const lived = await live({ lifecycles: 8, kills: 0, seed: 7, withinMs: 8_000, clients: 4 })
t.teardown(() => lived.world.close())

t.test('a log that nobody damaged has no finding', async t => {
  t.strictSame(await judged(lived), [])
})

for (const [name, { caughtBy, damage }] of Object.entries(faults))
  t.test(name, async t => {
    const { url, query, leave } = await copyOf(lived.world, name.replaceAll('-', '_'))
    const remembered = await damage({ query, remembered: lived })
    const found = new Set((await judged({ ...lived, ...remembered }, { url, query })).map(({ check }) => check))
    t.ok(found.has(caughtBy), `caught by '${caughtBy}': ${[...found].join(', ')}`)
    await leave()
  })

t.test('no check is without a fault', async t => {
  const caught = new Set(Object.values(faults).map(({ caughtBy }) => caughtBy))
  for (const { name } of checks) t.ok(caught.has(name), name)
})
