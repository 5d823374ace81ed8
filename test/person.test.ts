import t from 'tap'
import type { Actor } from '../engine/definition.ts'
import { organisation } from '../workflows/organisation.ts'
import { heldPosts, type Person, postsOn } from '../workflows/person/data.ts'
import { person } from '../workflows/person/index.ts'
import { actor, idOf, type Life, lifeOf, TODAY } from './support/given.ts'

const CITY = '4201'
const WUCHANG = '420106'
const SHUIGUOHU = '420106012'
const DONGTING = '420106012021'
const JIANGAN = '420102'

const founder = actor('system:founder')
const cityBureau = actor(idOf(90), [{ role: 'bureau', place: CITY }])
const districtBureau = actor(idOf(91), [{ role: 'bureau', place: WUCHANG }])
const otherDistrict = actor(idOf(92), [{ role: 'bureau', place: JIANGAN }])
const street = actor(idOf(93), [{ role: 'street', place: SHUIGUOHU }])
const community = actor(idOf(94), [{ role: 'community', place: DONGTING }])
const finance = actor(idOf(95), [{ role: 'finance', place: CITY }])
const chair = actor(idOf(96), [{ role: 'chair', organisation: idOf(50) }])
const otherChair = actor(idOf(97), [{ role: 'chair', organisation: idOf(51) }])

const zhou = { name: '周桂兰', phone: '027-87654321', place: DONGTING }
const zhouHerself = actor(idOf(1))

const helpers = (): Life =>
  lifeOf(organisation, idOf(50)).given([
    street,
    'enrol',
    { name: '东亭邻里互助队', tier: 'community-managed', field: 'mutual-care-centre', place: DONGTING },
  ])
const registered = (world: Life[] = [helpers()]): Life =>
  lifeOf(person, idOf(1), world).given([street, 'register', zhou])

const unmet = (life: Life, by: Actor, command: string, input: object): string[] => {
  const outcome = life.when(by, command, input)
  return 'unmet' in outcome ? outcome.unmet : []
}
const refusal = (life: Life, by: Actor, command: string, input: object = {}): string => {
  const outcome = life.when(by, command, input)
  return 'refused' in outcome ? outcome.refused : 'accepted'
}
const at = (role: string, place: string) => ({ role, place, from: TODAY })
const within = (role: string) => ({ role, organisation: idOf(50), from: TODAY })

t.test('registering', async t => {
  const life = lifeOf(person)
  t.match(life.when(street, 'register', zhou), { events: [{ type: 'PersonRegistered', data: zhou }] })
  t.same(life.data, { ...zhou, posts: [], doubles: [], standing: 'active' })
  t.equal(life.state, 'active')
  t.equal(refusal(lifeOf(person), otherDistrict, 'register', zhou), 'outside-your-place')
  t.equal(refusal(lifeOf(person), finance, 'register', zhou), 'not-permitted')
  t.equal(refusal(lifeOf(person), street, 'register', { ...zhou, phone: 'call me' }), 'invalid-input')
  t.equal(refusal(lifeOf(person), street, 'register', { ...zhou, name: '周\u202E桂兰' }), 'invalid-input')
  t.equal(refusal(lifeOf(person), street, 'register', { ...zhou, place: '420106999' }), 'invalid-input')
})

t.test('name and phone are changed by the person and by the offices over their place', async t => {
  const life = registered()
  t.match(life.when(zhouHerself, 'change-contact', { phone: '13912345678' }), { events: [{ type: 'ContactChanged' }] })
  t.match(life.data, { name: '周桂兰', phone: '13912345678' })
  life.given([community, 'change-contact', { name: '周桂蓝' }])
  t.match(life.data, { name: '周桂蓝', phone: '13912345678' })
  t.same(unmet(life, zhouHerself, 'change-contact', {}), ['saysWhatChanges'])
  t.equal(refusal(life, actor(idOf(2)), 'change-contact', { phone: '13912345678' }), 'not-permitted')
})

t.test('the fold passes name and phone on without looking into them', async t => {
  const sealed = { key: 'k', nonce: 'n', ciphertext: 'c' }
  const fold = person.evolve.PersonRegistered as (data: unknown, event: unknown, meta: unknown) => unknown
  t.match(fold(person.start, { ...zhou, name: sealed }, {}), { name: sealed, phone: zhou.phone })
})

t.test('an appointment gets a number of its own and counts from its first to its last day', async t => {
  const life = registered()
  const asked = { ...at('community', DONGTING), from: '2026-04-01', to: '2026-04-30' }
  t.same(life.when(street, 'appoint', asked), { events: [{ type: 'PersonAppointed', data: { post: '1', ...asked } }] })
  const { posts } = life.data as { posts: Parameters<typeof postsOn>[0] }
  const on = (day: string) => postsOn(posts, day).map(({ id }) => id)
  t.same([on('2026-03-31'), on('2026-04-01'), on('2026-04-30'), on('2026-05-01')], [[], ['1'], ['1'], []])
  life.given([street, 'appoint', within('member')])
  t.match(life.data, { posts: [{ id: '1' }, { id: '2', role: 'member' }] })
})

t.test('a role has a place or an organisation, as it demands, and a place of its level', async t => {
  const cases: [string, object, string[]][] = [
    ['a street post without a place', { role: 'street', from: TODAY }, ['roleHasItsSeat', 'appointsBelow']],
    ['a judge in an organisation', within('judge'), ['roleHasItsSeat']],
    ['a chair at a place', at('chair', DONGTING), ['roleHasItsSeat']],
    ['a member at both', { ...within('member'), place: DONGTING }, ['roleHasItsSeat']],
    ['a street post at a community', at('street', DONGTING), ['placeFitsRole']],
    ['a community post at a street', at('community', SHUIGUOHU), ['placeFitsRole']],
    ['a bureau at a street', at('bureau', SHUIGUOHU), ['placeFitsRole']],
    ['a judge at a community', at('judge', DONGTING), ['placeFitsRole']],
    ['a resident of a district', at('resident', WUCHANG), ['placeFitsRole']],
    ['a day before the first', { ...at('street', SHUIGUOHU), to: '2026-03-04' }, ['daysInOrder']],
    [
      'a post in no organisation known',
      { ...within('member'), organisation: idOf(59) },
      ['organisationStands', 'appointsBelow'],
    ],
  ]
  for (const [name, input, reasons] of cases) t.same(unmet(registered(), cityBureau, 'appoint', input), reasons, name)
  for (const role of ['finance', 'judge'])
    for (const place of [WUCHANG, SHUIGUOHU]) t.same(unmet(registered(), cityBureau, 'appoint', at(role, place)), [])
})

t.test('nobody holds the same post twice at a time', async t => {
  const life = registered().given([street, 'appoint', { ...at('community', DONGTING), to: '2026-06-30' }])
  const again = (from: string, to?: string) =>
    unmet(life, street, 'appoint', { ...at('community', DONGTING), from, to })
  t.same(again('2026-06-30'), ['notHeldAlready'])
  t.same(again('2026-01-01', TODAY), ['notHeldAlready'])
  t.same(again('2026-01-01'), ['notHeldAlready'])
  t.same(unmet(life, street, 'appoint', at('resident', DONGTING)), [], 'another role at the same place')
  t.same(again('2026-07-01'), [], 'after its last day')
})

t.test('nobody appoints themselves', async t => {
  const herself = actor(idOf(1), [{ role: 'street', place: SHUIGUOHU }])
  t.same(unmet(registered(), herself, 'appoint', at('community', DONGTING)), ['notThemself'])
})

t.test('nobody appoints above or beside their own place', async t => {
  const cases: [string, Actor, object, string[]][] = [
    ['the street to its community', street, at('community', DONGTING), []],
    ['the street beside itself', street, at('street', SHUIGUOHU), ['appointsBelow']],
    ['the street above itself', street, at('bureau', WUCHANG), ['appointsBelow']],
    ['the street to another street', street, at('judge', '420106010'), ['appointsBelow']],
    ['the district to its street', districtBureau, at('street', SHUIGUOHU), []],
    ['the district beside itself', districtBureau, at('finance', WUCHANG), ['appointsBelow']],
    ['the city to a district', cityBureau, at('bureau', WUCHANG), []],
    ['the community beside itself', community, at('resident', DONGTING), ['appointsBelow']],
    ['the community to an organisation it manages', community, within('chair'), []],
    ['the street to an organisation below it', street, within('chair'), []],
    ['the street makes no funder', street, within('funder'), ['appointsBelow']],
    ['a chair to their own organisation', chair, within('member'), []],
    ['a chair beside themself', chair, within('chair'), ['appointsBelow']],
    [
      'a post of another role does not help',
      { ...street, posts: [...street.posts, ...finance.posts] },
      at('judge', WUCHANG),
      ['appointsBelow'],
    ],
  ]
  for (const [name, by, input, reasons] of cases) t.same(unmet(registered(), by, 'appoint', input), reasons, name)
  t.equal(refusal(registered(), otherChair, 'appoint', within('member')), 'outside-your-place')
  t.equal(refusal(registered(), otherDistrict, 'appoint', at('community', DONGTING)), 'outside-your-place')
  t.equal(refusal(registered(), finance, 'appoint', at('community', DONGTING)), 'not-permitted')
})

t.test('no post in an organisation outside the own place, nor in a dissolved one', async t => {
  const far = lifeOf(organisation, idOf(50)).given([
    cityBureau,
    'enrol',
    { name: '塔子湖歌友队', tier: 'community-managed', field: 'opera', place: JIANGAN },
  ])
  t.same(unmet(registered([far]), street, 'appoint', within('member')), ['appointsBelow'])
  const gone = helpers().given([street, 'dissolve', { reason: '成员迁出' }])
  t.same(unmet(registered([gone]), street, 'appoint', within('member')), ['organisationStands'])
})

t.test('the first post of an empty log', async t => {
  const first = lifeOf(person).given([founder, 'register', { ...zhou, place: CITY }])
  t.match(first.when(founder, 'appoint', at('bureau', CITY)), { events: [{ type: 'PersonAppointed' }] })
  t.same(unmet(first, founder, 'appoint', at('finance', CITY)), ['founderOnce'])
  first.given([zhouHerself, 'end-post', { post: '1', on: TODAY, reason: '调任' }])
  t.same(unmet(first, founder, 'appoint', at('bureau', CITY)), ['founderOnce'], 'an ended post was a post')
  t.same(
    unmet(registered(), founder, 'appoint', at('street', CITY)),
    ['placeFitsRole'],
    'what makes no sense stays refused',
  )
  t.equal(refusal(first, founder, 'close', { reason: '误登' }), 'not-permitted')
  t.equal(refusal(lifeOf(person), actor('system:import'), 'register', zhou), 'not-permitted')
})

t.test('ending a post', async t => {
  const appointed = () => registered().given([street, 'appoint', at('community', DONGTING)])
  const end = { post: '1', on: '2026-03-10', reason: '换届' }
  const life = appointed()
  t.match(life.when(street, 'end-post', end), { events: [{ type: 'PostEnded', data: end }] })
  t.match(life.data, { posts: [{ id: '1', to: '2026-03-09' }] }, 'the day named is the first one out of office')
  t.same(unmet(life, street, 'end-post', end), ['postRuns'], 'only once')
  t.same(unmet(life, street, 'end-post', { ...end, on: '2026-03-07' }), [], 'but sooner')

  t.same(unmet(appointed(), zhouHerself, 'end-post', end), [], 'one ends one’s own')
  t.same(unmet(appointed(), community, 'end-post', end), ['endsBelow'], 'not one beside')
  t.same(unmet(appointed(), districtBureau, 'end-post', end), [], 'but one below')
  t.same(unmet(appointed(), street, 'end-post', { ...end, post: '2' }), ['postRuns', 'endsBelow'])
  t.same(unmet(appointed(), street, 'end-post', { ...end, on: '2026-03-04' }), ['postRuns'])
  t.equal(refusal(appointed(), otherDistrict, 'end-post', end), 'outside-your-place')
})

t.test('a post ended today is out of force today', async t => {
  const life = registered().given(
    [street, 'appoint', at('community', DONGTING)],
    [street, 'end-post', { post: '1', on: TODAY, reason: '误任' }],
  )
  const { posts } = life.data as { posts: Parameters<typeof postsOn>[0] }
  t.same(postsOn(posts, TODAY), [])
  t.same(unmet(life, street, 'appoint', at('community', DONGTING)), [], 'and was never held')
})

t.test('who was made a member without being asked says so within a week, and then was none', async t => {
  const joined = () => registered().given([chair, 'appoint', within('member')])
  const decline = { post: '1', reason: '未曾同意加入' }
  t.same(unmet(joined(), zhouHerself, 'decline-post', decline), [])
  t.equal(refusal(joined(), chair, 'decline-post', decline), 'not-permitted')
  t.same(unmet(joined().later(7), zhouHerself, 'decline-post', decline), [], 'on the seventh day')
  t.same(unmet(joined().later(8), zhouHerself, 'decline-post', decline), ['isDeclinedSoon'])
  const office = registered().given([street, 'appoint', at('community', DONGTING)])
  t.same(unmet(office, zhouHerself, 'decline-post', decline), ['isDeclinedSoon'], 'no membership')
  const life = joined().given([zhouHerself, 'decline-post', decline])
  t.same(heldPosts(life.data as Person), [])
  t.same(unmet(life, zhouHerself, 'decline-post', decline), ['isDeclinedSoon'], 'once')
  t.same(unmet(life, chair, 'appoint', within('member')), ['declinedOnceIsAsked'], 'nor is it done to them again')
  t.same(unmet(life, street, 'appoint', within('member')), [], 'but by an office')
})

t.test('posts in an organisation are ended by its chair and by the offices over it', async t => {
  const member = () => registered().given([street, 'appoint', within('member')])
  const end = { post: '1', on: TODAY, reason: '退出' }
  t.same(unmet(member(), chair, 'end-post', end), [])
  t.same(unmet(member(), community, 'end-post', end), [])
  t.equal(refusal(member(), otherChair, 'end-post', end), 'outside-your-place')
  const fellowChair = registered().given([street, 'appoint', within('chair')])
  t.same(unmet(fellowChair, chair, 'end-post', end), ['endsBelow'])
})

t.test('a record is closed when no post is left', async t => {
  const life = registered().given([street, 'appoint', { ...at('community', DONGTING), to: '2026-03-06' }])
  const close = { reason: '迁出本市' }
  t.same(unmet(life, street, 'close', close), ['holdsNoPost'])
  t.match(life.later(2).when(street, 'close', close), { events: [{ type: 'PersonClosed' }] })
  t.equal(life.state, 'closed')
  t.equal(refusal(life, street, 'appoint', at('community', DONGTING)), 'not-in-this-state')
  t.equal(refusal(life, street, 'reinstate', close), 'kept-apart', 'somebody else takes it back')
  t.match(life.when(districtBureau, 'reinstate', { reason: '误注销同名人员' }), {
    events: [{ type: 'PersonReinstated' }],
  })
  t.equal(life.state, 'active')
})

// ── doubles and ends ────────────────────────────────────────────────────────────────────────────

const second = (world: Life[] = [helpers()]): Life =>
  lifeOf(person, idOf(2), world).given([street, 'register', { ...zhou, name: '周桂蘭' }])
const recognise = { double: idOf(2), reason: '同一人重复登记' }

t.test('a second record is recognised on the one that is kept, with what was held there', async t => {
  const double = second().given(
    [street, 'appoint', { ...at('community', DONGTING), to: '2026-03-06' }],
    [street, 'appoint', { ...within('member'), to: '2026-03-06' }],
  )
  const kept = registered([helpers(), double]).given([street, 'appoint', at('resident', DONGTING)])
  t.same(unmet(kept, street, 'recognise-double', recognise), ['doubleHoldsNoPost'], 'nobody’s post is passed on')
  t.match(kept.later(2).when(street, 'recognise-double', recognise), {
    events: [{ data: { double: idOf(2), posts: [{ role: 'community' }, { role: 'member' }] } }],
  })
  t.match(kept.data, { doubles: [idOf(2)], posts: [{ id: '1' }, { id: '2', role: 'community' }, { id: '3' }] })
  t.same(unmet(kept, street, 'recognise-double', recognise), ['notRecognisedYet'])
  t.same(unmet(kept, street, 'recognise-double', { ...recognise, double: idOf(1) }), [
    'anotherRecord',
    'overBothRecords',
  ])
  t.same(unmet(kept, street, 'recognise-double', { ...recognise, double: idOf(9) }), [
    'anotherRecord',
    'overBothRecords',
  ])
  t.equal(refusal(kept, zhouHerself, 'recognise-double', recognise), 'not-permitted')
})

t.test('who is over one of the two records only does not join them', async t => {
  const elsewhere = lifeOf(person, idOf(2)).given([cityBureau, 'register', { ...zhou, place: JIANGAN }])
  const kept = registered([helpers(), elsewhere])
  t.same(unmet(kept, street, 'recognise-double', recognise), ['overBothRecords'])
  t.same(unmet(kept, cityBureau, 'recognise-double', recognise), [])
})

t.test('a double is merged once the other record has recognised it as it stands', async t => {
  const double = second()
  const kept = registered([helpers(), double])
  const world = [helpers(), kept]
  const merged = second(world)
  t.same(unmet(merged, street, 'merge', { into: idOf(1) }), ['recognisedThere'])
  t.same(unmet(merged, street, 'merge', { into: idOf(2) }), ['recognisedThere'], 'not into itself')
  kept.given([street, 'recognise-double', recognise])
  merged.given([street, 'appoint', at('resident', DONGTING)])
  t.same(unmet(merged, street, 'merge', { into: idOf(1) }), ['holdsNoPost', 'recognisedThere'], 'it has changed since')
  const plain = second(world)
  t.match(plain.when(street, 'merge', { into: idOf(1) }), { events: [{ type: 'PersonMerged' }] })
  t.match(plain.data, { standing: 'merged', mergedInto: idOf(1) })
  t.equal(refusal(plain, street, 'change-contact', { phone: '13912345678' }), 'not-in-this-state')
})

t.test('erasing', async t => {
  const erase = { reason: '本人要求' }
  const withPost = registered().given([street, 'appoint', at('resident', DONGTING)])
  t.same(unmet(withPost, zhouHerself, 'erase', erase), ['holdsNoPost'])
  t.equal(refusal(registered(), community, 'erase', erase), 'not-permitted')
  for (const by of [zhouHerself, street, cityBureau])
    t.match(registered().when(by, 'erase', erase), { events: [{ type: 'PersonErased' }] })
  const closed = registered().given([street, 'close', { reason: '迁出本市' }])
  t.match(closed.when(zhouHerself, 'erase', erase), { events: [{ type: 'PersonErased' }] })
  t.match(closed.data, { standing: 'erased' })
  t.equal(refusal(closed, street, 'erase', erase), 'not-in-this-state')
})

t.test('id numbers are checked by their last sign', async t => {
  const registering = (idNumber: string) => lifeOf(person).when(street, 'register', { ...zhou, idNumber })
  for (const good of ['110101199003072017', '11010519491231002X', '11010519491231002x', '110105 19491231 002X'])
    t.match(registering(good), { events: [{}] }, good)
  for (const bad of ['110101199003072018', '11010119900307201', '110101199013072017', '000101199003072017'])
    t.match(registering(bad), { refused: 'invalid-input' }, bad)
})
