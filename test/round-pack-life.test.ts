/** A pack is drafted by one, checked by another, and never changes once it is published. */
import t from 'tap'
import { nodesOf } from '../engine/chart.ts'
import { digestOf } from '../workflows/judging/list.ts'
import type { RoundPackLife } from '../workflows/round-pack/data.ts'
import { roundPackLife } from '../workflows/round-pack/index.ts'
import type { RoundPack } from '../workflows/round-pack/pack.ts'
import { actor, idOf, type Life, lifeOf } from './support/given.ts'
import { district, samplePack } from './support/round-packs.ts'
import { everyWay, walk } from './support/walk.ts'

const PLACE = '420106'
const one = actor(idOf(1), [{ role: 'bureau', place: PLACE }])
const another = actor(idOf(2), [{ role: 'bureau', place: PLACE }])
const street = actor(idOf(3), [{ role: 'street', place: '420106012' }])
const revised: RoundPack = { ...district, quorum: 4 }
const digest = digestOf(district)
const basis = '区民政局局务会'
const reason = '规则已更新'

const drafted = () => lifeOf(roundPackLife).given([one, 'draft-pack', { place: PLACE, pack: district }])
const checked = () => drafted().given([another, 'check-pack', { digest }])
const published = () => checked().given([one, 'publish-pack', { basis }])
const dataOf = (life: Life) => life.data as RoundPackLife

t.test('a walk over real decisions reaches every state and takes every transition', async t => {
  const walked = walk<RoundPackLife>(
    {
      workflow: roundPackLife,
      id: idOf(1),
      by: one,
      consulted: {},
      key: ({ digest: now }) => now,
      cases: (command, data) =>
        ({
          'draft-pack': [{ input: { place: PLACE, pack: district } }],
          'revise-pack': [{ input: { pack: district } }, { input: { pack: revised } }],
          'check-pack': [{ input: { digest: data.digest } }, { input: { digest: 'f'.repeat(64) } }],
          'publish-pack': [{ input: { basis } }],
          'retire-pack': [{ input: { reason } }],
        })[command] ?? [],
    },
    { data: roundPackLife.start as RoundPackLife, value: 'blank' },
  )
  t.strictSame(
    nodesOf(roundPackLife.chart).flatMap(({ path }) => (walked.nodes.has(path) ? [] : [path])),
    [],
  )
  t.strictSame(
    everyWay(roundPackLife).filter(way => !walked.ways.has(way)),
    [],
  )
})

t.test(
  'given a draft, when it is checked and published, then the event holds the whole pack and its digest',
  async t => {
    const life = checked()
    t.strictSame(life.when(one, 'publish-pack', { basis }), {
      events: [{ type: 'RoundPackPublished', data: { pack: district, digest, basis } }],
    })
    t.match(dataOf(life), { standing: 'published', digest, publishedOn: '2026-03-05', pack: { quorum: 3 } })
  },
)

t.test('who drafted or revised it does not check it', async t => {
  t.match(drafted().when(one, 'check-pack', { digest }), { refused: 'kept-apart' })
  const life = drafted().given([another, 'revise-pack', { pack: revised }])
  t.match(life.when(another, 'check-pack', { digest: digestOf(revised) }), { refused: 'kept-apart' })
})

t.test('what is checked is what stands', async t => {
  const life = drafted().given([one, 'revise-pack', { pack: revised }])
  t.match(life.when(another, 'check-pack', { digest }), { refused: 'refused', unmet: ['checksWhatStands'] })
  t.match(life.when(another, 'check-pack', { digest: digestOf(revised) }), { events: [{ type: 'RoundPackChecked' }] })
})

t.test('a revision after the check wants another check', async t => {
  const life = checked().given([one, 'revise-pack', { pack: revised }])
  t.equal(life.state, 'drafted')
  t.match(life.when(one, 'publish-pack', { basis }), { refused: 'not-in-this-state' })
})

t.test('once published nothing of it changes; it can only be retired, and stays to be read', async t => {
  const life = published()
  t.match(life.when(one, 'revise-pack', { pack: revised }), { refused: 'not-in-this-state' })
  life.given([another, 'retire-pack', { reason }])
  t.match(dataOf(life), { standing: 'retired', digest, pack: { name: district.name } })
})

t.test('a pack is of the level of its place, and a street makes rules for its street alone', async t => {
  const start = (by: typeof one, place: string, pack: RoundPack) =>
    lifeOf(roundPackLife).when(by, 'draft-pack', { place, pack })
  t.match(start(one, PLACE, samplePack('street')), { unmet: ['draftsForItsLevel'] })
  t.match(start(street, PLACE, district), { refused: 'outside-your-place' })
  t.match(start(street, '420106012', samplePack('street')), { events: [{ type: 'RoundPackDrafted' }] })
  t.match(start(one, '420106012', samplePack('street')), { events: [{ type: 'RoundPackDrafted' }] })
  t.match(start(one, '4201', samplePack('city')), { refused: 'outside-your-place' })
  t.match(drafted().when(one, 'revise-pack', { pack: samplePack('city') }), { unmet: ['staysAtItsLevel'] })
  t.match(drafted().when(one, 'revise-pack', { pack: district }), { unmet: ['changesSomething'] })
})
