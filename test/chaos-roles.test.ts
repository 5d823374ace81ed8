/** Two processes that answer and two that work, under load: each kind is killed, frozen and asked to stop, one after the other. */
import t from 'tap'
import { judged, live } from './chaos/chaos.ts'
import { APART } from './chaos/scene.ts'
import { trialsText } from './chaos/trials.ts'

/** Leases take their time, six times over. */
t.setTimeout(300_000)

const SEED = 20261125
const MOVED_WITHIN_MS = 10_000

t.test(
  'whichever process dies, stands still or is stopped: others go on, and who was replaced writes nothing',
  async t => {
    const lived = await live({ lifecycles: 12, kills: 'in turn', roles: APART, seed: SEED })
    const { world, trials } = lived
    t.teardown(() => world.close())
    t.comment(trialsText(trials))
    t.equal(trials.length, 6)
    for (const { role, how, leasesMoved } of trials)
      if (role === 'worker') t.ok((leasesMoved ?? Infinity) < MOVED_WITHIN_MS, `${how}: after ${leasesMoved} ms`)
    t.strictSame(await judged(lived), [])
  },
)
