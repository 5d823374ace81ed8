/** What would be other under other rules, how little changes an award, and how judges scored: all from the same sheets. */
import fc from 'fast-check'
import t from 'tap'
import { awardsFor, type JudgedRound, outcomeOf } from '../workflows/judging/outcome.ts'
import { type Sensitivity, sensitivityOf } from '../workflows/judging/sensitivity.ts'
import { judgeStatistics } from '../workflows/judging/statistics.ts'
import { tally } from '../workflows/judging/tally.ts'
import { type WhatIf, whatIfOf, whatIfProblems } from '../workflows/judging/what-if.ts'
import type { RoundPack } from '../workflows/round-pack/pack.ts'
import { district } from './support/round-packs.ts'
import { scoredRound } from './support/scored-rounds.ts'

const judged = fc
  .record({ round: scoredRound(district), fund: fc.integer({ min: 1, max: 20 }).map(each => each * 700_000) })
  .map(({ round, fund }): JudgedRound => ({ ...round, fund }))

t.test('what if nothing were other: the ranking is the real one, and nothing moves', async t => {
  const weights = Object.fromEntries(district.rubric.criteria.map(({ id, weight }) => [id, weight]))
  const { dropFrom } = district.aggregation
  fc.assert(
    fc.property(judged, round => {
      const real = tally(district, round)
      for (const asked of [{}, { weights, dropFrom, ties: district.ties, fund: round.fund }]) {
        const { moved, awardsChanged, proposals, openTies } = whatIfOf(district, round, asked)
        t.strictSame([moved, awardsChanged, openTies], [0, 0, real.openTies])
        t.ok(proposals.every(({ why }) => why.length === 0))
        t.strictSame(
          proposals.flatMap(({ proposal, supposed }) =>
            supposed.rank === null ? [] : [[proposal, supposed.rank, supposed.total]],
          ),
          real.results.map(({ proposal, rank, total }) => [proposal, rank, total]),
        )
      }
    }),
    { numRuns: 40 },
  )
})

t.test('a pack with other weights ranks as the what-if says, where the scores count in their share', async t => {
  // Halves of everything: a score of 10 out of 25 is one of 20 out of 50.
  const half: RoundPack = {
    ...district,
    rubric: {
      ...district.rubric,
      criteria: district.rubric.criteria.slice(0, 2).map(each => ({ ...each, weight: 50 })),
    },
  }
  const scores = (need: string, design: string) => ({ need, design })
  const sheets = ['C01', 'C02', 'C03'].flatMap(judge => [
    { judge, proposal: 'A', scores: scores('40', '20') },
    { judge, proposal: 'B', scores: scores('25', '40') },
  ])
  const candidates = ['A', 'B'].map(proposal => ({
    proposal,
    requested: 1_000_000,
    budget: 2_000_000,
    ownShare: 1_000_000,
  }))
  const round = { candidates, sheets, fund: 1_000_000 }
  const answer = whatIfOf(half, round, { weights: { need: 80, design: 20 } })
  t.match(answer, {
    moved: 2,
    awardsChanged: 2,
    proposals: [
      {
        proposal: 'A',
        real: { rank: 2, total: '60.00', outcome: 'reserve' },
        supposed: { rank: 1, total: '72.00', amount: 1_000_000 },
      },
      {
        proposal: 'B',
        real: { rank: 1, total: '65.00', amount: 1_000_000 },
        supposed: { rank: 2, total: '56.00', outcome: 'reserve' },
      },
    ],
  })
  t.strictSame(
    answer.proposals[0]?.why.map(({ code }) => code),
    ['total', 'overtook', 'money'],
  )
  t.strictSame(answer.proposals[1]?.why, [
    { code: 'total', zh: '总分由65.00变为56.00', en: 'The total goes from 65.00 to 56.00.' },
    { code: 'overtaken-by', zh: '被1个申报超过', en: 'Overtaken by 1.', proposals: ['A'] },
    {
      code: 'money',
      zh: '资助由10,000元变为0元；轮到时余额由10,000元变为0元',
      en: 'The award goes from ¥10,000 to ¥0; when its turn comes ¥0 is left instead of ¥10,000.',
    },
  ])
})

// ── one round, looked at from all sides ─────────────────────────────────────────────────────────

const sheet = (judge: string, proposal: string, need: number) => ({
  judge,
  proposal,
  scores: { need: String(need), design: '20', team: '12', budget: '12', innovation: '8', sustainability: '8' },
})
const needs: [proposal: string, ...needs: number[]][] = [
  ['A', 20, 20, 20, 20, 20],
  ['B', 19, 19, 19, 19, 25],
  ['C', 19, 19, 18, 19, 10],
]
const round: JudgedRound = {
  candidates: needs.map(([proposal]) => ({ proposal, requested: 1_000_000, budget: 2_000_000, ownShare: 1_000_000 })),
  sheets: needs.flatMap(([proposal, ...given]) => given.map((need, at) => sheet(`C0${at + 1}`, proposal, need))),
  fund: 2_000_000,
}
const ask = (asked: WhatIf) =>
  whatIfOf(district, round, asked).proposals.map(({ proposal, supposed }) => [
    proposal,
    supposed.rank,
    supposed.total,
    supposed.amount,
  ])

t.test('given a round, when nothing is dropped, then the extremes count', async t => {
  t.strictSame(ask({}), [
    ['A', 1, '80.00', 1_000_000],
    ['B', 2, '79.00', 1_000_000],
    ['C', 3, '78.67', 0],
  ])
  t.strictSame(ask({ dropFrom: null }), [
    ['B', 1, '80.20', 1_000_000],
    ['A', 2, '80.00', 1_000_000],
    ['C', 3, '77.00', 0],
  ])
})

t.test(
  'without a judge their sheets are no sheets: where five were dropped from, the four left are all counted',
  async t => {
    t.strictSame(ask({ without: ['C05'] }), [
      ['A', 1, '80.00', 1_000_000],
      ['B', 2, '79.00', 1_000_000],
      ['C', 3, '78.75', 0],
    ])
    const { proposals } = whatIfOf(district, round, { without: ['C01', 'C02', 'C03'] })
    t.strictSame(
      proposals.map(({ supposed }) => supposed.outcome),
      ['blocked', 'blocked', 'blocked'],
    )
    t.match(proposals[0]?.why, [{ code: 'quorum', zh: '有效评分不足，没有名次' }, { code: 'money' }])
  },
)

t.test('with another sum the awards are others, and the ranks are not', async t => {
  const { moved, awardsChanged, left, proposals } = whatIfOf(district, round, { fund: 3_500_000 })
  t.match({ moved, awardsChanged, left }, { moved: 0, awardsChanged: 1, left: { real: 0, supposed: 500_000 } })
  t.match(proposals[2], { proposal: 'C', supposed: { rank: 3, amount: 1_000_000 }, why: [{ code: 'money' }] })
})

t.test('with another order of ties another of the tied comes first', async t => {
  const tied: JudgedRound = {
    ...round,
    candidates: round.candidates.map(each => ({ ...each, requested: each.proposal === 'A' ? 1_000_000 : 900_000 })),
    sheets: ['C01', 'C02', 'C03'].flatMap(judge => [
      sheet(judge, 'A', 20),
      { ...sheet(judge, 'B', 19), scores: { ...sheet(judge, 'B', 19).scores, design: '21' } },
      sheet(judge, 'C', 5),
    ]),
  }
  const first = (ties: RoundPack['ties']) => whatIfOf(district, tied, { ties }).proposals[0]
  t.match(first(district.ties), { proposal: 'A', why: [] })
  const swapped = first(['lower-request', 'vote'])
  t.match(swapped, { proposal: 'B', supposed: { rank: 1 } })
  t.match(swapped?.why[0], {
    code: 'tie',
    en: 'Among equal totals it was need that decided; then it is lower-request.',
  })
})

t.test('what cannot be asked is said in a sentence', async t => {
  const codes = (asked: WhatIf) => whatIfProblems(district, round, asked).map(({ path, code }) => [path, code])
  t.strictSame(codes({ weights: { need: 30, design: 20 }, dropFrom: 3, without: ['C01'], fund: 1 }), [])
  t.strictSame(codes({ weights: { need: 30 } }), [['weights', 'points-are-not-100']])
  t.strictSame(codes({ weights: { beauty: 1 } }), [['weights', 'no-such-criterion']])
  t.strictSame(codes({ without: ['C99'] }), [['without', 'no-such-judge']])
  t.strictSame(codes({ dropFrom: 9 }), [['dropFrom', 'never-so-many-sheets']])
  t.strictSame(codes({ ties: ['lower-request'] }), [['ties', 'no-vote-at-the-end']])
})

// ── how little changes an award ─────────────────────────────────────────────────────────────────

const finished = (steps: Generator<void, Sensitivity>): Sensitivity => {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

t.test('given a narrow line, then the smallest shift of points and the sheets that change it are named', async t => {
  const { weights, sheets, lines } = finished(sensitivityOf(district, round, 3))
  t.equal(weights, null, 'all criteria but the need were scored alike')
  const brute = bruteSheets(round)
  t.strictSame(
    lines.map(({ proposal, sheets: named }) => [proposal, named]),
    brute,
  )
  t.equal(sheets, new Set(brute.flatMap(([, named]) => named.map(each => JSON.stringify(each)))).size)
  t.match(lines[0], { proposal: 'A', rank: 1, total: '80.00', outcome: 'award', amount: 1_000_000, weights: null })
})

/** Every sheet left out, one at a time, and everything reckoned anew. */
const bruteSheets = (of: JudgedRound): [string, { proposal: string; judge: string }[]][] => {
  const real = outcomeOf(district, of)
  const changes = of.sheets.map(left => {
    const other = outcomeOf(district, { ...of, sheets: of.sheets.filter(each => each !== left) })
    return { left, amount: (proposal: string) => other.awards.get(proposal)?.amount ?? 0 }
  })
  return real.tally.results.map(({ proposal }) => {
    const amount = real.awards.get(proposal)?.amount ?? 0
    const named = changes
      .filter(change => change.amount(proposal) !== amount)
      .map(({ left }) => ({ proposal: left.proposal, judge: left.judge }))
    return [proposal, named.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))]
  })
}

t.test('looking only at sheets near the line finds what looking at all of them finds', async t => {
  fc.assert(
    fc.property(judged, other => {
      const { lines } = finished(sensitivityOf(district, other, 0))
      const sorted = lines.map(({ proposal, sheets }) => [
        proposal,
        sheets.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
      ])
      t.strictSame(sorted, bruteSheets(other))
    }),
    { numRuns: 40 },
  )
})

t.test('the shift that is named changes the award, and no smaller one does', async t => {
  const weightOf = (id: string) => district.rubric.criteria.find(each => each.id === id)?.weight ?? 0
  const shifted = (of: JudgedRound, { points, from, to }: { points: number; from: string; to: string }) =>
    whatIfOf(district, of, { weights: { [from]: weightOf(from) - points, [to]: weightOf(to) + points } })
  const changes = (of: JudgedRound, shift: Parameters<typeof shifted>[1], proposal: string) => {
    const one = shifted(of, shift).proposals.find(each => each.proposal === proposal)
    return one?.real.amount !== one?.supposed.amount
  }
  let found = 0
  fc.assert(
    fc.property(judged, other => {
      for (const { proposal, weights } of finished(sensitivityOf(district, other, 10)).lines) {
        if (!weights) continue
        found++
        t.ok(changes(other, weights, proposal))
        const points = weights.points - 1
        for (const { id: from } of points > 0 ? district.rubric.criteria : [])
          for (const { id: to } of district.rubric.criteria)
            if (from !== to && weightOf(from) > points) t.notOk(changes(other, { points, from, to }, proposal))
      }
    }),
    { numRuns: 15, seed: 8 },
  )
  t.ok(found > 0, `${found} lines had one`)
})

t.test('whoever was set aside or preferred by a decision is so here too', async t => {
  const amounts = ({ aside, preferred }: Pick<JudgedRound, 'aside' | 'preferred'>) => {
    const ranks: { [proposal: string]: number } = { A: 1, B: 2, C: 3 }
    const awards = awardsFor(district, { ...round, aside, preferred }, proposal => ranks[proposal])
    return ['A', 'B', 'C'].map(proposal => awards.get(proposal)?.amount)
  }
  t.strictSame(amounts({ aside: ['A'] }), [undefined, 1_000_000, 1_000_000])
  t.strictSame(amounts({ preferred: ['C'] }), [1_000_000, 0, 1_000_000])
})

// ── judges ──────────────────────────────────────────────────────────────────────────────────────

t.test('each judge stands beside the others: spread, correlation, sheets left out', async t => {
  const [first, , , , fifth] = judgeStatistics(district, round)
  t.match(first, { judge: 'C01', sheets: 3, mean: '79.33', lowest: '79.00', highest: '80.00', spread: '0.58' })
  // C05 gave 20, 25, 10 where the others' means are 20, 19, 18.75: differences 0, +6, -8.75.
  t.match(fifth, { judge: 'C05', beside: '-0.92', dropped: { lowest: 1, highest: 2 }, drift: null })
  t.equal(fifth?.spread, '7.64', 'of 80, 85 and 70')
})

t.test('a judge who scores as the others do correlates wholly; one without any spread not at all', async t => {
  const given = (judge: string, marks: number[]) => marks.map((need, at) => sheet(judge, `P${at}`, need))
  const candidates = [0, 1, 2].map(at => ({ proposal: `P${at}`, requested: 1, budget: 1, ownShare: 0 }))
  const sheets = [...given('C01', [5, 10, 15]), ...given('C02', [7, 12, 17]), ...given('C03', [9, 9, 9])]
  const [one, , flat] = judgeStatistics(district, { candidates, sheets, fund: 1 })
  t.equal(one?.correlation, '1.000')
  t.equal(flat?.correlation, null)
})

t.test('drift over the day: two points an hour above the others', async t => {
  const proposals = Array.from({ length: 6 }, (_, at) => `P${at}`)
  const candidates = proposals.map(proposal => ({ proposal, requested: 1, budget: 1, ownShare: 0 }))
  const sheets = proposals.flatMap((proposal, at) => [sheet('C01', proposal, 5 + 2 * at), sheet('C02', proposal, 5)])
  const at = ({ proposal }: { proposal: string }) => `2026-03-05T0${1 + Number(proposal[1])}:00:00.000Z`
  const [rising] = judgeStatistics(district, { candidates, sheets, fund: 1 }, at)
  t.strictSame(rising?.drift, { early: '+1.00', late: '+9.00', perHour: '+2.00' })
})
