/** The policies of the project, over HTTP: what one life does shows in the other, and a "no" in the one that asked. */
import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { openParked } from '../engine/parked.ts'
import { type MicroProject, resourceOf } from '../workflows/micro-project/data.ts'
import { microProject } from '../workflows/micro-project/index.ts'
import { giveResultWhenPublicityOpens } from '../workflows/policies/give-result-when-publicity-opens.ts'
import { noteEligibilityWhenDecided } from '../workflows/policies/note-eligibility-when-decided.ts'
import { noteRecheckWhenEligibilityReopened } from '../workflows/policies/note-recheck-when-eligibility-reopened.ts'
import { releaseResourceWhenProjectLetsGo } from '../workflows/policies/release-resource-when-project-lets-go.ts'
import { matching, need, reason } from './support/micro-project.ts'
import { type Person, type Service, service } from './support/service.ts'

const COMMUNITY = '420106012021'
const OFFER = { holder: '社区', kind: 'venue', title: '多功能厅', detail: '可容纳六十人', place: COMMUNITY }

type World = { s: Service; community: Person; street: Person; chair: Person; organisation: string; resource: string }

const world = async (t: Test): Promise<World> => {
  const s = await service(t)
  const [community, street] = [
    await s.somebody({ role: 'community', place: COMMUNITY }),
    await s.somebody({ role: 'street', place: '420106012' }),
  ]
  const group = { name: '互助队', tier: 'community-managed', field: 'dance', place: COMMUNITY }
  const { id: organisation } = await s.given(s.founder, '/v1/organisation', group)
  const chair = await s.somebody({ role: 'chair', organisation })
  const { id: resource } = await s.given(s.founder, '/v1/resource', OFFER)
  return { s, community, street, chair, organisation, resource }
}

/** A project that looks for a match. */
const project = async ({ s, community, street }: World): Promise<string> => {
  const { id } = await s.given(community, '/v1/micro-project', need)
  await s.given(community, `/v1/micro-project/${id}/post-need`)
  await s.given(street, `/v1/micro-project/${id}/accept-need`)
  return id
}

const propose = ({ s, community, organisation, resource }: World, id: string) =>
  s.call(community, 'POST', `/v1/micro-project/${id}/propose-match`, { ...matching, organisation, resource })

const shown = async ({ s, street }: World, workflow: string, id: string) => {
  await s.runtime.policies.idle()
  return (await s.call(street, 'GET', `/v1/${workflow}/${id}`)).body
}

t.test('a match takes the resource it names, for everybody to see, and gives it back when it ends', async t => {
  const w = await world(t)
  const id = await project(w)
  t.equal((await propose(w, id)).status, 200)
  t.match(await shown(w, 'resource', w.resource), { state: { value: 'reserved' }, data: { reservedFor: id } })
  const history = await w.s.call(w.street, 'GET', `/v1/resource/${w.resource}/history`, undefined, {
    'accept-language': 'en',
  })
  t.match(history.body.events.at(-1), {
    event: 'ResourceReserved',
    by: { post: { title: 'system: Reserve the resource when a match is proposed' } },
  })
  const other = await project(w)
  const refused = await propose(w, other)
  t.match([refused.status, refused.body.reasons], [422, [{ rule: 'proposedResourceIsFree' }]])

  await w.s.given(w.chair, `/v1/micro-project/${id}/decline-match-as-organisation`, { match: 1, reason })
  t.match(await shown(w, 'resource', w.resource), { state: { value: 'available' } })
  t.equal((await propose(w, other)).status, 200)
  t.match(await shown(w, 'resource', w.resource), { data: { reservedFor: other } })
  t.strictSame(await openParked(w.s.runtime.pool), [])
})

t.test('an offer to serve stands though its resource is taken, and the project is told', async t => {
  const w = await world(t)
  const [first, second] = [await project(w), await project(w)]
  await propose(w, first)
  await w.s.runtime.policies.idle()
  const { organisation, resource } = w
  for (const asked of [resource, randomUUID()]) {
    const id = asked === resource ? second : await project(w)
    await w.s.given(w.chair, `/v1/micro-project/${id}/offer-to-serve`, { ...matching, organisation, resource: asked })
    const { data } = await shown(w, 'micro-project', id)
    t.equal((data as unknown as MicroProject).match?.resource, undefined)
    const { body } = await w.s.call(w.street, 'GET', `/v1/micro-project/${id}/history`)
    t.match(body.events.at(-1), { event: 'ResourceRefused' })
    t.match(JSON.stringify(body.events.at(-1)), asked === resource ? '已被其他项目占用' : '没有这项资源')
  }
  t.match(await shown(w, 'resource', resource), { data: { reservedFor: first } })
})

t.test('of projects that take one resource at once one has it, and the others are told', async t => {
  const w = await world(t)
  const ids = [await project(w), await project(w), await project(w)]
  const answers = await Promise.all(ids.map(id => propose(w, id)))
  const proposed = ids.filter((_, n) => answers[n]?.status === 200)
  const { data } = await shown(w, 'resource', w.resource)
  for (const id of proposed) {
    const { data: told } = await shown(w, 'micro-project', id)
    const { match } = told as unknown as MicroProject
    t.equal(match?.resource, id === data.reservedFor ? w.resource : undefined)
    const { body } = await w.s.call(w.street, 'GET', `/v1/micro-project/${id}/history`)
    t.equal(
      body.events.some(({ event }) => event === 'ResourceRefused'),
      id !== data.reservedFor,
    )
  }
  t.ok(proposed.includes(String(data.reservedFor)))
  t.strictSame(await openParked(w.s.runtime.pool), [])
})

t.test(
  'an offer that is withdrawn at once leaves nothing for an operator, whatever became of its resource',
  async t => {
    const w = await world(t)
    const { s, organisation, resource } = w
    const [first, second] = [await project(w), await project(w)]
    await propose(w, first)
    await s.runtime.policies.idle()
    await s.given(w.chair, `/v1/micro-project/${second}/offer-to-serve`, { ...matching, organisation, resource })
    await s.given(w.community, `/v1/micro-project/${second}/withdraw`, { reason })
    await s.runtime.policies.idle()
    t.strictSame(await openParked(s.runtime.pool), [])
    t.match(await shown(w, 'resource', resource), { data: { reservedFor: first } }, 'who has it keeps it')
  },
)

t.test('whatever ends the need for a resource is heard by the policy that releases it', t => {
  const data = { ...(microProject.start as MicroProject), match: { number: 1, organisation: 'o', resource: 'r' } }
  const meta = { revision: 1, person: 'p', recordedAt: '', occurredOn: '2026-03-05' }
  const heard = Object.keys(releaseResourceWhenProjectLetsGo.when['micro-project'] ?? {})
  const ends = Object.keys(microProject.evolve).filter(event => {
    const said = { match: 1, organisation: 'o', tranche: 1, paidOn: '2026-03-05', lines: [], objection: 1 }
    try {
      return resourceOf(microProject.evolve[event]?.(data as never, said as never, meta) as MicroProject) !== 'r'
    } catch {
      return false
    }
  })
  /** Told that it cannot have it, takes another, or has let it go before. */
  const ownWays = [
    'ResourceRefused',
    'ProjectMerged',
    'ProjectArchived',
    'RecoveryClosed',
    'MatchProposed',
    'ServiceOffered',
    'RecoveryDemanded',
  ]
  t.strictSame(ends.filter(event => !ownWays.includes(event)).sort(), [...heard].sort())
  t.end()
})

t.test('a project says which duplicates were merged into it', async t => {
  const w = await world(t)
  const [kept, double] = [await project(w), await project(w)]
  await w.s.given(w.street, `/v1/micro-project/${double}/merge`, { into: kept, reason })
  t.match(await shown(w, 'micro-project', kept), { data: { duplicates: [double] } })
})

t.test('a record that was recognised as a double is merged, once', async t => {
  const w = await world(t)
  const [kept, double] = [await w.s.register(), await w.s.register()]
  await w.s.given(w.s.founder, `/v1/person/${kept.id}/recognise-double`, { double: double.id, reason })
  t.match(await shown(w, 'person', double.id), { state: { value: 'merged' }, data: { mergedInto: kept.id } })
  const own = await w.s.call(double, 'POST', `/v1/person/${double.id}/change-contact`, { phone: '027-87654321' })
  t.equal(own.body.code, 'person-ended')
})

t.test('a "no" without an answer waits for an operator: the double has a post again before it is merged', async t => {
  const w = await world(t)
  const [kept, double] = [await w.s.register(), await w.s.register()]
  const post = { role: 'resident', place: COMMUNITY, from: '2026-03-05' }
  const path = `/v1/person/${kept.id}/recognise-double`
  const [recognised, appointed] = await Promise.all([
    w.s.call(w.s.founder, 'POST', path, { double: double.id, reason }),
    w.s.call(w.s.founder, 'POST', `/v1/person/${double.id}/appoint`, post),
  ])
  await w.s.runtime.policies.idle()
  const parked = await openParked(w.s.runtime.pool)
  const merged = (await shown(w, 'person', double.id)).state.value === 'merged'
  t.comment(`recognised ${recognised.status}, appointed ${appointed.status}, merged ${merged}`)
  t.equal(recognised.status === 200 && !merged, parked.length === 1, 'merged, refused at once, or parked')
  const ready = await w.s.call(undefined, 'GET', '/readyz')
  t.match(ready.body, { policies: { parked: parked.length } })
  t.match((await w.s.call(undefined, 'GET', '/metrics')).text, `gongchuang_parked_commands ${parked.length}`)
})

t.test('a system post is nobody that a token can speak for', async t => {
  const w = await world(t)
  const id = 'system:reserve-resource-when-match-proposed'
  const somebody = { id, token: await w.s.token(id) }
  const answer = await w.s.call(somebody, 'POST', `/v1/resource/${w.resource}/reserve-resource`, {
    project: randomUUID(),
  })
  t.ok([401, 403].includes(answer.status), answer.text)
})

// ── a round and its proposals ───────────────────────────────────────────────────────────────────

t.test('where a round and a proposal disagree an operator hears of it, and only who left is not asked for', async t => {
  const [cause, sending] = [{} as never, {} as never]
  const unmet = (rule: string) => ({ code: 'refused', reasons: [{ rule, text: { zh: '', en: '' }, who: [] }] })
  const verdict = (rule: string) => noteEligibilityWhenDecided.otherwise?.(cause, sending, unmet(rule))
  t.match(verdict('checkedStandsInTheList'), { notNeeded: { zh: /已退出/ } })
  for (const rule of ['isBeingChecked', 'verdictLeavesTheDraw']) t.equal(verdict(rule), undefined, rule)
  const again = (rule: string) => noteRecheckWhenEligibilityReopened.otherwise?.(cause, sending, unmet(rule))
  t.match(again('verdictWasNoted'), { notNeeded: { zh: /等待/ } })
  t.equal(again('verdictLeavesTheDraw'), undefined)
  const result = (state: string) =>
    giveResultWhenPublicityOpens.otherwise?.(cause, sending, {
      ...{ code: 'not-in-this-state', reasons: [], state: [state] },
    })
  t.match(result('withdrawn'), { notNeeded: { zh: /已退出/ } })
  t.equal(result('screening.ineligible'), undefined, 'published and not eligible: the two disagree')
})
