/** The memory of kept instances: reckoned, held against the heap, and bounded. */
import { randomUUID } from 'node:crypto'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import type { Fact, Metadata } from '../../engine/event-codec.ts'
import { blankInstance, type Instance, takeIn } from '../../engine/instance.ts'
import { instanceCache } from '../../engine/instance-cache.ts'
import { factOf } from '../../engine/lift.ts'
import { idOf } from '../support/given.ts'
import { eventsAt, goldenPaths, readerFor } from '../support/golden.ts'
import { purse } from '../support/purse.ts'

setFlagsFromString('--expose-gc')
// What code took would be given back in the middle of a measurement.
setFlagsFromString('--no-flush-bytecode')
const collect = runInNewContext('gc') as () => void

/** What has come through JSON shares nothing with anybody. */
const own = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

const noted = (instance: Instance, type: string, data: object): void => {
  const revision = instance.revision + 1
  const metadata = {
    command: randomUUID(),
    person: randomUUID(),
    recordedAt: `2026-03-05T04:00:00.${String(revision).padStart(3, '0')}Z`,
    occurredOn: '2026-03-05',
    state: { usable: 'unlocked' },
    due: {},
    hash: randomUUID().repeat(2),
  } as unknown as Metadata
  takeIn(
    instance,
    own({ id: '', stream: instance.stream, revision, position: `p${revision}`, type, data, metadata }) as Fact,
  )
}

/** A purse with so many events, each by somebody else, each remembered. */
const purseWith = (events: number): Instance => {
  const instance = blankInstance(purse, randomUUID())
  noted(instance, 'Opened', { place: '420106012021', organisation: randomUUID(), limit: 5 })
  while (instance.revision + 1 < events) noted(instance, 'Prepared', { number: `第${instance.revision}笔活动经费` })
  return instance
}

const heapUsed = (): number => {
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

const recorded = goldenPaths().filter(path => path.startsWith('micro-project/'))

/** A life as the sample tells it, from the first event to its end. */
const told = (n: number): Instance => {
  const path = recorded[n % recorded.length] as string
  const instance = blankInstance(readerFor(path), randomUUID())
  for (const event of eventsAt(path)) takeIn(instance, factOf(instance.workflow, event))
  return instance
}

type Kept = { cache: ReturnType<typeof instanceCache>; taken: number }
/** The one in the middle of three counts: whatever else the process gives back meanwhile is given back in one of them. */
const kept = (count: number, made: (n: number) => Instance): Kept => {
  const before = heapUsed()
  const cache = instanceCache(Number.MAX_SAFE_INTEGER)
  for (let n = 0; n < count; n++) cache.keep(made(n))
  return { cache, taken: heapUsed() - before }
}

for (const [what, count, made] of [
  ['short', 4_000, () => purseWith(5)],
  ['middling', 800, () => purseWith(40)],
  ['long', 5, () => purseWith(10_000)],
  ['the sample’s', 300, told],
] as const)
  t.test(`what is reckoned for ${what} lives is what they take, within a third`, async t => {
    const [, { cache, taken }] = [1, 2, 3]
      .map(() => kept(count, made))
      .sort((one, other) => one.taken - other.taken) as [Kept, Kept, Kept]
    t.equal(cache.size(), count)
    const ratio = cache.bytes() / taken
    t.ok(ratio > 2 / 3 && ratio < 4 / 3, `reckoned ${cache.bytes()}, taken ${taken}: ${ratio.toFixed(2)}`)
    t.comment(`${(taken / count).toFixed(0)} bytes a life, reckoned ÷ taken ${ratio.toFixed(2)}`)
  })

t.test('the memory is never passed, and who was asked for least recently goes first', async t => {
  const lives = Array.from({ length: 5 }, (_, n) => ({ ...purseWith(5), stream: `purse-${idOf(n)}` }))
  const all = instanceCache(Number.MAX_SAFE_INTEGER)
  for (const life of lives) all.keep(life)
  const cache = instanceCache((all.bytes() * 3.5) / 5)
  const kept = () => lives.map(({ stream }) => cache.peek(stream) !== undefined)
  for (const life of lives.slice(0, 3)) cache.keep(life)
  cache.get(lives[0]?.stream as string)
  cache.keep(lives[3] as Instance)
  t.strictSame([kept(), cache.evicted()], [[true, false, true, true, false], 1])
  cache.keep(lives[4] as Instance)
  t.strictSame([kept(), cache.evicted()], [[true, false, false, true, true], 2])
})

t.test('one that has grown is reckoned again, and others make room for it', async t => {
  const [small, growing] = [purseWith(5), purseWith(5)]
  const cache = instanceCache(20_000)
  cache.keep(small)
  cache.keep(growing)
  t.equal(cache.size(), 2)
  while (growing.revision < 400) {
    noted(growing, 'Prepared', { number: '第二笔' })
    cache.keep(growing)
  }
  t.strictSame([cache.size(), cache.peek(growing.stream)], [1, growing], 'the last one is kept, however large')
  t.ok(cache.bytes() > 20_000)
})
