/** A round of the venture competition: its way through, who may what, and every way of its chart. */
import t from 'tap'
import { nodesOf } from '../engine/chart.ts'
import { initialValue } from '../engine/machine.ts'
import type { CompetitionRound } from '../workflows/competition-round/data.ts'
import { competitionRound } from '../workflows/competition-round/index.ts'
import { dataOf, judge, people, proposalOf, ROUND, told } from './support/competition-round.ts'
import { casesFor, keyOf, smallPack } from './support/competition-round-cases.ts'
import { everyWay, walk } from './support/walk.ts'

// ── the chart, walked ───────────────────────────────────────────────────────────────────────────

/** By the rules of a pack: what becomes of a seed that is not revealed is its choice. */
const walkedUnder = (unrevealedSeed: 'draw-without' | 'commit-anew') =>
  walk<CompetitionRound>(
    {
      workflow: competitionRound,
      id: ROUND,
      by: people.bureau,
      consulted: {
        pack: { pack: smallPack(unrevealedSeed), standing: 'published', digest: '0'.repeat(64) },
        judge: { person: judge(1).person, standing: 'active', outside: true, fields: ['elders-and-orphans'] },
      },
      cases: casesFor,
      key: keyOf,
    },
    { data: competitionRound.start as CompetitionRound, value: initialValue(competitionRound.machine) },
  )

t.test('a walk over real decisions reaches every state and takes every transition', async t => {
  const walks = [walkedUnder('draw-without'), walkedUnder('commit-anew')]
  t.comment(`${walks.map(({ states }) => states).join(' and ')} states`)
  const [nodes, ways] = [new Set(walks.flatMap(w => [...w.nodes])), new Set(walks.flatMap(w => [...w.ways]))]
  t.same(
    nodesOf(competitionRound.chart).flatMap(({ path }) => (nodes.has(path) ? [] : [path])),
    [],
    'states never reached',
  )
  t.same(
    everyWay(competitionRound).filter(way => !ways.has(way)),
    [],
    'transitions never taken',
  )
})

// ── the way through ─────────────────────────────────────────────────────────────────────────────

t.test('a round goes from its draft to the archive', async t => {
  const life = told('archived')
  t.equal(life.state, 'archived')
  const data = dataOf(life)
  t.match(
    data.publications[0]?.list.map(({ rank, proposal, outcome, amount }) => ({ rank, proposal, outcome, amount })),
    [
      { rank: 1, proposal: proposalOf(1), outcome: 'award', amount: 1_000_000 },
      { rank: 2, proposal: proposalOf(2), outcome: 'award', amount: 1_000_000 },
      { rank: 3, proposal: proposalOf(3), outcome: 'partial', amount: 500_000 },
      { rank: 4, proposal: proposalOf(4), outcome: 'reserve', amount: 0 },
    ],
  )
})
