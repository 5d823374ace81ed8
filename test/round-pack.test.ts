/** The rule pack of a round: the three that are kept as data, and a sentence for every error. */
import t from 'tap'
import { canonicalJson, digestOf } from '../workflows/judging/list.ts'
import { type RoundPack, roundPack } from '../workflows/round-pack/pack.ts'
import { district, levels, samplePack } from './support/round-packs.ts'

type Json = { [key: string]: unknown }
const figures = (value: unknown, path: string): string[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && path.split('.').length < 3
    ? Object.entries(value as Json).flatMap(([key, inner]) => figures(inner, path === '' ? key : `${path}.${key}`))
    : [path]

for (const level of levels) {
  t.test(`the ${level} pack is sound, and says of each figure where it comes from`, async t => {
    const pack = samplePack(level)
    t.equal(pack.level, level)
    const told = new Set(pack.sources.map(({ figure }) => figure))
    const bare = figures(pack, '').filter(path => {
      const [group = '', name = ''] = path.split('.')
      return !['name', 'level', 'sources'].includes(group) && !told.has(group) && !told.has(`${group}.${name}`)
    })
    t.strictSame(bare, [], 'no figure without a source')
  })
}

const problemsOf = (change: (pack: RoundPack) => void): { path: string; code?: string }[] => {
  const changed = structuredClone(district)
  change(changed)
  const { error } = roundPack.safeParse(changed)
  return (error?.issues ?? []).map(issue => ({
    path: issue.path.join('.'),
    code: (issue as { params?: { code?: string } }).params?.code,
  }))
}

type Case = [code: string, path: string, change: (pack: RoundPack) => void]
const cases: Case[] = [
  ['points-are-not-100', 'rubric.criteria', pack => Object.assign(pack.rubric.criteria[0] as object, { weight: 26 })],
  ['named-twice', 'rubric.criteria', pack => Object.assign(pack.rubric.criteria[2] as object, { id: 'need' })],
  ['named-twice', 'rubric.criteria', pack => Object.assign(pack.rubric.criteria[2] as object, { id: 'overall' })],
  ['step-does-not-fit', 'rubric.step', pack => Object.assign(pack.rubric, { step: '0.3' })],
  ['step-does-not-fit', 'rubric.step', pack => Object.assign(pack.rubric, { step: '0' })],
  ['marks-cross', 'rubric.commentAbove', pack => Object.assign(pack.rubric, { commentBelow: 95 })],
  ['named-twice', 'bonuses', pack => pack.bonuses.push({ ...(pack.bonuses[0] as RoundPack['bonuses'][number]) })],
  ['named-twice', 'applicants.tiers', pack => pack.applicants.tiers.push('filed')],
  ['named-twice', 'applicants.rules', pack => pack.applicants.rules.push({ id: 'cap', zh: '上限', en: 'Cap' })],
  [
    'named-twice',
    'money.expenseClasses',
    pack => pack.money.expenseClasses.push({ id: 'venue', zh: '场地', en: 'Venue', allowed: true }),
  ],
  [
    'nothing-allowed',
    'money.expenseClasses',
    pack => pack.money.expenseClasses.splice(0, 99, { id: 'cars', zh: '公务用车', en: 'Cars', allowed: false }),
  ],
  [
    'share-of-the-forbidden',
    'money.expenseClasses',
    pack => pack.money.expenseClasses.push({ id: 'cars', zh: '公务用车', en: 'Cars', allowed: false, most: 5 }),
  ],
  ['least-above-cap', 'money.leastAward', pack => Object.assign(pack.money, { leastAward: pack.money.cap + 1 })],
  ['nothing-times-nothing', 'money.matchingMultiple', pack => Object.assign(pack.money, { matchingMultiple: '0' })],
  ['even-panel', 'panel.size', pack => Object.assign(pack.panel, { size: 6 })],
  ['more-than-all', 'panel.outside', pack => Object.assign(pack.panel, { outside: { of: 2, least: 3 } })],
  ['quorum-above-panel', 'quorum', pack => Object.assign(pack, { quorum: 6 })],
  ['never-so-many-sheets', 'aggregation.dropFrom', pack => Object.assign(pack.aggregation, { dropFrom: 6 })],
  ['no-such-criterion', 'ties', pack => pack.ties.unshift({ criterion: 'beauty' })],
  ['named-twice', 'ties', pack => pack.ties.unshift('vote')],
  ['no-vote-at-the-end', 'ties', pack => pack.ties.pop()],
  ['least-above-most', 'durations.callMost', pack => Object.assign(pack.durations, { callMost: 10 })],
  [
    'answered-before-looked-at',
    'durations.objectionAnswer',
    pack => Object.assign(pack.durations, { objectionAnswer: 1 }),
  ],
  ['named-twice', 'objection.by', pack => pack.objection.by.splice(0, 9, 'resident', 'resident')],
  ['named-twice', 'objection.upheld', pack => pack.objection.upheld.splice(0, 9, 'exclude', 'exclude')],
  ['bands-out-of-order', 'feedback.bands', pack => Object.assign(pack.feedback, { bands: [25, 10, 100] })],
  ['bands-out-of-order', 'feedback.bands', pack => Object.assign(pack.feedback, { bands: [10, 25] })],
  ['tranches-are-not-100', 'tranches', pack => Object.assign(pack, { tranches: [60, 30] })],
  ['no-such-figure', 'sources', pack => pack.sources.push({ figure: 'panel.colour', from: 'own', note: '无' })],
  ['named-twice', 'sources', pack => pack.sources.push({ figure: 'quorum', from: 'own', note: '再次说明' })],
]
for (const [code, path, change] of cases)
  t.test(`${code} is said at ${path}`, async t => t.strictSame(problemsOf(change), [{ path, code }]))

t.test('whatever does not go together is said at once', async t => {
  const problems = problemsOf(pack => {
    Object.assign(pack, { tranches: [60, 30], quorum: 9 })
    pack.ties.pop()
  })
  t.strictSame(problems.map(({ code }) => code).sort(), [
    'no-vote-at-the-end',
    'quorum-above-panel',
    'tranches-are-not-100',
  ])
})

t.test('a field of the wrong kind is said at that field, with fewer than three sheets nothing is dropped', async t => {
  t.match(
    problemsOf(pack => Object.assign(pack.aggregation, { dropFrom: 2 })),
    [{ path: 'aggregation.dropFrom' }],
  )
  t.match(
    problemsOf(pack => Object.assign(pack.rubric, { step: '-0.5' })),
    [{ path: 'rubric.step', code: 'not-a-decimal' }],
  )
  t.match(
    problemsOf(pack => Object.assign(pack.applicants.rules[0] as object, { id: 'No Breach' })),
    [{ path: 'applicants.rules.0.id', code: 'not-a-short-name' }],
  )
})

t.test('a pack is known by its content, in whatever order its fields came', async t => {
  const turned = Object.fromEntries(Object.entries(district).reverse())
  t.equal(digestOf(turned), digestOf(district))
  t.not(digestOf({ ...district, quorum: 4 }), digestOf(district))
  t.equal(digestOf(roundPack.parse(district)), digestOf(district), 'parsing changes nothing of it')
})

t.test('canonical JSON has one writing', async t => {
  t.equal(
    canonicalJson({ b: [1, 'é', null, true], a: { d: undefined, c: '"' } }),
    '{"a":{"c":"\\""},"b":[1,"é",null,true]}',
  )
  t.equal(digestOf({}), '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a', 'as sha256sum says of {}')
  t.throws(() => canonicalJson({ share: 0.1 }), 'no fraction')
  t.throws(() => canonicalJson([undefined]), 'nothing that JSON cannot say')
})
