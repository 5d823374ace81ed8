/** The bounded form of `npm run chaos`: a few lives, and a few kills. */
import t from 'tap'
import { judged, live } from './chaos/chaos.ts'
import { linearized, type Operation } from './chaos/linear/checker.ts'
import { type Asked, purseModel, type Told } from './chaos/linear/purse-model.ts'

const SEED = 20260305
const WITHIN_MS = 25_000

t.test('whatever dies meanwhile, nothing that was acknowledged is lost, and nothing is done twice', async t => {
  const lived = await live({ lifecycles: 24, kills: 5, seed: SEED, withinMs: WITHIN_MS })
  const { world, journal, histories } = lived
  t.teardown(() => world.close())
  t.comment(journal.counts)
  t.ok(journal.counts.kills, 'something was killed')
  t.ok(histories.some(history => history.length > 20))
  t.strictSame(await judged(lived), [])
})

const operation = (invokedAt: number, endedAt: number, input: Asked, output?: Told): Operation<Asked, Told> => ({
  ...{ input, invokedAt, endedAt },
  ...(output && { output }),
})
const canBeTold = (...history: Operation<Asked, Told>[]) => linearized(purseModel, history) !== undefined
const put = (from: number, until: number, revision: number) =>
  operation(from, until, { command: 'put', amount: 300 }, { revision })
const unanswered = operation(0, Number.POSITIVE_INFINITY, { command: 'put', amount: 300 })
const read = (from: number, until: number, revision: number, held: number) =>
  operation(from, until, { command: 'read' }, { revision, held })
const refusedAsEmpty = (from: number, until: number) =>
  operation(from, until, { command: 'empty' }, { refused: 'refused' })

t.test('what can be told as one thing after the other', async t => {
  t.ok(canBeTold(put(0, 1, 1), read(2, 3, 1, 300)))
  t.ok(canBeTold(put(0, 5, 1), refusedAsEmpty(1, 3)), 'refused before it was put in')
  t.ok(canBeTold(unanswered, read(2, 3, 1, 300)), 'one without an answer may have happened')
  t.ok(canBeTold(unanswered, read(2, 3, 0, 0)), 'or not')
})

t.test('what cannot', async t => {
  t.notOk(canBeTold(put(0, 1, 1), read(2, 3, 0, 0)), 'a reading from before what was known')
  t.notOk(canBeTold(put(0, 9, 1), put(1, 8, 1)), 'an update that got lost')
  t.notOk(canBeTold(put(0, 1, 1), refusedAsEmpty(2, 3)), 'a refusal from a memory that was old')
})
