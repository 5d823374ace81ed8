/** An event that is for a few: everybody else who may see the life sees that there is one. */
import t from 'tap'
import type { Actor, Workflow } from '../../engine/definition.ts'
import { maySeeEvent } from '../../engine/permission.ts'
import { over } from '../../workflows/roles.ts'
import { people, told } from '../support/micro-project.ts'
import { purse } from '../support/purse.ts'
import { type Person, service } from '../support/service.ts'

const STREET = '420106012'
const COMMUNITY = '420106012021'
const MARKER = '我住三栋二单元，怕被认出来'

const discreet: Workflow = {
  ...purse,
  name: 'discreet-purse',
  category: 'discreetPurse',
  confidential: { Noted: over('street') },
}

t.test('the history tells it to its sender and to those it is for; the others learn that there is one', async t => {
  const s = await service(t, { workflows: [discreet] })
  const street = await s.somebody({ role: 'street', place: STREET })
  const judge = await s.somebody({ role: 'judge', place: STREET })
  const organisation = await s.given(street, '/v1/organisation', {
    name: '东亭邻里互助队',
    tier: 'community-managed',
    field: 'dance',
    place: COMMUNITY,
  })
  const opening = { place: COMMUNITY, organisation: organisation.id, limit: 100, on: '2026-03-05', title: '活动经费' }
  const path = `/v1/discreet-purse/${(await s.given(street, '/v1/discreet-purse', opening)).id}`
  await s.given(judge, `${path}/note`, { reason: MARKER })
  const history = async (by: Person) => await s.call(by, 'GET', `${path}/history`)

  for (const by of [judge, street])
    t.match((await history(by)).body.events[1], { event: 'Noted', fields: [{ text: MARKER }] })
  const seen = await history(s.founder)
  t.strictSame(Object.keys(seen.body.events[1] ?? {}), ['revision', 'position', 'confidential', 'title', 'recordedAt'])
  t.match(seen.body.events[1], { revision: 1, confidential: true, title: '不公开' })
  t.notMatch(seen.text, new RegExp(`${MARKER}|Noted|${judge.id}`))
  const en = await s.call(s.founder, 'GET', `${path}/history`, undefined, { 'accept-language': 'en' })
  t.match(en.body.events[1], { title: 'not public' })
})

t.test('an objection is for its sender, the street and the bureau', async t => {
  const life = told('public').given([people.resident, 'note-objection', { statement: MARKER }])
  const noted = { type: 'ObjectionNoted', metadata: { person: people.resident.person } }
  const { resident, street, bureau, community, chair, finance } = people
  const reads = (by: Actor) => maySeeEvent(life.instance, by, noted)
  t.strictSame([resident, street, bureau].map(reads), [true, true, true])
  t.strictSame([community, chair, finance].map(reads), [false, false, false])
  t.ok(maySeeEvent(life.instance, chair, { ...noted, type: 'PublicityOpened' }), 'everything else is for all')
})
