/** The draw: the example of docs/draw.md with `sha256sum` alone, what a panel must be, and what nobody can move. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import t from 'tap'
import {
  type Candidate,
  commitmentOf,
  type Draw,
  type Drawn,
  draw,
  joinedSeed,
  meetsTerms,
  replacementFor,
} from '../../workflows/judging/draw.ts'
import type { Field } from '../../workflows/vocabulary.ts'

const ORGANISER = { party: 'organiser', seed: '7d1f0c6a52e94b3890c1d2e3f4a5b6c7d8e9fa0b1c2d3e4f5061728394a5b6c7' }
const OBSERVER = { party: 'observer', seed: '0a9b8c7d6e5f40312213243546576879807162534435261708f9eadbccbdae9f' }

const candidate = (name: string, origin: 'outside' | 'inside', fields: Field[], ...mayNot: string[]): Candidate => ({
  name,
  outside: origin === 'outside',
  fields,
  mayNot,
})

/** The example of the page. */
const example: Draw = {
  size: 3,
  outside: { of: 3, least: 2 },
  quorum: 2,
  coverFields: true,
  reserves: 2,
  seeds: [ORGANISER, OBSERVER],
  listDigest: '3f5b2c9e0d1a4786b5c4d3e2f10f9e8d7c6b5a49382716050f1e2d3c4b5a6978',
  proposals: [
    { id: 'P1', field: 'dance' },
    { id: 'P2', field: 'legal-services' },
    { id: 'P3', field: 'elder-and-child-care' },
  ],
  candidates: [
    candidate('C01', 'outside', ['dance']),
    candidate('C02', 'inside', ['elder-and-child-care']),
    candidate('C03', 'outside', ['elder-and-child-care'], 'P3'),
    candidate('C04', 'outside', ['legal-services'], 'P1'),
    candidate('C05', 'inside', ['legal-services', 'dance'], 'P2'),
    candidate('C06', 'outside', ['elder-and-child-care', 'dance']),
    candidate('C07', 'outside', ['legal-services']),
  ],
}

const drawn = (asked: Draw): Drawn => {
  const outcome = draw(asked)
  if ('impossible' in outcome) throw new Error(outcome.impossible.en)
  return outcome
}

const whyNot = (changed: Partial<Draw>): string => {
  const outcome = draw({ ...example, ...changed })
  if (!('impossible' in outcome)) return `drew ${outcome.panel}`
  t.match(outcome.impossible.zh, /\p{Script=Han}/u)
  return outcome.impossible.en
}

t.test('the page is the rule: its commands give its lines, and its lines are what is drawn', async t => {
  const page = readFileSync(new URL('../../docs/draw.md', import.meta.url), 'utf8')
  const [, commands = '', lines = ''] = /```sh\n(.*?)```\s+```\n(.*?)```/s.exec(page) ?? []
  t.equal(execFileSync('sh', ['-c', commands], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } }), lines)
  const { joined, order, panel, reserves } = drawn(example)
  const told = [
    `commitment of the organiser ${commitmentOf('organiser', ORGANISER.seed)}`,
    `commitment of the observer  ${commitmentOf('observer', OBSERVER.seed)}`,
    `joined seed                 ${joined}`,
    ...order.map(({ name, ticket }) => `${ticket} ${name}`),
  ]
  t.equal(lines, `${told.join('\n')}\n`)
  t.match(
    page.replaceAll('\n', ' '),
    `the panel is **${panel.join(', ')}**, its reserves are **${reserves.join(', ')}**`,
  )
  const next = replacementFor(example, { panel, leaving: 'C04', gone: [] })
  t.strictSame(next, { name: 'C07' }, 'who comes in for C04, as the page says')
})

t.test('a panel is the first by ticket that is complete', async t => {
  t.strictSame(
    drawn({ ...example, coverFields: false, quorum: 1 }).panel,
    ['C05', 'C03', 'C04'],
    'nobody is passed over',
  )
  t.strictSame(
    drawn({ ...example, coverFields: false, quorum: 3 }).panel,
    ['C07', 'C01', 'C02'],
    'C03, C04 and C05 may not judge all',
  )
  t.strictSame(drawn({ ...example, outside: { of: 3, least: 3 } }).panel, ['C03', 'C04', 'C06'], 'all from outside')
})

t.test('a share from outside is rounded up', async t => {
  const outside = (size: number) =>
    drawn({ ...example, size, coverFields: false, quorum: 1, outside: { of: 3, least: 2 } }).panel.filter(
      name => example.candidates.find(each => each.name === name)?.outside,
    ).length
  t.ok(outside(5) >= 4, '10/3 of 5')
})

t.test('where there is no panel the answer says what is missing', async t => {
  t.match(whyNot({ seeds: [] }), 'No seed was revealed')
  t.match(whyNot({ size: 4 }), 'odd size; this is 4')
  t.match(whyNot({ size: 9 }), '9 judges are needed; 7 accepted')
  t.match(whyNot({ size: 7, outside: { of: 7, least: 6 } }), '6 judges from outside are needed; 5 accepted')
  t.match(whyNot({ quorum: 7 }), 'Fewer than 7 candidates may judge proposal P1')
  const proposals = [...example.proposals, { id: 'P4', field: 'opera' as const }]
  t.match(whyNot({ proposals }), 'Nobody who may judge proposal P4 knows its field, opera')
  const conflicted = example.candidates.map(each =>
    each.fields.includes('dance') ? { ...each, mayNot: ['P1'] } : each,
  )
  t.match(
    whyNot({ candidates: conflicted }),
    'P1 knows its field, dance',
    'who knows it but may not judge it does not count',
  )
  const oneEach = example.candidates.map((each, n) => ({ ...each, mayNot: [`P${(n % 3) + 1}`] }))
  t.match(whyNot({ candidates: oneEach, quorum: 3, coverFields: false }), 'together')
})

t.test('who comes in for somebody is the first with whom the panel is complete again', async t => {
  const { panel } = drawn(example)
  const afterC04 = (...gone: string[]) => replacementFor(example, { panel, leaving: 'C04', gone })
  t.strictSame(afterC04(), { name: 'C07' })
  t.match(
    afterC04('C07'),
    { impossible: { en: /none of the reserves/ } },
    'nobody else may judge P2 and knows its field',
  )
  t.match(
    replacementFor(example, { panel, leaving: 'C06', gone: [] }),
    { impossible: { en: /none of the reserves/ } },
    'C03 knows the field of P3 and may not judge it; with C02 one would be from outside',
  )
  t.strictSame(
    replacementFor(example, { panel, leaving: 'C05', gone: [] }),
    { name: 'C03' },
    'who is passed over for one seat fills another',
  )
})

t.test('no party alone knows a ticket: each seed, the list and the pseudonym move it', async t => {
  const { order } = drawn(example)
  const ticketOf = (changed: Partial<Draw>) => drawn({ ...example, ...changed }).order.map(({ ticket }) => ticket)
  const other = 'f'.repeat(64)
  for (const changed of [
    { seeds: [{ ...ORGANISER, seed: other }, OBSERVER] },
    { seeds: [ORGANISER, { ...OBSERVER, seed: other }] },
    { seeds: [ORGANISER] },
    { listDigest: other },
  ])
    t.notOk(ticketOf(changed).some(ticket => order.some(each => each.ticket === ticket)))
  t.not(
    commitmentOf('organiser', ORGANISER.seed),
    commitmentOf('observer', ORGANISER.seed),
    'a copied commitment opens for nobody else',
  )
  t.equal(joinedSeed([OBSERVER, ORGANISER]), joinedSeed([ORGANISER, OBSERVER]))
})

// ── properties ──────────────────────────────────────────────────────────────────────────────────

const FIELDS = ['dance', 'opera', 'fitness'] as const
const IDS = ['P1', 'P2', 'P3', 'P4']

const anyDraw: fc.Arbitrary<Draw> = fc.record({
  size: fc.constantFrom(1, 3, 5),
  outside: fc.constant({ of: 3, least: 2 }),
  quorum: fc.integer({ min: 1, max: 4 }),
  coverFields: fc.boolean(),
  reserves: fc.integer({ min: 0, max: 3 }),
  seeds: fc.constant([ORGANISER, OBSERVER]),
  listDigest: fc.string(),
  proposals: fc
    .array(fc.constantFrom(...FIELDS), { maxLength: 4 })
    .map(all => all.map((field, n) => ({ id: IDS[n] ?? '', field }))),
  candidates: fc
    .array(fc.record({ outside: fc.boolean(), fields: fc.subarray([...FIELDS]), mayNot: fc.subarray(IDS) }), {
      maxLength: 9,
    })
    .map(all => all.map((each, n) => ({ name: `C${n}`, ...each }))),
})

/** Every panel there could be, in the order of tickets. */
const combinations = (names: readonly string[], size: number): string[][] =>
  size === 0
    ? [[]]
    : names.flatMap((name, n) => combinations(names.slice(n + 1), size - 1).map(rest => [name, ...rest]))

t.test('what is drawn is the first complete panel of all, and nothing is drawn only where there is none', async t => {
  fc.assert(
    fc.property(anyDraw, asked => {
      const outcome = draw(asked)
      const order = draw({
        ...asked,
        size: 1,
        quorum: 0,
        coverFields: false,
        outside: { of: 1, least: 0 },
        proposals: [],
      })
      const names = 'impossible' in order ? [] : order.order.map(({ name }) => name)
      const first = combinations(names, asked.size).find(panel => meetsTerms(asked, panel))
      t.strictSame('impossible' in outcome ? undefined : outcome.panel, first)
    }),
    { numRuns: 300 },
  )
})

t.test('the order in which candidates, proposals and seeds are told changes nothing', async t => {
  fc.assert(
    fc.property(anyDraw, asked => {
      const turned = {
        ...asked,
        candidates: asked.candidates.toReversed(),
        proposals: asked.proposals.toReversed(),
        seeds: asked.seeds.toReversed(),
      }
      const [one, other] = [draw(asked), draw(turned)]
      if ('impossible' in one) t.ok('impossible' in other)
      else t.strictSame(other, one)
    }),
  )
})

t.test('sixty candidates and a thousand proposals are drawn at once, and a hopeless search ends', async t => {
  const ids = Array.from({ length: 1_000 }, (_, n) => `P${n}`)
  const big: Draw = {
    ...example,
    size: 7,
    quorum: 5,
    coverFields: false,
    proposals: ids.map(id => ({ id, field: 'dance' })),
    candidates: Array.from({ length: 60 }, (_, n) =>
      candidate(`C${n}`, n % 2 ? 'outside' : 'inside', ['dance'], ...ids.filter((_, i) => (i * 7 + n * 13) % 11 === 0)),
    ),
  }
  const began = performance.now()
  t.equal(drawn(big).panel.length, 7)
  t.ok('impossible' in draw({ ...big, quorum: 7 }))
  t.comment(`${Math.round(performance.now() - began)} ms`)
})
