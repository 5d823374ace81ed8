/** 评委库: who is enrolled by whom, what they declare, who reads it; one seat a person, over HTTP too. */
import t from 'tap'
import type { Actor } from '../engine/definition.ts'
import { maySee } from '../engine/permission.ts'
import { type Judge, judge } from '../workflows/judge.ts'
import { organisation } from '../workflows/organisation.ts'
import { person } from '../workflows/person/index.ts'
import { actor, idOf, type Life, lifeOf, TODAY } from './support/given.ts'
import { type Service, service } from './support/service.ts'
import { everyWay, walk } from './support/walk.ts'

const WUCHANG = '420106'
const DONGTING = '420106012021'
const PERSON = idOf(40)
const GROUP = idOf(50)

const bureau = actor(idOf(91), [{ role: 'bureau', place: WUCHANG }])
const otherBureau = actor(idOf(92), [{ role: 'bureau', place: '420102' }])
const street = actor(idOf(93), [{ role: 'street', place: '420106012' }])
const themself = actor(PERSON)
const before: Actor = { ...actor(idOf(41)), doubles: [PERSON] }

const reason = '核对后决定'
const enrolment = { person: PERSON, place: WUCHANG, outside: true, fields: ['legal-services', 'mental-health'] }
const tie = { organisation: GROUP, kind: 'adviser', from: '2025-01-01' }

const world = (): Life[] => [
  lifeOf(person, PERSON).given([street, 'register', { name: '周桂兰', phone: '027-87654321', place: DONGTING }]),
  lifeOf(organisation, GROUP).given([
    street,
    'enrol',
    { name: '东亭互助队', tier: 'community-managed', field: 'dance', place: DONGTING },
  ]),
]
const enrolled = (): Life => lifeOf(judge, idOf(1), world()).given([bureau, 'enrol-judge', enrolment])

const answer = (life: Life, by: Actor, command: string, input: object = {}): string => {
  const outcome = life.when(by, command, input)
  return 'events' in outcome ? 'accepted' : [outcome.refused, ...outcome.unmet].join(' ')
}

t.test('a bureau enrols a person on record, never itself', async t => {
  const life = enrolled()
  t.match(life.data, { ...enrolment, ties: [], standing: 'active' })
  const enrol = (by: Actor, more: object = {}) =>
    answer(lifeOf(judge, idOf(2), world()), by, 'enrol-judge', { ...enrolment, ...more })
  t.equal(enrol(street), 'not-permitted')
  t.equal(enrol(otherBureau), 'outside-your-place')
  t.equal(enrol(bureau, { person: idOf(49) }), 'refused personIsActive')
  t.equal(enrol(actor(PERSON, bureau.posts)), 'refused notThemself')
  t.equal(enrol({ ...bureau, doubles: [PERSON] }), 'refused notThemself', 'under another id neither')
  t.equal(enrol(bureau, { fields: [] }), 'invalid-input fields')
})

t.test(
  'ties are declared and ended, each under its number; an end that is dated back keeps the day it was told',
  async t => {
    const life = enrolled().given([themself, 'declare-tie', tie], [bureau, 'declare-tie', { ...tie, kind: 'kin' }])
    t.equal(answer(life, themself, 'declare-tie', tie), 'refused notDeclaredYet')
    t.equal(answer(life, themself, 'declare-tie', { ...tie, organisation: idOf(59) }), 'refused organisationIsKnown')
    t.equal(answer(life, themself, 'declare-tie', { ...tie, kind: 'post', to: '2024-12-31' }), 'refused daysInOrder')
    t.equal(answer(life, before, 'end-tie', { tie: '1', to: '2025-06-30', reason }), 'accepted', 'who was them before')
    t.match((life.data as Judge).ties, [
      { id: '1', ...tie, to: '2025-06-30', ended: TODAY },
      { id: '2', kind: 'kin' },
    ])
    for (const [told, to] of [
      ['1', '2025-06-30'],
      ['2', '2024-12-31'],
      ['2', '2026-03-06'],
      ['3', TODAY],
    ])
      t.equal(answer(life, themself, 'end-tie', { tie: told, to, reason }), 'refused tieRuns')
    t.equal(answer(life, themself, 'declare-tie', tie), 'accepted', 'begun again')
  },
)

t.test('suspended, reinstated, left', async t => {
  const life = enrolled().given([bureau, 'suspend', { reason }])
  t.match(life.data, { standing: 'suspended' })
  t.equal(answer(life, themself, 'declare-tie', tie), 'accepted', 'a tie is declared at any time')
  t.equal(answer(life, themself, 'reinstate', { reason }), 'not-permitted')
  life.given(
    [bureau, 'reinstate', { reason }],
    [bureau, 'change-expertise', { outside: false, fields: ['dance'], reason }],
  )
  t.match(life.data, { standing: 'active', outside: false, fields: ['dance'] })
  const held = Object.keys(life.holds)
  life.given([themself, 'leave', { reason }])
  t.match([held, life.holds, life.state], [['seat-in-pool'], {}, 'left'])
})

t.test('who sees a judge: themself and the bureau, nobody else', async t => {
  const { instance } = enrolled()
  t.ok([themself, before, bureau].every(by => maySee(instance, by)))
  t.notOk([street, otherBureau, actor(idOf(60), [{ role: 'judge', place: WUCHANG }])].some(by => maySee(instance, by)))
})

t.test('every state and every way of the chart is reached', async t => {
  const consulted = { person: { standing: 'active' }, organisation: {} }
  const inputs: Record<string, object> = {
    'enrol-judge': enrolment,
    'change-expertise': { outside: false, fields: ['dance'], reason },
    'declare-tie': tie,
    'end-tie': { tie: '1', to: TODAY, reason },
  }
  const walked = walk<Judge>(
    {
      workflow: judge,
      id: idOf(1),
      by: bureau,
      consulted,
      cases: command => [{ input: inputs[command] ?? { reason } }],
      key: ({ ties, standing }) => [ties.length, ties[0]?.to, standing],
    },
    { data: judge.start as Judge, value: 'blank' },
  )
  t.strictSame([...walked.ways].sort(), everyWay(judge).sort())
  for (const state of ['blank', 'inPool.active', 'inPool.suspended', 'left']) t.ok(walked.nodes.has(state), state)
})

// ── over HTTP ───────────────────────────────────────────────────────────────────────────────────

const enrolOver = (s: Service, personId: string) =>
  s.call(s.founder, 'POST', '/v1/judge', { ...enrolment, person: personId })

t.test('one seat a person, whoever enrols first; a tie stays between the judge and the bureau', async t => {
  const s = await service(t)
  const [one, other] = [await s.register('周桂兰'), await s.somebody({ role: 'street', place: '420106012' })]
  const answers = await Promise.all([enrolOver(s, one.id), enrolOver(s, one.id), enrolOver(s, one.id)])
  const winner = answers.find(({ status }) => status === 201)
  t.strictSame(answers.map(({ status }) => status).sort(), [201, 409, 409], 'of three at once one is enrolled')
  const path = `/v1/judge/${winner?.body.id}`
  const group = { name: '互助队', tier: 'community-managed', field: 'dance', place: DONGTING }
  const { id } = await s.given(s.founder, '/v1/organisation', group)
  t.equal((await s.call(one, 'POST', `${path}/declare-tie`, { ...tie, organisation: id })).status, 200)
  t.match((await s.call(one, 'GET', path)).body, { data: { ties: [{ organisation: id, kind: 'adviser' }] } })
  t.match((await s.call(s.founder, 'GET', `${path}/history`)).text, 'adviser')
  for (const what of [path, `${path}/history`]) t.equal((await s.call(other, 'GET', what)).status, 403)
  t.notMatch((await s.call(other, 'GET', '/v1/judge')).text, winner?.body.id ?? '')
  await s.given(one, `${path}/leave`, { reason })
  t.equal((await enrolOver(s, one.id)).status, 201, 'who left may be enrolled anew')
})
