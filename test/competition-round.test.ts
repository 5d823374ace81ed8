/** A round of the venture competition: its way through, who may what, and every way of its chart. */
import t from 'tap'
import { dataOf, proposalOf, told } from './support/competition-round.ts'

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
