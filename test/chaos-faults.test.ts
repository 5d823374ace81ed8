/** Each check of the chaos harness is able to fail: damage done on purpose is caught by the one that is there for it. */
import t from 'tap'
import { evidenceIn, judged, live } from './chaos/chaos.ts'
import { checks, findingsIn } from './chaos/checks/all.ts'
import { faults } from './chaos/faults.ts'
import { copyOf } from './chaos/world.ts'

/** A copy of the database for each fault: on a busy machine they take their time. */
t.setTimeout(300_000)

const lived = await live({ lifecycles: 12, kills: 0, seed: 7, withinMs: 20_000 })
t.teardown(() => lived.world.close())

t.test('a log that nobody damaged has no finding', async t => {
  t.strictSame(await judged(lived), [])
})

for (const [name, { caughtBy, damage }] of Object.entries(faults))
  t.test(name, async t => {
    const copy = await copyOf(lived.world, name.replaceAll('-', '_'))
    const { remembered, asRead } = await damage({ ...copy, remembered: lived })
    const evidence = await evidenceIn({ ...lived, ...remembered }, copy, asRead)
    const found = await findingsIn(
      evidence,
      checks.filter(check => check.name === caughtBy),
    )
    t.ok(found.length > 0, `caught by '${caughtBy}'`)
    await copy.leave()
  })

t.test('no check is without a fault', async t => {
  const caught = new Set(Object.values(faults).map(({ caughtBy }) => caughtBy))
  for (const { name } of checks) t.ok(caught.has(name), name)
})
