/** The bounded form of `npm run chaos -- --story round`: one round of the venture competition, killed between what policies do. */
import t from 'tap'
import { workflows } from '../workflows/index.ts'
import { evidenceIn } from './chaos/chaos.ts'
import type { Check, Kept } from './chaos/checks/evidence.ts'
import { nothingParked, once, oneBallotASeat, roundOnce } from './chaos/checks/round.ts'
import { liveRound, outcomeFindings, roundJudged } from './chaos/round/round.ts'
import { killAtPolicy } from './chaos/troubles/kills.ts'

/** On a busy machine who was killed takes its time to come up again. */
t.setTimeout(300_000)

const lived = await liveRound({ kills: 2, troubles: [killAtPolicy], seed: 20261128 })
t.teardown(() => lived.world.close())

t.test('whatever dies meanwhile, a round goes to its archive, and comes to what it comes to undisturbed', async t => {
  t.comment(lived.journal.counts)
  t.ok(lived.journal.counts.kills, 'something was killed')
  t.equal(lived.expected.standing, 'archived')
  t.equal(lived.expected.lists.length, 2, 'an objection changed the list')
  t.strictSame(await roundJudged(lived), [])
})

t.test('each check of a round is able to fail', async t => {
  const evidence = await evidenceIn(lived)
  const found = (check: Check, events: readonly Kept[]) => check.find({ ...evidence, events })
  const copyOf = (type: string, change: Partial<Kept>): Kept => {
    const event = evidence.events.find(each => each.type === type) as Kept
    return { ...event, revision: 999, ...change }
  }
  for (const type of [
    'ProposalEntered',
    'SealNoted',
    'TallyRecorded',
    'PublishedAgain',
    'AwardOffered',
    'SheetsOpened',
  ])
    t.match(await found(roundOnce, [...evidence.events, copyOf(type, {})]), [/says again/], type)
  const second = copyOf('BallotOpened', { stream: 'ballot-of-the-same-seat' })
  t.match(await found(oneBallotASeat, [...evidence.events, second]), [/has a ballot/])
  const { pack, expected } = lived
  const other = { ...expected, ranking: expected.ranking.toReversed() }
  t.match(outcomeFindings({ pack, expected: other, flaw: undefined }), [{ check: 'outcome', what: /^ranking/ }])
  t.match(outcomeFindings({ pack, expected, flaw: 'heads: not right' }), [{ check: 'decision pack' }])
  await lived.world.query(`INSERT INTO engine.parked (key, sender, cause_stream, cause_revision, error, parked_at, tried_at)
    VALUES ('left', 'system:somebody', 'ballot-1', 0, '{"code":"refused"}', now(), now())`)
  t.match(await found(nothingParked, evidence.events), [/^left: /])
})

t.test('what is held to be there once is an event of its lifecycle', async t => {
  const known = workflows.flatMap(({ category, events }) => Object.keys(events).map(type => `${category} ${type}`))
  for (const kind of Object.keys(once)) t.ok(known.includes(kind), kind)
})
