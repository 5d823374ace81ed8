/** Scores, ranks and awards hang on what was scored, and on nothing else. */
import fc from 'fast-check'
import t from 'tap'
import { type Award, allocate } from '../workflows/judging/awards.ts'
import { bonusesOf } from '../workflows/judging/bonuses.ts'
import { unitsOf } from '../workflows/judging/decimal.ts'
import { type EligibilityFacts, eligibilityOf } from '../workflows/judging/eligibility.ts'
import { draftProblems, sheetProblems } from '../workflows/judging/sheet.ts'
import { type TallyInput, tally } from '../workflows/judging/tally.ts'
import { district, samplePack } from './support/round-packs.ts'
import { scoredRound } from './support/scored-rounds.ts'

const round = scoredRound(district)

const turned = <Each>(list: readonly Each[], by: number): Each[] => [
  ...list.slice(by % (list.length || 1)).toReversed(),
  ...list.slice(0, by % (list.length || 1)),
]

t.test('permuting sheets or proposals changes nothing', async () => {
  fc.assert(
    fc.property(round, fc.nat(50), (input, by) => {
      const other = { ...input, sheets: turned(input.sheets, by), candidates: turned(input.candidates, by) }
      return JSON.stringify(tally(district, other)) === JSON.stringify(tally(district, input))
    }),
  )
})

t.test('every proposal is ranked or blocked, and ranks stand as in a race', async t => {
  fc.assert(
    fc.property(round, input => {
      const { results, blocked } = tally(district, input)
      const above = (rank: number) => results.filter(each => each.rank < rank).length
      t.equal(results.length + blocked.length, input.candidates.length)
      return results.every(({ rank }) => above(rank) === rank - 1)
    }),
  )
})

const rankOf = (input: TallyInput, proposal: string): number =>
  tally(district, input).results.find(each => each.proposal === proposal)?.rank ?? Number.POSITIVE_INFINITY

t.test('adding a point never lowers the rank of the proposal that gets it', async () => {
  fc.assert(
    fc.property(round, fc.nat(), fc.nat(5), (input, sheetAt, criterionAt) => {
      fc.pre(input.sheets.length > 0)
      const raised = sheetAt % input.sheets.length
      const { id } = district.rubric.criteria[criterionAt] as { id: string }
      const sheets = input.sheets.map((sheet, at) =>
        at === raised ? { ...sheet, scores: { ...sheet.scores, [id]: String(Number(sheet.scores[id]) + 1) } } : sheet,
      )
      const { proposal } = sheets[raised] as { proposal: string }
      return rankOf({ ...input, sheets }, proposal) <= rankOf(input, proposal)
    }),
    { numRuns: 300 },
  )
})

t.test('a vote sets apart whoever is still tied, and nobody else', async () => {
  fc.assert(
    fc.property(round, input => {
      const before = tally(district, input)
      const after = tally(district, { ...input, votes: before.openTies.map(order => ({ order: order.toReversed() })) })
      const set = new Set(before.openTies.flat())
      return (
        after.openTies.length === 0 &&
        after.results.every(({ proposal, rank, decidedBy }) =>
          set.has(proposal)
            ? decidedBy === 'vote'
            : before.results.some(each => each.proposal === proposal && each.rank === rank),
        )
      )
    }),
  )
})

const awardsOf = (
  input: ReturnType<typeof scoredRound> extends fc.Arbitrary<infer R> ? R : never,
  fund: number,
  declined: string[] = [],
) => {
  const money = new Map(input.candidates.map(each => [each.proposal, each]))
  const ranked = tally(district, input).results.map(({ proposal, rank }) => ({
    ...(money.get(proposal) as (typeof input.candidates)[number]),
    proposal,
    rank,
  }))
  return allocate(district, { fund, ranked, declined })
}
const total = (awards: readonly Award[]): number => awards.reduce((sum, { amount }) => sum + amount, 0)
const fund = fc.integer({ min: 0, max: 30 }).map(each => each * 700_000)

t.test('the awards stay within the fund, within each limit, and nobody is overtaken', async t => {
  fc.assert(
    fc.property(round, fund, (input, money) => {
      const awards = awardsOf(input, money)
      t.ok(total(awards) <= money)
      const firstWaiting = awards.findIndex(({ outcome }) => outcome === 'reserve')
      const within = ({ amount, parts }: Award) =>
        amount <= Math.min(parts.requested, parts.shareOfBudget, parts.matching ?? amount, parts.cap, parts.left)
      return awards.every(within) && (firstWaiting < 0 || total(awards.slice(firstWaiting)) === 0)
    }),
  )
})

t.test('when somebody declines, nobody gets less', async () => {
  fc.assert(
    fc.property(round, fund, fc.nat(11), (input, money, at) => {
      const before = awardsOf(input, money)
      const declined = before[at % (before.length || 1)]?.proposal ?? ''
      const after = new Map(awardsOf(input, money, [declined]).map(({ proposal, amount }) => [proposal, amount]))
      return before.every(({ proposal, amount }) => proposal === declined || (after.get(proposal) ?? 0) >= amount)
    }),
  )
})

// ── awards ──────────────────────────────────────────────────────────────────────────────────────

const asks = (proposal: string, rank: number, requested: number, ownShare: number) => ({
  proposal,
  rank,
  requested,
  ownShare,
  budget: requested + ownShare,
})

t.test('given a fund of ¥100,000, when three ask, then the third is offered what is left', async t => {
  const ranked = [
    asks('A', 1, 4_000_000, 1_000_000),
    asks('B', 2, 4_800_000, 1_200_000),
    asks('C', 3, 3_000_000, 1_000_000),
    asks('D', 4, 500_000, 200_000),
  ]
  const awards = allocate(district, { fund: 10_000_000, ranked })
  t.match(awards, [
    {
      proposal: 'A',
      outcome: 'award',
      amount: 4_000_000,
      parts: { shareOfBudget: 4_000_000, matching: 4_000_000, cap: 5_000_000, left: 10_000_000 },
    },
    { proposal: 'B', outcome: 'award', amount: 4_800_000, parts: { left: 6_000_000 } },
    { proposal: 'C', outcome: 'partial', amount: 1_200_000, parts: { left: 1_200_000 } },
    { proposal: 'D', outcome: 'reserve', amount: 0, parts: { left: 0 } },
  ])
  const moved = allocate(district, { fund: 10_000_000, ranked, declined: ['B'] })
  t.match(
    moved.map(({ proposal, outcome, amount }) => [proposal, outcome, amount]),
    [
      ['A', 'award', 4_000_000],
      ['C', 'award', 3_000_000],
      ['D', 'award', 500_000],
    ],
  )
})

t.test('the lowest of the limits is the award: share of the budget, matching funds, cap', async t => {
  const ranked = [
    asks('share', 1, 4_000_001, 1_000_000),
    asks('matching', 2, 4_000_000, 700_000),
    asks('cap', 3, 9_000_000, 9_000_000),
  ]
  const amounts = allocate(district, { fund: 100_000_000, ranked }).map(({ amount }) => amount)
  t.strictSame(amounts, [4_000_000, 2_800_000, 5_000_000], '80 % of ¥50,000.01 is rounded down; 4 × ¥7,000; the cap')
})

t.test('whose formula gives less than the least award gets none, and holds nobody up', async t => {
  const ranked = [asks('A', 1, 4_000_000, 0), asks('B', 2, 1_000_000, 500_000)]
  t.match(allocate(district, { fund: 2_000_000, ranked }), [
    { proposal: 'A', outcome: 'none', amount: 0, parts: { matching: 0 } },
    { proposal: 'B', outcome: 'award', amount: 1_000_000 },
  ])
})

t.test('where the pack awards nothing in part, the fund ends before the one for whom it does not reach', async t => {
  const whole = { ...district, money: { ...district.money, partial: false } }
  const ranked = [
    asks('A', 1, 4_000_000, 1_000_000),
    asks('B', 2, 4_000_000, 1_000_000),
    asks('C', 3, 500_000, 500_000),
  ]
  t.strictSame(
    allocate(whole, { fund: 5_000_000, ranked }).map(({ outcome }) => outcome),
    ['award', 'reserve', 'reserve'],
    'C is not preferred because it asks for less',
  )
})

t.test('who shares a rank is awarded together or not at all', async t => {
  const ranked = [asks('B', 1, 4_000_000, 1_000_000), asks('A', 1, 4_000_000, 1_000_000)]
  const outcomes = (money: number) => allocate(district, { fund: money, ranked }).map(({ outcome }) => outcome)
  t.strictSame(outcomes(8_000_000), ['award', 'award'])
  t.strictSame(outcomes(7_999_999), ['reserve', 'reserve'])
})

// ── bonuses ─────────────────────────────────────────────────────────────────────────────────────

t.test('matching funds earn as much of their bonus as they are of the request; the panel says the others', async t => {
  const city = samplePack('city')
  const earned = (ownShare: number) => bonusesOf(city, { requested: 3_000_000, ownShare }, { special: '7.5' })
  t.strictSame(earned(1_000_000), { matching: '16.67', special: '7.5' }, '50 × 1/3, half up')
  t.strictSame(earned(6_000_000), { matching: '50.00', special: '7.5' }, 'never more than the most')
  t.strictSame(bonusesOf(city, { requested: 3_000_000, ownShare: 0 }), { matching: '0.00' })
})

// ── sheets ──────────────────────────────────────────────────────────────────────────────────────

const middling = { need: '20', design: '20', team: '12', budget: '12', innovation: '8', sustainability: '8' }
const codes = (scores: Record<string, string>, comments = {}) =>
  sheetProblems(district, { scores, comments }).map(({ criterion, code }) => [criterion, code])

t.test('a sheet says all that it lacks at once, in the order of the rubric', async t => {
  t.strictSame(codes(middling), [])
  const { team: _, ...lacking } = { ...middling, need: '25.5', design: '20.25', beauty: '1' }
  t.strictSame(codes(lacking), [
    ['need', 'out-of-range'],
    ['design', 'off-step'],
    ['team', 'missing-score'],
    ['beauty', 'unknown-criterion'],
  ])
  t.strictSame(codes({ ...middling, need: '-1' }), [['need', 'out-of-range']])
})

t.test('a mark far from the middle wants a word, on the criterion itself', async t => {
  t.strictSame(codes({ ...middling, need: '15', innovation: '9.5' }), [], '60 % and 95 % are not beyond the marks')
  const far = { ...middling, need: '14.5', innovation: '10' }
  t.strictSame(codes(far), [
    ['need', 'comment-needed'],
    ['innovation', 'comment-needed'],
  ])
  t.strictSame(codes(far, { need: '未说明服务对象', innovation: '首创', overall: '可' }), [])
  t.strictSame(codes(far, { need: ' ', innovation: '首创' }), [['need', 'comment-needed']])
})

t.test('what is wrong with a sheet names the criterion, the score and the mark', async t => {
  const told = (scores: Record<string, string>, comments = {}) =>
    sheetProblems(district, { scores: { ...middling, ...scores }, comments }).map(({ path, zh, en }) => [
      `/${path.join('/')}`,
      zh,
      en,
    ])
  const [need, team] = district.rubric.criteria.filter(({ id }) => id === 'need' || id === 'team')
  if (!need || !team) throw new Error('the district scores need and team')
  t.strictSame(told({ need: '14.5', team: '15' }), [
    [
      '/comments/need',
      `“${need.zh}”得14.5分，低于60%（15分），须写评语`,
      `“${need.en}” has 14.5 points, below 60 % (15): say why`,
    ],
    [
      '/comments/team',
      `“${team.zh}”得15分，高于95%（14.25分），须写评语`,
      `“${team.en}” has 15 points, above 95 % (14.25): say why`,
    ],
  ])
  t.strictSame(
    told({ need: '26', team: '12.2' }).map(([path, zh]) => [path, zh]),
    [
      ['/scores/need', `“${need.zh}”得26分，最多25分`],
      ['/scores/team', `“${team.zh}”得12.2分，应为0.5分的倍数`],
    ],
    'a word is wanted of a score that could stand',
  )
  t.match(told({ beauty: '1' }), [['/scores/beauty', '评分标准中没有“beauty”']])
  t.match(told({}, { beauty: '好' }), [['/comments/beauty']])
})

t.test('a draft may lack what a sheet may not', async t => {
  t.strictSame(draftProblems(district, { scores: { need: '1' } }), [])
  t.match(draftProblems(district, { scores: { need: '99' } }), [{ code: 'out-of-range' }])
})

// ── eligibility ─────────────────────────────────────────────────────────────────────────────────

const sound: EligibilityFacts = {
  organisation: { tier: 'filed', standing: 'active', place: '420106012', enrolledOn: '2026-01-01' },
  round: { place: '420106' },
  today: '2026-04-01',
  proposal: {
    requested: 4_000_000,
    ownShare: 1_000_000,
    lines: [
      { class: 'materials', amount: 4_500_000 },
      { class: 'publicity', amount: 500_000 },
    ],
  },
  others: 1,
}
const unmet = (change: (facts: EligibilityFacts) => void) => {
  const facts = structuredClone(sound)
  change(facts)
  return eligibilityOf(district, facts)
    .filter(({ by, met }) => by === 'data' && !met)
    .map(({ rule }) => rule)
}

t.test('every rule has its verdict; what data do not say a person decides', async t => {
  const verdicts = eligibilityOf(district, sound)
  t.ok(verdicts.filter(({ by }) => by === 'data').every(({ met }) => met))
  t.strictSame(
    verdicts.filter(({ by }) => by === 'person').map(({ rule, met }) => [rule, met]),
    [
      ['no-breach', undefined],
      ['public-benefit', undefined],
      ['not-funded-elsewhere', undefined],
    ],
  )
  t.match(
    verdicts.find(({ rule }) => rule === 'enrolled'),
    { met: true, zh: '入册90日；要求满90日', en: 'Enrolled for 90 days; 90 are asked for.' },
  )
  const unknown = structuredClone(sound)
  unknown.organisation.enrolledOn = undefined
  t.match(
    eligibilityOf(district, unknown).find(({ rule }) => rule === 'enrolled'),
    { by: 'person', met: undefined },
  )
})

t.test('each rule turns away what it is for, and that alone', async t => {
  t.strictSame(
    unmet(({ organisation }) => Object.assign(organisation, { tier: 'community-managed' })),
    ['tier'],
  )
  t.strictSame(
    unmet(({ organisation }) => Object.assign(organisation, { standing: 'suspended' })),
    ['standing'],
  )
  t.strictSame(
    unmet(({ organisation }) => Object.assign(organisation, { place: '420102' })),
    ['place'],
  )
  t.strictSame(
    unmet(facts => Object.assign(facts, { today: '2026-03-31' })),
    ['enrolled'],
  )
  t.strictSame(
    unmet(facts => Object.assign(facts, { others: 2 })),
    ['most-per-applicant'],
  )
  t.strictSame(
    unmet(({ proposal }) => Object.assign(proposal, { ownShare: 1_000_001 })),
    ['adds-up'],
  )
  t.strictSame(
    unmet(({ proposal }) => Object.assign(proposal.lines[0] as object, { class: 'hospitality' })),
    ['expense-classes'],
  )
  t.strictSame(
    unmet(({ proposal }) =>
      Object.assign(proposal, {
        lines: [
          { class: 'materials', amount: 4_499_999 },
          { class: 'publicity', amount: 500_001 },
        ],
      }),
    ),
    ['expense-shares'],
  )
  t.strictSame(
    unmet(({ proposal }) => Object.assign(proposal, { requested: 4_000_001, ownShare: 999_999 })),
    ['share-of-budget', 'matching'],
  )
})

t.test('decimals are read exactly, or not at all', async t => {
  t.equal(unitsOf('86.5'), 865_000n)
  t.equal(unitsOf('0.0001'), 1n)
  for (const none of ['', '1e2', '-1', '+1', '.5', '1.', '01', '1.00001', 'NaN']) t.throws(() => unitsOf(none), none)
})
