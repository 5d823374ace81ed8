/** Rounds over HTTP: what each reader is shown of one, and that everything of it can be told. */
import t from 'tap'
import { competitionRound } from '../../workflows/competition-round/index.ts'
import { tellRounds } from '../support/golden-round.ts'
import { service } from '../support/service.ts'

t.test('everything that can happen to a round happens once', async t => {
  const s = await service(t, { policies: [] })
  await tellRounds(s)
  const told = new Set<string>()
  for (const { type } of await s.runtime.store.readAll(undefined, 10_000)) told.add(type)
  t.strictSame(
    Object.keys(competitionRound.events).filter(type => !told.has(type)),
    [],
  )
  const { body } = await s.call(await s.register(), 'GET', `/v1/views/rounds?after=${await s.runtime.store.head()}`)
  const rows = (body.rows as { proposals: number | null }[]).toSorted(
    (one, other) => (other.proposals ?? 0) - (one.proposals ?? 0),
  )
  t.match(rows, [
    { stage: 'archived', proposals: 6, listed: 6, publicUntil: String, listDigest: /^[0-9a-f]{64}$/ },
    { stage: 'cancelled', proposals: 2, listed: null, awarded: null },
    { stage: 'cancelled', proposals: 1, listed: null, awarded: null },
    { stage: 'cancelled', proposals: null, listed: null, awarded: null },
  ])
  t.equal(rows.length, 4)
})
