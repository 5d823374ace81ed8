import t from 'tap'
import type { Actor } from '../engine/definition.ts'
import { maySee } from '../engine/permission.ts'
import { creditCheckSign, isCreditCode } from '../workflows/credit-code.ts'
import { type Organisation, organisation, peopleOf } from '../workflows/organisation.ts'
import { actor, idOf, type Life, lifeOf, TODAY } from './support/given.ts'

const SHUIGUOHU = '420106012'
const DONGTING = '420106012021'

const bureau = actor(idOf(91), [{ role: 'bureau', place: '420106' }])
const street = actor(idOf(92), [{ role: 'street', place: SHUIGUOHU }])
const otherStreet = actor(idOf(93), [{ role: 'street', place: '420106010' }])
const community = actor(idOf(94), [{ role: 'community', place: DONGTING }])
const chair = actor(idOf(95), [{ role: 'chair', organisation: idOf(1) }])

const small = { name: '东亭邻里互助队', tier: 'community-managed', field: 'mutual-care-centre', place: DONGTING }
const filed = { ...small, tier: 'filed', filingNumber: 'WCSGH-2026-017' }
const registered = { ...small, tier: 'registered', creditCode: '51420106MJH000001N' }
const offer = { category: 'living-services', title: '独居老人敲门探访', detail: '每周两次上门', places: [DONGTING] }
const enrolled = (): Life => lifeOf(organisation).given([street, 'enrol', small])

const answer = (life: Life, by: Actor, command: string, input: object): string => {
  const outcome = life.when(by, command, input)
  return 'refused' in outcome ? [outcome.refused, ...outcome.unmet].join(' ') : 'accepted'
}

t.test('the check sign of a unified social credit code', async t => {
  for (const code of ['91110108551385082Q', '91110000802100433B', '91440300708461136T', '914403001922038216'])
    t.ok(isCreditCode(code), `${code} is in public use`)
  const code = registered.creditCode
  t.equal(creditCheckSign(code.slice(0, 17)), 'N')
  for (let place = 0; place < 18; place++) {
    const wrong = code.slice(0, place) + (code[place] === '1' ? '2' : '1') + code.slice(place + 1)
    t.notOk(isCreditCode(wrong), `one wrong sign: ${wrong}`)
  }
  for (const wrong of ['', code.slice(1), `${code}N`, code.toLowerCase(), code.replace('M', 'I')])
    t.notOk(isCreditCode(wrong))
})

t.test('enrolling', async t => {
  const life = lifeOf(organisation)
  t.match(life.when(street, 'enrol', filed), { events: [{ type: 'OrganisationEnrolled', data: filed }] })
  t.same(life.data, { ...filed, enrolledOn: TODAY, officers: [], formerOfficers: [], services: [], standing: 'active' })
  t.same(life.state, { enrolled: 'active' })

  const cases: [string, Actor, object, string][] = [
    ['the bureau enrols a registered one', bureau, registered, 'accepted'],
    ['without its code', bureau, { ...registered, creditCode: undefined }, 'refused enrolsWithPapers'],
    [
      'with a code that does not check',
      bureau,
      { ...registered, creditCode: '51420106MJH000001Q' },
      'invalid-input creditCode',
    ],
    ['a filed one without its number', street, { ...filed, filingNumber: undefined }, 'refused enrolsWithPapers'],
    ['the community enrols what it manages', community, small, 'accepted'],
    ['the community does not file', community, filed, 'refused communityEnrolsItsOwn'],
    ['another street', otherStreet, small, 'outside-your-place'],
    ['a field the plan does not name', street, { ...small, field: 'football' }, 'invalid-input field'],
  ]
  for (const [name, by, input, expected] of cases)
    t.equal(answer(lifeOf(organisation), by, 'enrol', input), expected, name)
})

t.test('officers', async t => {
  const officers = [
    { person: idOf(11), duty: 'chair' },
    { person: idOf(12), duty: 'treasurer' },
  ]
  const life = enrolled()
  t.match(life.when(street, 'name-officers', { officers }), { events: [{ type: 'OfficersNamed' }] })
  t.match(life.data, { officers })
  const twoChairs = officers.map(each => ({ ...each, duty: 'chair' }))
  t.equal(answer(life, street, 'name-officers', { officers: twoChairs }), 'refused oneDutyEach')
  t.equal(
    answer(life, street, 'name-officers', { officers: [...officers, ...officers.slice(1)] }),
    'refused oneDutyEach',
  )
  t.equal(answer(life, otherStreet, 'name-officers', { officers }), 'outside-your-place')
  t.equal(
    answer(life, chair, 'name-officers', { officers }),
    'not-permitted',
    'a chair does not choose who is kept apart',
  )
  t.equal(answer(life, community, 'name-officers', { officers }), 'not-permitted')
})

t.test('who left the officers stays apart for three years', async t => {
  const life = enrolled().given([street, 'name-officers', { officers: [{ person: idOf(11), duty: 'chair' }] }])
  life.given([street, 'name-officers', { officers: [{ person: idOf(12), duty: 'chair' }] }])
  const people = (today: string) => peopleOf(life.data as Organisation, today)
  t.same(people(TODAY), [idOf(12), idOf(11)])
  t.same(people(`2029${TODAY.slice(4)}`), [idOf(12), idOf(11)])
  t.same(people('2029-03-06'), [idOf(12)])
})

t.test('services offered get a number of their own', async t => {
  const life = enrolled()
  t.match(life.when(chair, 'offer-service', offer), {
    events: [{ type: 'ServiceOffered', data: { service: '1', ...offer } }],
  })
  life.given([street, 'offer-service', { ...offer, title: '邻里调解', capacity: '每月20件' }])
  t.match(life.data, {
    services: [
      { id: '1', ...offer },
      { id: '2', capacity: '每月20件' },
    ],
  })
  t.equal(answer(life, chair, 'offer-service', { ...offer, places: [] }), 'invalid-input places')
})

t.test('the tier changes with its papers and a reason', async t => {
  const life = enrolled()
  const file = { tier: 'filed', filingNumber: 'WCSGH-2026-018', reason: '成员已达三十人' }
  t.equal(answer(life, street, 'change-tier', { ...file, filingNumber: undefined }), 'refused changesWithPapers')
  t.equal(answer(life, street, 'change-tier', { ...file, reason: ' ' }), 'invalid-input reason')
  t.equal(answer(life, chair, 'change-tier', file), 'not-permitted')
  t.equal(answer(life, street, 'change-tier', file), 'accepted')
  t.match(life.data, { tier: 'filed', filingNumber: 'WCSGH-2026-018' })
  t.equal(answer(life, street, 'change-tier', file), 'refused tierDiffers')
  life.given([bureau, 'change-tier', { tier: 'community-managed', reason: '成员减少' }])
  t.equal(
    answer(life, street, 'change-tier', { tier: 'filed', reason: '恢复备案' }),
    'accepted',
    'a number kept counts',
  )
  t.notMatch(life.data, { reason: String })
})

t.test('what it holds as the only one', async t => {
  const life = lifeOf(organisation).given([bureau, 'enrol', registered])
  const first = life.holds
  t.same(Object.keys(first), ['credit-code', 'organisation-name'])
  const holds = (body: object): Record<string, string> =>
    lifeOf(organisation, idOf(2)).given([bureau, 'enrol', { ...registered, ...body }]).holds
  const name = (body: object) => holds(body)['organisation-name']
  t.equal(name({ name: '东亭　邻里互助队 ' }), first['organisation-name'], 'wide spaces are spaces')
  t.equal(name({ place: '420106012020' }), first['organisation-name'], 'one street')
  t.not(name({ place: '420106010002' }), first['organisation-name'], 'another street')
  life.given([bureau, 'change-tier', { tier: 'community-managed', reason: '降级' }])
  t.same(life.holds, first, 'a change that names no code keeps the one it has')
  const other = '91110000802100433B'
  life.given([bureau, 'change-tier', { tier: 'registered', creditCode: other, reason: '换证' }])
  t.equal(life.holds['credit-code'], holds({ creditCode: other })['credit-code'])
  life.given([street, 'correct-papers', { creditCode: registered.creditCode, reason: '抄错' }])
  t.same(life.holds, first, 'a correction moves it')
  life.given([bureau, 'correct-name', { name: '东亭互助队', reason: '错字' }])
  t.equal(life.holds['organisation-name'], name({ name: '东亭互助队' }))
  t.match(life.data, { name: '东亭互助队', creditCode: registered.creditCode })
  life.given([bureau, 'suspend', { reason: '核查' }])
  t.equal(Object.keys(life.holds).length, 2)
  life.given([bureau, 'dissolve', { reason: '成员迁出' }])
  t.same(life.holds, {})
})

t.test('papers are corrected where there are some', async t => {
  const life = enrolled()
  const reason = '抄错'
  t.equal(
    answer(life, street, 'correct-papers', { creditCode: registered.creditCode, reason }),
    'refused correctsWhatItHas',
  )
  life.given([street, 'change-tier', { tier: 'filed', filingNumber: 'WCSGH-2026-018', reason }])
  t.equal(answer(life, chair, 'correct-papers', { filingNumber: 'WCSGH-2026-019', reason }), 'not-permitted')
  life.given([street, 'correct-papers', { filingNumber: 'WCSGH-2026-019', reason }])
  t.match(life.data, { tier: 'filed', filingNumber: 'WCSGH-2026-019' })
})

t.test('suspended, reinstated, dissolved', async t => {
  const why = { reason: '未按章程活动' }
  const life = enrolled().given([street, 'suspend', why])
  t.match(life.data, { standing: 'suspended' })
  t.equal(answer(life, chair, 'offer-service', offer), 'not-in-this-state')
  life.given([street, 'reinstate', why])
  t.match(life.data, { standing: 'active' })
  life.given([street, 'suspend', why], [bureau, 'dissolve', why])
  t.match(life.data, { standing: 'dissolved' })
  t.equal(life.state, 'dissolved')
  t.equal(answer(life, street, 'reinstate', why), 'not-in-this-state')
})

t.test('who belongs to an organisation does not decide on it', async t => {
  const decisions: [string, object][] = [
    ['change-tier', { tier: 'filed', filingNumber: '1', reason: '规模扩大' }],
    ['suspend', { reason: '换届' }],
    ['reinstate', { reason: '换届完成' }],
    ['dissolve', { reason: '成员迁出' }],
  ]
  const office = { role: 'street', place: SHUIGUOHU }
  const post = { role: 'chair', organisation: idOf(1) }
  const own = [
    ['a street officer who chairs it', actor(idOf(81), [office, post])],
    ['one who chaired it in its life', actor(idOf(82), [office], [{ ...post, to: '2026-12-31' }])],
    ['one who is its treasurer', actor(idOf(83), [office])],
  ] as const
  const chairedBefore = actor(idOf(84), [office], [{ ...post, to: '2026-03-04' }])
  for (const [command, input] of decisions) {
    const standing = () => {
      const life = enrolled().given([street, 'name-officers', { officers: [{ person: idOf(83), duty: 'treasurer' }] }])
      return command === 'reinstate' ? life.given([bureau, 'suspend', { reason: '换届' }]) : life
    }
    for (const [name, by] of own) t.equal(answer(standing(), by, command, input), 'kept-apart', `${command}: ${name}`)
    t.equal(
      answer(standing(), chairedBefore, command, input),
      'accepted',
      `${command}: who left before it was enrolled`,
    )
    t.equal(answer(standing(), otherStreet, command, input), 'outside-your-place', `${command}: another street`)
  }
})

t.test('the register is public', async t => {
  t.ok(maySee(enrolled().instance, actor('public')))
})
